"""Real fits: each sickness is told, cured, and not told of the healthy."""

import numpy as np
import pytest
import scipy.sparse

from sknn import MLPClassifierX, MLPRegressorX, diagnose
from sknn.nn.initializers import GivenWeights, Normal

VANISHED = {"activation": "logistic", "solver": "sgd", "learning_rate_init": 0.01}
EXPLODED = {"initializer": Normal(scale=0.45), "learning_rate_init": 0.01}
RECORD = ["gradient_health"]


class TestVanishing:
    def test_twelve_logistic_layers(self, deep):
        diagnosis = diagnose(deep(**VANISHED))
        finding = diagnosis.findings[0]
        assert (finding.kind, finding.severity) == ("vanishing_gradients", "critical")
        assert finding.numbers["ratio"] < 1e-9
        assert "no better than a guess" in diagnosis.verdict

    def test_without_a_record_rows_tell(self, deep, digits):
        net = deep(**VANISHED)
        history = {"loss": net.history_["loss"]}
        bare = MLPClassifierX(**net.get_params())
        bare.__dict__.update(vars(net) | {"history_": history})
        assert diagnose(bare).kinds == ["underfitting"]
        assert "vanishing_gradients" in diagnose(bare, digits["X"], digits["y"]).kinds

    @pytest.mark.parametrize(
        "cure",
        [
            {"activation": "relu", "initializer": "he_normal"},
            {"normalization": "batch"},
        ],
        ids=["he", "normalization"],
    )
    def test_cures(self, deep, cure):
        sick, cured = deep(**VANISHED), deep(**VANISHED | cure)
        assert set(diagnose(cured).kinds) <= {"not_converged"}
        assert cured.loss_ < 1.0 < 2.3 < sick.loss_

    def test_the_first_remedies_are_the_cures(self, deep):
        tries = [remedy.params for remedy in diagnose(deep(**VANISHED)).findings[0].remedies]
        assert tries[:2] == [
            {"activation": "relu", "initializer": "he_normal"},
            {"normalization": "batch"},
        ]


class TestExploding:
    def test_a_scale_too_large(self, deep):
        finding = diagnose(deep(**EXPLODED)).findings[0]
        assert (finding.kind, finding.severity) == ("exploding_gradients", "critical")
        assert finding.numbers["ratio"] > 300

    def test_tanh_with_a_scale_too_large(self, deep):
        net = deep(activation="tanh", initializer=Normal(scale=1.5))
        assert {"exploding_gradients", "saturated_units"} <= set(diagnose(net).kinds)

    @pytest.mark.parametrize(
        "cure",
        [{"gradient_clip": 1.0}, {"normalization": "batch"}],
        ids=["clipping", "normalization"],
    )
    def test_cures(self, deep, cure):
        sick, cured = deep(**EXPLODED), deep(**EXPLODED | cure)
        assert diagnose(cured).healthy
        assert diagnose(cured).verdict.startswith("Healthy")
        assert cured.loss_ < 0.5 * sick.loss_

    def test_initialization_cures(self, deep):
        # at a tenth of the rate: the larger one suits no network of this depth
        rate = {"learning_rate_init": 0.001}
        sick, cured = deep(**EXPLODED | rate), deep(**rate, initializer="he_normal")
        assert "exploding_gradients" in diagnose(sick).kinds
        assert set(diagnose(cured).kinds) <= {"not_converged"}
        assert cured.loss_ < 0.1 < 5 < sick.loss_

    def test_clipping_is_told_of_as_a_note(self, deep):
        (finding,) = diagnose(deep(**EXPLODED, gradient_clip=1.0)).findings
        assert (finding.kind, finding.severity) == ("exploding_gradients", "note")
        assert "gradient_clip=1.0 shortens it" in finding.text
        assert finding.remedies == ()

    def test_a_bound_out_of_reach_cures_nothing(self, deep):
        assert "exploding_gradients" in diagnose(deep(**EXPLODED, gradient_clip=1e6)).kinds

    def test_a_diverged_fit(self, digits, fit):
        net = MLPClassifierX(
            [30] * 12, solver="sgd", learning_rate_init=0.03, initializer=Normal(scale=0.4),
            early_stopping=True, random_state=0, callbacks=RECORD,
        )  # fmt: skip
        kinds = diagnose(fit(net, digits["X"], digits["y"])).kinds
        assert kinds[0] == "exploding_gradients"
        assert "learning_rate_too_high" in kinds


