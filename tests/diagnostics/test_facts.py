"""The facts of a fit."""

import pickle

import numpy as np
import pytest
import scipy.sparse

from sknn import MLPClassifierX, diagnose
from sknn.diagnostics.facts import Layers, gather
from sknn.diagnostics.measure import MOST_ROWS, measure


@pytest.fixture
def net(tables, fit):
    X, y = tables["iris"]
    kwargs = {"max_iter": 6, "random_state": 0, "callbacks": ["gradient_health"]}
    return fit(MLPClassifierX((7, 5), activation="tanh", **kwargs), X, y)


def test_tables_have_a_row_an_epoch_and_a_column_a_layer(net):
    record = gather(net, None).record
    assert record.gradient.shape == record.update.shape == (6, 3)
    assert record.dead.shape == record.saturated.shape == (6, 2)
    assert np.array_equal(record.backprop[:, 2], net.history_["backprop_norm_3"])
    assert record.signal == pytest.approx(record.backprop[:, 0] / record.backprop[:, 2])


def test_epochs_without_a_record_are_left_out(net, tables, fit):
    net.set_params(warm_start=True, callbacks=None)
    fit(net, *tables["iris"])
    facts = gather(net, None)
    assert len(facts.loss) == 12
    assert facts.record.gradient.shape == (6, 3)
    assert not diagnose(net).findings or diagnose(net).kinds == ["not_converged"]


def test_nothing_recorded_is_none(net):
    assert Layers.of({"loss": [1.0]}) is None


def test_the_same_after_a_pickle(net):
    assert str(diagnose(pickle.loads(pickle.dumps(net)))) == str(diagnose(net))


def test_measured_is_what_the_record_would_have(tables, fit):
    """One step of rate 0 (almost): the record of the epoch is the measure after it."""
    X, y = tables["iris"]
    net = MLPClassifierX(
        (7, 5), activation="tanh", learning_rate_init=1e-12, batch_size="full", max_iter=1,
        random_state=0, callbacks=["gradient_health"],
    )  # fmt: skip
    fit(net, X, y)
    columns = measure(net, X, y).columns
    for name in columns:
        assert columns[name] == pytest.approx(net.history_[name][0], rel=1e-6, nan_ok=True)


def test_scales_leave_constants_out(net):
    X = np.array([[1.0, 5.0, 0.0, 2.0], [-1.0, 5.0, 0.0, 4.0]])
    for kind in (np.array, scipy.sparse.csr_array):
        assert measure(net, kind(X)).scales == pytest.approx([1.0, 10.0**0.5])


def test_many_rows_are_thinned_out(net):
    X = np.random.RandomState(0).normal(size=(2 * MOST_ROWS + 1, 4))
    assert MOST_ROWS / 2 < measure(net, X).columns["health_rows"] <= MOST_ROWS


def test_attributes_set_by_hand_are_enough():
    net = MLPClassifierX((2,))
    net.coefs_, net.intercepts_ = [np.ones((3, 2)), np.ones((2, 1))], [np.ones(2), np.ones(1)]
    assert gather(net, None).widths == [3, 2, 1]
    assert diagnose(net).findings == ()
