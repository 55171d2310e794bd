"""Modules of one file predict what the estimators do, with NumPy alone."""

import datetime
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.exceptions import NotFittedError

import sknn
from sknn import MLPClassifierX, to_python
from sknn.exceptions import InvalidParameterError
from sknn.persist.python.convert import _as_text

from .models import BINARY, CASES, FRAME, TWO, X, fitted, table


def module_of(estimator):
    module = {}
    exec(compile(to_python(estimator), "model.py", "exec"), module)
    return module


def agrees(estimator, module, rows):
    tolerance = 1e-12 if module["DTYPE"] == np.float64 else 2e-6
    for method in module["__all__"]:
        found, wanted = module[method](rows), np.asarray(getattr(estimator, method)(rows))
        assert found.shape == wanted.shape
        if wanted.dtype.kind == "f":
            np.testing.assert_allclose(found, wanted, tolerance, tolerance, err_msg=method)
        else:
            assert found.tolist() == wanted.tolist()


@pytest.mark.parametrize("name", CASES)
def test_modules_predict_alike(name):
    estimator, rows = fitted(name)
    module = module_of(estimator)
    public = {m for m in ("predict", "predict_proba", "decision_function") if hasattr(estimator, m)}
    assert set(module["__all__"]) == public
    agrees(estimator, module, rows)
    agrees(estimator, module, rows[:1])


def test_the_text_is_the_same_for_the_same_model_and_plain():
    text = to_python(fitted("table of two")[0])
    assert text == to_python(fitted("table of two")[0])
    assert text.isascii()
    lines = [line for line in text.partition("_LAYOUT")[0].splitlines() if "COLUMNS =" not in line]
    assert max(map(len, lines)) < 300
    assert not {"eval", "exec", "pickle"} & set(text.replace("(", " ").split())


@pytest.mark.parametrize("name", ["activation gelu", "table of two", "numbers"])
def test_it_needs_numpy_alone(tmp_path, name):
    estimator, rows = fitted(name)
    rows = rows[:3]
    to_python(estimator, tmp_path / "model.py")
    shown = rows.drop(columns="day").to_dict("list") if hasattr(rows, "columns") else rows.tolist()
    code = f"""
import sys
sys.modules.update(dict.fromkeys(["sklearn", "scipy", "sknn", "pandas", "joblib"]))
from numpy import array, nan
import model
rows = {shown!r}
if isinstance(rows, dict):
    rows["day"] = array({[str(day) for day in getattr(rows, "day", [])]!r}, dtype="datetime64[s]")
print(repr(model.predict(rows).tolist()))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stderr == ""
    found, wanted = np.array(eval(done.stdout)), estimator.predict(rows)
    if wanted.dtype.kind == "U":
        assert found.tolist() == wanted.tolist()
    else:
        np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_raw_rows_of_any_kind():
    estimator, rows = fitted("table of classes")
    module = module_of(estimator)
    odd = rows[:5].copy()
    odd.loc[0, "city"], odd.loc[1, "city"], odd.loc[2, "area"] = "Paris", None, np.nan
    odd.loc[3, "day"] = pd.NaT
    wanted = estimator.predict_proba(odd)
    for given in (odd, odd.convert_dtypes(), odd.to_numpy(object), odd.to_numpy(object).tolist()):
        np.testing.assert_allclose(module["predict_proba"](given), wanted, rtol=1e-12)
    as_dict = {name: odd[name].tolist() for name in odd}
    np.testing.assert_allclose(module["predict_proba"](as_dict), wanted, rtol=1e-12)
    with pytest.raises(ValueError, match=r"no columns \['city'\]"):
        module["predict"](odd.drop(columns="city"))
    with pytest.raises(ValueError, match="shape"):
        module["predict"](odd.to_numpy(object)[:, :2])


def test_a_dict_of_single_values_is_a_row():
    for name in ("table of classes", "table of numbers"):
        estimator, rows = fitted(name)
        module = module_of(estimator)
        for given in (dict(rows.iloc[0]), dict(rows.iloc[0]) | {"area": None, "city": None}):
            given["day"] = given["day"].to_pydatetime()
            wanted = estimator.predict(pd.DataFrame([given]))
            found = module["predict"](given)
            assert found.shape == wanted.shape
            assert found.tolist() == pytest.approx(wanted.tolist())


def test_times_of_any_kind():
    rows = FRAME.assign(wait=FRAME["day"] - FRAME["day"][0])
    estimator = table(sknn.TabularMLPRegressorX, TWO)[0].fit(rows, TWO)
    module, wanted = module_of(estimator), estimator.predict(rows)
    days, waits = (
        [d.to_pydatetime() for d in rows["day"]],
        [w.to_pytimedelta() for w in rows["wait"]],
    )
    here = datetime.timezone(datetime.timedelta(hours=2))
    zoned = [day.replace(tzinfo=datetime.UTC).astimezone(here) for day in days]
    many = [list(rows["day"]), days, [d.date() for d in days], zoned, list(rows["day"].to_numpy())]
    for times in many:
        for gaps in (waits, list(rows["wait"].to_numpy())):
            columns = dict(rows) | {"day": times, "wait": gaps}
            as_rows = [list(row) for row in zip(*columns.values(), strict=True)]
            as_array = np.empty(rows.shape, object)
            as_array[:] = as_rows
            for given in (columns, as_rows, as_array):
                np.testing.assert_allclose(module["predict"](given), wanted, rtol=1e-9)
            with pytest.warns(UserWarning, match="feature names"):
                np.testing.assert_array_equal(estimator.predict(as_array), wanted)


def test_whole_numbers_with_gaps_are_categories_to_the_last_digit():
    numbers = pd.array([2**60, 2**60 + 1, None, 5] * 15, dtype="Int64")
    gaps = {"number": numbers, "kind": pd.Categorical(numbers)}
    rows = FRAME[["area"]].assign(**gaps)
    y = np.where(rows["number"].isna(), 9.0, np.arange(60) % 4)
    settings = {"categorical_features": ["number", "kind"], "max_iter": 30}
    net = table(sknn.TabularMLPRegressorX, y, **settings)[0].fit(rows, y)
    assert len(set(net.predict(rows.assign(area=0.0)))) == 4
    agrees(net, module_of(net), rows)
    one = {"area": 0.0, "number": 2**60 + 1, "kind": 2**60 + 1}
    assert module_of(net)["predict"](one) == pytest.approx(net.predict(pd.DataFrame([one])))


def test_names_are_never_more_than_names():
    evil = 'x"""\nimport os\nos.abort()\n#\\'
    rows = FRAME.rename(columns={"area": evil}).assign(city=[evil, "{0}", "é\n"] * 20)
    net = table(sknn.TabularMLPClassifierX, np.array([evil, "{1}%s"])[BINARY])[0]
    net.fit(rows, np.array([evil, "{1}%s"])[BINARY])
    module = module_of(net)
    assert module["predict"](rows).tolist() == net.predict(rows).tolist()
    assert module["COLUMNS"][0] == evil


