"""save and load: what comes back, what is refused, and what damaged files do."""

import copy
import pickle
import warnings
from contextlib import suppress
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import (
    MLPClassifierX,
    MLPRegressorX,
    TabularMLPClassifierX,
    TabularMLPRegressorX,
    diagnose,
    load,
    save,
)
from sknn.config import Config
from sknn.estimators import plain
from sknn.exceptions import DamagedFileError, NotStorableError
from sknn.nn.activations import Activation
from sknn.persist.checks import check
from sknn.storage import read, write
from sknn.train import NoImprovement
from tests.lies import places, replaced

from .models import BINARY, CASES, NUMBER, X, fitted, same_answers, same_text


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.sknn"


@pytest.mark.parametrize("name", CASES)
def test_round_trip(path, name):
    estimator, rows = fitted(name)
    before = pickle.dumps(estimator)
    save(estimator, path)
    again = load(path)
    assert type(again) is type(estimator)
    same_answers(estimator, again, rows)
    assert pickle.dumps(estimator) == before
    assert same_text(again) == same_text(estimator)
    public = {name for name in vars(estimator) if name.endswith("_")}
    assert public == {name for name in vars(again) if name.endswith("_")}
    content = path.read_bytes()
    save(again, path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("name", ["binary", "numbers", "rich", "averaged, to go on", "solver sgd"])
def test_training_goes_on_from_the_optimizer_in_the_file(path, name):
    estimator = copy.deepcopy(fitted(name)[0]).set_params(early_stopping=False)
    _, rows, y = CASES[name]()
    estimator.partial_fit(rows, y)
    save(estimator, path, include_optimizer=True)
    again = load(path)
    for _ in range(2):
        estimator.partial_fit(rows, y)
        again.partial_fit(rows, y)
    for mine, theirs in zip(estimator.coefs_, again.coefs_, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert again.history_["loss"] == estimator.history_["loss"]


def test_the_optimizer_is_left_out_by_default(path):
    estimator, _ = fitted("averaged, to go on")
    save(estimator, path)
    assert not hasattr(load(path), "_continuation")
    small = path.stat().st_size
    save(estimator, path, include_optimizer=True)
    assert path.stat().st_size > small + estimator.n_parameters_ * 4


def test_a_warm_start_goes_on_alike(path):
    estimator = copy.deepcopy(fitted("averaged, to go on")[0])
    save(estimator, path, include_optimizer=True)
    again = load(path)
    for net in (estimator, again):
        with pytest.warns(ConvergenceWarning):
            net.fit(X, NUMBER)
    np.testing.assert_array_equal(estimator.coefs_[0], again.coefs_[0])


def test_attributes_that_a_user_has_set_are_kept(path):
    estimator = copy.deepcopy(fitted("number")[0])
    estimator.coefs_[0] = estimator.coefs_[0] * 2
    save(estimator, path)
    same_answers(estimator, load(path), X)


# -- what cannot be saved -------------------------------------------------------------------------


class Mine(Activation):
    """An activation of one's own."""

    def forward(self, x, out):
        np.copyto(out, x)

    def backward(self, x, y, grad):
        pass


def cubic(raw, y):
    r = raw - y
    return (abs(r) ** 3).sum(axis=1), 3 * r * abs(r)


@pytest.mark.parametrize(
    ("params", "where"),
    [({"activation": Mine()}, "activation is a Mine"), ({"loss": cubic}, "loss is a function")],
)
def test_code_of_ones_own_is_refused_before_anything_is_written(path, params, where):
    net = MLPRegressorX(hidden_layer_sizes=(3,), max_iter=1, **params)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net.fit(X, NUMBER)
    with pytest.raises(NotStorableError, match=rf"model\.sknn' was not written: {where}"):
        save(net, path)
    assert not path.exists()


@pytest.mark.parametrize("name", ["binary", "table of two"])
@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"version": "2024-05"}, "an attribute 'version' that none has"),
        ({"random_state": -1}, "'random_state' parameter"),
        ({"n_features_in_": 7}, "(other inputs|n_features_in_)"),
    ],
)
def test_what_load_would_refuse_is_not_written(path, name, changes, match):
    estimator, rows = fitted(name)
    estimator = copy.copy(estimator)
    estimator.predict(rows)  # which leaves networks in double precision with a tabular one
    save(estimator, path)
    content = path.read_bytes()
    vars(estimator).update(changes)
    with pytest.raises(NotStorableError, match=f"not written, since load would refuse it.*{match}"):
        save(estimator, path)
    assert path.read_bytes() == content


def test_requests_of_metadata_are_left_out(path):
    with config_context(enable_metadata_routing=True):
        net = copy.deepcopy(fitted("binary")[0]).set_fit_request(sample_weight=True)
        save(net, path)
        same_answers(net, load(path), X)


