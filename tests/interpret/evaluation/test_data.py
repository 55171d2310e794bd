"""The profile of the data, baselines, reliability, slices, groups and noise."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp, spearmanr
from sklearn.linear_model import LogisticRegression

from sknn.exceptions import InvalidParameterError
from sknn.interpret.evaluation import profile
from sknn.interpret.evaluation.answers import Answers
from sknn.interpret.evaluation.baselines import Encoder, constant_answers, linear_answers
from sknn.interpret.evaluation.groups import sensitive_columns
from sknn.interpret.evaluation.noise import noisy
from sknn.interpret.evaluation.reliability import reliability
from sknn.interpret.evaluation.slices import slices
from sknn.interpret.table import Table
from sknn.interpret.words import number


def rng():
    return np.random.default_rng(0)


def binary(p, y):
    p = np.asarray(p, dtype=float)
    return Answers(
        np.asarray(y),
        (p > 0.5).astype(int),
        np.column_stack([1 - p, p]),
        np.array([0, 1]),
        "binary",
    )


def equal(n):
    return np.full(n, 1 / n)


# -- profile --------------------------------------------------------------------------------------


def test_columns(frame):
    found = {c.name: c for c in profile.columns_of(Table.of(frame), number)}
    assert found["income"].kind == "numbers"
    assert found["income"].missing == pytest.approx(frame["income"].isna().mean())
    assert found["city"].kind == found["owner"].kind == found["size"].kind == "categories"
    assert found["city"].n_different == 3
    first = frame["city"].value_counts()
    assert found["city"].values.startswith(f"{first.index[0]} ({100 * first.iloc[0] / 120:.0f}%)")


def test_drift_of_numbers_is_that_of_scipy():
    one, other = rng().normal(size=200), rng().normal(0.5, size=300)
    ((_, distance, p),) = profile.drift(Table.of(one[:, None]), Table.of(other[:, None]))
    ours = ks_2samp(one, other)
    assert distance == pytest.approx(ours.statistic)
    assert p == pytest.approx(ours.pvalue, rel=0.3)


def test_drift_of_categories_and_gaps():
    one = pd.DataFrame({"a": list("xxyy"), "b": [1.0, 2, 3, 4]})
    other = pd.DataFrame({"a": list("xyyy"), "b": [1.0, np.nan, np.nan, np.nan]})
    found = {name: d for name, d, _ in profile.drift(Table.of(one), Table.of(other))}
    assert found["a"] == pytest.approx(0.25)
    assert found["b"] == pytest.approx(0.75)


def test_correlations_are_those_of_scipy(frame):
    matrix = profile.correlations(Table.of(frame[["age", "rooms", "city"]].dropna()), rng())
    known = frame[["age", "rooms"]].dropna()
    ours = spearmanr(known["age"], known["rooms"].astype(float)).statistic
    assert matrix[0, 1] == pytest.approx(ours)
    assert np.isnan(matrix[2]).all()
    assert np.isnan(np.diag(matrix)).all()


def test_rows_that_are_repeated(frame):
    table = Table.of(frame)
    assert profile.n_repeated(table.take(np.arange(60)), table) == 60
    assert profile.n_repeated(table.take(np.arange(60)), table.take(np.arange(60, 120))) == 0


def test_one_column_that_tells_all():
    X = rng().normal(size=(400, 3))
    y = (X[:, 1] > 0).astype(int)
    found = dict(profile.single_column_scores(Table.of(X), y, True, rng()))
    assert found["x1"] > 0.97
    assert found["x0"] < 0.3
    found = dict(profile.single_column_scores(Table.of(X), X[:, 1], False, rng()))
    assert found["x1"] > 0.9


def test_a_fingerprint_changes_with_each_cell(frame):
    table, y = Table.of(frame), np.arange(120)
    same = profile.digest(Table.of(frame.copy()), y.copy())
    assert profile.digest(table, y) == same
    assert profile.digest(table.replaced({1: table.column(1) + 1}), y) != same
    assert profile.digest(table, y[::-1]) != same


# -- baselines ------------------------------------------------------------------------------------


def test_constant_answers():
    answers = binary([0.9, 0.2, 0.4], [1, 0, 0])
    told = constant_answers(answers, np.array([1, 1, 1, 0]), None)
    assert told.predicted.tolist() == [1, 1, 1]
    assert told.p[0].tolist() == [0.25, 0.75]
    numbers = Answers(np.zeros(2), np.zeros(2), None, None, "regression")
    assert constant_answers(numbers, np.array([1.0, 3]), np.array([0.25, 0.75])).predicted[0] == 2.5


def test_a_linear_baseline_learns_from_columns_of_any_kind(frame, frame_target):
    table = Table.of(frame)
    classes = np.array(["no", "yes"])
    answers = Answers(frame_target, frame_target, np.eye(2)[np.zeros(120, int)], classes, "binary")
    found = linear_answers(answers, table, table, frame_target, rng())
    assert (found.predicted == frame_target).mean() > 0.9


def test_encoding_is_that_of_the_rows_it_was_made_from():
    train = pd.DataFrame({"a": [1.0, 3.0, np.nan], "b": ["x", "y", "x"]})
    test = pd.DataFrame({"a": [5.0, np.nan], "b": ["z", "y"]})
    encoded = Encoder(Table.of(train))(Table.of(test))
    sd, sd_of_gaps = np.std([1.0, 3.0, 2.0]), np.std([0.0, 0.0, 1.0])  # the gap is the median, 2
    gaps = (np.array([0.0, 1.0]) - 1 / 3) / sd_of_gaps
    expected = [[3 / sd, gaps[0], 0, 0], [0, gaps[1], 0, 1]]  # "z" is no category of the first rows
    np.testing.assert_allclose(encoded, expected)


# -- reliability ----------------------------------------------------------------------------------


def test_probabilities_that_are_right_err_as_chance_does():
    p = rng().random(4000)
    y = (rng().random(4000)[::-1] < p).astype(int)
    curve = reliability(binary(p, y), equal(4000))
    assert curve.error < 2 * curve.by_chance
    assert len(curve.counts) == 10
    assert curve.counts.sum() == 4000
    assert ((curve.low <= curve.predicted) & (curve.predicted <= curve.high)).mean() >= 0.8


def test_probabilities_that_are_wrong_by_a_tenth():
    p = np.repeat([0.2, 0.8], 500)
    y = np.concatenate([np.arange(500) < 150, np.arange(500) < 450]).astype(int)
    curve = reliability(binary(p, y), equal(1000))
    assert curve.error == pytest.approx(0.1)
    assert curve.observed.tolist() == pytest.approx([0.3, 0.9])


def test_weights_are_rows_of_the_reliability():
    p, y = np.array([0.3, 0.3, 0.3]), np.array([1, 0, 0])
    curve = reliability(binary(p, y), np.array([0.5, 0.25, 0.25]))
    assert curve.observed.tolist() == [0.5]


# -- slices, groups and noise ---------------------------------------------------------------------


def test_the_worst_slice_is_found():
    random = rng()
    table = pd.DataFrame({"a": random.normal(size=400), "b": random.choice(["x", "y"], 400)})
    y = random.normal(size=400)
    y[(table["b"] == "y").to_numpy()] *= 5
    answers = Answers(y, np.zeros(400), None, None, "regression")
    constant = Answers(y, np.full(400, 0.1), None, None, "regression")
    first, *others = slices(Table.of(table), answers, constant, equal(400))
    assert first.words == "b = y"
    assert first.p_value < 1e-6
    assert first.loss / first.others == pytest.approx(5, rel=0.3)
    assert all(part.p_value > 0.05 for part in others)
    assert len(others) == 5


def test_chance_alone_is_seldom_a_weak_slice():
    found = 0
    for seed in range(50):
        random = np.random.default_rng(seed)
        answers = Answers(random.normal(size=300), np.zeros(300), None, None, "regression")
        parts = slices(Table.of(random.normal(size=(300, 6))), answers, answers, equal(300))
        found += parts[0].p_value < 0.05
        assert all(part.p_useless == 1 for part in parts)
    assert found <= 6


def test_sensitive_columns_of_all_kinds(frame):
    table = Table.of(frame)
    assert set(sensitive_columns("city", table)["city"]) == set(frame["city"])
    assert list(sensitive_columns(["city", "owner"], table)) == ["city", "owner"]
    assert set(sensitive_columns("owner", table)["owner"]) == {"True", "False"}
    assert len(set(sensitive_columns("age", table)["age"])) == 4
    assert "missing" in sensitive_columns("income", table)["income"]
    own = np.array(["a", None] * 60, dtype=object)
    assert set(sensitive_columns(own, table)["group"]) == {"a", "missing"}
    assert list(sensitive_columns(pd.Series(own, name="sex"), table)) == ["sex"]
    assert list(sensitive_columns({"sex": own}, table)) == ["sex"]
    assert list(sensitive_columns(pd.DataFrame({"sex": own}), table)) == ["sex"]
    assert list(sensitive_columns(["a", "b"] * 60, table)) == ["group"]


def test_sensitive_columns_that_are_not_there(frame):
    with pytest.raises(InvalidParameterError, match="Did you mean 'city'"):
        sensitive_columns("citty", Table.of(frame))
    with pytest.raises(InvalidParameterError, match="120 rows"):
        sensitive_columns(np.arange(7), Table.of(frame))


def test_noise_keeps_kinds_and_ranges(frame):
    table = Table.of(frame)
    changed = noisy(table, 0.3, rng())
    assert changed.native.dtypes.to_dict() == frame.dtypes.to_dict()
    assert changed.native["age"].between(frame["age"].min(), frame["age"].max()).all()
    assert changed.native["income"].isna().equals(frame["income"].isna())
    moved = (changed.native["city"] != frame["city"]).mean()
    assert 0.05 < moved < 0.35
    assert not changed.native["income"].equals(frame["income"])


def test_no_noise_changes_nothing(frame):
    assert noisy(Table.of(frame), 0.0, rng()).native.equals(frame)


def test_models_without_probabilities_have_no_reliability():
    model = LogisticRegression().fit([[0.0], [1]], [0, 1])
    assert (
        reliability(Answers(np.array([0]), model.predict([[0.0]]), None, None, "binary"), equal(1))
        is None
    )
