"""What each parameter of the tabular estimators does, and what they say of a wrong one."""

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.metrics import accuracy_score, f1_score, make_scorer
from sklearn.model_selection import GridSearchCV

from sknn.estimators.tabular.effort import EFFORTS
from sknn.estimators.tabular.joint import best_epoch
from sknn.exceptions import InvalidParameterError
from sknn.nn.activations import ELU
from sknn.nn.layers import Dropout
from sknn.nn.layers.embeddings import PBLD, Category, PiecewiseLinear
from sknn.train import Callback, TargetLoss

from .conftest import quick_classifier, quick_regressor

# -- what is no option ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"effort": "fst"}, "Did you mean 'fast'"),
        ({"activation": "rleu"}, "Did you mean 'relu'"),
        ({"embedding": "plbd"}, "Did you mean 'pbld'"),
        ({"embedding": ["pbld"]}, "'embedding' .* Embedding object or None"),
        ({"hidden_layer_sizes": 0}, "'hidden_layer_sizes'"),
        ({"dropout": 1.0}, "'dropout'"),
        ({"weight_decay": -0.1}, "'weight_decay'"),
        ({"learning_rate": "cosin"}, "Did you mean 'cosine'"),
        ({"max_iter": 0}, "'max_iter'"),
        ({"n_folds": 0}, "'n_folds'"),
        ({"n_repeats": "aut"}, "Did you mean 'auto'"),
        ({"validation_fraction": 1.0}, "'validation_fraction'"),
        ({"scoring": "refined_los"}, "Did you mean 'refined_loss'"),
        ({"scoring": accuracy_score}, r"Did you mean make_scorer\(accuracy_score\)"),
        ({"max_one_hot": -1}, "'max_one_hot'"),
        ({"categorical_features": "from_dtypes"}, "Did you mean 'from_dtype'"),
        ({"time_limit": 0}, "'time_limit'"),
        ({"n_jobs": 1.5}, "'n_jobs'"),
        ({"callbacks": "progres_bar"}, "Did you mean 'progress_bar'"),
        ({"member_params": "layer"}, "a dict of parameters of MLP"),
        ({"member_params": {"normalisation": "layer"}}, "Did you mean 'normalization'"),
        ({"member_params": {"normalization": "laier"}}, "Did you mean 'layer'"),
        ({"member_params": {"random_state": 0}}, "Give 'random_state' to the estimator itself"),
        ({"member_params": {"callbacks": None}}, "Give 'callbacks' to the estimator itself"),
    ],
)
def test_wrong_values_are_named_with_the_nearest_right_one(quick, table, y, params, words):
    net = quick(**params)
    with pytest.raises(InvalidParameterError, match=words):
        net.fit(table[0], y)
    assert not hasattr(net, "estimators_")


@pytest.mark.parametrize(
    ("make", "params", "words"),
    [
        (quick_classifier, {"loss": "focl"}, "Did you mean 'focal'"),
        (quick_classifier, {"class_weight": "balance"}, "Did you mean 'balanced'"),
        (quick_classifier, {"class_weight": {0: 0, 1: 0}}, "some row a weight above 0"),
        (quick_classifier, {"label_smoothing": 1.0}, "'label_smoothing'"),
        (quick_classifier, {"calibrate": "yes"}, "'calibrate'"),
        (quick_regressor, {"loss": "hubr"}, "Did you mean 'huber'"),
        (quick_regressor, {"clip": 1}, "'clip'"),
        (quick_regressor, {"member_params": {"label_smoothing": 0.1}}, "parameters of MLPReg"),
    ],
)
def test_wrong_values_of_one_of_both(table, make, params, words):
    with pytest.raises(InvalidParameterError, match=words):
        make(**params).fit(table[0], table[1])


# -- members --------------------------------------------------------------------------------------


def test_what_is_said_takes_the_place_of_auto(quick, table, y):
    net = quick(
        hidden_layer_sizes=(5, 4),
        activation="tanh",
        learning_rate="cosine",
        learning_rate_init=0.01,
        batch_size=10,
        max_iter=3,
        dropout=0.25,
        weight_decay=0.5,
        n_folds=3,
        n_repeats=1,
    ).fit(table[0], y)
    assert len(net.estimators_) == 3
    assert net.n_iter_ == 3
    for member in net.estimators_:
        assert member.hidden_layer_sizes == (5, 4)
        assert [member.activation, member.learning_rate] == ["tanh", "cosine"]
        assert [member.learning_rate_init, member.batch_size] == [0.01, 10]
        assert member.dropout == Dropout(0.25, "flat_cosine")
        assert member.solver.weight_decay == 0.5


