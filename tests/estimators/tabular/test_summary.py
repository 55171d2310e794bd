"""The summary of a tabular estimator: a line for each member, and what becomes of columns."""

import pytest
from sklearn.exceptions import NotFittedError


def test_lines_and_totals(quick, raw, target):
    net = quick().fit(raw[0], target)
    summary = net.summary()
    assert len(summary.members) == 4
    assert {member.epoch for member in summary.members} == {net.estimators_[0].best_epoch_}
    assert summary.n_parameters == net.n_parameters_ == sum(m.n_parameters for m in summary.members)
    text = str(summary)
    assert text.startswith(f"{type(net).__name__}: 4 members on 7 columns")
    assert f"{net.n_parameters_:,}" in text
    assert "3 numbers, 4 categorical" in text
    assert "1 column of codes" in text
    assert ("temperature" in text) == hasattr(net, "temperature_")


def test_html(quick, raw, target):
    page = quick().fit(raw[0], target).summary()._repr_html_()
    assert page.count("<tr>") == 1 + 4 + 1
    assert "4 members on 7 columns" in page


def test_without_rows_to_validate_on(quick, raw, target):
    net = quick().fit(raw[0][:4], target[:4])
    (member,) = net.summary().members
    assert member.epoch == net.n_iter_
    assert member.score != member.score
    assert "nan" not in str(net.summary())


def test_before_fit(quick):
    with pytest.raises(NotFittedError):
        quick().summary()
    with pytest.raises(NotFittedError):
        _ = quick().n_parameters_
