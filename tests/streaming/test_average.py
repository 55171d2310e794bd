"""average_fit: means of weights, the same whichever worker trains, also when one is killed."""

import os
import signal
from concurrent.futures import CancelledError

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InvalidParameterError, MissingExtraError
from sknn.streaming import average_fit, fit_stream
from sknn.streaming.numbers import averaged, numbers_of

SHARDS = (slice(0, 128), slice(128, 230))


@pytest.fixture(scope="module")
def client():
    from distributed import Client

    with Client(
        processes=False, n_workers=2, threads_per_worker=1, dashboard_address=":0"
    ) as client:
        yield client


def classifier(**params):
    return MLPClassifierX(hidden_layer_sizes=8, batch_size=16, random_state=3, **params)


def same(a, b):
    pairs = zip(numbers_of(a), numbers_of(b), strict=True)
    return all(np.array_equal(mine, theirs) for mine, theirs in pairs)


@pytest.mark.filterwarnings("ignore:Got `batch_size`")  # that of partial_fit itself
def test_a_mean_of_shards_after_each_pass(client, table):
    X, y, weight = table
    net = average_fit(
        classifier(), X, y, sample_weight=weight, client=client, epochs=3, shards=2,
        block_rows=32, shuffle=False,
    )  # fmt: skip
    first = classifier().partial_fit(X[:32], y[:32], sample_weight=weight[:32], classes=[0, 1, 2])
    shards = [clone(first), clone(first)]
    for shard in shards:
        shard.partial_fit(X[:32], y[:32], sample_weight=weight[:32], classes=[0, 1, 2])
    for _ in range(3):
        for shard, rows in zip(shards, SHARDS, strict=True):
            for at in range(rows.start, rows.stop, 32):
                part = slice(at, min(at + 32, rows.stop))
                shard.partial_fit(X[part], y[part], sample_weight=weight[part])
        for ours, theirs in zip(
            [*shards[0].coefs_, *shards[0].intercepts_],
            [*shards[1].coefs_, *shards[1].intercepts_],
            strict=True,
        ):
            mean = (128 * ours.astype(float) + 102 * theirs.astype(float)) / 230
            ours[...] = mean
            theirs[...] = mean
    np.testing.assert_allclose(net.coefs_[0], shards[0].coefs_[0], rtol=1e-5)
    assert net.stream_history_["rows"] == [230] * 3
    assert net.stream_history_["blocks"] == [8] * 3
    assert net.coefs_[0].dtype == np.float32
    other = fit_stream(classifier(), X, y, sample_weight=weight, epochs=3, block_rows=32)
    assert not same(net, other)  # a different result from one process


@pytest.mark.parametrize(
    ("kind", "normalization"),
    [("npy", "batch"), ("parquet folder", None), ("dask array", "batch"), ("dask frame", None)],
)
def test_from_every_kind_of_storage(kind, normalization, client, stored):
    X, y, weight = stored[kind]

    def trained():
        return average_fit(
            classifier(normalization=normalization), X, y, sample_weight=weight, client=client,
            epochs=2, shards=2, block_rows=20, window=2,
        )  # fmt: skip

    net = trained()
    assert same(net, trained())
    assert net.stream_history_["rows"] == [230, 230]
    assert (len(numbers_of(net)[1]) > 0) == (normalization is not None)


def test_it_learns_and_goes_on(client, table):
    X, y, _ = table
    net = classifier(learning_rate_init=0.03)
    average_fit(net, X, y, client=client, epochs=25, block_rows=32, validation=0.25)
    scores = net.stream_history_["validation_score"]
    assert net.score(X[:192], y[:192]) > 0.9
    assert scores[-1] == pytest.approx(net.score(X[192:], y[192:]))
    once = average_fit(classifier(), X, y, client=client, epochs=4, shards=3, block_rows=16)
    twice = average_fit(classifier(), X, y, client=client, epochs=2, shards=3, block_rows=16)
    average_fit(twice, X, y, client=client, epochs=2, shards=3, block_rows=16)
    assert twice.stream_history_["epoch"] == [1, 2, 3, 4] == once.stream_history_["epoch"]


