"""fit_stream: the weights of partial_fit on the same blocks, and of fit where that is the same."""

import io
import signal
import threading
from contextlib import redirect_stderr

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.base import BaseEstimator, clone
from sklearn.cluster import MiniBatchKMeans
from sklearn.linear_model import LinearRegression, SGDClassifier, SGDRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PowerTransformer, StandardScaler

from sknn import MLPClassifierX, MLPRegressorX, TabularMLPRegressorX
from sknn.exceptions import InterruptedFitWarning, InvalidParameterError
from sknn.streaming import fit_stream
from sknn.streaming.passes import Passes
from sknn.streaming.sources import as_source

KINDS = [
    "array", "memmap", "npy", "npy and list", "parquet folder", "parquet glob", "parquet list",
    "arrow dataset", "parquet and npy", "dask array", "dask array and array",
    "dask array, other chunks", "dask array of unknown chunks", "dask frame",
    "dask frame and array",
]  # fmt: skip


def classifier(**params):
    return MLPClassifierX(hidden_layer_sizes=8, batch_size=16, random_state=3, **params)


def assert_same(a, b):
    for mine, theirs in zip([*a.coefs_, *a.intercepts_], [*b.coefs_, *b.intercepts_], strict=True):
        np.testing.assert_array_equal(mine, theirs)
        assert mine.dtype == theirs.dtype


@pytest.fixture(autouse=True)
def no_thread_is_left():
    before = {thread for thread in threading.enumerate() if thread.name.endswith("(_read)")}
    yield
    left = {thread for thread in threading.enumerate() if thread.name.endswith("(_read)")}
    assert left == before


@pytest.mark.parametrize("kind", KINDS)
def test_as_partial_fit_on_the_same_blocks_in_memory(kind, stored, table):
    X, y, weight = table
    streamed = fit_stream(
        classifier(), *stored[kind][:2], sample_weight=stored[kind][2], epochs=2, block_rows=48,
        shuffle=False,
    )  # fmt: skip
    expected = classifier()
    for _ in range(2):
        for at in range(0, len(X), 48):
            rows = slice(at, at + 48)
            told = {"sample_weight": weight[rows], "classes": [0, 1, 2]}
            expected.partial_fit(X[rows], y[rows], **told)
    assert_same(streamed, expected)
    assert streamed.coefs_[0].dtype == np.float32
    assert streamed.t_ == 2 * len(X)


@pytest.mark.parametrize("kind", ["memmap", "parquet folder", "dask frame"])
def test_shuffled_as_partial_fit_in_that_order(kind, stored, table):
    X, y, _ = stored[kind]
    streamed = fit_stream(
        classifier(), X, y, sample_weight=stored[kind][2], epochs=2, block_rows=30, window=3
    )
    source = as_source(*stored[kind], block_rows=30)
    rows_in_memory = as_source(np.arange(len(table[0]))[:, np.newaxis], block_rows=30)
    rows_in_memory.pieces = source.pieces  # what is shuffled together
    passes = Passes(rows_in_memory, shuffle=True, window=3, seed=[3])
    expected = classifier()
    seen = []
    for number in range(2):
        with passes.shuffled(number) as blocks:
            for rows in (block.X.ravel() for block in blocks):
                part = [column[rows] for column in table]
                expected.partial_fit(*part, classes=[0, 1, 2])
                seen.append(rows)
    assert_same(streamed, expected)
    assert sorted(np.concatenate(seen)) == sorted([*range(230)] * 2)


def test_a_function_of_blocks(table):
    X, y, weight = table

    def blocks():
        for at in range(0, len(X), 48):
            yield tuple(column[at : at + 48] for column in table)

    streamed = fit_stream(classifier(), blocks, epochs=2, shuffle=False)
    expected = fit_stream(
        classifier(), X, y, sample_weight=weight, epochs=2, block_rows=48, shuffle=False
    )
    assert_same(streamed, expected)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", ["adam", "sgd", "adamw"])