class TestUnits:
    def network(self, digits, fit, share, **kwargs):
        rng = np.random.RandomState(0)
        weights = [rng.normal(size=(64, 50)) / 8, rng.normal(size=(50, 10)) / 7]
        biases = [np.where(np.arange(50) < 50 * share, -100.0, 0.0), np.zeros(10)]
        start = GivenWeights(weights, biases)
        net = MLPClassifierX((50,), initializer=start, max_iter=30, random_state=0, **kwargs)
        return fit(net, digits["X"], digits["y"])

    @pytest.mark.parametrize(("share", "severity"), [(0.7, "warning"), (0.96, "critical")])
    def test_dead_relus(self, digits, fit, share, severity):
        recorded = diagnose(self.network(digits, fit, share, callbacks=RECORD))
        measured = diagnose(self.network(digits, fit, share), digits["X"])
        for diagnosis in (recorded, measured):
            finding = next(f for f in diagnosis.findings if f.kind == "dead_units")
            assert finding.severity == severity
            assert finding.numbers["share"] == pytest.approx(share, abs=0.02)
            assert finding.numbers["layer"] == 1

    def test_a_few_dead_relus_do_no_harm(self, digits, fit):
        assert "dead_units" not in diagnose(self.network(digits, fit, 0.2), digits["X"]).kinds

    def test_leaky_relu_cures(self, digits, fit):
        net = self.network(digits, fit, 0.7, activation="leaky_relu", callbacks=RECORD)
        assert "dead_units" not in diagnose(net).kinds

    def test_a_few_rows_tell_nothing_of_dead_units(self, digits, fit):
        net = self.network(digits, fit, 0.96)
        assert "dead_units" not in diagnose(net, digits["X"][:20]).kinds
        assert "dead_units" in diagnose(net, digits["X"][:40]).kinds

    @pytest.mark.parametrize("activation", ["tanh", "logistic"])
    def test_saturated(self, digits, fit, activation):
        kwargs = {"activation": activation, "max_iter": 30, "random_state": 0}
        sick = MLPClassifierX((50,), initializer=Normal(scale=2.0), callbacks=RECORD, **kwargs)
        well = MLPClassifierX((50,), callbacks=RECORD, **kwargs)
        finding = diagnose(fit(sick, digits["X"], digits["y"])).findings[0]
        assert finding.kind == "saturated_units"
        assert finding.numbers["share"] > 0.6
        assert "saturated_units" not in diagnose(fit(well, digits["X"], digits["y"])).kinds


