"""Many threads and processes with one model, or with a model each, get what one alone gets."""

import multiprocessing
import pickle
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest
from joblib import Parallel, delayed
from numpy.testing import assert_array_equal, assert_equal
from threadpoolctl import threadpool_info, threadpool_limits

from sknn import (
    MLPClassifierX,
    MLPRegressorX,
    TabularMLPClassifierX,
    TabularMLPRegressorX,
    compile_predictor,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.RandomState(0)
X = rng.normal(size=(300, 20))
NUMBER = X[:, 0] + np.abs(X[:, 1])
KIND = np.digitize(NUMBER, [0.0, 1.0])
QUICK = {"hidden_layer_sizes": 8, "max_iter": 2, "n_folds": 2, "n_repeats": 1, "random_state": 0}
N_THREADS, N_CALLS = 8, 15
#: Slices of rows of many sizes, so that threads want working memory of many shapes.
PARTS = [slice(i, i + size) for i, size in enumerate([1, 2, 7, 64, 250] * (N_CALLS // 5))]


def classifier(seed=0, **params):
    return MLPClassifierX((30,), max_iter=3, random_state=seed, **params)


MODELS = {
    "classifier": lambda: classifier().fit(X, KIND),
    "normalized": lambda: classifier(normalization="batch", dropout=0.2).fit(X, KIND),
    "members": lambda: classifier(members="tabm").fit(X, KIND),
    "wide regressor": lambda: MLPRegressorX(
        hidden_layer_sizes=(300, 300), max_iter=1, random_state=0
    ).fit(X, NUMBER),
    "tabular classifier": lambda: TabularMLPClassifierX(**QUICK).fit(X, KIND),
    "tabular regressor": lambda: TabularMLPRegressorX(**QUICK).fit(X, NUMBER),
}


@pytest.fixture(params=MODELS)
def model(request):
    """A fitted estimator of each kind."""
    return MODELS[request.param]()


def in_threads(call, *arguments):
    """What a function gives for each argument, called at the same moment in as many threads."""
    together = threading.Barrier(N_THREADS)

    def work(*own):
        together.wait(30)
        return call(*own)

    with ThreadPoolExecutor(N_THREADS) as pool:
        return list(pool.map(work, *arguments))


def method_of(model):
    return getattr(model, "predict_proba", model.predict)


def all_parts(answer):
    return [answer(X[part]) for part in PARTS]


def test_predictions_in_many_threads(model):
    with threadpool_limits(2, user_api="blas"):
        expected = all_parts(method_of(model))
        copy = pickle.loads(pickle.dumps(model))  # whose networks are not made yet
        for found in in_threads(all_parts, [method_of(copy)] * N_THREADS):
            assert_equal(found, expected)


@pytest.mark.parametrize("name", ["classifier", "tabular classifier"])
def test_one_predictor_in_many_threads(name):
    model = MODELS[name]()
    predictor = compile_predictor(model)
    expected = all_parts(predictor)
    assert_equal(expected, all_parts(model.predict_proba))
    for found in in_threads(all_parts, [predictor] * N_THREADS):
        assert_equal(found, expected)


def test_a_prediction_changes_nothing(model):
    model.predict(X)  # a tabular estimator makes its networks in double precision once
    before = {name: id(value) for name, value in vars(model).items()}
    state = pickle.dumps(model)
    model.predict(X)
    method_of(model)(X[:1])
    assert {name: id(value) for name, value in vars(model).items()} == before
    assert pickle.dumps(model) == state


SETTINGS = [
    {},
    {"solver": "sgd"},
    {"solver": "lbfgs"},
    {"early_stopping": True},
    {"dropout": 0.3},
    {"normalization": "batch"},
    {"batch_size": "full"},
    {"averaging": "ema"},
]


def learned(seed, params):
    net = classifier(seed, **params)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net.fit(X, KIND)
    return net.coefs_


def learned_quietly(seed, params):
    """Without ``catch_warnings``, which threads share."""
    return classifier(seed, **params).fit(X, KIND).coefs_


def test_fits_in_many_threads():
    seeds = range(N_THREADS)
    expected = [learned_quietly(*each) for each in zip(seeds, SETTINGS, strict=True)]
    before = [pool["num_threads"] for pool in threadpool_info()]
    for _ in range(3):
        assert_equal(in_threads(learned_quietly, seeds, SETTINGS), expected)
    assert [pool["num_threads"] for pool in threadpool_info()] == before


def test_fits_that_fail_beside_others():
    """An error in one thread leaves the fits of others as they are."""

    def work(seed):
        if seed % 2:
            with pytest.raises(ValueError, match="NaN"):
                classifier().fit(X * np.nan, KIND)
            return None
        return learned_quietly(seed, {})

    expected = [work(seed) for seed in range(N_THREADS)]
    assert_equal(in_threads(work, range(N_THREADS)), expected)


def test_fits_in_workers():
    expected = [learned(*each) for each in enumerate(SETTINGS[:4])]
    found = Parallel(2)(delayed(learned)(*each) for each in enumerate(SETTINGS[:4]))
    assert_equal(found, expected)


def test_predictions_in_workers_from_a_model_in_shared_memory():
    """joblib maps large arrays of a model into the memory of its workers, read-only."""
    net = MODELS["classifier"]()
    found = Parallel(2, max_nbytes=1)(delayed(net.predict_proba)(X[:n]) for n in (1, 300))
    assert_equal(found, [net.predict_proba(X[:1]), net.predict_proba(X)])


def test_training_goes_on_from_a_model_in_a_read_only_file(tmp_path):
    """Where scikit-learn's own says that the output array is read-only."""
    net = classifier().partial_fit(X, KIND, classes=[0, 1, 2])
    joblib.dump(net, tmp_path / "model")
    mapped = joblib.load(tmp_path / "model", mmap_mode="r")
    assert_equal(mapped.predict_proba(X), net.predict_proba(X))
    assert_equal(mapped.partial_fit(X, KIND).coefs_, net.partial_fit(X, KIND).coefs_)


def in_child(model, queue):
    """Predict with a parent's model, and train another one."""
    queue.put((method_of(model)(X), learned(1, {}), learned(2, {"solver": "lbfgs"})))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("name", ["wide regressor", "tabular classifier"])
@pytest.mark.parametrize("when", ["after", "during"])
def test_fork(name, when):
    """After a fit, or while another thread trains and holds the limit of threads."""
    model = MODELS[name]()
    expected = method_of(model)(X), learned(1, {}), learned(2, {"solver": "lbfgs"})
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    child = context.Process(target=in_child, args=(model, queue))
    stop, training = threading.Event(), threading.Event()

    def go_on():
        net = classifier()
        while not stop.is_set():
            net.partial_fit(X, KIND, classes=[0, 1, 2])
            training.set()

    other = threading.Thread(target=go_on, daemon=True)
    try:
        if when == "during":
            other.start()
            assert training.wait(30)
        child.start()
        child.join(60)
        assert child.exitcode == 0
        assert_equal(queue.get(), expected)
    finally:
        stop.set()
        if other.ident is not None:
            other.join(30)
        if child.is_alive():
            child.kill()
    assert_array_equal(method_of(model)(X), expected[0])
