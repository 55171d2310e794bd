"""``to_onnx``: a fitted estimator as an ONNX model."""

import json
import os
from typing import Any

from sklearn.base import is_classifier

from sknn.config import Range, check_value
from sknn.optional import require
from sknn.persist.onnx.emit import LACKING, ML, Emitter, labels_of
from sknn.persist.program import PRECISION, program_of
from sknn.storage import atomic_file
from sknn.version import __version__

__all__ = ["to_onnx"]

#: The version of the file that comes with each version of the operators; newer ones are refused by
#: runtimes of their time.
IR_VERSIONS = {13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10}
#: The largest model that a protocol buffer holds.
MOST_BYTES = 2**31 - 1


def to_onnx(
    estimator: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    opset: int = 17,
    dtype: str | None = None,
) -> Any:
    """Make an ONNX model of a fitted estimator, for onnxruntime and others.

    Every architecture can be one, with what a tabular estimator does to a table. Noise of training,
    such as dropout, is not in it.

    Parameters
    ----------
    estimator : MLPClassifierX, MLPRegressorX, TabularMLPClassifierX or TabularMLPRegressorX
        Fitted.
    path : str or path, optional
        Where to write the model, too; the folder must exist.
    opset : int from 13 to 21, default=17
        Version of the operators. 17 is read by onnxruntime from 1.15, of 2023, on.
    dtype : {"float32", "float64"}, optional
        Precision of the inputs and of all arithmetic. By default that of the network, and float64
        for a tabular estimator.

    Returns
    -------
    model : onnx.ModelProto
        Its input is ``X``, shape (n, n_features); of a tabular estimator one input of shape (n, 1)
        for each column, with the name of the column, or x0, x1, ...: floats for numbers, NaN where
        one is missing, dates in seconds since 1970; texts for categories, ``""`` where one is
        missing, or floats where the categories are numbers, single ones if these tell all levels
        apart and have whole numbers exactly. A column that is called like an output, or "", has an
        underscore more; the inputs are in the order of the columns. The outputs are ``label`` and
        ``probabilities`` of a classifier (``scores`` for the hinge losses), and ``variable`` of a
        regressor, shape (n, n_targets), several predictions of a target side by side.

    Raises
    ------
    NotFittedError
        Before ``fit``.
    InvalidParameterError
        If the categories of a column are neither texts nor numbers, or no floats tell them apart,
        or an argument is wrong.
    NotImplementedError
        If a part of your own does not say what it does: it needs a method ``express``.
    ValueError
        If the model is larger than 2 GB, which is all that its format holds.
    MissingExtraError
        Without the library onnx.

    See Also
    --------
    register_skl2onnx : Whole pipelines.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX, to_onnx
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(solver="lbfgs", max_iter=1000, random_state=0).fit(X, y)
    >>> model = to_onnx(net)
    >>> [output.name for output in model.graph.output]
    ['label', 'probabilities']
    >>> import onnxruntime
    >>> session = onnxruntime.InferenceSession(model.SerializeToString())
    >>> label, probabilities = session.run(None, {"X": X[:1]})
    >>> label.tolist(), probabilities.round(3).tolist()
    ([0], [[1.0, 0.0, 0.0]])
    """
    check_value("opset", "to_onnx", opset, Range(min(IR_VERSIONS), max(IR_VERSIONS), "both", True))
    check_value("dtype", "to_onnx", dtype, PRECISION)
    onnx = require("onnx", extra="onnx", purpose="to_onnx")
    program = program_of(estimator, dtype, LACKING)
    constants = (node.settings["value"] for node in program.nodes if node.op == "constant")
    size = sum(constant.nbytes for constant in constants)
    if size > MOST_BYTES - 10_000_000:
        raise ValueError(
            f"The weights take {size / 1e9:.1f} GB, and an ONNX model in one file holds less than "
            "2 GB. Use dtype='float32', or sknn.save."
        )
    emitter = Emitter(program, opset)
    graph = onnx.helper.make_graph(
        emitter.nodes,
        type(estimator).__name__,
        emitter.inputs,
        _outputs(emitter, estimator),
        emitter.initializers,
    )
    domains = [("", opset), *([(ML, 2)] if any(n.domain == ML for n in emitter.nodes) else [])]
    model = onnx.helper.make_model(
        graph,
        opset_imports=[onnx.helper.make_opsetid(*domain) for domain in domains],
        ir_version=IR_VERSIONS[opset],
        producer_name="sknn",
        producer_version=__version__,
        doc_string=f"{type(estimator).__name__}, made by sknn {__version__}",
    )
    onnx.helper.set_model_props(model, _metadata(estimator))
    if path is not None:
        with atomic_file(path) as file:
            file.write(model.SerializeToString())
    return model


def _outputs(emitter: Emitter, estimator: Any) -> list[Any]:
    """The outputs under the names that skl2onnx gives them, each as a node of its own."""
    program, types = emitter.program, emitter.types
    if not is_classifier(estimator):
        emitter.add("Identity", [emitter.name_of("predict")], "variable")
        return [_info(emitter, "variable", emitter.float_type, [None, _width(estimator)])]
    emitter.add("Identity", [emitter.name_of("predict")], "label")
    n_classes, is_multilabel = len(estimator.classes_), estimator._labels.kind == "multilabel"
    label_dtype = labels_of(estimator.classes_).dtype
    kind = types.INT64 if is_multilabel else emitter.helper.np_dtype_to_tensor_dtype(label_dtype)
    outputs = [_info(emitter, "label", kind, [None, n_classes] if is_multilabel else [None])]
    scored = "predict_proba" if "predict_proba" in program.outputs else "decision_function"
    name = "probabilities" if scored == "predict_proba" else "scores"
    emitter.add("Identity", [emitter.name_of(scored)], name)
    width = n_classes if name == "probabilities" else estimator._labels.n_outputs
    return [*outputs, _info(emitter, name, emitter.float_type, [None, width])]


def _width(estimator: Any) -> int:
    """How many numbers a regressor predicts for a row."""
    members = getattr(estimator, "estimators_", [estimator])
    width: int = members[0].n_outputs_
    return width


def _info(emitter: Emitter, name: str, kind: int, shape: list[int | None]) -> Any:
    return emitter.helper.make_tensor_value_info(name, kind, shape)


def _metadata(estimator: Any) -> dict[str, str]:
    """What the graph itself does not say; lists in JSON."""
    names = vars(estimator).get("feature_names_in_")
    found = {"estimator": type(estimator).__name__, "sknn": __version__}
    if names is not None:
        found["feature_names"] = json.dumps(list(map(str, names)))
    if is_classifier(estimator):
        found["classes"] = json.dumps(labels_of(estimator.classes_).tolist(), default=str)
    return found
