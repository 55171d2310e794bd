"""What fitted networks tell of their predictions: input_gradient, deeplift and linear_region."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.nn.losses import Quantile

X, y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
H = 1e-6
PLAIN = {"hidden_layer_sizes": (6, 5), "solver": "lbfgs", "tol": 0.1, "random_state": 0}
SMOOTH = PLAIN | {"activation": "tanh"}


def several_labels():
    X, y = make_multilabel_classification(60, 4, n_classes=3, random_state=0)
    return (X - X.mean(axis=0)) / X.std(axis=0), y


def differences(function, X):
    steps = H * np.eye(X.shape[1])
    return np.stack([(function(X + e) - function(X - e)) / (2 * H) for e in steps], axis=1)


#: Each estimator with its data, and the raw output as the user knows it.
CASES = {
    "binary": (MLPClassifierX(**SMOOTH), X, y == 2, "decision_function"),
    "multiclass": (MLPClassifierX(**SMOOTH), X, y, "decision_function"),
    "multilabel": (MLPClassifierX(**SMOOTH), *several_labels(), "decision_function"),
    "hinge": (MLPClassifierX(**SMOOTH, loss="hinge"), X, y, "decision_function"),
    "one against the rest": (
        MLPClassifierX(**SMOOTH, loss="squared_error"),
        X,
        y,
        "decision_function",
    ),
    "regressor": (MLPRegressorX(**SMOOTH), X, 100 + 50.0 * y, "predict"),
    "standardized": (
        MLPRegressorX(**SMOOTH, standardize_y=True),
        X,
        100 + 50.0 * y,
        "predict",
    ),
    "several targets": (
        MLPRegressorX(**SMOOTH, standardize_y=True),
        X,
        np.stack([y, 10.0 * X[:, 1]], axis=1),
        "predict",
    ),
    "poisson": (MLPRegressorX(**SMOOTH, loss="poisson"), X, y + 1.0, "log predict"),
}


@pytest.fixture(scope="module", params=CASES)
def case(request):
    net, X, y, raw = CASES[request.param]
    net = net.fit(X, y)
    if raw == "log predict":
        return net, X, lambda rows: np.log(net.predict(rows))
    return net, X, getattr(net, raw)


class TestInputGradient:
    def test_is_the_slope_of_what_the_user_sees(self, case):
        net, X, raw = case
        gradient = net.input_gradient(X[:20])
        assert_allclose(gradient, differences(raw, X[:20]), rtol=1e-5, atol=1e-6)

    def test_one_output(self, case):
        net, X, _ = case
        gradient = net.input_gradient(X[:5])
        for c in range(net.n_outputs_):
            one = net.input_gradient(X[:5], output=c)
            assert one.shape == (5, 4)
            assert_array_equal(one, gradient if gradient.ndim == 2 else gradient[:, :, c])

    @pytest.mark.parametrize("wrong", [3, -1, "setosa", 1.0, True])
    def test_no_such_output(self, wrong):
        net = MLPClassifierX(**PLAIN).fit(X, y)
        with pytest.raises(InvalidParameterError, match=r"from 0 to 2. Got"):
            net.input_gradient(X, output=wrong)

    def test_quantiles_before_their_link(self):
        net = MLPRegressorX(**SMOOTH, loss=Quantile((0.1, 0.9)), standardize_y=True)
        net.fit(X, 10.0 * y)
        gradient = net.input_gradient(X[:5])
        lowest = differences(lambda rows: net.predict(rows)[:, 0], X[:5])
        assert gradient.shape == (5, 4, 2)
        assert_allclose(gradient[:, :, 0] * net.y_scale_, lowest, rtol=1e-5, atol=1e-6)


class TestDeepLIFT:
    def test_adds_up_to_what_the_user_sees(self, case):
        net, X, raw = case
        found = net.deeplift(X[:20], X[20:50])
        moved = raw(X[:20]) - raw(X[20:50]).mean(axis=0)
        assert found.shape == (20, 4, *moved.shape[1:])
        assert_allclose(found.sum(axis=1), moved, rtol=1e-8, atol=1e-8)

    def test_weights_are_repeated_rows(self, case):
        net, X, _ = case
        weight = np.array([2, 0, 1, 3])
        weighted = net.deeplift(X[:7], X[:4], sample_weight=weight)
        repeated = net.deeplift(X[:7], np.repeat(X[:4], weight, axis=0))
        assert_allclose(weighted, repeated, rtol=1e-8, atol=1e-9)
        huge = net.deeplift(X[:7], X[:4], sample_weight=1e300 * weight)
        assert_allclose(huge, repeated, rtol=1e-8, atol=1e-9)

    @pytest.mark.parametrize(
        ("weight", "words"), [([1, 2], "shape"), ([1, -1, 1], "Negative"), ([0, 0, 0], "non-zero")]
    )
    def test_wrong_weights(self, weight, words):
        net = MLPClassifierX(**PLAIN).fit(X, y)
        with pytest.raises(ValueError, match=words):
            net.deeplift(X, X[:3], sample_weight=weight)

    @pytest.mark.parametrize("name", ["binary", "multilabel", "poisson", "regressor", "hinge"])
    def test_after_the_link(self, name):
        net, X, y, _ = CASES[name]
        net.fit(X, y)
        found = net.deeplift(X[:9], X[9:20], link=True)

        def predicted(rows):
            if name == "hinge":
                return net.decision_function(rows)
            if name in ("poisson", "regressor"):
                return net.predict(rows)
            p = net.predict_proba(rows)
            return p[:, 1] if name == "binary" else p

        moved = predicted(X[:9]) - predicted(X[9:20]).mean(axis=0)
        assert_allclose(found.sum(axis=1), moved, rtol=1e-7, atol=1e-9)

    @pytest.mark.parametrize("loss", ["log_loss", "squared_error"])
    def test_outputs_that_are_tied_together(self, loss):
        net = MLPClassifierX(**PLAIN, loss=loss).fit(X, y)
        with pytest.raises(InvalidParameterError, match=r"depend on several.*link=False"):
            net.deeplift(X, X, link=True)

    def test_layer_normalization_is_refused(self):
        net = MLPClassifierX(**PLAIN, normalization="layer").fit(X, y)
        with pytest.raises(InvalidParameterError, match=r"LayerNorm\(.*Integrated gradients"):
            net.deeplift(X, X)
        assert_allclose(
            net.input_gradient(X[:5]), differences(net.decision_function, X[:5]), 1e-4, 1e-5
        )


class TestRelevance:
    def test_each_layer_adds_up_to_what_the_user_sees(self, case):
        net, X, raw = case
        seen = raw(X[:3])
        behind = raw(X[20:50]).mean(axis=0)
        for c in range(net.n_outputs_):
            found = net.relevance(X[1], X[20:50], output=c)
            value, base = (seen[1], behind) if seen.ndim == 1 else (seen[1, c], behind[c])
            assert_allclose([found.value, found.base], [value, base])
            for units in found.units:
                assert_allclose(units.sum(), value - base, rtol=1e-8, atol=1e-8)
            expected = net.deeplift(X[1:2], X[20:50])[0]
            expected = expected if expected.ndim == 1 else expected[:, c]
            assert_allclose(found.units[0], expected, rtol=1e-8, atol=1e-10)
            assert [carried.shape[0] for carried in found.connections] == [4, 6, 5]

    def test_defaults_are_zeros_and_the_largest_output(self):
        net = MLPClassifierX(**PLAIN).fit(X, y)
        found, named = net.relevance(X[140]), net.relevance(X[140], np.zeros((1, 4)), output=2)
        assert found.output == net.decision_function(X[140:141]).argmax() == 2
        assert_array_equal(found.units[0], named.units[0])

    def test_weights(self):
        net = MLPRegressorX(**PLAIN).fit(X, y)
        weighted = net.relevance(X[0], X[1:3], sample_weight=[1, 3])
        repeated = net.relevance(X[0], X[[1, 2, 2, 2]])
        assert_allclose(weighted.connections[1], repeated.connections[1], atol=1e-12)
        assert_allclose(weighted.base, repeated.base)


class TestLinearRegion:
    @pytest.mark.parametrize("standardize_y", [False, True])
    def test_is_the_prediction(self, standardize_y):
        net = MLPRegressorX(**PLAIN, standardize_y=standardize_y)
        net.fit(X, 100 + np.stack([y, 10.0 * X[:, 1]], axis=1))
        for x in X[:5]:
            region = net.linear_region(x)
            way = region.distance * np.array([0.5, 0.5, -0.5, 0.5]) * 0.999
            inside = np.stack([x, x + way, x - way])
            assert_allclose(inside @ region.coef + region.intercept, net.predict(inside))
            assert_allclose(region.coef, net.input_gradient([x])[0], rtol=1e-10, atol=1e-12)
            layer, unit = region.unit
            assert 1 <= unit <= (6, 5)[layer - 1]

    def test_one_output(self):
        net = MLPClassifierX(**PLAIN, normalization="batch").fit(X, y == 1)
        region = net.linear_region(X[:1])
        assert region.coef.shape == (4,)
        assert isinstance(region.intercept, float)
        assert_allclose(X[0] @ region.coef + region.intercept, net.decision_function(X[:1])[0])

    def test_several_rows(self):
        with pytest.raises(InvalidParameterError, match=r"one row. Got 150 rows"):
            MLPClassifierX(**PLAIN).fit(X, y).linear_region(X)

    def test_a_curve(self):
        with pytest.raises(InvalidParameterError, match=r"Tanh\(\) is a curve"):
            MLPClassifierX(**SMOOTH).fit(X, y).linear_region(X[0])


CALLS = {
    "input_gradient": lambda net, X: net.input_gradient(X),
    "deeplift": lambda net, X: net.deeplift(X, X[:3]),
    "relevance": lambda net, X: net.relevance(X[:1], X[:9]).units[0],
    "linear_region": lambda net, X: net.linear_region(X[:1]).coef,
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
class TestAnyMethod:
    def test_before_fit(self, call):
        with pytest.raises(NotFittedError):
            call(MLPClassifierX(), X)

    def test_wrong_columns(self, call):
        with pytest.raises(ValueError, match="expecting 4 features"):
            call(MLPClassifierX(**PLAIN).fit(X, y), X[:, :3])

    def test_missing_values(self, call):
        with pytest.raises(ValueError, match="NaN"):
            call(MLPClassifierX(**PLAIN).fit(X, y), np.full((3, 4), np.nan))

    def test_frames_and_sparse_tables(self, call):
        frame = pd.DataFrame(X, columns=list("abcd"))
        net = MLPClassifierX(**PLAIN).fit(X, y)
        named = copy.deepcopy(net)
        named.feature_names_in_ = np.array(list("abcd"), dtype=object)
        expected = call(net, X)
        assert_allclose(call(named, Sliced(frame)), expected)
        assert_allclose(call(net, scipy.sparse.csr_matrix(X)), expected, atol=1e-12)

    def test_precision(self, call):
        X32 = X.astype("f4")
        net = MLPClassifierX(**PLAIN).fit(X32, y)
        assert call(net, X32).dtype == np.float32
        assert call(net, X).dtype in (np.float64, np.float32)
        assert call(MLPClassifierX(**PLAIN).fit(X, y), X).dtype == np.float64

    def test_nothing_is_changed(self, call):
        net = MLPClassifierX(**PLAIN, normalization="batch").fit(X, y)
        before = pickle.dumps(net)
        rows = X.copy()
        rows.flags.writeable = False
        first = call(net, rows)
        assert pickle.dumps(net) == before
        assert_array_equal(call(pickle.loads(before), rows), first)
        check_is_fitted(net)

    def test_in_threads(self, call):
        net = MLPClassifierX(**PLAIN).fit(X, y)
        expected = call(net, X)
        with ThreadPoolExecutor(4) as pool:
            for found in pool.map(lambda _: call(net, X), range(8)):
                assert_array_equal(found, expected)

    def test_replaced_weights_count(self, call):
        net = MLPRegressorX(**PLAIN | {"hidden_layer_sizes": ()}).fit(X, y)
        before = call(net, X)
        net.coefs_[0] = 2.0 * net.coefs_[0]
        assert_allclose(call(net, X), 2.0 * before)


class Sliced(pd.DataFrame):
    """A frame whose first rows are had as those of an array."""

    def __getitem__(self, key):
        return self.iloc[key] if isinstance(key, slice) else super().__getitem__(key)