@pytest.mark.parametrize("block_rows", [16, 64, 230])
@pytest.mark.parametrize("make", [MLPClassifierX, MLPRegressorX])
def test_whole_batches_in_each_block_are_fit(make, block_rows, solver, table):
    X, y, weight = table
    net = make(
        hidden_layer_sizes=(8, 8), batch_size=16, shuffle=False, solver=solver, random_state=0,
        max_iter=3, alpha=0.1, l1=0.01,
    )  # fmt: skip
    net.fit(X, y, sample_weight=weight)
    streamed = fit_stream(clone(net), X, y, sample_weight=weight, epochs=3, block_rows=block_rows)
    assert_same(streamed, net)
    np.testing.assert_allclose(streamed.stream_history_["loss"], net.loss_curve_)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_a_schedule_ends_after_max_iter_blocks(schedule, table):
    X, y = (column[:192] for column in table[:2])
    net = classifier(shuffle=False, learning_rate=schedule, max_iter=4, dtype=np.float64)
    net.fit(X, y)
    streamed = clone(net).set_params(max_iter=4 * 3)  # three blocks
    fit_stream(streamed, X, y, epochs=4, block_rows=64)
    np.testing.assert_allclose(streamed.coefs_[0], net.coefs_[0], rtol=1e-6)
    assert streamed.n_iter_ == 1
    assert len(streamed.loss_curve_) == 12


def test_goes_on_where_it_was(table):
    X, y, _ = table
    once = fit_stream(classifier(), X, y, epochs=5, block_rows=60, window=2)
    twice = fit_stream(classifier(), X, y, epochs=2, block_rows=60, window=2)
    twice = fit_stream(twice, X, y, epochs=3, block_rows=60, window=2)
    assert_same(once, twice)
    assert (
        once.stream_history_ == twice.stream_history_
        or np.isnan(once.stream_history_["validation_score"]).all()
    )
    assert twice.stream_history_["epoch"] == [1, 2, 3, 4, 5]
    assert twice.stream_history_["blocks"] == [4] * 5
    assert twice.stream_history_["rows"] == [230] * 5


@pytest.mark.parametrize("prefetch", [0, 1, 7])
def test_reading_ahead_changes_nothing(prefetch, table):
    X, y, _ = table
    streamed = fit_stream(classifier(), X, y, block_rows=32, prefetch=prefetch)
    assert_same(streamed, fit_stream(classifier(), X, y, block_rows=32))


def test_blocks_shorter_than_a_batch_are_told_of(table):
    X, y, _ = table
    with pytest.warns(UserWarning, match="batch_size"):
        fit_stream(classifier(), X, y, block_rows=15)


def test_shuffles_as_the_estimator_is_set(table):
    X, y, _ = table
    plain = fit_stream(classifier(shuffle=False), X, y, block_rows=32)
    assert_same(plain, fit_stream(classifier(shuffle=False), X, y, block_rows=32, shuffle=False))
    shuffled = fit_stream(classifier(shuffle=False), X, y, block_rows=32, shuffle=True)
    assert (plain.coefs_[0] != shuffled.coefs_[0]).any()
    other = fit_stream(classifier(shuffle=False), X, y, block_rows=32, shuffle=True, random_state=8)
    assert (other.coefs_[0] != shuffled.coefs_[0]).any()


