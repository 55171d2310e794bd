"""ONNX models predict what the estimators do, in onnxruntime and in the reference of ONNX."""

import json

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
import skl2onnx
from onnx.reference import ReferenceEvaluator
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import sknn
from sknn import MLPClassifierX, MLPRegressorX, register_skl2onnx, to_onnx
from sknn.exceptions import InvalidParameterError, MissingExtraError

from .models import BINARY, CASES, FRAME, LABELS, THREE, TWO, X, fitted, table
from .test_program import Silent


def inputs_of(model, rows):
    """The inputs of a model from some rows, by name."""
    dtypes = {1: np.float32, 11: np.float64, 8: object}
    wanted = {i.name: dtypes[i.type.tensor_type.elem_type] for i in model.graph.input}
    if list(wanted) == ["X"] and rows.shape[1] > 1:
        return {"X": np.asarray(rows, wanted["X"])}
    columns = {}
    for j, (name, dtype) in enumerate(wanted.items()):
        values = rows.iloc[:, j]
        if values.dtype.kind == "M":
            values = values - pd.Timestamp(0, tz=getattr(values.dtype, "tz", None))
        if values.dtype.kind == "m":
            values = values / np.timedelta64(1, "s")
        if dtype is object:
            values = values.astype(object).where(values.notna(), "")
        elif values.dtype == object or hasattr(values, "cat"):
            values = values.astype(float)
        columns[name] = values.to_numpy(dtype=dtype)[:, np.newaxis]
    return columns


def run(model, rows):
    session = onnxruntime.InferenceSession(model.SerializeToString())
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs_of(model, rows)), strict=True))


def agrees(estimator, rows, found, rtol=1e-4, atol=1e-5):
    scores = found.get("probabilities", found.get("scores", found.get("variable")))
    name = {"probabilities": "predict_proba", "scores": "decision_function"}
    method = next((m for key, m in name.items() if key in found), "predict")
    wanted = np.asarray(getattr(estimator, method)(rows))
    np.testing.assert_allclose(scores.reshape(wanted.shape), wanted, rtol=rtol, atol=atol)
    if "label" in found:
        sure = slice(None)
        if wanted.ndim == 2 and wanted.shape[1] > 1 and estimator._labels.kind != "multilabel":
            best = np.sort(wanted, axis=1)
            sure = best[:, -1] - best[:, -2] > 1e-3
        labels = np.asarray(estimator.predict(rows))
        assert found["label"][sure].tolist() == labels[sure].tolist()


@pytest.mark.parametrize("name", CASES)
def test_onnxruntime_predicts_alike(name):
    estimator, rows = fitted(name)
    model = to_onnx(estimator)
    onnx.checker.check_model(model, full_check=True)
    for n_rows in (1, 7, len(rows)):
        some = rows[:n_rows]
        agrees(estimator, some, run(model, some))


