"""Losses, classes with weights, several labels and targets."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn.exceptions import DataConversionWarning

from .conftest import quick_classifier, quick_regressor


@pytest.mark.parametrize("loss", ["focal", "squared_error", "hinge", "squared_hinge"])
def test_losses_of_a_classifier(table, loss):
    X, y, _ = table
    net = quick_classifier(loss=loss, max_iter=20).fit(X, y)
    assert net.score(X, y) > 0.8


@pytest.mark.parametrize(
    "loss", ["absolute_error", "huber", "log_cosh", "quantile", "poisson", "gamma", "tweedie"]
)
def test_losses_of_a_regressor(table, loss):
    X, _, y = table
    positive = np.exp(y / 3)
    net = quick_regressor(loss=loss, max_iter=60).fit(X, positive)
    assert np.corrcoef(net.predict(X), positive)[0, 1] > 0.8
    assert net.predict_interval(X, 0.8).shape == (80, 2)
    assert net.estimators_[0].standardize_y == (loss not in ("poisson", "gamma", "tweedie"))


def test_targets_that_a_loss_is_not_defined_for(table):
    with pytest.raises(ValueError, match="'poisson' requires y >= 0"):
        quick_regressor(loss="poisson").fit(table[0], table[2])


@pytest.mark.parametrize("class_weight", ["balanced", {0: 1.0, 1: 9.0}])
def test_class_weight_makes_a_rare_class_more_probable(table, class_weight):
    X, y, _ = table
    rows = np.append(np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:5])
    weighted, plain = (
        quick_classifier(class_weight=w).fit(X[rows], y[rows]).predict_proba(X)[:, 1].mean()
        for w in (class_weight, None)
    )
    assert plain < weighted


def test_a_class_of_weight_0_is_none(table):
    X, y, _ = table
    three = y + (X[:, 1] > 0)
    net = quick_classifier(class_weight={0: 1, 1: 0, 2: 1}).fit(X, three)
    assert list(net.classes_) == [0, 2]
    assert net.predict_proba(X).shape == (80, 2)


def test_label_smoothing_makes_less_sure(table):
    X, y, _ = table
    plain, smooth = (
        quick_classifier(label_smoothing=s, calibrate=False, max_iter=40).fit(X, y).predict_proba(X)
        for s in (0.0, 0.3)
    )
    assert smooth.max(axis=1).mean() < plain.max(axis=1).mean()


def test_labels_dense_and_sparse(table):
    X = table[0]
    Y = (X > [0, 0, 1]).astype(int)
    dense, thin = quick_classifier(max_iter=20), quick_classifier(max_iter=20)
    dense.fit(X, Y, X_val=X, y_val=Y)
    thin.fit(X, sparse.csr_matrix(Y), X_val=X, y_val=sparse.csr_matrix(Y))
    assert sparse.issparse(thin.predict(X))
    assert_array_equal(thin.predict(X).toarray(), dense.predict(X))
    assert dense.predict_proba(X).shape == (80, 3)
    assert dense.predict_set(X, 0.8).shape == (80, 3, 2)
    assert np.isfinite(dense.decision_function(X)).all()
    assert (dense.predict(X) == Y).mean() > 0.9
    balanced = quick_classifier(class_weight="balanced").fit(X, Y)
    assert balanced.predict(X).shape == (80, 3)


@pytest.mark.parametrize("labels", [1, 2])
def test_log_odds_are_finite_where_a_mean_is_rounded_to_1(table, labels, monkeypatch):
    X, y, _ = table
    net = quick_classifier().fit(X, y if labels == 1 else np.column_stack([y, 1 - y]))
    sure = np.array([np.finfo(float).tiny, 1.0]) if labels == 1 else np.ones(2)
    monkeypatch.setattr(net, "_probabilities", lambda X: np.tile(sure, (4, len(X), 1)))
    assert np.isfinite(net.decision_function(X)).all()
    assert (net.predict(X) == 1).all()


def test_several_targets(table):
    X, _, y = table
    both = np.column_stack([y, 1e6 - 1000 * y])
    net = quick_regressor(max_iter=30).fit(X, both)
    assert net.predict(X).shape == net.predict_spread(X).shape == (80, 2)
    assert net.predict_members(X).shape == (4, 80, 2)
    assert net.score(X, both) > 0.8


def test_a_column_of_targets_is_flattened_with_a_warning(quick, table, y):
    with pytest.warns(DataConversionWarning, match="column-vector"):
        net = quick().fit(table[0], y[:, np.newaxis])
    assert_array_equal(net.predict(table[0]), quick().fit(table[0], y).predict(table[0]))
    with pytest.warns(DataConversionWarning, match="column-vector"):
        quick().fit(table[0], y, X_val=table[0], y_val=y[:, np.newaxis])


def test_clip_keeps_far_rows_within_the_targets(table):
    X = table[0]
    y = 10 * X[:, 0]
    far = [[1e6, 0.0, 0.0], [-1e6, 0.0, 0.0]]
    clipped, free = (
        quick_regressor(clip=c, max_iter=30).fit(X, y).predict(far) for c in (True, False)
    )
    assert y.min() <= clipped.min()
    assert clipped.max() <= y.max() < free.max()