@pytest.mark.parametrize("effort", list(EFFORTS))
def test_effort_sets_members_and_width(quick, table, y, effort):
    auto = {"n_folds": "auto", "n_repeats": "auto", "hidden_layer_sizes": "auto"}
    net = quick(effort=effort, **auto, max_iter=1).fit(table[0], y)
    chosen = EFFORTS[effort]
    assert len(net.estimators_) == chosen.n_folds * chosen.n_repeats
    assert net.estimators_[0].hidden_layer_sizes == chosen.hidden_layer_sizes


def test_member_params_come_last(quick, table, y):
    given = {"normalization": "layer", "dtype": "float64", "hidden_layer_sizes": 3}
    net = quick(member_params=given).fit(table[0], y)
    for member in net.estimators_:
        assert member.normalization == "layer"
        assert member.coefs_[0].dtype == np.float64
        assert member.hidden_layer_sizes == 3


@pytest.mark.parametrize(
    ("embedding", "expected"),
    [
        (None, []),
        ("pbld", [PBLD(columns=(0, 1, 2))]),
        (PiecewiseLinear(n_bins=3), [PiecewiseLinear(columns=(0, 1, 2), n_bins=3)]),
        (PBLD(columns=(2,)), [PBLD(columns=(2,))]),
    ],
)
def test_embedding(quick, table, y, embedding, expected):
    net = quick(embedding=embedding).fit(table[0], y)
    for member in net.estimators_:
        assert (member.embedding or []) == expected


def test_categories_are_embedded_beyond_max_one_hot(quick, table, y):
    X = table[0].round(1)
    few = quick(categorical_features=[1], max_one_hot=0, embedding=None).fit(X, y)
    n_levels = len(np.unique(X[:, 1])) + 1
    assert few.encoder_.cardinalities_ == [n_levels]
    assert few.estimators_[0].embedding == [Category((2,), (n_levels,), 8)]
    never = quick(categorical_features=[1], max_one_hot=None, embedding=None).fit(X, y)
    assert never.encoder_.cardinalities_ == []
    assert never.encoder_.n_one_hot_ == n_levels - 1


@pytest.mark.parametrize("form", [[0, 2], [True, False, True], ["a", "c"], "from_dtype", None])
def test_forms_of_categorical_features(quick, table, y, form):
    X = pd.DataFrame(table[0].round(), columns=["a", "b", "c"])
    if form == "from_dtype":
        X = X.astype({"a": str, "c": "category"})
    net = quick(categorical_features=form).fit(X, y)
    assert_array_equal(net.encoder_.is_categorical_, [form is not None, False, form is not None])
    assert net.predict(X).shape == (80,)


def test_validation_fraction_is_what_one_fold_holds_out(quick, table, y):
    net = quick(n_folds=1, validation_fraction=0.5, max_iter=1).fit(table[0], y)
    assert net.history_["samples"] == [40, 40]


def test_all_members_are_of_one_epoch(quick, table, y):
    net = quick(max_iter=8).fit(table[0], y)
    epochs = {member.best_epoch_ for member in net.estimators_}
    assert len(epochs) == 1
    assert 1 <= epochs.pop() <= net.n_iter_ == 8


@pytest.mark.parametrize(
    ("scores", "is_loss", "expected"),
    [
        ([[1.0, 3.0, 2.0]], False, 2),
        ([[1.0, 3.0, 2.0], [1.0, 0.0, 2.0]], False, 3),
        ([[-1.0, -0.5, -0.504, -0.6]], True, 3),  # hardly above the least loss
        ([[np.nan, -1.0, np.nan]], True, 2),
    ],
)
def test_best_epoch_is_that_of_the_mean(scores, is_loss, expected):
    assert best_epoch(scores, range(1, len(scores[0]) + 1), is_loss) == expected


@pytest.mark.parametrize(
    ("epochs", "scores", "picked"),
    [
        ((15, 3), (-0.5, -0.4), 1),  # the short one was still getting better, the long one is
        ((15, 3), (-0.5, -0.6), 0),
        ((15, 3), (-0.5, float("nan")), 0),
        ((6, 3), (-0.5, -0.4), None),  # the short one was best early: a long one is not tried
    ],
)
def test_a_long_schedule_where_it_may_be_better(
    quick, table, y, monkeypatch, epochs, scores, picked
):
    ensembles, seen = iter(zip(epochs, scores, strict=True)), []

    def restored(members, snapshots, is_loss):
        seen.append(members)
        return next(ensembles)

    monkeypatch.setattr("sknn.estimators.tabular.base.restore", restored)
    effort = replace(EFFORTS["default"], n_steps=(20, 40))
    monkeypatch.setitem(EFFORTS, "default", effort)
    net = quick(max_iter="auto").fit(table[0], y)
    assert net.estimators_[0].max_iter == (40 if picked else 20)
    assert len(seen) == (1 if picked is None else 2)
    assert net.estimators_ is seen[picked or 0]