@pytest.mark.parametrize("name", ["classes", "rich", "activation gelu", "members", "table of two"])
def test_double_precision(name):
    estimator, rows = fitted(name)
    model = to_onnx(estimator, dtype="float64")
    if hasattr(rows, "columns"):
        agrees(estimator, rows, run(model, rows), 1e-9, 1e-12)
        return
    double = sknn.persist.program.evaluate(
        sknn.persist.program.program_of(estimator, "float64"), [np.asarray(rows, float)]
    )
    found = run(model, rows)
    scores = found.get("probabilities", found.get("variable"))
    wanted = double.get("predict_proba", double["predict"])
    np.testing.assert_allclose(scores, wanted, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", ["binary", "rich", "quantiles", "table of labels"])
def test_the_reference_of_onnx_predicts_alike(name):
    estimator, rows = fitted(name)
    model = to_onnx(estimator)
    names = [output.name for output in model.graph.output]
    inputs = inputs_of(model, rows)
    inputs = {k: v.astype(str) if v.dtype == object else v for k, v in inputs.items()}
    found = ReferenceEvaluator(model).run(names, inputs)
    agrees(estimator, rows, dict(zip(names, found, strict=True)))


@pytest.mark.parametrize("opset", [13, 15, 18, 21])
def test_versions_of_the_operators(opset):
    estimator, rows = fitted("rich")
    model = to_onnx(estimator, opset=opset)
    assert model.opset_import[0].version == opset
    agrees(estimator, rows, run(model, rows))


def test_what_the_model_says_of_itself(tmp_path):
    estimator, _ = fitted("table of two")
    model = to_onnx(estimator, tmp_path / "model.onnx")
    again = onnx.load(tmp_path / "model.onnx")
    assert again.SerializeToString() == model.SerializeToString()
    assert (again.ir_version, again.producer_name) == (8, "sknn")
    properties = {p.key: p.value for p in again.metadata_props}
    assert json.loads(properties["classes"]) == ["no", "yes"]
    assert json.loads(properties["feature_names"]) == list(FRAME.columns)
    assert [i.name for i in again.graph.input] == list(FRAME.columns)
    dimension = again.graph.output[0].type.tensor_type.shape.dim[0]
    assert not dimension.HasField("dim_value")


@pytest.mark.parametrize(
    "classes", [["a\nb", "é"], [0, 1], [False, True], [1.0, 2.0], [3, 2**64 - 1]], ids=str
)
def test_the_classes_are_told_one_by_one(classes):
    dtype = np.uint64 if classes[0] == 3 else None
    rows = pd.DataFrame(X, columns=["a\nb", "b", "c"])
    labels = np.array(classes, dtype)
    net = MLPClassifierX((2,)).partial_fit(rows, labels[BINARY], classes=labels)
    properties = {p.key: p.value for p in to_onnx(net).metadata_props}
    assert json.loads(properties["classes"]) == classes
    assert json.loads(properties["feature_names"]) == ["a\nb", "b", "c"]


def test_gaps_and_levels_never_seen():
    estimator, rows = fitted("table of classes")
    odd = rows[:4].copy()
    odd.loc[0, "city"], odd.loc[1, "city"], odd.loc[2, "area"] = "Paris", None, np.nan
    odd.loc[3, "area"] = 1e30
    agrees(estimator, odd, run(to_onnx(estimator), odd))


def test_categories_that_are_numbers():
    rows = FRAME.assign(city=np.where(np.arange(60) % 5, np.arange(60) % 3, np.nan))
    estimator = table(sknn.TabularMLPRegressorX, TWO, categorical_features=["city", "street"])[0]
    estimator.fit(rows, TWO)
    odd = rows[:3].copy()
    odd.loc[0, "city"] = 77.0
    agrees(estimator, odd, run(to_onnx(estimator), odd))


def of_column(**columns):
    """A regressor of a table with some other columns, and that table."""
    rows = FRAME.assign(**columns)
    return table(sknn.TabularMLPRegressorX, TWO)[0].fit(rows, TWO), rows


@pytest.mark.parametrize("name", ["label", "variable", "probabilities", "", "/", "/add_5"])
def test_columns_may_have_any_name(name):
    rows = FRAME.rename(columns={"area": name, "city": f"{name}_"})
    net = table(sknn.TabularMLPClassifierX, THREE)[0].fit(rows, THREE)
    model = to_onnx(net)
    onnx.checker.check_model(model, full_check=True)
    agrees(net, rows, run(model, rows))


@pytest.mark.parametrize("levels", [(16_777_217, 5, 2**52 + 1), (0.1, 0.1 + 1e-12, 3.0)])
def test_numbers_that_single_precision_does_not_tell_apart(levels):
    values = np.array([*levels, None], dtype=object)[np.arange(60) % 4]
    net, rows = of_column(city=pd.Categorical(values))
    model = to_onnx(net, dtype="float32")
    odd = rows.assign(city=pd.Categorical([16_777_216.0, *values[1:]]))
    for some in (rows, odd):
        agrees(net, some, run(model, some), 1e-3, 1e-4)


def test_empty_texts_are_a_level_where_there_are_no_gaps():
    net, rows = of_column(city=np.array(["", "Rome", "Oslo"], dtype=object)[np.arange(60) % 3])
    agrees(net, rows, run(to_onnx(net), rows))
    net, _ = of_column(city=np.array(["", None, "Oslo"], dtype=object)[np.arange(60) % 3])
    with pytest.raises(InvalidParameterError, match=r"an empty text stands for a gap.*'city'"):
        to_onnx(net)


def test_times():
    hours = np.arange(60)
    zoned = pd.date_range("2020", periods=60, tz="Europe/Rome")
    net, rows = of_column(day=zoned, area=pd.to_timedelta(hours, unit="h"))
    agrees(net, rows, run(to_onnx(net), rows))


@pytest.mark.parametrize("dtype", [np.uint64, np.float32, np.float64, bool, np.int8])
def test_labels_of_any_type(dtype):
    labels = np.array([0, 2**64 - 1 if dtype == np.uint64 else 1], dtype=dtype)
    net = MLPClassifierX(hidden_layer_sizes=(3,)).partial_fit(X, labels[BINARY], classes=labels)
    agrees(net, X, run(to_onnx(net), X))


def test_old_runtimes_have_no_cosine_of_doubles():
    model = to_onnx(fitted("embedding periodic")[0], dtype="float64")
    assert "Cos" not in {node.op_type for node in model.graph.node}


# -- pipelines ------------------------------------------------------------------------------------


@pytest.mark.parametrize("y", [BINARY, THREE, LABELS, TWO], ids=["2", "3", "labels", "numbers"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_whole_pipelines(y, dtype):
    cls = MLPRegressorX if y.dtype == float else MLPClassifierX
    pipeline = make_pipeline(StandardScaler(), cls(activation="mish", max_iter=2))
    with pytest.warns(ConvergenceWarning):
        pipeline.fit(X, y)
    register_skl2onnx()
    options = {} if y.dtype == float else {"zipmap": False}
    model = skl2onnx.to_onnx(pipeline, X[:1].astype(dtype), options=options, target_opset=17)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    found = session.run(None, {"X": X.astype(dtype)})
    if y.dtype == float:
        np.testing.assert_allclose(found[0], pipeline.predict(X), rtol=1e-4, atol=1e-5)
        return
    assert found[0].tolist() == pipeline.predict(X).tolist()
    np.testing.assert_allclose(found[1], pipeline.predict_proba(X), rtol=1e-4, atol=1e-5)


def test_probabilities_as_dicts():
    pipeline = make_pipeline(StandardScaler(), fitted("classes")[0])
    pipeline[0].fit(X)
    register_skl2onnx()
    model = skl2onnx.to_onnx(pipeline, X[:1], target_opset=17)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    assert set(session.run(None, {"X": X[:1]})[1][0]) == {"low", "mid", "top"}


def converted(net, y, **options):
    """What a network predicts after skl2onnx: labels and scores."""
    net = net.fit(X, y)
    register_skl2onnx()
    options = {type(net): {"zipmap": False, **options}}
    model = skl2onnx.to_onnx(net, X[:1], options=options, target_opset=17)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    for output, width in zip(session.get_outputs(), ([], [len(net.classes_)]), strict=True):
        assert output.shape[1:] == width
    return session.run(None, {"X": X})


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("y", [BINARY > 0, BINARY + 0.0, BINARY.astype("u1")], ids=["b", "f", "u"])
def test_labels_in_pipelines_are_whole_numbers(y):
    labels, _ = converted(MLPClassifierX(hidden_layer_sizes=(3,), max_iter=2), y)
    assert labels.dtype == np.int64
    assert set(labels) <= {0, 1}
    with pytest.raises(InvalidParameterError, match=f"Got {2**64 - 1}; sknn.to_onnx takes any"):
        converted(MLPClassifierX(max_iter=2), np.array([0, 2**64 - 1], np.uint64)[BINARY])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("y", [BINARY, THREE], ids=["2", "3"])
@pytest.mark.parametrize(("loss", "raw"), [("hinge", False), ("log_loss", True)])
def test_raw_scores_in_pipelines_are_one_for_each_class(y, loss, raw):
    net = MLPClassifierX(hidden_layer_sizes=(3,), max_iter=2, loss=loss)
    labels, scores = converted(net, y, raw_scores=raw)
    said = net.decision_function(X)
    wanted = np.stack([-said, said], axis=1) if said.ndim == 1 else said
    np.testing.assert_allclose(scores, wanted, rtol=1e-4, atol=1e-5)
    assert labels.tolist() == net.predict(X).tolist()


def test_tables_are_refused_in_pipelines():
    register_skl2onnx()
    pipeline = make_pipeline(fitted("table of numbers")[0])
    with pytest.raises(NotImplementedError, match=r"TabularMLPRegressorX cannot be part.*to_onnx"):
        skl2onnx.to_onnx(pipeline, X[:1])


# -- what cannot be -------------------------------------------------------------------------------


def test_wrong_arguments(monkeypatch):
    estimator, _ = fitted("binary")
    with pytest.raises(InvalidParameterError, match="opset"):
        to_onnx(estimator, opset=9)
    with pytest.raises(InvalidParameterError, match="dtype"):
        to_onnx(estimator, dtype="float16")
    with pytest.raises(InvalidParameterError, match="Got StandardScaler"):
        to_onnx(StandardScaler())
    with pytest.raises(NotFittedError):
        to_onnx(MLPClassifierX())
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'sknn\[onnx\]'"):
        to_onnx(estimator)


def test_levels_of_several_types():
    rows = FRAME.assign(city=np.array(["Rome", 5, "Oslo"], dtype=object)[np.arange(60) % 3])
    net = table(sknn.TabularMLPRegressorX, TWO)[0].fit(rows, TWO)
    with pytest.raises(InvalidParameterError, match=r"levels of the types int, str in 'city'"):
        to_onnx(net)
    net, _ = of_column(city=pd.Categorical(2**60 + np.arange(60) % 3))
    with pytest.raises(InvalidParameterError, match=r"exact up to 2\*\*53.*'city'"):
        to_onnx(net)


def test_a_part_of_ones_own_needs_a_formula():
    net = MLPRegressorX(hidden_layer_sizes=(2,), activation=Silent()).partial_fit(X, TWO)
    with pytest.raises(NotImplementedError, match="Silent cannot be exported"):
        to_onnx(net)
