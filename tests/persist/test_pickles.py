"""Pickles, and the files of joblib and skops: plain values alone, and no larger than need be."""

import copy
import pickle

import joblib
import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skops import io as skops

import sknn
from sknn import MLPClassifierX, MLPRegressorX
from sknn.nn.layers.members import Packed, TabM

from .models import BINARY, CASES, NUMBER, X, fitted, same_answers, same_text


@pytest.mark.parametrize("name", CASES)
def test_pickles_and_copies(name):
    estimator, rows = fitted(name)
    same_answers(estimator, pickle.loads(pickle.dumps(estimator)), rows)
    again = copy.deepcopy(estimator)
    assert same_text(again) == same_text(estimator)


@pytest.mark.parametrize("name", CASES)
def test_skops_asks_for_one_type(name):
    estimator, rows = fitted(name)
    file = skops.dumps(estimator)
    asked = skops.get_untrusted_types(data=file)
    assert asked == [f"sknn.{type(estimator).__name__}"]
    assert asked[0] in sknn.SKOPS_TRUSTED_TYPES
    same_answers(estimator, skops.loads(file, trusted=sknn.SKOPS_TRUSTED_TYPES), rows)


def test_skops_keeps_whole_pipelines():
    net = MLPClassifierX((3,), solver="lbfgs", max_iter=200, random_state=0)
    pipeline = make_pipeline(StandardScaler(), net).fit(X, BINARY)
    file = skops.dumps(pipeline)
    again = skops.loads(file, trusted=sknn.SKOPS_TRUSTED_TYPES)
    np.testing.assert_array_equal(again.predict_proba(X), pipeline.predict_proba(X))


@pytest.mark.parametrize("dump", [pickle.dumps, skops.dumps], ids=["pickle", "skops"])
def test_training_goes_on_after_loading(dump):
    net = MLPRegressorX(hidden_layer_sizes=(4,), random_state=0).partial_fit(X, NUMBER)
    file = dump(net)
    again = (
        pickle.loads(file)
        if dump is pickle.dumps
        else skops.loads(file, trusted=sknn.SKOPS_TRUSTED_TYPES)
    )
    for _ in range(3):
        net.partial_fit(X, NUMBER)
        again.partial_fit(X, NUMBER)
    np.testing.assert_array_equal(net.coefs_[0], again.coefs_[0])


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_pickle_is_no_larger_than_the_weights(solver, early_stopping):
    net = MLPRegressorX(
        hidden_layer_sizes=(400,), solver=solver, max_iter=2, early_stopping=early_stopping
    )
    with pytest.warns(ConvergenceWarning):
        net.fit(np.tile(X, (1, 20)), NUMBER)
    n_bytes = sum(a.nbytes for a in [*net.coefs_, *net.intercepts_])
    assert n_bytes > 90_000
    assert len(pickle.dumps(net)) < n_bytes + 6_000


def test_a_pickle_holds_no_rows():
    rows = np.random.RandomState(0).standard_normal((5_000, 3))
    net = MLPRegressorX(hidden_layer_sizes=(2,), max_iter=2, early_stopping=True, random_state=0)
    with pytest.warns(ConvergenceWarning):
        net.fit(rows, rows[:, 0])
    assert len(pickle.dumps(net)) < 10_000


@pytest.mark.parametrize("name", ["binary", "table of two", "averaged, to go on"])
def test_a_memory_map_of_the_weights_predicts_and_trains(tmp_path, name):
    estimator, rows = fitted(name)
    joblib.dump(estimator, tmp_path / "model.joblib")
    again = joblib.load(tmp_path / "model.joblib", mmap_mode="r")
    same_answers(estimator, again, rows)
    if hasattr(again, "partial_fit"):
        again.partial_fit(rows, CASES[name]()[2])


def test_another_version_warns(monkeypatch):
    file = pickle.dumps(fitted("binary")[0])
    monkeypatch.setattr("sknn.estimators.state.__version__", "99.0")
    with pytest.warns(UserWarning, match="version 0"):
        pickle.loads(file)


@pytest.mark.parametrize("members", [Packed(1), Packed(2), TabM(1)])
def test_the_smallest_network_comes_back(members):
    net = MLPRegressorX(hidden_layer_sizes=(), members=members, batch_size="full")
    net.partial_fit([[1.0]], [2.0])
    assert pickle.loads(pickle.dumps(net)).predict([[3.0]]) == net.predict([[3.0]])


@pytest.mark.parametrize("of", ["optimizer", "average"])
def test_what_training_goes_on_from_must_fit_the_network(of):
    """A wrong length would have compiled kernels write where nothing is theirs."""
    net = MLPRegressorX(hidden_layer_sizes=(5,), averaging="ema", random_state=0)
    net.partial_fit(X, NUMBER)
    net._continuation[of] |= {"mean": np.zeros(1)}
    again = pickle.loads(pickle.dumps(net))
    before = again.coefs_[0].copy()
    with pytest.raises(ValueError, match=r"another network: 'mean' has the shape \(1,\) in place"):
        again.partial_fit(X, NUMBER)
    np.testing.assert_array_equal(again.coefs_[0], before)