class TestLearningRate:
    @pytest.mark.parametrize(
        "kwargs",
        [{"learning_rate_init": 0.5}, {"learning_rate_init": 2.0, "solver": "sgd"}],
        ids=["adam", "sgd"],
    )
    def test_too_high(self, digits, fit, kwargs):
        net = MLPClassifierX(random_state=0, callbacks=RECORD, **kwargs)
        diagnosis = diagnose(fit(net, digits["X"], digits["y"]))
        finding = next(f for f in diagnosis.findings if f.kind == "learning_rate_too_high")
        lower = finding.remedies[0].params
        assert lower == {"learning_rate_init": kwargs["learning_rate_init"] / 10}
        cured = fit(net.set_params(**lower), digits["X"], digits["y"])
        assert "learning_rate_too_high" not in diagnose(cured).kinds

    def test_too_high_seen_from_the_loss_alone(self, digits, fit):
        net = MLPClassifierX(random_state=0, learning_rate_init=0.5)
        assert diagnose(fit(net, digits["X"], digits["y"])).kinds == ["learning_rate_too_high"]

    def test_a_loss_that_jumps_up_at_the_end(self, deep):
        net = deep(solver="sgd", initializer="he_normal", learning_rate_init=0.03)
        assert net.loss_ > 4 * min(net.loss_curve_)
        assert diagnose(net).kinds[0] == "learning_rate_too_high"

    def test_divergence_that_was_recovered_from(self, fit):
        rng = np.random.RandomState(0)
        X = rng.normal(size=(60, 5))
        net = MLPRegressorX(
            hidden_layer_sizes=(4,), solver="sgd", learning_rate_init=20.0, batch_size=1,
            on_divergence="restore", random_state=0,
        )  # fmt: skip
        finding = diagnose(fit(net, X, 10.0 * X[:, 0])).findings[0]
        assert (finding.kind, finding.severity) == ("learning_rate_too_high", "critical")
        assert finding.numbers["slowdowns"] >= 2
        assert "diverged" in finding.text

    @pytest.mark.parametrize("callbacks", [RECORD, None], ids=["record", "curve"])
    @pytest.mark.parametrize("rate", [1e-6, 1e-5])
    @pytest.mark.parametrize("solver", ["adam", "sgd"])
    def test_too_low(self, digits, fit, solver, rate, callbacks):
        net = MLPClassifierX(
            solver=solver, learning_rate_init=rate, random_state=0, max_iter=60,
            callbacks=callbacks,
        )  # fmt: skip
        diagnosis = diagnose(fit(net, digits["X"], digits["y"]))
        assert diagnosis.kinds[0] == "learning_rate_too_low"
        assert "not_converged" not in diagnosis.kinds
        assert diagnosis.findings[0].remedies[0].params == {
            "learning_rate_init": float(f"{10 * rate:g}")
        }