def test_history_is_a_table_of_all_members(quick, table, y):
    history = pd.DataFrame(quick().fit(table[0], y).history_)
    assert list(history["member"].value_counts(sort=False)) == [6, 6, 6, 6]
    assert list(history["epoch"]) == [1, 2, 3, 4, 5, 6] * 4
    assert np.isfinite(history[["loss", "validation_score"]]).all(axis=None)


# -- stopping, watching, time ---------------------------------------------------------------------


def test_patience_stops_members_that_do_not_improve(quick, table, y):
    never_better = {"scoring": lambda estimator, X, y: 0.0, "max_iter": 30}
    assert quick(n_iter_no_change=2, **never_better).fit(table[0], y).n_iter_ == 3
    assert quick(n_iter_no_change=np.inf, **never_better).fit(table[0], y).n_iter_ == 30


class Count(Callback):
    """Counts the epochs of each network."""

    def __init__(self):
        self.networks, self.n_epochs = set(), 0

    def on_epoch_end(self, run):
        self.networks.add(id(run.network))
        self.n_epochs += 1
        return False


@pytest.mark.parametrize("wrap", [lambda count: count, lambda count: [count]])
def test_callbacks_hear_of_each_member(quick, table, y, wrap):
    count = Count()
    net = quick(callbacks=wrap(count)).fit(table[0], y)
    assert count.n_epochs == 24
    assert len(count.networks) == 4
    assert all(member.callbacks is None for member in net.estimators_)


def test_members_that_stop_by_themselves_are_still_of_one_epoch(quick, table, y):
    assert quick(callbacks=TargetLoss(loss=1e9)).fit(table[0], y).n_iter_ == 1

    class Leave(Callback):
        """Ends each member two epochs later than the one before."""

        n_epochs = 0

        def on_fit_begin(self, run):
            Leave.n_epochs += 2
            run.memory(self).last = Leave.n_epochs

        def on_epoch_end(self, run):
            return run.epoch >= run.memory(self).last

    net = quick(max_iter=10, callbacks=Leave()).fit(table[0], y)
    assert net.n_iter_ == 8
    assert {member.best_epoch_ for member in net.estimators_} <= {1, 2}
    assert len({member.best_epoch_ for member in net.estimators_}) == 1


def test_one_bar_for_all_members(quick, table, y, capsys):
    pytest.importorskip("tqdm")
    quick(verbose=True).fit(table[0], y)
    out, err = capsys.readouterr()
    assert out == ""
    assert "24/24" in err


