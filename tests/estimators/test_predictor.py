"""Compiled predictors answer as the estimators do, and for themselves."""

import copy
import pickle
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from numpy.testing import assert_array_equal
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from sknn import (
    MLPClassifierX,
    MLPRegressorX,
    TabularMLPClassifierX,
    TabularMLPRegressorX,
    compile_predictor,
)
from sknn.exceptions import InvalidParameterError
from sknn.train import Callback

FEW = {"solver": "lbfgs", "max_iter": 30, "random_state": 0}


@pytest.fixture(scope="module")
def X():
    return np.random.default_rng(0).normal(size=(600, 4))


def fitted(estimator, X, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return estimator.fit(X, y)


@pytest.fixture(
    params=["binary", "names", "multiclass", "multilabel", "squared error", "hinge", "one class"]
)
def classifier(request, X):
    y = {
        "names": np.where(X[:, 0] > 0, "yes", "no"),
        "multiclass": np.digitize(X[:, 0], [-0.5, 0.5]),
        "multilabel": (X[:, :2] > 0).astype(int),
    }.get(request.param, (X[:, 0] > 0).astype(int))
    losses = {"squared error": "squared_error", "hinge": "hinge"}
    estimator = MLPClassifierX(**FEW, loss=losses.get(request.param, "log_loss"))
    if request.param == "one class":
        return MLPClassifierX(max_iter=1, random_state=0).partial_fit(X, y * 0, classes=[0])
    return fitted(estimator, X, y)


@pytest.mark.parametrize("n_rows", [1, 7, 600])
def test_classifiers(classifier, X, n_rows):
    methods = [
        m for m in ("predict", "predict_proba", "decision_function") if hasattr(classifier, m)
    ]
    for method in methods:
        predictor = compile_predictor(classifier, method)
        assert_array_equal(predictor(X[:n_rows]), getattr(classifier, method)(X[:n_rows]))
    default = compile_predictor(classifier)
    assert default.method == ("predict_proba" if "predict_proba" in methods else "predict")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"standardize_y": True},
        {"loss": "quantile"},
        {"loss": "gamma", "standardize_y": False},
        {"normalization": "layer", "dropout": 0.1, "solver": "adam"},
        {"dtype": "float32"},
    ],
    ids=str,
)
def test_regressors(X, settings):
    y = np.exp(X[:, 0])
    net = fitted(MLPRegressorX(**FEW | settings), X, y)
    predictor = compile_predictor(net)
    for rows in (X, X[:3], X[:3].astype(np.float32)):
        assert predictor(rows).dtype == net.predict(rows).dtype
        assert_array_equal(predictor(rows), net.predict(rows))


@pytest.mark.parametrize("kind", ["f2", ">f4", "i1", "u8", "?", np.longdouble])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rows_of_any_type(X, dtype, kind):
    net = fitted(MLPRegressorX(**FEW, dtype=dtype), X, X[:, 0])
    rows = X[:7].astype(kind)
    found, expected = compile_predictor(net)(rows), net.predict(rows)
    assert found.dtype == expected.dtype
    assert_array_equal(found, expected)


@pytest.mark.filterwarnings("error")
def test_rows_that_overflow(X):
    labels = np.array(["low", "mid", "top"])[np.digitize(X[:, 0], [-0.5, 0.5])]
    far = X[:5].copy()
    far[1], far[3] = [1e39, -1e39, 1e39, 0.0], [-1e39, 1e39, 1e39, 1e300]
    plain = fitted(MLPClassifierX(**FEW, dtype="float32"), X, labels)
    named = copy.deepcopy(plain)
    named.feature_names_in_ = np.array(list("abcd"), dtype=object)
    for method in ("predict", "predict_proba", "decision_function"):
        for rows in (far, scipy.sparse.csr_array(far)):
            expected = getattr(plain, method)(rows)
            for net in (plain, named):
                assert_array_equal(compile_predictor(net, method)(rows), expected)
    regressor = fitted(MLPRegressorX(**FEW, dtype="float32"), X, X[:, 0])
    with pytest.raises(ValueError, match="row 1 of X overflows"):
        compile_predictor(regressor)(far)
    far[1] = np.nan
    with pytest.raises(ValueError, match="Input X contains NaN"):
        compile_predictor(plain)(far)


class Locked(Callback):
    """A callback that cannot be copied."""

    def __init__(self):
        self.lock = threading.Lock()


@pytest.mark.parametrize("cls", [MLPRegressorX, TabularMLPRegressorX])
def test_it_has_nothing_that_only_training_needs(X, cls):
    few = {"hidden_layer_sizes": 200, "max_iter": 2, "random_state": 0, "callbacks": Locked()}
    few |= {"effort": "fast"} if cls is TabularMLPRegressorX else {"warm_start": True}
    net = fitted(cls(**few), X, X[:, 0])
    predictor = compile_predictor(net)
    again = pickle.loads(pickle.dumps(predictor))
    for each in (predictor, again):
        assert_array_equal(each(X[:3]), net.predict(X[:3]))
        for member in getattr(each.estimator, "estimators_", [each.estimator]):
            assert "_continuation" not in vars(member)
    assert net.callbacks is few["callbacks"]


