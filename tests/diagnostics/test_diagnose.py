"""What diagnose() takes, and what it refuses."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sknn import MLPClassifierX, MLPRegressorX, TabularMLPClassifierX, diagnose

RECORD = ["gradient_health"]


class TestWhatItTakes:
    @pytest.fixture
    def iris(self, tables):
        return tables["iris"]

    def test_a_pipeline(self, iris, fit):
        X, y = iris
        net = MLPClassifierX((10,), random_state=0, max_iter=5)
        pipe = fit(make_pipeline(FunctionTransformer(lambda X: 1000.0 * X), net), X, y)
        assert "unscaled_inputs" in diagnose(pipe, X).kinds  # as the network sees them
        assert "unscaled_inputs" in diagnose(pipe, X, y).kinds
        nested = fit(
            make_pipeline(StandardScaler(), make_pipeline(StandardScaler(), net)), 1e3 * X, y
        )
        assert "unscaled_inputs" not in diagnose(nested, 1e3 * X).kinds

    def test_a_search(self, iris, fit):
        X, y = iris
        net = make_pipeline(StandardScaler(), MLPClassifierX((10,), random_state=0, max_iter=5))
        search = GridSearchCV(net, {"mlpclassifierx__alpha": [0.1, 1.0]}, cv=2)
        with pytest.raises(NotFittedError):
            diagnose(search, X, y)
        assert diagnose(fit(search, X, y), X, y).facts.name == "MLPClassifierX"

    @pytest.mark.parametrize(
        "given",
        [
            MLPClassifierX(),
            MLPRegressorX(),
            make_pipeline(StandardScaler(), MLPClassifierX()),
            GridSearchCV(MLPClassifierX(), {"alpha": [1.0]}),
        ],
        ids=["classifier", "regressor", "pipeline", "search"],
    )
    @pytest.mark.parametrize("rows", [(), (np.ones((3, 2)),)])
    def test_not_fitted(self, given, rows):
        with pytest.raises(NotFittedError, match="not fitted"):
            diagnose(given, *rows)

    @pytest.mark.parametrize(
        "given",
        [
            RandomForestClassifier(),
            make_pipeline(StandardScaler(), LogisticRegression()),
            GridSearchCV(LogisticRegression(), {"C": [1.0]}),
            "relu",
            None,
        ],
    )
    def test_foreign(self, given):
        with pytest.raises(TypeError, match=f"Got {type(given).__name__} instead"):
            diagnose(given)

    def test_members_of_a_tabular_estimator(self, iris):
        X, y = iris
        net = TabularMLPClassifierX("fast", hidden_layer_sizes=4, max_iter=2, random_state=0)
        for given in (net.fit(X, y), make_pipeline(net)):
            with pytest.raises(TypeError, match=r"estimators_\[0\], estimator\.encoder_\.transf"):
                diagnose(given, X, y)
        assert diagnose(net.estimators_[0], net.encoder_.transform(X), y).verdict

    def test_y_without_x(self, iris, fit):
        net = fit(MLPClassifierX(max_iter=1), *iris)
        with pytest.raises(TypeError, match="needs X"):
            diagnose(net, y=iris[1])

    def test_wrong_columns(self, iris, fit):
        net = fit(MLPClassifierX(max_iter=1), *iris)
        with pytest.raises(ValueError, match="features"):
            diagnose(net, iris[0][:, :2])

    def test_the_estimator_is_not_changed(self, iris, fit):
        X, y = iris
        net = MLPClassifierX((10,), normalization="batch", dropout=0.5, random_state=0, max_iter=5)
        fit(net, X, y)
        before, names = net.predict_proba(X), set(vars(net))
        diagnose(net, X, y)
        assert np.array_equal(net.predict_proba(X), before)
        assert set(vars(net)) == names
        fit(net.set_params(max_iter=6), X, y)

    @pytest.mark.parametrize(
        "y",
        [
            np.arange(60) % 2,
            np.array(["a", "b", "c"])[np.arange(60) % 3],
            (np.arange(60)[:, np.newaxis] + np.arange(3)) % 2,
        ],
        ids=["binary", "strings", "multilabel"],
    )
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_targets_and_precisions(self, fit, y, dtype):
        X = np.random.RandomState(0).normal(size=(60, 4)).astype(dtype)
        net = fit(MLPClassifierX((5,), max_iter=12, random_state=0), X, y)
        assert np.isfinite(diagnose(net, X, y).facts.measured.gradient).all()

    def test_several_outputs(self, fit):
        X = np.random.RandomState(0).normal(size=(60, 4))
        net = fit(MLPRegressorX(hidden_layer_sizes=(5,), max_iter=12, random_state=0), X, X[:, :2])
        assert np.isfinite(diagnose(net, X, X[:, :2]).facts.measured.gradient).all()

    def test_standardized_targets(self, fit):
        X = np.random.RandomState(0).normal(size=(60, 4))
        kwargs = {"hidden_layer_sizes": (5,), "max_iter": 12, "random_state": 0}
        one, other = (
            fit(MLPRegressorX(standardize_y=True, **kwargs), X, scale * X[:, 0])
            for scale in (1.0, 1024.0)
        )
        measured = [
            diagnose(net, X, scale * X[:, 0]).facts.measured.gradient
            for net, scale in ((one, 1.0), (other, 1024.0))
        ]
        assert measured[0] == pytest.approx(measured[1], rel=1e-6)

    @pytest.mark.parametrize("scoring", ["loss", "neg_mean_absolute_error"])
    def test_scores_of_another_kind_are_not_judged(self, fit, scoring):
        X = np.random.RandomState(0).normal(size=(60, 4))
        net = MLPRegressorX(
            hidden_layer_sizes=(5,), max_iter=300, learning_rate_init=0.01, random_state=0,
            early_stopping=True, early_stopping_scoring=scoring, callbacks=RECORD,
        )  # fmt: skip
        assert (
            diagnose(fit(net, X, 100.0 + X[:, 0]), X, 100.0 + X[:, 0]).facts.judged_score.size == 0
        )
        assert "overfitting" not in diagnose(net).kinds

    def test_units_that_cannot_learn(self, iris, fit):
        net = fit(MLPClassifierX((20,), activation="binary_step", random_state=0), *iris)
        finding = next(f for f in diagnose(net, *iris).findings if f.kind == "dead_units")
        assert finding.numbers["share"] == 1.0

    def test_a_linear_model(self, iris, fit):
        X, y = iris
        net = MLPClassifierX((), max_iter=300, random_state=0, callbacks=RECORD)
        assert set(diagnose(fit(net, X, y), X, y).kinds) <= {"not_converged"}

    def test_two_epochs_and_one(self, iris, fit):
        for n in (1, 2):
            net = fit(MLPClassifierX(max_iter=n, random_state=0, callbacks=RECORD), *iris)
            assert diagnose(net).kinds == []