def test_a_line_of_text_without_tqdm(quick, table, y, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    quick(verbose=True, n_jobs=2).fit(table[0], y)
    assert "epoch 24 of 24" in capsys.readouterr().err
    quick().fit(table[0], y)
    assert capsys.readouterr().err == ""


def test_a_short_time_limit_plans_fewer_epochs_and_members(quick, table, y):
    hurried = quick(time_limit=1e-6, max_iter=500).fit(table[0], y)
    assert len(hurried.estimators_) == hurried.n_iter_ == 1
    assert len(hurried.predict(table[0])) == 80
    leisurely = quick(time_limit=3600).fit(table[0], y)
    assert len(leisurely.estimators_) == 4
    assert leisurely.n_iter_ == 6
    assert_array_equal(leisurely.predict(table[0]), quick().fit(table[0], y).predict(table[0]))


@pytest.mark.parametrize("n_members", [1, 2, 3])
def test_members_that_a_limit_of_time_leaves(quick, n_members, table, y, monkeypatch):
    """Intervals and sets come of those in complete cuts into folds, here two members each."""
    monkeypatch.setattr(
        "sknn.estimators.tabular.base.within_time",
        lambda fits, moment, n_jobs: fits.__delitem__(slice(n_members, None)),
    )
    net = quick(n_folds=2, n_repeats=2, time_limit=3600).fit(table[0], y)
    method = "predict_set" if quick is quick_classifier else "predict_interval"
    assert len(net.estimators_) == n_members
    assert len(getattr(net, method)(table[0])) == len(y)


@pytest.mark.parametrize("batch_size", ["auto", "full", 0.25, 7])
def test_time_is_measured_with_batches_of_any_size(quick, table, y, batch_size):
    timed = quick(batch_size=batch_size, time_limit=3600).fit(table[0], y)
    untimed = quick(batch_size=batch_size).fit(table[0], y)
    assert_array_equal(timed.predict(table[0]), untimed.predict(table[0]))


def test_a_validation_part_smaller_than_a_row_is_one_row(quick, table, y):
    net = quick(effort="fast", n_folds=1, validation_fraction=1e-320).fit(table[0], y)
    one = quick(effort="fast", n_folds=1, validation_fraction=1 / 80).fit(table[0], y)
    assert_array_equal(net.predict(table[0]), one.predict(table[0]))


@pytest.mark.parametrize("columns", [0, [0], range(1)])
def test_an_embedding_of_columns_given_in_any_form(quick, table, y, columns):
    net = quick(effort="fast", embedding=PBLD(columns=columns)).fit(table[0], y)
    assert len(net.predict(table[0])) == len(y)


# -- validation and scoring -----------------------------------------------------------------------


def test_a_validation_set_takes_the_place_of_folds(quick, table, y):
    X = table[0]
    net = quick().fit(X[:60], y[:60], X_val=X[60:], y_val=list(y[60:]))
    assert net.history_["samples"] == [60, 120, 180, 240, 300, 360] * 4
    again = quick().fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:], sample_weight_val=np.ones(20))
    assert_allclose(net.predict(X), again.predict(X))
    method = "predict_set" if quick is quick_classifier else "predict_interval"
    assert len(getattr(net, method)(X)) == 80


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (lambda X, y: {"X_val": X}, "given together"),
        (lambda X, y: {"sample_weight_val": y}, "given together"),
        (lambda X, y: {"X_val": X, "y_val": y[:3]}, "inconsistent numbers of samples"),
        (lambda X, y: {"X_val": X[:, :2], "y_val": y}, "2 features"),
        (lambda X, y: {"X_val": X[:0], "y_val": y[:0]}, "0 sample"),
        (lambda X, y: {"X_val": X, "y_val": np.full(80, np.nan)}, "contains NaN|classes not in"),
    ],
)
def test_validation_sets_that_do_not_fit(quick, table, y, given, words):
    with pytest.raises(ValueError, match=words):
        quick().fit(table[0], y, **given(table[0], y))


@pytest.mark.parametrize(
    "scoring",
    [
        None,
        "loss",
        "refined_loss",
        "roc_auc",
        make_scorer(f1_score, pos_label="yes"),
        lambda estimator, X, y: float(np.mean(estimator.predict(X) == y)),
    ],
)
def test_scoring_of_a_classifier(table, scoring):
    X, y, _ = table
    weight = np.tile([1.0, 2.0], 40)
    net = quick_classifier(scoring=scoring)
    net.fit(X, np.where(y, "yes", "no"), sample_weight=weight)
    assert np.isfinite(net.history_["validation_score"]).all()
    assert list(net.classes_) == ["no", "yes"]
    assert set(net.predict(X)) == {"no", "yes"}


@pytest.mark.parametrize("scoring", [None, "loss", "refined_loss", "neg_mean_absolute_error"])
def test_scoring_of_a_regressor(table, scoring):
    X, _, y = table
    net = quick_regressor(scoring=scoring, max_iter=20).fit(X, y, np.tile([1.0, 2.0], 40))
    assert net.score(X, y) > 0.5


# -- scikit-learn's ways --------------------------------------------------------------------------


def test_settings_of_parts_are_parameters(quick, table, y):
    part = ELU()
    net = quick(activation=part, embedding=PBLD())
    assert net.get_params()["activation__alpha"] == 1.0
    net.set_params(activation__alpha=0.5, n_folds=3)
    assert [net.activation.alpha, part.alpha, net.n_folds] == [0.5, 1.0, 3]
    with pytest.raises(ValueError, match="dropuot"):
        net.set_params(dropuot=0.1)
    grid = {"embedding__scale": [0.1, 1.0], "activation__alpha": [0.5, 1.0]}
    search = GridSearchCV(quick(activation=part, embedding=PBLD(), max_iter=2), grid, cv=2)
    assert len(search.fit(table[0], y).cv_results_["params"]) == 4
    assert clone(net).get_params()["activation__alpha"] == 0.5


def test_how_it_reads(quick, table, y):
    net = quick(activation=ELU(0.5)).fit(table[0], y)
    assert "activation=ELU(alpha=0.5)" in repr(net)
    assert "TabularMLP" in net._repr_html_()
