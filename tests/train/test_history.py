"""The history: columns of equal length, whatever is recorded when."""

import numpy as np

from sknn.train.history import History


def test_rows_and_late_columns():
    history = History()
    history.add_row(epoch=1, loss=3.0)
    history.add_row(epoch=2)
    history.record(extra=7.0)
    history.add_row(epoch=3, loss=1.0)
    assert history.n_rows == 3
    np.testing.assert_array_equal(history.columns["loss"], [3.0, np.nan, 1.0])
    np.testing.assert_array_equal(history.columns["extra"], [np.nan, 7.0, np.nan])
    assert history.columns["epoch"] == [1, 2, 3]


def test_a_record_may_be_corrected():
    history = History()
    history.add_row(loss=3.0)
    history.record(loss=2.0)
    assert history.columns == {"loss": [2.0]}


def test_going_on_copies_what_was_there():
    before = {"epoch": [1, 2], "loss": [3.0, 2.0]}
    history = History(before)
    history.add_row(epoch=3, loss=1.0)
    assert before == {"epoch": [1, 2], "loss": [3.0, 2.0]}
    assert history.columns["loss"] == [3.0, 2.0, 1.0]
    assert History(None).n_rows == History({}).n_rows == 0
