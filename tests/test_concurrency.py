"""The same bits wherever a network is trained and asked: threads, processes, forks."""

import logging
import multiprocessing
import os
import random
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from joblib import Parallel, delayed
from sklearn.model_selection import cross_validate
from threadpoolctl import threadpool_info

from sknn import (
    MLPClassifierX,
    MLPRegressorX,
    TabularMLPClassifierX,
    compile_predictor,
    use_threads,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X = np.random.RandomState(0).standard_normal((600, 20))
Y = (X[:, 0] > 0).astype(int)
QUICK = {"max_iter": 2, "random_state": 0}

#: Small ones as they are, wide ones with one thread.
NETWORKS = {
    "small": lambda: MLPClassifierX(**QUICK),
    "single precision": lambda: MLPClassifierX(dtype="float32", dropout=0.1, **QUICK),
    "stopped": lambda: MLPClassifierX(early_stopping=True, normalization="batch", **QUICK),
    "lbfgs": lambda: MLPRegressorX(solver="lbfgs", **QUICK),
    "table": lambda: TabularMLPClassifierX(effort="fast", **QUICK),
    "wide": lambda: MLPClassifierX((300, 300), batch_size=300, **QUICK),
}


def bits(name):
    """All weights and predictions of a network that is trained here."""
    net = NETWORKS[name]()
    with warnings.catch_warnings(), use_threads(1):
        warnings.simplefilter("ignore")
        net.fit(X, Y)
        answer = net.predict(X)
    members = getattr(net, "estimators_", [net])
    arrays = [array for member in members for array in [*member.coefs_, *member.intercepts_]]
    return b"".join(np.ascontiguousarray(a).tobytes() for a in [*arrays, answer])


@pytest.fixture(scope="module")
def serial():
    return {name: bits(name) for name in NETWORKS}


@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
def test_the_same_bits_on_every_backend(serial, backend):
    names = [*NETWORKS] * 2
    found = Parallel(n_jobs=2, backend=backend)(delayed(bits)(name) for name in names)
    assert [name for name, each in zip(names, found, strict=True) if each != serial[name]] == []


def test_fits_in_eight_threads(serial):
    names = [*NETWORKS] * 3
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(bits, names))
    assert [name for name, each in zip(names, found, strict=True) if each != serial[name]] == []
    assert len({p["num_threads"] for p in threadpool_info()} | {1}) <= 2


def test_cross_validation_has_the_same_scores():
    for net in (MLPRegressorX(**QUICK), TabularMLPClassifierX(effort="fast", **QUICK)):
        one, two = (cross_validate(net, X, Y, cv=3, n_jobs=n)["test_score"] for n in (1, 2))
        assert one.tolist() == two.tolist()


def test_members_of_a_table_are_the_same_for_any_n_jobs():
    one, two = (
        TabularMLPClassifierX(n_folds=2, n_jobs=n, **QUICK).fit(X[:200], Y[:200]).predict_proba(X)
        for n in (1, 2)
    )
    assert (one == two).all()


@pytest.mark.parametrize("name", ["small", "table"])
def test_predictions_from_many_threads(name):
    net = NETWORKS[name]().fit(X, Y)
    predictor = compile_predictor(net)
    wanted = net.predict_proba(X)
    parts = [slice(i * 37, i * 37 + 37 + i) for i in range(12)]

    def ask(i):
        rows = X[parts[i % 12]]
        return net.predict_proba(rows), predictor(rows)

    alone = [ask(i) for i in range(12)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(ask, range(24 if name == "table" else 240)))
    for i, pair in enumerate(together):
        for found, single in zip(pair, alone[i % 12], strict=True):
            assert (found == single).all()
        np.testing.assert_allclose(pair[0], wanted[parts[i % 12]], rtol=1e-10)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_predicts_and_trains(serial):
    net = NETWORKS["small"]().fit(X, Y)
    wanted = net.predict_proba(X)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert all((p == wanted).all() for p in pool.map(net.predict_proba, [X] * 4))
        assert pool.map(bits, ["small", "lbfgs"]) == [serial["small"], serial["lbfgs"]]


def test_the_world_stays_as_it_was(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def world():
        return (
            np.random.get_state()[1].tobytes(),
            random.getstate(),
            np.geterr(),
            list(warnings.filters),
            [p["num_threads"] for p in threadpool_info()],
            dict(os.environ),
            os.getcwd(),
            os.listdir(),
            list(logging.getLogger().handlers),
            sys.getrecursionlimit(),
            sys.excepthook,
        )

    before = world()
    for make in NETWORKS.values():
        net = make().fit(X, Y)
        net.predict(X)
        net.score(X, Y)
        assert world() == before
    assert capsys.readouterr() == ("", "")


def test_a_generator_of_ones_own_goes_on():
    rng = np.random.RandomState(0)
    first, second = (MLPClassifierX(max_iter=1, random_state=rng).fit(X, Y) for _ in range(2))
    assert (first.coefs_[0] != second.coefs_[0]).any()
    rng = np.random.RandomState(0)
    again = MLPClassifierX(max_iter=1, random_state=rng).fit(X, Y)
    assert (first.coefs_[0] == again.coefs_[0]).all()
