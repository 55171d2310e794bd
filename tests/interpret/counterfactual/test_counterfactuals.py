"""Counterfactuals: nearest where that is known, within what may change, and always verified."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.interpret import Counterfactuals, counterfactuals

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(200, 3)) * [1.0, 2.0, 5.0]
MAD = np.median(np.abs(ROWS - np.median(ROWS, axis=0)), axis=0)
ROW = np.array([[0.1, 0.2, 0.3]])
SICK, Y = load_breast_cancer(return_X_y=True, as_frame=True)
SICK = SICK.iloc[:, :8]


def straight(rows):
    return 3 * rows[:, 0] - rows[:, 1] + 0.5 * rows[:, 2]


def small(cls, **how):
    how = {"hidden_layer_sizes": 6, "solver": "lbfgs", "tol": 0.1, "random_state": 0} | how
    return cls(**how)


@pytest.fixture(scope="module")
def network():
    return make_pipeline(StandardScaler(), small(MLPClassifierX)).fit(SICK, Y)


@pytest.mark.parametrize("wanted", [4.0, -3.0])
def test_of_a_linear_model_the_column_moves_that_is_cheapest(wanted):
    found = counterfactuals(straight, ROW, ROWS, target=wanted, n=1)
    need = wanted - straight(ROW)[0]
    best = int(np.argmax(np.abs([3.0, -1.0, 0.5]) * MAD))
    assert [change[0] for change in found.changes[0]] == [f"x{best}"]
    exact = abs(need / [3.0, -1.0, 0.5][best]) / MAD[best]
    assert exact <= found.distance[0] <= exact * 1.03  # rounding to few digits costs a little
    assert (straight(np.asarray(found.rows)) - wanted) * np.sign(need) >= 0
    assert found.found
    assert found.technique == "search"


def test_a_linear_network_by_its_slopes_is_as_near_as_the_formula():
    net = MLPRegressorX(hidden_layer_sizes=(), solver="lbfgs", alpha=0, tol=1e-9)
    net.fit(ROWS, straight(ROWS))
    found = counterfactuals(net, ROW, ROWS, target=4.0, n=1, method="gradient")
    exact = (4.0 - straight(ROW)[0]) / (np.abs([3.0, -1.0, 0.5]) * MAD).max()
    assert exact * 0.999 <= found.distance[0] <= exact * 1.03
    assert found.technique == "gradient"


def test_slopes_find_what_is_no_farther_than_what_trying_finds(network):
    distance = {}
    for method in ("gradient", "search", "auto"):
        found = [
            counterfactuals(network, SICK.iloc[[i]], SICK, method=method, n=1, random_state=0)
            for i in range(0, 60, 12)
        ]
        assert all(one.found for one in found)
        distance[method] = np.array([one.distance[0] for one in found])
    assert distance["gradient"].mean() <= 1.05 * distance["search"].mean()
    assert (distance["auto"] <= distance["gradient"] * 1.02).all()


def test_every_row_is_predicted_as_it_should_be(network):
    found = counterfactuals(network, SICK.iloc[[3]], SICK, random_state=0)
    assert isinstance(found, Counterfactuals)
    assert (network.predict(found.rows) == found.target).all()
    assert (found.predictions == found.target).all()
    assert (found.probabilities >= 0.5).all()
    assert found.prediction == network.predict(SICK.iloc[[3]])[0] != found.target
    assert (np.diff(found.distance) >= 0).all()
    assert len(found) == 3
    for changes, row in zip(found.changes, found.rows.itertuples(index=False), strict=True):
        differ = {n for n, a, b in zip(SICK, row, SICK.iloc[3], strict=True) if a != b}
        assert {name for name, _, _ in changes} == differ
    # several answers are several: no two change the same columns in the same directions
    signs = {tuple((name, to > now) for name, now, to in sorted(c)) for c in found.changes}
    assert len(signs) == 3


def test_nothing_can_be_put_back(network):
    found = counterfactuals(network, SICK.iloc[[3]], SICK, random_state=0)
    for i, changes in enumerate(found.changes):
        for name, now, _ in changes:
            row = found.rows.iloc[[i]].copy()
            row[name] = now
            assert network.predict(row)[0] != found.target


def test_distance_is_in_median_deviations_of_the_background():
    found = counterfactuals(straight, ROW, ROWS, target=4.0)
    change = np.abs(np.asarray(found.rows) - ROW) / MAD
    np.testing.assert_allclose(found.distance, change.sum(axis=1))
    np.testing.assert_allclose([np.abs(s).sum() for s in found.sizes], found.distance)


def test_columns_that_stay_and_ranges():
    free = counterfactuals(straight, ROW, ROWS, target=4.0)
    assert any(c[0] == "x0" for changes in free.changes for c in changes)
    found = counterfactuals(straight, ROW, ROWS, target=4.0, immutable=["x0"])
    assert (np.asarray(found.rows)[:, 0] == 0.1).all()
    found = counterfactuals(
        straight, ROW, ROWS, target=4.0, ranges={"x0": (0, 0.5), 1: "decrease", "x2": "increase"}
    )
    assert found.found
    rows = np.asarray(found.rows)
    assert ((rows[:, 0] >= 0) & (rows[:, 0] <= 0.5)).all()
    assert (rows[:, 1] <= 0.2).all()
    assert (rows[:, 2] >= 0.3).all()


def test_a_range_that_the_row_is_not_in():
    found = counterfactuals(straight, ROW, ROWS, target=4.0, ranges={"x0": (1.2, 1.4)}, n=5)
    changed = [to for changes in found.changes for name, _, to in changes if name == "x0"]
    assert changed
    assert all(1.2 <= to <= 1.4 for to in changed)


def test_plausible_values_only():
    found = counterfactuals(straight, ROW, ROWS, target=9.0, n=3)
    rows = np.asarray(found.rows)
    assert (rows >= ROWS.min(axis=0)).all()
    assert (rows <= ROWS.max(axis=0)).all()


@pytest.mark.parametrize("method", ["search", "auto"])
def test_what_cannot_be_reached(method):
    net = MLPRegressorX(hidden_layer_sizes=(), solver="lbfgs", alpha=0).fit(ROWS, straight(ROWS))
    found = counterfactuals(net, ROW, ROWS, target=1e6, method=method, random_state=0)
    assert not found.found
    assert "not reached" in found.method
    assert "not reached" in found.sentences()[0]
    assert found.predictions[0] > net.predict(ROW)[0] + 5  # as near as it can come


def test_whole_numbers_stay_whole():
    rows = np.c_[np.arange(40) % 9, RNG.normal(size=40)]
    found = counterfactuals(
        lambda r: r[:, 0], [[2.0, 0.0]], rows, target=4.5, immutable=["x1"], n=1
    )
    assert found.changes[0] == [("x0", 2.0, 5.0)]
    net = MLPRegressorX(hidden_layer_sizes=(), solver="lbfgs", alpha=0, tol=1e-9)
    net.fit(rows, rows[:, 0])
    found = counterfactuals(
        net, [[2.0, 0.0]], rows, target=4.5, immutable="x1", n=1, method="gradient"
    )
    assert found.changes[0] == [("x0", 2.0, 5.0)]


@pytest.mark.parametrize("method", ["search", "gradient"])
def test_frames_with_columns_of_all_kinds(method, pipeline, frame):
    found = counterfactuals(pipeline, frame.iloc[[1]], frame, method=method, random_state=0)
    assert found.found
    assert isinstance(found.rows, pd.DataFrame)
    assert list(found.rows.dtypes) == list(frame.dtypes)
    assert (pipeline.predict(found.rows) == found.target).all()
    for name, now, to in (change for changes in found.changes for change in changes):
        if name in ("city", "size", "owner"):
            assert to in set(frame[name].dropna())
            assert now != to
    json.dumps(found.to_dict())


def test_allowed_categories():
    frame = pd.DataFrame({"a": ["x", "y", "z"] * 20, "b": RNG.normal(size=60)})

    def model(rows):
        return rows["a"].map({"x": 0.0, "y": 2.0, "z": 1.5}).to_numpy(float) + 0 * rows["b"]

    row = frame.iloc[[0]]
    assert counterfactuals(model, row, frame, target=1.0, n=1).rows["a"].iloc[0] in ("y", "z")
    found = counterfactuals(model, row, frame, target=1.0, ranges={"a": ["z"]})
    assert [change[2] for changes in found.changes for change in changes] == ["z"]
    assert found.distance[0] == 1
    assert repr(found) == "If a were z instead of x, the prediction would be 1 or more."


def test_a_missing_number_can_be_filled():
    frame = pd.DataFrame({"a": [np.nan, 1.0, 2.0, 3.0] * 10, "b": RNG.normal(size=40)})

    def model(rows):
        return rows["a"].fillna(0.0).to_numpy() + 0 * rows["b"].to_numpy()

    found = counterfactuals(model, frame.iloc[[0]], frame, target=2.0, n=1)
    assert found.found
    assert found.rows["a"].iloc[0] >= 2
    assert "instead of missing" in repr(found)


def test_several_classes():
    X, y = load_iris(return_X_y=True)
    net = make_pipeline(StandardScaler(), small(MLPClassifierX)).fit(X, y)
    found = counterfactuals(net, X[[0]], X, target=2, random_state=0)
    assert (net.predict(found.rows) == 2).all()
    likely = counterfactuals(net, X[[0]], X, random_state=0)
    assert likely.target == np.argsort(-net.predict_proba(X[[0]])[0])[1]


def test_a_number_in_a_range():
    model = LinearRegression().fit(ROWS, straight(ROWS))
    found = counterfactuals(model, ROW, ROWS, target=(4.0, 4.5))
    told = model.predict(found.rows)
    assert ((told >= 4.0) & (told <= 4.5)).all()


def test_forests_and_thresholds():
    forest = RandomForestClassifier(10, random_state=0).fit(SICK, Y)
    found = counterfactuals(forest, SICK.iloc[[0]], SICK, random_state=0)
    assert (forest.predict(found.rows) == 1).all()
    strict = FixedThresholdClassifier(
        LogisticRegression(max_iter=5000), threshold=0.9, response_method="predict_proba"
    ).fit(SICK, Y)
    found = counterfactuals(strict, SICK.iloc[[0]], SICK, random_state=0)
    assert found.found
    assert (found.probabilities >= 0.9).all()


def test_steps_that_are_not_straight():
    net = small(MLPClassifierX)
    bent = make_pipeline(QuantileTransformer(n_quantiles=50), net).fit(SICK, Y)
    found = counterfactuals(bent, SICK.iloc[[0]], SICK, method="gradient", random_state=0)
    assert (bent.predict(found.rows) == found.target).all()


def test_at_most_so_many_changes(network):
    free = counterfactuals(network, SICK.iloc[[0]], SICK, n=3, random_state=0)
    assert free.n_changed.max() > 1
    few = counterfactuals(network, SICK.iloc[[3]], SICK, max_changes=1, random_state=0)
    assert (few.n_changed == 1).all()


def test_weights():
    far = np.concatenate([ROWS, ROWS * 100])
    weight = np.r_[np.ones(200), np.zeros(200)]
    one = counterfactuals(straight, ROW, far, target=4.0, sample_weight=weight)
    other = counterfactuals(straight, ROW, ROWS, target=4.0)
    np.testing.assert_array_equal(one.rows, other.rows)
    np.testing.assert_allclose(one.distance, other.distance)


def test_the_same_seed_and_the_global_state(network):
    state = np.random.get_state()[1].copy()
    one, other = (counterfactuals(network, SICK.iloc[[0]], SICK, random_state=1) for _ in range(2))
    pd.testing.assert_frame_equal(one.rows, other.rows)
    assert (np.random.get_state()[1] == state).all()


def test_tables_and_sentences(network):
    found = counterfactuals(network, SICK.iloc[[3]], SICK, random_state=0)
    frame = found.to_frame()
    assert len(frame) == found.n_changed.sum()
    assert list(frame) == ["counterfactual", "column", "from", "to", "distance", "prediction"]
    assert len(found.sentences()) == 3
    assert found.sentences()[0].startswith("If ")
    assert found.sentences()[0].endswith(f"the prediction would be {found.target}.")
    json.dumps(found.to_dict())


def test_numbers_are_as_round_as_may_be(network):
    found = counterfactuals(straight, ROW, ROWS, target=4.0, n=1)
    assert all(len(f"{to:g}") <= 4 for _, _, to in found.changes[0])


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"target": 5}, "must be a class of the model"),
        ({"target": 0}, "already"),
        ({"method": "gradients"}, "Did you mean 'gradient'"),
        ({"n": 0}, "n must be an int >= 1"),
        ({"max_changes": 0}, "max_changes must be an int >= 1"),
        ({"immutable": ["mean radios"]}, "Did you mean 'mean radius'"),
        ({"ranges": {"mean radius": "up"}}, "'increase' or 'decrease'"),
        ({"ranges": {"mean radius": (3, 1)}}, "pair of numbers"),
    ],
)
def test_wrong_settings(network, how, said):
    row = SICK.iloc[[0]]
    assert network.predict(row)[0] == 0
    with pytest.raises(InvalidParameterError, match=said):
        counterfactuals(network, row, SICK, **how)


def test_wrong_rows_targets_and_models(network, pipeline, frame):
    with pytest.raises(InvalidParameterError, match=r"X\[\[0\]\]"):
        counterfactuals(network, SICK[:2], SICK)
    with pytest.raises(InvalidParameterError, match="target is needed"):
        counterfactuals(straight, ROW, ROWS)
    with pytest.raises(InvalidParameterError, match=r"is at target=0\.3 already"):
        counterfactuals(lambda r: r[:, 2], ROW, ROWS, target=0.3)
    with pytest.raises(InvalidParameterError, match="list of allowed values"):
        counterfactuals(pipeline, frame.iloc[[1]], frame, ranges={"city": "increase"})
    with pytest.raises(InvalidParameterError, match="no value of that column"):
        counterfactuals(pipeline, frame.iloc[[1]], frame, ranges={"city": ["Atlantis"]})
    labels = MultiOutputClassifier(LogisticRegression(max_iter=5000)).fit(SICK, np.c_[Y, 1 - Y])
    with pytest.raises(InvalidParameterError, match="predicts 2 at once"):
        counterfactuals(labels, SICK.iloc[[0]], SICK)
    with pytest.raises(InvalidParameterError, match="MLPClassifierX"):
        counterfactuals(straight, ROW, ROWS, target=4.0, method="gradient")