@pytest.mark.parametrize(
    "estimator",
    [
        make_pipeline(StandardScaler(), classifier()),
        MLPRegressorX(standardize_y=True, random_state=None),
        MLPClassifier((4,), batch_size=16, random_state=0),
        SGDClassifier(random_state=0),
    ],
    ids=["pipeline", "standardized targets", "scikit-learn's network", "linear"],
)
def test_what_can_be_averaged(estimator, client, table):
    X, y, _ = table
    estimator = clone(estimator)
    step = estimator[-1] if isinstance(estimator, Pipeline) else estimator
    if hasattr(step, "learning_rate_init"):
        step.set_params(learning_rate_init=0.03)
    assert average_fit(estimator, X, y, client=client, epochs=20, shards=2) is estimator
    before = estimator.score(X, y)
    assert before > (0.7 if hasattr(estimator, "classes_") else 0.3)
    weights = numbers_of(step)[0].copy()
    fit_stream(estimator, X, y)  # goes on training by itself
    assert (numbers_of(step)[0] != weights).any()


def test_the_mean_of_networks_with_learned_activations(table):
    X, y, _ = table
    nets = [
        MLPClassifierX((4,), activation="prelu", normalization="batch", random_state=seed)
        .partial_fit(X, y, classes=[0, 1, 2])
        for seed in (0, 1)
    ]  # fmt: skip
    means = [(3 * a + b) / 4 for a, b in zip(numbers_of(nets[0]), numbers_of(nets[1]), strict=True)]
    averaged(nets, [3, 1])
    for mine, theirs, mean in zip(*(numbers_of(net) for net in nets), means, strict=True):
        np.testing.assert_allclose(mine, mean, rtol=1e-5)
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(nets[0].predict_proba(X), nets[1].predict_proba(X))
    np.testing.assert_array_equal(nets[0].coefs_[0], nets[1].coefs_[0])


def test_a_worker_that_is_killed_changes_nothing(table, tmp_path):
    import distributed

    X, y, _ = table
    killed = tmp_path / "killed"

    class Mortal(MLPClassifierX):  # defined here, so that it travels by value
        def partial_fit(self, X, y, **told):
            if getattr(self, "t_", 0) > 200:  # not in the first pass
                try:
                    os.close(os.open(killed, os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    pass
                else:
                    os.kill(os.getpid(), signal.SIGKILL)
            return super().partial_fit(X, y, **told)

    def trained(client):
        net = Mortal(hidden_layer_sizes=8, batch_size=16, random_state=3)
        return average_fit(net, X, y, client=client, epochs=3, shards=2, block_rows=60)

    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=":0",
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        survived = trained(client)
        assert killed.exists()
        assert same(survived, trained(client))


def test_rows_that_are_lost_are_sent_again(client, table, monkeypatch):
    X, y, _ = table

    def trained():
        return average_fit(classifier(), X, y, client=client, epochs=2, shards=2, block_rows=20)

    expected = trained()
    gather, losses = client.gather, iter([True, True, False, True, False])

    def losing(tasks):
        if next(losses, True):
            raise CancelledError
        return gather(tasks)

    monkeypatch.setattr(client, "gather", losing)
    assert same(trained(), expected)
    with pytest.raises(RuntimeError, match="lost with a worker 3 times"):
        trained()


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (GaussianNB(), r"Got GaussianNB\. fit_stream trains anything"),
        (classifier(averaging="ema"), "Got averaging='ema': set averaging=None"),
        (SGDClassifier(average=True), "Got average=True: set average=False"),
    ],
)
def test_what_cannot_be_averaged(estimator, message, client, table):
    with pytest.raises(InvalidParameterError, match=message):
        average_fit(estimator, *table[:2], client=client)


def test_arguments_that_are_refused(client, table):
    X, y, _ = table
    with pytest.raises(InvalidParameterError, match="'shards' parameter of average_fit"):
        average_fit(classifier(), X, y, client=client, shards=0)
    with pytest.raises(InvalidParameterError, match=r"client must be a distributed\.Client.*None"):
        average_fit(classifier(), X, y, client=None)
    with pytest.raises(InvalidParameterError, match="shards=4 needs a block for each"):
        average_fit(classifier(), X, y, client=client, shards=4, block_rows=100)
    with pytest.raises(InvalidParameterError, match="workers can share out"):
        average_fit(classifier(), lambda: iter([(X, y)]), client=client)


def test_an_error_of_a_worker_reaches_the_caller(client, table):
    X, y, _ = table
    with pytest.raises(ValueError, match="classes not in"):
        average_fit(classifier(), X, y, client=client, shards=2, block_rows=20, classes=[0, 1])


def test_without_dask(client, table, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'sknn\[dask\]'"):
        average_fit(classifier(), *table[:2], client=client)
