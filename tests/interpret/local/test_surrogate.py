"""Local linear models: exact where the model is linear, and honest where it is not."""

import numpy as np
import pytest
from sklearn.datasets import load_iris

from sknn import MLPClassifierX
from sknn.exceptions import InvalidParameterError
from sknn.interpret import LimeExplanation, lime

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(80, 4)) * [1.0, 2.0, 5.0, 1.0] + [0.0, 3.0, 0.0, 0.0]


def straight(rows):
    return 3 * rows[:, 0] - rows[:, 1] + 0.5 * rows[:, 2] + 7


def wavy(rows):
    return np.sin(4 * rows[:, 0]) * rows[:, 2]


def test_a_linear_model_is_found():
    found = lime(straight, ROWS[:3], ROWS, random_state=0)
    assert isinstance(found, LimeExplanation)
    sd = ROWS.std(axis=0)
    np.testing.assert_allclose(found.coefficients, [[3, -1, 0.5, 0] * sd] * 3, atol=0.02)
    np.testing.assert_allclose(found.scores, 1, atol=1e-3)
    np.testing.assert_allclose(found.local_predictions, straight(ROWS[:3]), atol=0.02)
    expected = (ROWS[:3] - ROWS.mean(axis=0)) * [3, -1, 0.5, 0]
    np.testing.assert_allclose(found.values, expected, atol=0.05)
    np.testing.assert_allclose(
        found.values.sum(axis=1) + found.base_values, found.local_predictions, atol=1e-12
    )


def test_a_poor_fit_says_so():
    found = lime(wavy, ROWS[:3], ROWS, random_state=0)
    assert found.scores.max() < 0.5
    assert f"{found.scores.max():.2f}" in found.method
    gap = np.abs(found.local_predictions - wavy(ROWS[:3])).max()
    assert found.additivity_gap == pytest.approx(gap)


def test_stability():
    few, many = (lime(wavy, ROWS[:3], ROWS, n_samples=n, random_state=0) for n in (40, 5000))
    assert many.rank_stability.mean() > few.rank_stability.mean()
    assert ((few.stability >= 0) & (few.stability <= 1)).all()
    steady = lime(straight, ROWS[:2], ROWS, n_features=3, random_state=0)
    np.testing.assert_allclose(steady.stability, 1.0)
    assert np.isnan(lime(straight, ROWS[:2], ROWS, n_seeds=1).stability).all()


def test_few_columns_are_kept():
    found = lime(straight, ROWS[:2], ROWS, n_features=2, random_state=0)
    assert ((found.coefficients != 0).sum(axis=1) == 2).all()
    assert "2 of 4 columns" in found.method
    wide = RNG.normal(size=(30, 300))
    found = lime(lambda rows: 2 * rows[:, 7], wide[:1], wide, n_samples=500, n_seeds=1)
    assert np.abs(found.coefficients).argmax() == 7


def test_several_outputs_and_slices():
    X, y = load_iris(return_X_y=True)
    net = MLPClassifierX(hidden_layer_sizes=6, solver="lbfgs", tol=0.01, random_state=0)
    net.fit(X, np.array(["setosa", "versicolor", "virginica"])[y])
    found = lime(net, X[::40], X, n_samples=500, output="proba", random_state=0)
    assert found.values.shape == found.coefficients.shape == (4, 4, 3)
    assert found.scores.shape == (4, 3)
    one = found[1, :, "virginica"]
    assert (one.values.shape, one.scores.shape) == ((1, 4), (1,))
    np.testing.assert_array_equal(one.coefficients, found.coefficients[1:2, :, 2])
    assert found[:, [1, 2]].coefficients.shape == (4, 2, 3)


def test_categories_and_missing_values(pipeline, frame):
    found = lime(pipeline, frame[:3], frame, n_samples=1000, random_state=0)
    city = frame.columns.get_loc("city")
    in_rome = frame[frame["city"] == "Rome"][:3]
    rome = lime(pipeline, in_rome, frame, n_samples=1000, random_state=0)
    assert (rome.coefficients[:, city] > 0).all()  # being in Rome speaks for "yes"
    income = frame.columns.get_loc("income")
    assert found.coefficients[0, income] == 0  # it is missing there
    assert np.isfinite(found.values).all()


def test_weights_are_rows_that_repeat():
    weight = RNG.integers(0, 3, len(ROWS))
    weighted = lime(straight, ROWS[:2], ROWS, sample_weight=weight, random_state=0)
    repeated = lime(straight, ROWS[:2], np.repeat(ROWS, weight, axis=0), random_state=0)
    np.testing.assert_allclose(weighted.values, repeated.values, atol=1e-9)


def test_random_numbers():
    state = np.random.get_state()[1].copy()
    one, two = (lime(wavy, ROWS[:2], ROWS, n_samples=100, random_state=3) for _ in range(2))
    np.testing.assert_array_equal(one.values, two.values)
    np.testing.assert_array_equal(np.random.get_state()[1], state)


def test_one_column_and_a_constant_one():
    found = lime(lambda rows: rows[:, 0] ** 2, [[2.0]], [[0.0], [1.0]], random_state=0)
    assert found.coefficients[0, 0] == pytest.approx(4 * 0.5, rel=0.1)
    constant = np.column_stack([ROWS[:, 0], np.ones(len(ROWS))])
    assert lime(lambda rows: rows[:, 0], constant[:1], constant).values[0, 1] == 0
    assert lime(lambda rows: 0 * rows[:, 0], constant[:1], constant).scores[0] == 1.0


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"n_samples": 3}, "n_samples must be an int >= 10"),
        ({"n_features": 0}, "n_features must be"),
        ({"n_seeds": 0}, "n_seeds must be"),
        ({"kernel_width": -1.0}, "kernel_width must be"),
    ],
)
def test_what_is_not_allowed(how, message):
    with pytest.raises(InvalidParameterError, match=message):
        lime(straight, ROWS[:1], ROWS, **how)


def test_numbers_can_be_cut_into_parts():
    def step(rows):
        return 4.0 * (rows[:, 1] > np.quantile(ROWS[:, 1], 0.75))

    top = int(np.argmax(ROWS[:, 1]))
    found = lime(step, ROWS[[top]], ROWS, discretize=True, random_state=0)
    np.testing.assert_allclose(found.coefficients, [[0, 4, 0, 0]], atol=0.05)
    assert found.scores[0] > 0.99
    np.testing.assert_allclose(found.values[0, 1], 4 * 0.75, atol=0.05)  # a quarter is like it
    assert found.conditions[0, 1].startswith("x1 > ")
    inner = np.argsort(ROWS[:, 0])[50]  # in the third quarter
    words = lime(step, ROWS[[inner]], ROWS, discretize=True, random_state=0).conditions[0, 0]
    low, high = (float(part) for part in words.split(" < x0 <= "))
    assert low < ROWS[inner, 0] <= high
    tenths = lime(step, ROWS[[top]], ROWS, discretize="decile", n_features=None, random_state=0)
    assert tenths.conditions[0, 1] != found.conditions[0, 1]
    assert (lime(straight, ROWS[:1], ROWS, n_seeds=1, random_state=0).conditions == "").all()


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"discretize": "quartiles"}, "Did you mean 'quartile'"),
        ({"engine": "limes"}, "Did you mean 'lime'"),
        ({"distance_metric": "cosine"}, "no setting 'distance_metric'"),
    ],
)
def test_ways_that_are_not_there(how, message):
    with pytest.raises(InvalidParameterError, match=message):
        lime(straight, ROWS[:1], ROWS, **how)
