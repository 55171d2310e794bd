"""The temperature: a known one is found, it is the best, and it stays finite."""

import numpy as np
import pytest
from scipy.special import logsumexp, softmax

from sknn.exceptions import InvalidParameterError
from sknn.uncertainty import Temperature, fit_temperature


def draw(kind, m, rng):
    """Logits, and classes drawn with their probabilities."""
    n_outputs = {"multiclass": 4, "binary": 1, "multilabel": 3}[kind]
    z = rng.normal(scale=2, size=(m, n_outputs))
    if kind == "multiclass":
        return z, np.argmax(z + rng.gumbel(size=z.shape), axis=1)
    y = (rng.logistic(size=z.shape) < z).astype(int)
    return z, y if kind == "multilabel" else y[:, 0]


def objective(z, y, kind, T, weight):
    """What is minimised, written for one model."""
    if kind == "multiclass":
        loss = logsumexp(z / T, axis=1) - z[np.arange(len(z)), y] / T
    else:
        loss = (np.logaddexp(0, z / T) - y.reshape(z.shape) * z / T).sum(axis=1)
    return weight @ loss + 1 / T - 1 + np.log(T)


KINDS = ["multiclass", "binary", "multilabel"]


@pytest.mark.parametrize("true", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("kind", KINDS)
def test_a_known_temperature_is_found(kind, true):
    z, y = draw(kind, 20_000, np.random.default_rng(0))
    for dtype in (np.float32, np.float64):
        found = fit_temperature((z * true).astype(dtype), y, kind=kind)
        assert isinstance(found.value, float)
        assert found.value == pytest.approx(true, rel=0.04)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_best(kind):
    rng = np.random.default_rng(1)
    z, y = draw(kind, 60, rng)
    weight = rng.uniform(0, 3, size=60)
    found = fit_temperature(3 * z, y, weight, kind)
    best = objective(3 * z, y, kind, found.value, weight)
    grid = np.exp(np.linspace(-3, 3, 301))
    losses = [objective(3 * z, y, kind, T, weight) for T in grid]
    assert best <= min(losses) + 1e-9
    assert min(losses) - best < 1e-2
    slopes = np.diff(losses[::-1]) / np.diff(1 / grid[::-1])
    assert (np.diff(slopes) > -1e-6).all()  # convex in 1 / T


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_repeats", [1, 2])
def test_weights_are_repetitions(kind, n_repeats):
    rng = np.random.default_rng(2)
    z, y = draw(kind, 50, rng)
    z = z + rng.normal(size=(n_repeats, *z.shape))
    weight = rng.integers(0, 4, size=50)
    weighted = fit_temperature(z, y, weight, kind)
    repeated = fit_temperature(
        np.repeat(z, weight, axis=1), np.repeat(y, weight, axis=0), kind=kind
    )
    assert weighted.value == pytest.approx(repeated.value, rel=1e-4)


def test_a_few_rows_that_are_all_right_or_wrong_say_little():
    y = np.array([0, 1, 0, 1, 1])
    z = 4.0 * (2 * y - 1)
    right = [fit_temperature(s * z, y, kind="binary").value for s in (0.01, 1, 100, 1e6)]
    assert all(0.5 < T < 1.01 for T in right)
    wrong = fit_temperature(-z, y, kind="binary").value
    assert 1 < wrong < 1000
    assert fit_temperature(-1e6 * z, y, kind="binary").value == pytest.approx(1000, rel=1e-3)


def test_more_rows_outweigh_the_prior():
    y = np.arange(2000) % 2
    z = 0.5 * (2.0 * y - 1)
    few = fit_temperature(z[:4], y[:4], kind="binary").value
    many = fit_temperature(z, y, kind="binary").value
    assert many < 0.2 < 0.4 < few < 1


def test_binary_is_two_classes_of_which_one_has_the_logit_0():
    z, y = draw("binary", 200, np.random.default_rng(3))
    two = fit_temperature(np.column_stack([np.zeros(200), z]), y)
    for raw in (z, z[:, 0]):
        assert fit_temperature(raw, y, kind="binary").value == pytest.approx(two.value, rel=1e-4)


def test_multiclass_logits_have_no_origin():
    z, y = draw("multiclass", 200, np.random.default_rng(4))
    shift = np.random.default_rng(5).normal(scale=100, size=(200, 1))
    same = fit_temperature(z + shift, y).value
    assert same == pytest.approx(fit_temperature(z, y).value, rel=1e-4)


def members_that_err(rng, k, m):
    """Logits of members that err independently, and classes drawn with the logits they miss."""
    z, y = draw("multiclass", m, rng)
    return z + rng.normal(scale=1.5, size=(k, *z.shape)), y


def mean_loss(z, y, T):
    log_p = logsumexp(np.log(softmax(z / T, axis=-1)), axis=0) - np.log(len(z))
    return -log_p[np.arange(len(y)), y].mean()


def test_the_average_of_repeats_is_less_sure_than_one():
    z, y = members_that_err(np.random.default_rng(6), 2, 4000)
    single = fit_temperature(z[0], y).value
    pair = fit_temperature(z, y).value
    losses = [mean_loss(z, y, T) for T in (pair, 0.97 * pair, 1.03 * pair, single)]
    assert pair < single
    assert min(losses) == losses[0]


def test_two_repeats_tell_the_temperature_of_many_members():
    rng = np.random.default_rng(7)
    z, y = members_that_err(rng, 12, 2000)
    grid = np.exp(np.linspace(-1, 1, 41))
    best = grid[np.argmin([mean_loss(z[2:], y, T) for T in grid])]
    found = {k: fit_temperature(z[:2], y, n_members=k).value for k in (1, 2, 10)}
    assert found[1] > found[2] > found[10]
    assert abs(np.log(found[10] / best)) < 0.7 * abs(np.log(found[2] / best))
    assert found[2] == fit_temperature(z[:2], y).value
    both = fit_temperature(np.concatenate(z[:2]), np.tile(y, 2), weight=np.full(4000, 0.5))
    assert found[1] == pytest.approx(both.value, rel=1e-4)


def test_without_repeats_the_number_of_members_tells_nothing():
    z, y = draw("multiclass", 100, np.random.default_rng(8))
    assert fit_temperature(z, y, n_members=10) == fit_temperature(z[None], y)


class TestTemperature:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_logits_stay_finite_and_keep_their_dtype(self, dtype):
        largest = np.finfo(dtype).max
        cooled = Temperature(0.001).apply(np.array([largest, -largest, 1, 0], dtype=dtype))
        assert cooled.dtype == dtype
        assert np.isfinite(cooled).all()
        np.testing.assert_allclose(cooled[2:], [1000, 0])

    def test_integers_become_floats(self):
        np.testing.assert_array_equal(Temperature(2.0).apply([1, 2]), [0.5, 1.0])

    @pytest.mark.parametrize("value", [0, -1.0, float("nan"), "1", None])
    def test_it_is_positive(self, value):
        with pytest.raises(InvalidParameterError, match="'value' parameter of Temperature"):
            Temperature(value)

    def test_it_is_frozen(self):
        with pytest.raises(AttributeError):
            Temperature(1.0).value = 2.0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": "multi"}, "Did you mean 'multi"),
        ({"n_members": 0}, "The 'n_members' parameter of fit_temperature must be an int"),
        ({"raw": [[1.0, np.inf]] * 3}, "raw must hold finite numbers. Got 3 infinite"),
        ({"raw": [1.0, 2.0, 3.0]}, r"shape \(m, n_classes\) or \(n_repeats, m, n_classes\). Got"),
        ({"kind": "binary"}, r"shape \(m,\) or \(m, 1\) or \(n_repeats, m, 1\)"),
        ({"raw": [[1.0]] * 3}, "one logit for two classes is kind='binary'"),
        ({"y": [0, 1, 2]}, "the numbers of classes, 0 to 1"),
        ({"y": [0, 1]}, r"y must have shape \(3,\)"),
        ({"weight": [1, 1]}, r"weight must have shape \(3,\)"),
        ({"raw": np.zeros((0, 2)), "y": []}, "at least one row"),
    ],
)
def test_it_refuses(wrong, message):
    right = {"raw": [[1.0, 2.0]] * 3, "y": [0, 1, 1]}
    with pytest.raises(InvalidParameterError, match=message):
        fit_temperature(**right | wrong)