class TestCurves:
    @pytest.fixture
    def noise(self):
        rng = np.random.RandomState(0)
        return rng.normal(size=(400, 20)), rng.randint(0, 2, 400)

    @pytest.mark.parametrize("callbacks", [RECORD, None], ids=["record", "curve"])
    def test_overfitting(self, noise, fit, callbacks):
        X, y = noise
        net = MLPClassifierX(learning_rate_init=0.01, random_state=0, callbacks=callbacks)
        fit(net, X[:300], y[:300], X_val=X[300:], y_val=y[300:])
        assert "overfitting" in diagnose(net, X[:300], y[:300]).kinds
        assert ("overfitting" in diagnose(net).kinds) >= (callbacks is not None)

    def test_overfitting_of_a_regressor(self, noise, fit):
        X, y = noise
        net = MLPRegressorX(learning_rate_init=0.01, random_state=0)
        fit(net, X[:300], y[:300], X_val=X[300:], y_val=y[300:])
        finding = diagnose(net).findings[0]
        assert finding.kind == "overfitting"
        assert finding.numbers["score_fall"] > 0.2
        assert finding.remedies[0].params == {"early_stopping": True}

    def test_probabilities_too_certain_are_a_note(self, tables, fit):
        X, y = tables["iris"]
        net = MLPClassifierX(solver="lbfgs", random_state=0, callbacks=RECORD)
        fit(net, X[:100], y[:100], X_val=X[100:], y_val=y[100:])
        diagnosis = diagnose(net)
        assert diagnosis.healthy
        assert [f.kind for f in diagnosis.findings] == ["overfitting"]
        assert "too certain" in diagnosis.findings[0].text

    def test_the_best_epoch_kept_is_no_overfitting(self, noise, fit):
        X, y = noise
        X, y = X, X[:, 0] + 0.5 * np.random.RandomState(1).normal(size=400)
        net = MLPRegressorX(
            learning_rate_init=0.01, early_stopping=True, random_state=0, n_iter_no_change=100,
            callbacks=RECORD,
        )  # fmt: skip
        kinds = diagnose(fit(net, X, y)).kinds
        net.set_params(early_stopping=False)
        late = diagnose(fit(net, X[:360], y[:360], X_val=X[360:], y_val=y[360:])).kinds
        assert "overfitting" not in kinds
        assert "overfitting" in late

    def test_nothing_learned_of_noise(self, noise, fit):
        X, y = noise
        net = MLPRegressorX(alpha=1e4, random_state=0)
        assert "underfitting" in diagnose(fit(net, X, y), X, y).kinds

    def test_nothing_learned_needs_no_record(self, deep):
        bare = deep(**VANISHED)
        diagnosis = diagnose(bare)
        finding = next(f for f in diagnosis.findings if f.kind == "underfitting")
        assert finding.numbers["loss"] == pytest.approx(np.log(10), rel=1e-3)
        assert finding.text.endswith("The cause is likely what is said above.")
        assert finding.remedies == ()

    def test_not_converged(self, digits, fit):
        net = MLPClassifierX(max_iter=20, random_state=0)
        diagnosis = diagnose(fit(net, digits["X"], digits["y"]))
        assert diagnosis.kinds == ["not_converged"]
        assert diagnosis.verdict == "Could be better: not converged."
        longer = net.set_params(**diagnosis.findings[0].remedies[0].params, tol=1e-3)
        assert diagnose(fit(longer, digits["X"], digits["y"])).findings == ()

    def test_partial_fit_is_not_told_to_go_on(self, digits):
        net = MLPClassifierX(random_state=0)
        for _ in range(20):
            net.partial_fit(digits["X"], digits["y"], classes=range(10))
        assert "not_converged" not in diagnose(net).kinds

    def test_unscaled_inputs(self, digits, fit):
        X, y = digits["X"].copy(), digits["y"]
        net = fit(MLPClassifierX(random_state=0, max_iter=5), X, y)
        assert "unscaled_inputs" not in diagnose(net, X).kinds
        X[:, 3] *= 1e3
        finding = diagnose(net, X).findings[0]
        assert finding.kind == "unscaled_inputs"
        assert "StandardScaler" in str(finding.remedies[0])
        assert "unscaled_inputs" in diagnose(net, scipy.sparse.csr_array(X)).kinds


class TestNoFalseAlarm:
    @pytest.mark.parametrize("name", ["iris", "digits", "cancer", "diabetes"])
    @pytest.mark.parametrize("with_record", [True, False])
    def test_fits_that_learned_well(self, tables, fit, name, with_record):
        X, y = tables[name]
        n, kwargs = 3 * len(X) // 4, {"random_state": 0, "max_iter": 1000}
        if name == "diabetes":
            net = MLPRegressorX(**kwargs, early_stopping=True)
        else:
            net = MLPClassifierX(**kwargs, tol=1e-3)
        net.set_params(callbacks=RECORD if with_record else None)
        fit(net, X[:n], y[:n], **({} if name == "diabetes" else {"X_val": X[n:], "y_val": y[n:]}))
        for given in ((), (X[:n],), (X[:n], y[:n])):
            assert diagnose(net, *given).kinds == []

    @pytest.mark.parametrize("name", ["iris", "digits", "cancer"])
    def test_default_fits_lack_at_most_epochs(self, tables, fit, name):
        X, y = tables[name]
        net = fit(MLPClassifierX(random_state=0, callbacks=RECORD), X, y)
        assert set(diagnose(net, X, y).kinds) <= {"not_converged"}

    @pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs", "rmsprop", "nadam"])
    @pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "gelu"])
    def test_solvers_and_activations(self, tables, fit, solver, activation):
        X, y = tables["iris"]
        net = MLPClassifierX(
            (20,), solver=solver, activation=activation, random_state=0, max_iter=300,
            learning_rate_init=0.1 if solver == "sgd" else 0.01, callbacks=RECORD,
        )  # fmt: skip
        assert set(diagnose(fit(net, X, y), X, y).kinds) <= {"not_converged"}