def test_names_of_other_alphabets(tmp_path):
    rows = FRAME.rename(columns={"area": "Größe\\ä"}).assign(city=["Zürich", "東京", "\\😀"] * 20)
    labels = np.array(["nö", "да"])[BINARY]
    net = table(sknn.TabularMLPClassifierX, labels)[0].fit(rows, labels)
    source = to_python(net, tmp_path / "model.py")
    assert source.isascii()
    assert (tmp_path / "model.py").read_text("ascii") == source
    agrees(net, module_of(net), rows)
    assert module_of(net)["COLUMNS"][0] == "Größe\\ä"


def test_the_shape_of_rows_is_checked():
    module = module_of(fitted("binary")[0])
    for wrong in (X[0], X[:, :2]):
        with pytest.raises(ValueError, match=r"X must have the shape \(n, 3\)"):
            module["predict"](wrong)


def test_rows_of_numbers_of_any_kind():
    rows = pd.DataFrame(X, columns=["a", "b", "c"])
    net = MLPClassifierX(hidden_layer_sizes=(3,)).partial_fit(rows, BINARY, classes=[0, 1])
    predict, wanted = module_of(net)["predict_proba"], net.predict_proba(rows)
    turned = rows[["c", "a", "b"]]
    one = {name: float(rows[name][0]) for name in rows}
    for given in (X, X.tolist(), csr_matrix(X), rows, turned, turned.to_dict("list"), one):
        found = predict(given)
        np.testing.assert_allclose(found, wanted[: len(found)], rtol=2e-6)
    assert len(predict(one)) == 1
    with pytest.raises(ValueError, match=r"no columns \['b'\]"):
        predict(rows[["a", "c"]])


@pytest.mark.parametrize("name", ["classes", "labels", "quantiles", "table of quantiles"])
def test_many_rows_are_computed_in_blocks(name):
    estimator, rows = fitted(name)
    module = module_of(estimator)
    whole = {method: module[method](rows) for method in module["__all__"]}
    module["BLOCK"] = 7  # 60 rows are eight blocks, and a part of one
    for method, wanted in whole.items():
        found = module[method](rows)
        assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
        if found.dtype.kind == "f":
            np.testing.assert_allclose(found, wanted, rtol=1e-5)
        else:
            assert found.tolist() == wanted.tolist()


def test_levels_that_are_infinite():
    rows = FRAME.assign(city=pd.Categorical(np.array([np.inf, -np.inf, 0.5])[np.arange(60) % 3]))
    net = table(sknn.TabularMLPRegressorX, TWO)[0].fit(rows, TWO)
    agrees(net, module_of(net), rows)


def test_large_networks_are_written_in_time_that_grows_with_their_size():
    array = np.zeros(3_000_000)  # 32 MB of text; at the square of its size it took minutes
    start = time.process_time()
    text = _as_text([array])
    assert time.process_time() - start < 5
    assert max(map(len, text[:1000].splitlines())) == 96


def test_what_cannot_be_written():
    with pytest.raises(NotFittedError):
        to_python(MLPClassifierX())
    rows = FRAME.assign(city=pd.Categorical(FRAME["day"].dt.date))
    net = table(sknn.TabularMLPRegressorX, TWO)[0].fit(rows, TWO)
    with pytest.raises(InvalidParameterError, match="type date; make them texts"):
        to_python(net)