def test_callbacks_are_left_out_with_a_warning(path):
    stop = NoImprovement("loss", 1, 100.0)
    net = MLPRegressorX(hidden_layer_sizes=(3,), max_iter=2, callbacks=[stop])
    net.fit(X, NUMBER)
    with pytest.warns(UserWarning, match="callbacks are not kept"):
        save(net, path)
    assert load(path).callbacks is None
    assert net.callbacks is not None


def test_what_is_not_fitted_or_not_ours(path):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        save(MLPClassifierX(), path)
    pipeline = make_pipeline(StandardScaler(), fitted("binary")[0])
    with pytest.raises(NotStorableError, match=r"Got a Pipeline.*skops"):
        save(pipeline, path)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        save(fitted("binary")[0], path.parent / "nowhere" / "model.sknn")


# -- files that lie: well made, with a right checksum ----------------------------------------------

AT_10_9 = "MT19937", np.zeros(624, np.uint32), 10**9, 0, 0.0
ENDLESS = {"@": "range", "state": {"bounds": (0, 10**12)}}
LIES = [None, -1, 0, 10**9, 1.5, float("nan"), "predict", [], {}, np.zeros(3), np.full(2, np.nan)]


@pytest.mark.parametrize(
    "name", ["rich", "quantiles", "averaged, to go on", "table of two", "table of numbers"]
)
def test_no_lie_gets_further_than_load(path, name):
    """Either the file is refused by name, or its estimator predicts, tells of itself and learns."""
    estimator, (_, rows, y) = copy.deepcopy(fitted(name)[0]), CASES[name]()
    if hasattr(estimator, "partial_fit"):
        estimator.set_params(early_stopping=False).partial_fit(rows, y)
    save(estimator, path, include_optimizer=True)
    (_, made_by), values = read(path, ["estimator"])
    every = [where for where in places(values) if where]
    rng = np.random.RandomState(0)
    refused = 0
    for _ in range(250):
        where, lie = every[rng.randint(len(every))], LIES[rng.randint(len(LIES))]
        write(path, replaced(values, where, lie), "estimator", made_by)
        try:
            found = load(path)
        except DamagedFileError:
            refused += 1
            continue
        # a size of a million million is a sound parameter, though nothing can be built of it
        with suppress(ValueError, MemoryError):
            found.predict(rows)
            repr(found), str(found.summary())
            if hasattr(found, "partial_fit"):
                str(diagnose(found))
                found.partial_fit(rows, y)
    assert refused > 50


@pytest.mark.parametrize(
    ("where", "lie", "match"),
    [
        (("estimator",), "Pipeline", "names no estimator"),
        (("_architecture", "hidden_layer_sizes"), (10**12,), "a size of 1000000000000"),
        (("_architecture", "dtype"), "float64", "dtype"),
        (("_architecture", "n_features"), 2, "parameters"),
        (("_vectors", "values"), np.full(26, np.inf, np.float32), "finite"),
        (("_vectors", "values"), np.zeros((26, 1), np.float32), "parameters"),
        (("n_features_in_",), 4, "inputs"),
        (("classes_",), np.arange(3), "3 classes"),
        (("_label_kind",), "multiclass", "2 classes"),
        (("alpha",), -1.0, "alpha"),
        (("solver",), {"@": "os.system", "state": {}}, "no 'os.system'"),
        (("solver",), {"@": "Adam", "state": {"beta_1": 7}}, "beta_1"),
        (("solver",), {"@": "Adam", "state": {"rate": 7}}, "Adam cannot be made"),
        (("callbacks",), {"@": "Checkpoint", "state": {"path": "x"}}, "no 'Checkpoint'"),
        (("predict",), 3, "predict"),
        (("evil",), 3, "evil"),
        (("feature_names_in_",), np.array(["a"], object), "feature_names_in_"),
        (("random_state",), {"@": "RandomState", "state": {"state": AT_10_9}}, "RandomState"),
        (("_continuation", "optimizer", "mean"), np.zeros(3, np.float32), r"mean is an array \(3,"),
        (("_continuation", "order"), np.arange(3) + 1, "order"),
        (("history_",), [None], "history_ is no dict"),
        (("history_", "loss"), 3, "history_ has"),
        (("loss_curve_",), np.int64(3), "loss_curve_ is no list"),
        (("loss_curve_",), ["a"], "loss_curve_ is no list"),
        (("n_updates_",), "many", "n_updates_ is no number"),
        (("t_",), np.array(["a"]), "t_ is no number"),
        (("best_loss_",), "low", "best_loss_ is no number"),
        (("loss_",), None, "loss_ is no number"),
        (("best_epoch_",), -1, "best_epoch_ is no epoch"),
        (("history_", "iterations"), [None], "iterations are no numbers"),
        (("stop_reason_",), 3, "stop_reason_ is no text"),
        (("engine_",), 3, "engine_ is no text"),
        (("_architecture", "input_scaling"), "", "input_scaling"),
        (("_continuation",), None, "_continuation is None, and no dict"),
        (("_continuation", "incremental"), 3, "_continuation.incremental is 3"),
        (("_continuation", "slowdown"), 0.0, "slowdown is no share"),
        (("_continuation", "rate"), float("nan"), "rate is no number"),
        (("_continuation", "epochs"), -1, "_continuation.epochs is -1"),
        (("_continuation", "random_state"), 3, "random_state is no generator"),
        (("_continuation", "solver"), "Newton", "no optimizer 'Newton'"),
        (("_continuation", "optimizer", "t"), 2**70, "_continuation.optimizer.t is 118"),
        (("_continuation", "optimizer", "n_weights"), 3, "counts other weights"),
        (("_continuation", "optimizer", "more"), 3, "optimizer holds what is unknown"),
        (("_continuation", "schedule"), {"n_divisions": -1}, "schedule.n_divisions is -1"),
        (("_continuation", "average"), {"t": 3}, r"average has the keys \['t'\]"),
        (("_continuation", "trained"), (np.zeros(2), np.zeros(0)), r"trained\[0\] is an array"),
        (("hidden_layer_sizes",), ENDLESS, "a range has more than"),
    ],
    ids=str,
)  # fmt: skip
def test_a_lie_is_named(path, where, lie, match):
    save(fitted("binary")[0], path, include_optimizer=True)
    (_, made_by), values = read(path, ["estimator"])
    place = values
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = lie
    write(path, values, "estimator", made_by)
    with pytest.raises(DamagedFileError, match=match):
        load(path)


