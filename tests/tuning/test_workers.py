"""Workers: processes and clusters give the same search, also when some of them are killed."""

import os
import signal
import sys
import time
from pathlib import Path

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.stats import loguniform
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX
from sknn.exceptions import InterruptedFitWarning
from sknn.tuning import BayesSearchCV, HyperbandSearchCV
from sknn.tuning.workers import Here, Joblib, Processes, workers

distributed = pytest.importorskip("distributed")

SPACE = {"alpha": loguniform(1e-5, 1e-1), "penalty": ["l1", "l2"]}


class Deadly(SGDClassifier):
    """Kills the process that trains it, the first time that the file is not there."""

    def __init__(self, path=None, alpha=1e-4, penalty="l2", random_state=0):
        super().__init__(alpha=alpha, penalty=penalty, random_state=random_state)
        self.path = path

    def fit(self, X, y):
        self._die_once()
        return super().fit(X, y)

    def partial_fit(self, X, y, classes=None):
        self._die_once()
        return super().partial_fit(X, y, classes=classes)

    def _die_once(self):
        if self.path is None or self.alpha > 3e-3:
            return
        try:
            Path(self.path).touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)


def search(kind, estimator, **params):
    if kind == "bayes":
        return BayesSearchCV(estimator, SPACE, n_iter=6, n_points=3, cv=3, random_state=0, **params)
    strategy = {"strategy": "asha", "n_points": 3, "sampler": "tpe"} if kind == "asha" else {}
    return HyperbandSearchCV(
        estimator, SPACE, max_epochs=9, cv=3, random_state=0, **strategy, **params
    )


kinds = pytest.mark.parametrize("kind", ["bayes", "hyperband", "asha"])


@pytest.fixture(scope="module")
def client():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.mark.parametrize("kind", ["hyperband", "asha"])
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_process_is_replaced(small, kind, tmp_path, same_table):
    serial = search(kind, Deadly()).fit(*small)
    killed = search(kind, Deadly(str(tmp_path / "died")), n_jobs=2)
    killed.fit(*small)
    assert (tmp_path / "died").exists()
    same_table(serial.cv_results_, killed.cv_results_)
    assert_array_equal(serial.predict(small[0]), killed.predict(small[0]))


@kinds
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_worker_of_a_cluster_changes_nothing(small, kind, tmp_path, same_table, client):
    serial = search(kind, Deadly()).fit(*small)
    same_table(serial.cv_results_, search(kind, Deadly(), backend=client).fit(*small).cv_results_)
    killed = search(kind, Deadly(str(tmp_path / "died")), backend=client)
    killed.fit(*small)
    assert (tmp_path / "died").exists()
    same_table(serial.cv_results_, killed.cv_results_)
    client.wait_for_workers(2, timeout=30)


def test_networks_in_a_pipeline_on_a_cluster(client, same_table):
    X, y = load_digits(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), MLPClassifierX((16,), random_state=0))
    space = {
        "mlpclassifierx__alpha": loguniform(1e-5, 1e0),
        "mlpclassifierx__learning_rate_init": loguniform(1e-3, 1e-1),
    }
    tables = [
        HyperbandSearchCV(pipeline, space, max_epochs=9, cv=2, random_state=0, backend=backend)
        .fit(X[:500], y[:500])
        .cv_results_
        for backend in (None, client)
    ]
    same_table(*tables)


def test_errors_come_back_from_a_cluster(small, client):
    with pytest.raises(ValueError, match="penalty"):
        BayesSearchCV(
            SGDClassifier(), {"penalty": ["l3"]}, n_iter=2, error_score="raise", backend=client
        ).fit(*small)


def test_time_is_up_on_a_cluster(client):
    X = np.random.RandomState(0).rand(3000, 20)
    net = MLPClassifierX((64,), max_iter=200, tol=0, random_state=0)
    # minutes of work, and time enough for the first candidates on a machine that is busy
    search = HyperbandSearchCV(
        net, {"alpha": loguniform(1e-5, 1)}, max_epochs=243, cv=2, timeout=8, backend=client
    )
    with pytest.warns(InterruptedFitWarning, match="out of time after 8 s"):
        found = search.fit(X, X[:, 0] > 0.5)
    assert found.n_epochs_total_ < 6831


def test_who_is_asked():
    class Data:
        def split(self):
            return {}, {}

    def kind(backend=None, n_jobs=None):
        return type(workers(backend, n_jobs, Data(), time.monotonic() + 99))

    assert kind() is Here
    assert kind(n_jobs=1) is Here
    assert kind("joblib") is Joblib
    assert kind("joblib", 2) is Joblib
    with joblib.parallel_config("threading", n_jobs=2):
        assert kind() is Joblib
    made = workers(None, 2, Data(), time.monotonic() + 99)
    with made:
        assert type(made) is Processes
    with joblib.parallel_config(n_jobs=2), workers(None, None, Data(), 1e99) as made:
        assert type(made) is Processes


def test_threads_of_joblib(small, same_table):
    serial = search("hyperband", Deadly()).fit(*small)
    with joblib.parallel_config("threading", n_jobs=2):
        threads = search("hyperband", Deadly()).fit(*small)
    same_table(serial.cv_results_, threads.cv_results_)


def test_joblibs_own_executor_is_left_alone(small):
    search("bayes", Deadly(), n_jobs=2).fit(*small)
    assert joblib.Parallel(n_jobs=2)(joblib.delayed(abs)(-i) for i in range(3)) == [0, 1, 2]
    search("bayes", Deadly(), n_jobs=2).fit(*small)


def test_joblib_on_dask_is_warned_of(small, client):
    with joblib.parallel_config("dask"), pytest.warns(UserWarning, match="joblib's dask backend"):
        found = search("bayes", Deadly()).fit(*small)
    assert found.score(*small) > 0.5
