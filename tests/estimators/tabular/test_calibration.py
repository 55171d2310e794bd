"""Intervals and sets hold what they promise, and probabilities are as sure as they ought to be."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import log_loss

from sknn.exceptions import InvalidParameterError, NotOfferedError
from sknn.uncertainty import coverage, coverage_of_sets, expected_coverage_band

from .conftest import quick_classifier, quick_regressor

N_TRAIN, N_TEST = 400, 3000
#: By folds, by one part that all members hold out, and by a validation set of one's own.
WAYS = ["folds", "held_out", "given"]


def numbers(seed):
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(N_TRAIN + N_TEST, 3))
    return X, X[:, 0] + np.abs(X[:, 1]) + rng.standard_t(4, size=len(X))


def labels(seed):
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(N_TRAIN + N_TEST, 3))
    logits = np.column_stack([2 * X[:, 0], 2 * X[:, 1], np.zeros(len(X))])
    return X, np.argmax(logits + rng.gumbel(size=logits.shape), axis=1)


def fitted(way, make, X, y, **params):
    params = {"max_iter": 15, "hidden_layer_sizes": 16} | params
    if way == "given":
        part = N_TRAIN * 3 // 4
        net = make(**params)
        return net.fit(X[:part], y[:part], X_val=X[part:N_TRAIN], y_val=y[part:N_TRAIN])
    net = make(**params, **({"n_folds": 1} if way == "held_out" else {}))
    return net.fit(X[:N_TRAIN], y[:N_TRAIN])


def band(way, asked):
    """Where the coverage on the test rows lies in all but one of a million cases."""
    m = N_TRAIN if way == "folds" else N_TRAIN // 5 if way == "held_out" else N_TRAIN // 4
    return expected_coverage_band(m, N_TEST, asked, 1 - 1e-6)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("asked", [0.8, 0.95])
def test_intervals_cover(way, asked):
    X, y = numbers(0)
    net = fitted(way, quick_regressor, X, y)
    interval = net.predict_interval(X[N_TRAIN:], asked)
    low, high = band(way, asked)
    assert low <= coverage(y[N_TRAIN:], interval) <= high
    inside = (interval[:, 0] <= net.predict(X[N_TRAIN:])) & (
        net.predict(X[N_TRAIN:]) <= interval[:, 1]
    )
    assert inside.mean() > 0.99


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("score", ["threshold", "adaptive"])
def test_sets_cover(way, score):
    X, y = labels(0)
    net = fitted(way, quick_classifier, X, y)
    sets = net.predict_set(X[N_TRAIN:], 0.9, score=score)
    low, high = band(way, 0.9)
    found = coverage_of_sets(y[N_TRAIN:], sets)
    # a set may not be empty, and holds the most probable class, so it may hold more than asked
    assert low <= found
    assert found <= max(high, 0.97)
    assert sets.sum(axis=1).min() >= 1
    assert sets.sum(axis=1).mean() < 2.5


def test_each_class_has_its_coverage_where_asked():
    rng = np.random.RandomState(0)
    X = rng.normal(size=(N_TRAIN + N_TEST, 2))
    y = (X[:, 0] + rng.normal(size=len(X)) > 1.5).astype(int)  # one in seven
    net = fitted("folds", quick_classifier, X, y)
    sets = net.predict_set(X[N_TRAIN:], 0.9, by_class=True)
    rare = y[N_TRAIN:] == 1
    low, _ = expected_coverage_band(int(y[:N_TRAIN].sum()), int(rare.sum()), 0.9, 1 - 1e-6)
    assert sets[rare, 1].mean() >= low
    assert net.predict_set(X[N_TRAIN:], 0.9)[rare, 1].mean() < sets[rare, 1].mean()


def test_intervals_of_several_targets():
    X, y = numbers(1)
    both = np.column_stack([y, -1000 * y])
    interval = fitted("folds", quick_regressor, X, both).predict_interval(X[N_TRAIN:], 0.8)
    assert interval.shape == (N_TEST, 2, 2)
    low, high = band("folds", 0.8)
    assert (
        (low <= coverage(both[N_TRAIN:], interval)) & (coverage(both[N_TRAIN:], interval) <= high)
    ).all()


def test_sets_of_labels():
    X, y = numbers(2)
    Y = np.column_stack([y > 0, y > 2]).astype(int)
    net = fitted("folds", quick_classifier, X, Y)
    sets = net.predict_set(X[N_TRAIN:], 0.8)
    assert sets.shape == (N_TEST, 2, 2)
    low, _ = band("folds", 0.8)
    for label in (0, 1):
        assert sets[np.arange(N_TEST), label, Y[N_TRAIN:, label]].mean() >= low


@pytest.mark.parametrize("way", ["folds", "given"])
def test_temperature_mends_members_that_are_too_sure(way):
    X, y = labels(1)
    settings = {
        "max_iter": 40,
        "n_iter_no_change": np.inf,
        "scoring": None,
        "hidden_layer_sizes": 32,
    }
    net = fitted(way, quick_classifier, X, y, **settings)
    raw = fitted(way, quick_classifier, X, y, calibrate=False, **settings)
    assert raw.temperature_ == 1.0 < net.temperature_
    truth = y[N_TRAIN:]
    calibrated = log_loss(truth, net.predict_proba(X[N_TRAIN:]))
    assert calibrated < log_loss(truth, raw.predict_proba(X[N_TRAIN:]))


def test_probabilities_are_the_mean_of_the_members(raw):
    X, y, _ = raw
    net = quick_classifier(calibrate=False).fit(X, y)
    encoded = net.encoder_.encode(X)
    members = np.mean([member.predict_proba(encoded) for member in net.estimators_], axis=0)
    assert_allclose(net.predict_proba(X), members, atol=1e-5)
    p = net.predict_proba(X)
    assert_allclose(net.decision_function(X), np.log(p[:, 1] / p[:, 0]), atol=1e-9)
    assert_array_equal(net.predict(X), net.classes_[p.argmax(axis=1)])


def test_entropy_is_noise_and_disagreement(raw):
    X, y, _ = raw
    net = quick_classifier().fit(X, y)
    total, aleatoric, epistemic = net.predict_entropy(X)
    p = net.predict_proba(X)
    assert_allclose(total, -(p * np.log(p)).sum(axis=1), rtol=1e-9)
    assert_allclose(total, aleatoric + epistemic, rtol=1e-9)
    assert (epistemic >= 0).all()


def test_spread_is_that_of_the_members(raw):
    X, _, y = raw
    net = quick_regressor().fit(X, y)
    members = net.predict_members(X)
    assert_allclose(net.predict_spread(X), members.std(axis=0, ddof=1))
    assert_allclose(net.predict(X), members.mean(axis=0))
    assert_array_equal(quick_regressor(n_folds=1, n_repeats=1).fit(X, y).predict_spread(X), 0.0)


def test_what_cannot_be_told_is_said(raw):
    X, y, number = raw
    net = quick_classifier(loss="hinge").fit(X, y)
    assert not hasattr(net, "predict_proba")
    assert not hasattr(net, "predict_set")
    assert net.decision_function(X).shape == (80,)
    with pytest.raises(InvalidParameterError, match="Did you mean 'adaptive'"):
        quick_classifier().fit(X, y).predict_set(X, score="adaptiv")
    with pytest.raises(InvalidParameterError, match="needs at least 999 calibration rows"):
        quick_regressor().fit(X, number).predict_interval(X, 0.999)
    from sknn.nn.losses import Quantile

    quantiles = quick_regressor(loss=Quantile((0.1, 0.9))).fit(X, number)
    assert quantiles.predict(X).shape == (80, 2)
    with pytest.raises(NotOfferedError, match="several quantiles"):
        quantiles.predict_interval(X)