def test_a_size_for_the_next_fit_builds_nothing(path):
    net = copy.deepcopy(fitted("binary")[0]).set_params(hidden_layer_sizes=10**12)
    save(net, path)
    assert load(path).hidden_layer_sizes == 10**12


def test_parameters_of_a_later_version_take_their_defaults(path):
    save(fitted("binary")[0], path)
    (_, made_by), values = read(path, ["estimator"])
    del values["label_smoothing"]
    write(path, values, "estimator", made_by)
    assert load(path).label_smoothing == 0.0


def test_an_architecture_of_before_goes_on_with_what_was_the_only_way(path):
    estimator, (_, rows, y) = copy.deepcopy(fitted("binary")[0]), CASES["binary"]()
    save(estimator, path, include_optimizer=True)
    (_, made_by), values = read(path, ["estimator"])
    for name in ("input_scaling", "members", "link"):
        del values["_architecture"][name]
    write(path, values, "estimator", made_by)
    again = load(path).partial_fit(rows, y)
    np.testing.assert_array_equal(again.coefs_[0], estimator.partial_fit(rows, y).coefs_[0])


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("cls", [TabularMLPClassifierX, TabularMLPRegressorX])
def test_members_that_hold_out_the_same_rows(path, cls, given):
    net, y = cls(effort="fast", n_folds=1, n_repeats=2, max_iter=1, random_state=0), BINARY
    validation = {"X_val": X, "y_val": y} if given else {}
    net.fit(X, y, **validation)
    save(net, path)
    method = "predict_set" if cls is TabularMLPClassifierX else "predict_interval"
    expected, found = (getattr(each, method)(X) for each in (net, load(path)))
    np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))


def test_a_category_that_a_file_cannot_keep_is_told_with_its_column(path):
    frame = pd.DataFrame({"x": X[:, 0], "when": [date(2020, 1, 1 + i % 3) for i in range(len(X))]})
    net = TabularMLPClassifierX(effort="fast", max_iter=1, random_state=0)
    net.set_params(categorical_features=["when"]).fit(frame, BINARY)
    with pytest.raises(NotStorableError, match="categories of column 'when' are of the type date"):
        save(net, path)
    assert not path.exists()


@pytest.mark.parametrize("name", ["rich", "members", "table of classes", "table of quantiles"])
def test_sound_estimators_pass_the_checks(name):
    check(copy.deepcopy(fitted(name)[0]))


def test_a_damaged_file_of_weights(path):
    save(fitted("binary")[0], path)
    content = bytearray(path.read_bytes())
    content[-5] ^= 4
    path.write_bytes(content)
    with pytest.raises(DamagedFileError, match="checksum"):
        load(path)


def test_classes_of_texts_come_back(path):
    net = MLPClassifierX((3,), solver="lbfgs", max_iter=20).fit(X, np.array(["no", "yes"])[BINARY])
    save(net, path)
    assert load(path).predict(X).tolist() == net.predict(X).tolist()


def test_the_page_on_the_format_has_every_name_that_is_no_part():
    page = (Path(__file__).parents[2] / "docs" / "files.md").read_text()
    parts = {kept.name for cls, kept in plain._by_class().items() if issubclass(cls, Config)}
    assert {
        name for name in plain._by_name() if name not in parts and f"`{name}`" not in page
    } == set()
    assert {"Adam", "Huber"} <= parts, "the examples of the page"