# -- any estimator -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "estimator",
    [
        SGDClassifier(random_state=0),
        SGDRegressor(random_state=0),
        GaussianNB(),
        MLPClassifier((8,), batch_size=16, random_state=0),
        MiniBatchKMeans(3, random_state=0, n_init=1),
        StandardScaler(),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_estimators_of_scikit_learn(estimator, table):
    X, y, _ = table
    supervised = not isinstance(estimator, MiniBatchKMeans | StandardScaler)
    streamed = fit_stream(
        clone(estimator), X, y if supervised else None, block_rows=64, shuffle=False
    )
    expected = clone(estimator)
    for at in range(0, len(X), 64):
        told = {"classes": [0, 1, 2]} if hasattr(estimator, "predict_proba") else {}
        if isinstance(estimator, SGDClassifier):
            told = {"classes": [0, 1, 2]}
        if supervised:
            expected.partial_fit(X[at : at + 64], y[at : at + 64], **told)
        else:
            expected.partial_fit(X[at : at + 64])
    for name, value in vars(expected).items():
        if name.endswith("_") and isinstance(value, np.ndarray):
            np.testing.assert_array_equal(getattr(streamed, name), value)
    assert np.isnan(streamed.stream_history_["validation_score"]).all()


def test_a_pipeline_whose_transformers_learn_in_parts(table):
    X, y, _ = table
    X = 100 * X + 5
    pipeline = make_pipeline(FunctionTransformer(), StandardScaler(), "passthrough", classifier())
    fit_stream(pipeline, X, y, epochs=2, block_rows=60)
    scaled = StandardScaler()
    for at in range(0, len(X), 60):
        scaled.partial_fit(X[at : at + 60])
    np.testing.assert_array_equal(pipeline[1].mean_, scaled.mean_)
    assert pipeline[1].n_samples_seen_ == 230
    expected = fit_stream(classifier(), scaled.transform(X), y, epochs=2, block_rows=60)
    assert_same(pipeline[-1], expected)
    again = pipeline[1].n_samples_seen_
    fit_stream(pipeline, X, y, block_rows=60)
    assert pipeline[1].n_samples_seen_ == again
    assert pipeline.score(X, y) == pipeline[-1].score(scaled.transform(X), y)


def test_transformers_one_after_the_other_are_fitted_on_what_the_first_gives(table):
    X, y, _ = table
    two = make_pipeline(StandardScaler(), StandardScaler(), SGDClassifier(random_state=0))
    fit_stream(two, X, y, block_rows=60)
    np.testing.assert_allclose(two[1].mean_, 0, atol=1e-6)
    np.testing.assert_allclose(two[1].scale_, 1, atol=1e-6)


def test_a_pipeline_whose_transformers_are_fitted(table):
    X, y, _ = table
    power = PowerTransformer().fit(X[:100])
    pipeline = make_pipeline(power, classifier())
    fit_stream(pipeline, X, y, block_rows=60, validation=(X, y))
    assert_same(pipeline[-1], fit_stream(classifier(), power.transform(X), y, block_rows=60))
    assert pipeline.stream_history_["validation_score"] == [pipeline.score(X, y)]


def test_labels_of_every_kind(table, tmp_path):
    X, y, _ = table
    words = np.array(["low", "middle", "high"])[y]
    np.save(tmp_path / "words.npy", words)
    net = fit_stream(classifier(), X, tmp_path / "words.npy", block_rows=60)
    assert net.classes_.tolist() == ["high", "low", "middle"]
    several = np.column_stack([y == 0, y == 2]).astype(int)
    net = fit_stream(classifier(), X, several, block_rows=60)
    assert net.predict(X).shape == (230, 2)
    net = fit_stream(classifier(), X[y < 2], y[y < 2], block_rows=60, classes=[0, 1, 2])
    assert net.predict_proba(X).shape == (230, 3)


def test_a_label_of_the_last_block_only(table):
    X, y, _ = table
    order = np.argsort(y, kind="stable")
    net = fit_stream(classifier(), X[order], y[order], block_rows=16, shuffle=False)
    assert net.classes_.tolist() == [0, 1, 2]


def test_several_columns_of_targets(stored):
    net = fit_stream(
        MLPRegressorX(random_state=0), stored["parquet folder"][0], ["label", "weight"]
    )
    assert net.n_outputs_ == 2
    assert net.feature_names_in_.tolist() == list("abcd")
    frame = fit_stream(MLPRegressorX(random_state=0), stored["dask frame"][0], ["label", "weight"])
    assert frame.n_outputs_ == 2


def test_sparse_rows(table):
    X, y, _ = table
    sparse = scipy.sparse.csr_matrix(X)
    streamed = fit_stream(classifier(), sparse, y, block_rows=48, window=2)
    dense = fit_stream(classifier(), X, y, block_rows=48, window=2)
    np.testing.assert_allclose(streamed.coefs_[0], dense.coefs_[0], rtol=1e-4)


def test_partitions_without_rows(stored, table):
    import dask.dataframe as dd

    frame, y, _ = stored["dask frame"]
    some = frame[frame["weight"] > 1]
    emptied = dd.concat([some, frame[frame["weight"] > 9]])
    net = fit_stream(classifier(), emptied, y, shuffle=False)
    assert net.t_ == (table[2] > 1).sum()
    with pytest.raises(InvalidParameterError, match="Got none"):
        fit_stream(classifier(), frame[frame["weight"] > 9], y, classes=[0, 1, 2])


def test_frames_tell_the_names_of_columns(stored):
    net = fit_stream(classifier(), stored["parquet folder"][0], "label", sample_weight="weight")
    assert net.feature_names_in_.tolist() == list("abcd")


# -- validation ----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [classifier, lambda: MLPRegressorX(random_state=0)])
def test_a_share_of_the_blocks_is_held_out(make, table):
    X, y, weight = table
    net = fit_stream(make(), X, y, sample_weight=weight, block_rows=20, epochs=2, validation=0.25)
    assert net.stream_history_["rows"] == [180, 180]  # 9 of 12 blocks
    expected = net.score(X[180:], y[180:], sample_weight=weight[180:])
    assert net.stream_history_["validation_score"][-1] == pytest.approx(expected)
    trained = fit_stream(make(), X[:180], y[:180], sample_weight=weight[:180], block_rows=20,
                         epochs=2)  # fmt: skip
    assert_same(net, trained)


@pytest.mark.parametrize("kind", ["npy", "parquet folder", "dask frame"])
def test_rows_of_their_own_are_scored(kind, stored, table):
    X, y, weight = stored[kind]
    net = fit_stream(classifier(), X, y, sample_weight=weight, validation=(X, y, weight))
    score = net.stream_history_["validation_score"][-1]
    like_trained = pd.DataFrame(table[0], columns=list("abcd")) if kind != "npy" else table[0]
    expected = net.score(like_trained, table[1], sample_weight=table[2])
    assert score == pytest.approx(expected)


def test_several_quantiles_are_scored_as_the_estimator_scores_them(table):
    from sknn.nn.losses import Quantile

    X, y, _ = table
    net = MLPRegressorX(Quantile((0.1, 0.5, 0.9)), (8,), random_state=0)
    fit_stream(net, X, y, block_rows=20, validation=0.5)
    assert net.stream_history_["validation_score"] == [pytest.approx(net.score(X[120:], y[120:]))]


def test_a_score_without_predictions(table):
    X, _, _ = table
    net = fit_stream(MiniBatchKMeans(3, n_init=1), X, block_rows=50, validation=(X, None))
    assert net.stream_history_["validation_score"] == [pytest.approx(net.score(X))]


class Scripted(BaseEstimator):
    """An estimator whose scores are given."""

    def __init__(self, scores=()):
        self.scores = scores

    def partial_fit(self, X, y=None):
        self.calls_ = getattr(self, "calls_", 0) + 1
        return self

    def score(self, X, y=None):
        return self.scores[self.calls_ - 1]


@pytest.mark.parametrize(
    ("scores", "passes", "kept"),
    [
        ([1, 2, 3, 4, 5, 6], 6, 6),
        ([1, 3, 2, 3, 5, 6], 4, 2),  # equal is no better
        ([3, 2, 4, 3, 3, 6], 5, 3),
        ([1, 2, 3, 4, 5, 0], 6, 5),
        ([float("nan")] * 6, 2, 2),
    ],
)
def test_patience(scores, passes, kept):
    X = np.zeros((4, 1))
    net = fit_stream(Scripted(scores), X, epochs=6, validation=(X, None), patience=2)
    assert len(net.stream_history_["epoch"]) == passes
    assert net.calls_ == kept


def test_the_best_network_is_kept_and_goes_on_training(table):
    X, y, _ = table
    net = classifier(learning_rate_init=0.5)
    fit_stream(net, X, y, epochs=30, block_rows=64, validation=0.25, patience=3)
    scores = net.stream_history_["validation_score"]
    assert len(scores) < 30
    assert net.score(X[192:], y[192:]) == pytest.approx(max(scores))
    before = net.coefs_[0].copy()
    fit_stream(net, X, y, block_rows=64)
    assert (net.coefs_[0] != before).any()


# -- the bar, errors, Ctrl-C -----------------------------------------------------------------------


def test_a_bar_tells_pass_and_score(table):
    X, y, _ = table
    with redirect_stderr(io.StringIO()) as bar:
        fit_stream(classifier(), X, y, epochs=2, block_rows=30, validation=0.25, progress=True)
    assert "pass 1 of 2" in bar.getvalue()
    assert "pass 2 of 2, score 0." in bar.getvalue()
    assert "/6" in bar.getvalue()  # blocks


@pytest.mark.parametrize("prefetch", [0, 2])
def test_an_error_of_the_reader_reaches_the_caller(prefetch, table):
    X, y, _ = table

    def blocks():
        yield X[:50], y[:50]
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        fit_stream(classifier(), blocks, classes=[0, 1, 2], prefetch=prefetch)


def test_an_error_of_the_estimator_ends_the_thread(table):
    X, y, _ = table
    with pytest.raises(ValueError, match="classes not in"):
        fit_stream(classifier(), X, y, block_rows=20, classes=[0, 1])


@pytest.mark.parametrize("net", [classifier(), GaussianNB()])
def test_ctrl_c_keeps_the_last_whole_block(net, table):
    X, y, _ = table
    last = iter(range(100))

    class Interrupted(type(net)):
        def partial_fit(self, X, y, classes=None):
            if next(last) == 3:
                signal.raise_signal(signal.SIGINT)
            return super().partial_fit(X, y, classes=classes)

    interrupted = Interrupted(**net.get_params())
    with pytest.warns(InterruptedFitWarning, match="interrupted by user"):
        fit_stream(interrupted, X, y, block_rows=48, shuffle=False, epochs=9)
    expected = clone(net)
    for at in range(0, 144, 48):
        expected.partial_fit(X[at : at + 48], y[at : at + 48], classes=[0, 1, 2])
    np.testing.assert_array_equal(interrupted.predict(X), expected.predict(X))
    assert interrupted.stream_history_["epoch"] == []


def test_ctrl_c_within_a_step_of_a_network(table):
    X, y, _ = table
    from sknn.train.callbacks import Callback

    class Interrupts(Callback):
        def on_step_end(self, run):
            if run.epochs_before == 2 and run.n_steps == 2:
                signal.raise_signal(signal.SIGINT)

    net = classifier(callbacks=[Interrupts()])
    with pytest.warns(InterruptedFitWarning):
        fit_stream(net, X, y, block_rows=48, shuffle=False, epochs=9)
    expected = classifier()
    for at in (0, 48):
        expected.partial_fit(X[at : at + 48], y[at : at + 48], classes=[0, 1, 2])
    assert_same(net, expected)


def test_ctrl_c_before_the_first_block_is_told_as_such(table):
    def blocks():
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        fit_stream(MLPRegressorX(), blocks)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"epochs": 0}, "'epochs' parameter of fit_stream must be an int in the range"),
        ({"block_rows": 0}, "'block_rows' parameter of fit_stream"),
        ({"window": 1.5}, "'window' parameter of fit_stream"),
        ({"prefetch": -1}, "'prefetch' parameter of fit_stream"),
        ({"shuffle": "yes"}, "'shuffle' parameter of fit_stream"),
        ({"patience": 3}, "patience=3 needs a validation score"),
        ({"validation": 1.5}, r"share of the blocks to hold out.*\(0, 1\). Got 1.5 instead"),
        ({"validation": 0.5}, "validation=0.5 of 1 blocks leaves none"),
    ],
)
def test_arguments_that_are_refused(changed, message, table):
    with pytest.raises(InvalidParameterError, match=message):
        fit_stream(classifier(), *table[:2], **changed)


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (LinearRegression(), "Got LinearRegression: .*partial_fit"),
        (
            TabularMLPRegressorX(),
            r"whole table at once; make_pipeline\(TableEncoder.*MLPRegressorX",
        ),
        (MLPClassifierX(solver="lbfgs"), "Got MLPClassifierX: .*lbfgs is not stochastic"),
        (make_pipeline(LinearRegression()), "Got Pipeline that ends in LinearRegression"),
        (make_pipeline(PowerTransformer(), GaussianNB()), r"Got PowerTransformer\(\), which"),
        (make_pipeline("passthrough"), "Got Pipeline that ends in nothing"),
    ],
)
def test_estimators_that_are_refused(estimator, message, table):
    with pytest.raises(InvalidParameterError, match=message):
        fit_stream(estimator, *table[:2])


def test_what_does_not_go_together(table):
    X, y, _ = table
    with pytest.raises(InvalidParameterError, match="function does not tell"):
        fit_stream(classifier(), lambda: iter([(X, y)]), validation=0.1)
    with pytest.raises(InvalidParameterError, match="classes must be None for MLPRegressorX"):
        fit_stream(MLPRegressorX(), X, y, classes=[0, 1])
    with pytest.raises(InvalidParameterError, match="y must hold the labels"):
        fit_stream(classifier(), X)
