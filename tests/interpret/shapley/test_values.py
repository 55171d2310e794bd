"""Shapley values: axioms, closed forms, and the package that everybody knows."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris, make_friedman1
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.interpret import shap_values

RNG = np.random.default_rng(0)
X, B = RNG.normal(size=(4, 5)), RNG.normal(size=(20, 5))


def bent(rows):
    """A function with interactions of three columns."""
    a, b, c, d, _ = np.asarray(rows, dtype=float).T
    return np.tanh(a * b * c) + a * b + d**2


def friedman(rows):
    x = np.asarray(rows).T
    return 10 * np.sin(np.pi * x[0] * x[1]) + 20 * (x[2] - 0.5) ** 2 + 10 * x[3] + 5 * x[4]


@pytest.fixture(scope="module")
def iris_net():
    X, y = load_iris(return_X_y=True)
    net = MLPClassifierX(hidden_layer_sizes=8, solver="lbfgs", tol=0.01, random_state=0)
    return net.fit(X, np.array(["setosa", "versicolor", "virginica"])[y]), X


@pytest.mark.parametrize("method", ["exact", "permutation", "kernel", "sampling"])
def test_values_add_up(method):
    found = shap_values(bent, X, B, method=method, random_state=0)
    np.testing.assert_allclose(found.values.sum(1) + found.base_values, bent(X), atol=1e-6)
    np.testing.assert_allclose(found.base_values, bent(B).mean())
    assert found.additivity_gap < 1e-6


def test_friedman_in_closed_form():
    X, _ = make_friedman1(30, 10, random_state=0)
    found = shap_values(friedman, X[:5], X[5:], method="exact").values
    mean = X[5:].mean(axis=0)
    np.testing.assert_allclose(
        found[:, 2], 20 * (X[:5, 2] - 0.5) ** 2 - (20 * (X[5:, 2] - 0.5) ** 2).mean(), atol=1e-11
    )
    np.testing.assert_allclose(found[:, 3], 10 * (X[:5, 3] - mean[3]), atol=1e-11)
    np.testing.assert_allclose(found[:, 4], 5 * (X[:5, 4] - mean[4]), atol=1e-11)
    np.testing.assert_allclose(found[:, 5:], 0, atol=1e-11)  # columns without influence


def test_exact_equals_the_shap_package():
    shap = pytest.importorskip("shap")
    ours = shap_values(bent, X, B, method="exact").values
    theirs = shap.ExactExplainer(bent, shap.maskers.Independent(B, max_samples=100))(X).values
    np.testing.assert_allclose(ours, theirs, atol=1e-10)


def test_symmetric_columns_get_the_same():
    row, background = np.array([[1.0, 1.0, 3.0]]), np.array([[0.0, 0.0, 1.0], [2.0, 2.0, 0.0]])
    found = shap_values(lambda r: np.exp(r[:, 0] * r[:, 1]) * r[:, 2], row, background).values
    assert found[0, 0] == pytest.approx(found[0, 1], abs=1e-12)


def test_values_of_a_sum_are_the_sum_of_values():
    one, two = (shap_values(f, X, B).values for f in (bent, lambda r: r[:, 0] * r[:, 4]))
    both = shap_values(lambda r: 2 * bent(r) - r[:, 0] * r[:, 4], X, B).values
    np.testing.assert_allclose(both, 2 * one - two, atol=1e-12)


def test_order_of_columns_does_not_matter():
    order = [3, 0, 4, 1, 2]
    back = np.argsort(order)
    turned = shap_values(lambda r: bent(r[:, back]), X[:, order], B[:, order]).values
    np.testing.assert_allclose(turned, shap_values(bent, X, B).values[:, order], atol=1e-12)


@pytest.mark.parametrize(
    ("model", "output"),
    [
        (LinearRegression(), "auto"),
        (make_pipeline(StandardScaler(), LogisticRegression()), "logit"),
    ],
)
def test_linear_models_in_closed_form(model, output):
    data, y = load_iris(return_X_y=True)
    data, y = data[:100], y[:100]
    model.fit(data, y)
    found = shap_values(model, data[::20], data[::7], output=output)
    assert (found.technique, found.se) == ("linear", None)
    exact = shap_values(model, data[::20], data[::7], output=output, method="exact")
    np.testing.assert_allclose(found.values, exact.values, atol=1e-9)
    assert found.additivity_gap < 1e-10


def test_walks_are_exact_for_pairs():
    def pairs(rows):
        return rows[:, 0] * rows[:, 1] - rows[:, 2] ** 2 * rows[:, 3]

    found = shap_values(pairs, X, B, method="permutation", n_permutations=1, random_state=3)
    np.testing.assert_allclose(found.values, shap_values(pairs, X, B).values, atol=1e-12)


def test_walks_converge_and_tell_their_error():
    def triple(rows):
        return rows[:, 0] * rows[:, 1] * rows[:, 2]

    exact = shap_values(triple, X, B).values
    outside, few, many = [], [], []
    for seed in range(40):
        how = {"method": "permutation", "random_state": seed}
        found = shap_values(triple, X, B, n_permutations=4 * len(B), **how)
        error = found.values - exact
        np.testing.assert_array_less(np.abs(error[found.se < 1e-12]), 1e-9)
        z = error[found.se > 1e-12] / found.se[found.se > 1e-12]
        outside.append(np.mean(np.abs(z) > 2))
        few.append(error**2)
        many.append(
            (shap_values(triple, X, B, n_permutations=16 * len(B), **how).values - exact) ** 2
        )
    assert 0.005 < np.mean(outside) < 0.15  # 5 % of a normal error, a bit more of an estimated one
    assert (
        2.5 < np.mean(few) / np.mean(many) < 6.5
    )  # four times the orders, a quarter of the variance


def test_more_orders_where_tol_asks_for_them():
    sizes = [
        np.abs(found.se).max()
        for tol in (0.2, 0.01)
        for found in [shap_values(bent, X, B, method="permutation", tol=tol, random_state=0)]
    ]
    assert sizes[1] < sizes[0]
    found = shap_values(bent, X, B, method="permutation", tol=0.01, random_state=0)
    scale = np.abs(found.values).max(axis=1).mean()
    assert found.se.max() <= 0.01 * scale


@pytest.mark.parametrize("method", ["exact", "permutation"])
def test_weights_are_rows_that_repeat(method):
    weight = RNG.integers(0, 3, len(B))
    how = {"method": method, "random_state": 0, "tol": 0.005}
    weighted = shap_values(bent, X, B, sample_weight=weight, **how)
    repeated = shap_values(bent, X, np.repeat(B, weight, axis=0), **how)
    np.testing.assert_allclose(weighted.base_values, repeated.base_values)
    atol = 1e-12 if method == "exact" else 5 * (weighted.se + repeated.se).max()
    np.testing.assert_allclose(weighted.values, repeated.values, atol=atol)
    for packaged in ("kernel",):
        with pytest.raises(InvalidParameterError, match="cannot weigh"):
            shap_values(bent, X, B, sample_weight=weight, method=packaged)


def test_groups_are_players():
    def game(coalition):  # by hand, of two players: {0, 1, 2} and {3, 4}
        mixed = B.copy()
        columns = [j for player in coalition for j in ([0, 1, 2], [3, 4])[player]]
        mixed[:, columns] = X[0, columns]
        return bent(mixed).mean()

    first = 0.5 * (game([0]) - game([]) + game([0, 1]) - game([1]))
    groups = {"abc": [0, 1, 2], "de": [3, 4]}
    for method in ("exact", "permutation"):
        found = shap_values(bent, X[:1], B, groups=groups, method=method, random_state=0)
        assert found.feature_names == ["abc", "de"]
        assert found.values[0, 0] == pytest.approx(first, abs=1e-12)


def test_raw_columns_equal_groups_of_encoded_ones(frame, frame_target, pipeline):
    encoder = clone(pipeline[0]).fit(frame)
    encoded = encoder.transform(frame)
    net = MLPClassifierX(hidden_layer_sizes=6, solver="lbfgs", tol=0.01, random_state=0)
    net.fit(encoded, frame_target)
    raw = shap_values(make_pipeline(encoder, net), frame[:4], frame[20:35])
    grouped = shap_values(net, encoded[:4], encoded[20:35], groups=encoder)
    assert raw.feature_names == grouped.feature_names == list(frame)
    np.testing.assert_allclose(raw.values, grouped.values, atol=1e-10)


@pytest.mark.parametrize("method", ["exact", "permutation", "kernel", "deep", "gradient"])
def test_frames_of_all_types(pipeline, frame, method):
    found = shap_values(pipeline, frame[:3], frame[30:50], method=method, random_state=0)
    assert found.values.shape == (3, 6)
    assert (found.output, found.output_names) == ("logit", ["yes"])
    assert found.data[0, 3] == frame["city"].iloc[0]
    if method in ("permutation", "kernel"):
        exact = shap_values(pipeline, frame[:3], frame[30:50], method="exact").values
        np.testing.assert_allclose(found.values, exact, atol=0.05 * np.abs(exact).max())


def test_a_model_of_another_library_and_missing_values(frame, frame_target):
    frame = frame.astype({"city": "category", "owner": "category", "rooms": "float"})
    model = HistGradientBoostingClassifier(
        max_iter=4, min_samples_leaf=2, categorical_features="from_dtype"
    ).fit(frame, frame_target)
    exact = shap_values(model, frame[:3], frame[20:35], method="exact")
    walked = shap_values(model, frame[:3], frame[20:35], method="permutation", random_state=0)
    assert exact.additivity_gap < 1e-12
    np.testing.assert_allclose(walked.values, exact.values, atol=0.1 * np.abs(exact.values).max())


def test_several_classes(iris_net):
    net, data = iris_net
    found = shap_values(net, data[::30], data[::10])
    assert found.values.shape == (5, 4, 3)
    assert found.output_names == ["setosa", "versicolor", "virginica"]
    np.testing.assert_allclose(found.values.sum(axis=2), 0, atol=1e-10)  # of centred logits
    proba = shap_values(net, data[::30], data[::10], output="proba")
    np.testing.assert_allclose(proba.values.sum(axis=2), 0, atol=1e-12)
    np.testing.assert_allclose(proba.predictions, net.predict_proba(data[::30]))


@pytest.mark.parametrize("method", ["deep", "gradient"])
def test_approximations_say_so(iris_net, method):
    net, data = iris_net
    found = shap_values(net, data[::30], data[::10], method=method, random_state=0)
    assert found.approximate
    assert "approximate" in found.method
    exact = shap_values(net, data[::30], data[::10])
    assert not exact.approximate
    correlation = np.corrcoef(found.values.ravel(), exact.values.ravel())[0, 1]
    assert correlation > 0.9


def test_interactions_of_all_coalitions():
    def product(rows):
        return rows[:, 0] * rows[:, 1] + rows[:, 2]

    row, background = np.array([[2.0, 3.0, 5.0]]), np.array([[0.0, 0.0, 1.0]])
    found = shap_values(product, row, background, interactions=True)
    np.testing.assert_allclose(found.interactions[0], [[0, 3, 0], [3, 0, 0], [0, 0, 4]], atol=1e-12)
    found = shap_values(bent, X, B, interactions=True)
    np.testing.assert_allclose(found.interactions.sum(2), found.values, atol=1e-12)
    np.testing.assert_array_equal(found.interactions, found.interactions.swapaxes(1, 2))


def test_interactions_of_three_columns():
    row, background = np.ones((1, 3)), np.zeros((1, 3))
    found = shap_values(lambda r: r.prod(axis=1), row, background, interactions=True)
    # of a pair: nobody else is there (1/2 of the time, adds 0) or the third one is (adds 1)
    expected = np.full((3, 3), 0.25)
    np.fill_diagonal(expected, 1 / 3 - 0.5)
    np.testing.assert_allclose(found.interactions[0], expected, atol=1e-12)


def test_interactions_by_sampling():
    exact = shap_values(bent, X, B, interactions=True)
    walked = shap_values(
        bent, X, B, method="permutation", n_permutations=400, interactions=True, random_state=0
    )
    np.testing.assert_allclose(
        walked.interactions, exact.interactions, atol=0.1 * np.abs(exact.interactions).max()
    )
    np.testing.assert_allclose(walked.interactions.sum(2), walked.values, atol=1e-12)


@pytest.mark.parametrize("method", ["permutation", "kernel", "sampling", "partition", "gradient"])
def test_random_numbers(iris_net, method):
    net, data = iris_net
    np.random.seed(7)
    before = np.random.get_state()[1].copy()
    one, two = (
        shap_values(net, data[:2], data[::15], method=method, random_state=5) for _ in range(2)
    )
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    np.testing.assert_array_equal(one.values, two.values)


def test_many_columns():
    data = RNG.normal(size=(30, 300))
    net = MLPRegressorX(hidden_layer_sizes=4, solver="lbfgs", tol=0.1, random_state=0)
    net.fit(data, data[:, 0])
    found = shap_values(net, data[:2], data[10:], n_permutations=20, random_state=0)
    assert (found.technique, found.values.shape) == ("permutation", (2, 300))
    assert found.additivity_gap < 1e-9


def test_one_column_and_one_row():
    for method in ("exact", "permutation"):
        found = shap_values(lambda r: r[:, 0] ** 2, [[3.0]], [[0.0], [2.0]], method=method)
        np.testing.assert_allclose(found.values, [[7.0]])
    net = MLPRegressorX(hidden_layer_sizes=2, solver="lbfgs", random_state=0)
    frame = pd.DataFrame({"a": [0.0, 1.0, 2.0]})
    net.fit(frame, [0, 1, 4])
    found = shap_values(net, frame.iloc[[2]], frame, interactions=True)
    assert found.values.sum() + found.base_values[0] == pytest.approx(net.predict(frame)[2])
    np.testing.assert_allclose(found.interactions[:, 0], found.values)


def test_columns_in_another_order(pipeline, frame):
    turned = shap_values(pipeline, frame[list(frame)[::-1]][:2], frame[20:30])
    np.testing.assert_allclose(turned.values, shap_values(pipeline, frame[:2], frame[20:30]).values)


def test_plots_of_the_shap_package(iris_net):
    shap = pytest.importorskip("shap")
    pyplot = pytest.importorskip("matplotlib.pyplot")
    net, data = iris_net
    found = shap_values(net, data[::10], data[::10])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of things inside of shap
        shap.plots.beeswarm(found[..., "setosa"].to_shap(), show=False)
        shap.plots.waterfall(found[0, :, "setosa"].to_shap()[0], show=False)
        shap.plots.bar(found[..., 0].to_shap(), show=False)
        shap.plots.scatter(found.to_shap()[:, 0, 1], show=False)
    assert pyplot.get_fignums()
    pyplot.close("all")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"method": "exakt"}, "Did you mean 'exact'"),
        ({"method": "linear"}, "needs a linear model"),
        ({"method": "deep"}, "DeepLIFT"),
        ({"tol": 0}, "tol must be"),
        ({"n_permutations": 0}, "n_permutations must be"),
        ({"nsamples": 5}, "no setting 'nsamples'"),
        ({"output": "logit"}, "not offered"),
        ({"sample_weight": [1.0]}, "one number for each of the 20 rows"),
    ],
)
def test_what_is_not_allowed(how, message):
    with pytest.raises(InvalidParameterError, match=message):
        shap_values(bent, X, B, **how)


def test_too_many_columns_for_all_coalitions():
    wide = RNG.normal(size=(2, 20))
    with pytest.raises(InvalidParameterError, match=r"up to 16 columns or groups\. Got 20"):
        shap_values(lambda r: r[:, 0], wide, wide, method="exact")


@pytest.mark.parametrize(
    ("rows", "message"),
    [(X[:, :4], "Got 4 and 5 columns"), (X[0], r"X\.reshape"), (pd.DataFrame(X), "of one kind")],
)
def test_rows_that_do_not_fit(rows, message):
    with pytest.raises(InvalidParameterError, match=message):
        shap_values(bent, rows, B)