def test_sparse_rows(X):
    net = fitted(MLPRegressorX(**FEW), X, X[:, 0])
    sparse = scipy.sparse.csr_array(X * (np.abs(X) > 1))
    assert_array_equal(compile_predictor(net)(sparse), net.predict(sparse))


def test_it_keeps_its_weights(X):
    net = MLPRegressorX(random_state=0).partial_fit(X, X[:, 0])
    predictor = compile_predictor(net)
    before = predictor(X)
    again = pickle.loads(pickle.dumps(predictor))
    net.partial_fit(X, X[:, 0])
    assert_array_equal(predictor(X), before)
    assert_array_equal(again(X), before)
    assert np.abs(net.predict(X) - before).max() > 1e-6


def test_what_it_returns_stays(X):
    predictor = compile_predictor(fitted(MLPRegressorX(**FEW), X, X[:, 0]))
    first = predictor(X[:1])
    kept = first.copy()
    predictor(X[1:2])
    assert_array_equal(first, kept)


def test_many_sizes_in_many_threads(X):
    net = fitted(MLPRegressorX(**FEW), X, X[:, 0])
    predictor = compile_predictor(net)
    expected = {n: net.predict(X[:n]) for n in range(1, 60)}
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            results = list(pool.map(lambda n: predictor(X[:n]), expected))
            for n, result in zip(expected, results, strict=True):
                assert_array_equal(result, expected[n])


def test_what_is_refused(X):
    net = MLPRegressorX(**FEW)
    with pytest.raises(NotFittedError):
        compile_predictor(net)
    fitted(net, X, X[:, 0])
    with pytest.raises(InvalidParameterError, match=r"'predict_proba'.*It has 'predict'"):
        compile_predictor(net, "predict_proba")
    predictor = compile_predictor(net)
    with pytest.raises(ValueError, match=r"\(n_rows, 4\). Got \(2, 3\)"):
        predictor(X[:2, :3])
    with pytest.raises(ValueError, match=r"newaxis"):
        predictor(X[0])


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function", None])
def test_a_tabular_classifier(method, X):
    net = TabularMLPClassifierX("fast", hidden_layer_sizes=4, max_iter=2, random_state=0)
    net.fit(X, X[:, 0] > 0)
    predictor = compile_predictor(net, method)
    expected = getattr(net, method or "predict_proba")(X[:3])
    assert_array_equal(predictor(X[:3]), expected)
    net.fit(X, X[:, 1] > 0)
    assert_array_equal(pickle.loads(pickle.dumps(predictor))(X[:3]), expected)


def test_a_tabular_regressor(X):
    net = TabularMLPRegressorX("fast", hidden_layer_sizes=4, max_iter=2, random_state=0)
    assert_array_equal(compile_predictor(net.fit(X, X[:, 0]))(X[:3]), net.predict(X[:3]))
    with pytest.raises(InvalidParameterError, match="no method 'predict_proba' to compile"):
        compile_predictor(net, "predict_proba")


@pytest.fixture(scope="module")
def table(X):
    cities = np.array(["Rome", "Oslo", None, "Lima"], dtype=object)
    streets = [f"s{i % 30}" for i in range(len(X))]
    return pd.DataFrame(X, columns=list("abcd")).assign(
        city=cities[np.arange(len(X)) % 4], street=streets
    )


@pytest.fixture(scope="module", params=["alone", "stacked"])
def of_table(request, X, table):
    folds = {"n_folds": 3} if request.param == "stacked" else {}
    net = TabularMLPRegressorX("fast", hidden_layer_sizes=4, max_iter=2, random_state=0, **folds)
    return net.fit(table, X[:, 0])


def test_a_tabular_predictor_keeps_its_rooms_for_itself(of_table, table):
    """Rows fewer and more than those that working memory is kept for, in turn and in threads."""
    predictor = compile_predictor(of_table)
    sizes = [*range(1, 40), 255, 256, 257, 600]
    expected = {n: of_table.predict(table[:n]) for n in sizes}
    first = predictor(table[:1])
    with ThreadPoolExecutor(8) as pool:
        for _ in range(2):
            results = list(pool.map(lambda n: predictor(table[:n]), sizes))
            for n, result in zip(sizes, results, strict=True):
                assert_array_equal(result, expected[n])
    assert_array_equal(first, expected[1])
    assert all(rooms is None for rooms in of_table._networks._rooms)


def test_a_row_of_a_tabular_predictor_makes_no_new_room(of_table, table, monkeypatch):
    predictor = compile_predictor(of_table)
    expected = predictor(table[:1])
    for network in [part for _, part in predictor.estimator._networks._parts]:
        monkeypatch.setattr(network, "room", None)
    assert_array_equal(predictor(table[:1]), expected)
    with pytest.raises(TypeError):
        predictor(table[:2])
