"""Bad parameters and data: one clear error each, before any work, and the estimator as it was."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score
from sklearn.utils._param_validation import InvalidParameterError

from sknn import MLPClassifierX, MLPRegressorX
from sknn.estimators.together import STEPWISE
from sknn.nn.activations import ELU, Parametric, ReLU
from sknn.nn.averaging import EMA
from sknn.nn.clipping import ClipValue
from sknn.nn.initializers import GivenWeights, HeNormal, Orthogonal, UnitVariance
from sknn.nn.layers import AlphaDropout, BatchNorm, Dropout, GroupNorm, LayerNorm
from sknn.nn.losses import CustomLoss, Focal, LogLoss, SquaredError, Tweedie
from sknn.nn.optimizers import LBFGS, SGD, Adam, AdamW
from sknn.nn.parametrizations import NTK
from sknn.nn.schedules import Adaptive, Cosine, FlatCosine, StepDecay, Warmup
from sknn.train import TimeLimit

X = np.random.RandomState(0).normal(size=(60, 4))
Y = (X[:, 0] > 0).astype(int)

WRONG_PARAMETERS = [
    ("alpha", -1, r"The 'alpha' parameter of MLPClassifierX must be a float in the range "
     r"\[0.0, inf\). Got -1 instead."),
    ("alpha", "big", "Got 'big' instead"),
    ("alpha", np.nan, "Got nan instead"),
    ("alpha", None, "Got None instead"),
    ("activation", "rele", r"must be a str among \{'identity', .*\}.*Did you mean 'relu'\?"),
    ("activation", ReLU, r"Did you mean ReLU\(\)\?"),
    ("activation", ("relu", "tanh"), r"one entry per hidden layer \(1\). Got 2 entries"),
    ("activation", ("tahn",), "Did you mean 'tanh'"),
    ("activation", ("relu", "tahn"), "Did you mean 'tanh'"),
    ("activation", np.array(["relu", "tahn"]), "Did you mean 'tanh'"),
    ("activation", (ReLU(), ELU), r"Did you mean ELU\(\)\?"),
    ("activation", ELU(alpha=-1.0), "'activation__alpha' parameter of MLPClassifierX must be"),
    ("solver", "adan", "Did you mean 'adam'"),
    ("solver", Adam, r"Did you mean Adam\(\)"),
    ("solver", Adam(beta_1=1.0), r"'solver__beta_1' .* in the range \[0, 1\). Got 1.0 instead"),
    ("solver", AdamW(decay_schedule="adaptive"), "'solver__decay_schedule' .* Got 'adaptive'"),
    ("solver", SGD(nesterovs_momentum="yes"), "'solver__nesterovs_momentum'"),
    ("learning_rate", "adaptiv", "Did you mean 'adaptive'"),
    ("initializer", "he", "Did you mean 'he_uniform'"),
    ("initializer", Orthogonal(gain="relu"), "'initializer__gain'"),
    ("initializer", UnitVariance(HeNormal(gain=-1)), "'initializer__weights__gain'"),
    ("bias_initializer", "zero", "Did you mean 'zeros'"),
    ("embedding", "pbd", "Did you mean 'pbld'"),
    ("members", "tabn", "Did you mean 'tabm'"),
    ("activation", Parametric("relu"), "'activation__activation' .* must be an Activation object"),
    ("normalization", "bacth", "Did you mean 'batch'"),
    ("normalization", GroupNorm(n_groups=0), r"'normalization__n_groups' .* range \[1, inf\)"),
    ("normalization", LayerNorm(epsilon=0), r"'normalization__epsilon' .* in the range \(0, inf\)"),
    ("normalization", BatchNorm(position="behind"), "'normalization__position' .* 'after'"),
    ("normalization", GroupNorm(n_groups=3), r"does not fit hidden layer 1 \(width 100\). "
     r"Got GroupNorm\(.*\), but 100 units cannot be cut into 3 equal groups of two or more; "
     "n_groups=2 or n_groups=4 would do"),
    ("normalization", GroupNorm(n_groups=100), "n_groups=50 would do"),
    ("loss", "logloss", "Did you mean 'log_loss'"),
    ("loss", SquaredError(), "must be a str among"),
    ("loss", Focal(gamma=-1.0), r"'loss__gamma' .* in the range \[0.0, inf\). Got -1.0 instead"),
    ("loss", type(len), r"or a function \(raw, y\) -> \(loss of each row, gradient\)"),
    ("loss", CustomLoss(abs, "exp"), "out_activation='exp' is for regressors"),
    ("loss", CustomLoss("abs"), "'loss__function' parameter of MLPClassifierX must be a function"),
    ("label_smoothing", 1.0, r"'label_smoothing' .* in the range \[0, 1\). Got 1.0 instead"),
    ("early_stopping_scoring", "roc_acu", "Did you mean 'roc_auc'"),
    ("early_stopping_scoring", "los", "Did you mean 'loss'"),
    (
        "early_stopping_scoring",
        0.5,
        r"'loss', 'refined_loss', a str among sklearn.metrics.get_scorer_names\(\)",
    ),
    ("early_stopping_scoring", accuracy_score, r"Did you mean make_scorer\(accuracy_score\)"),
    ("early_stopping_scoring", LogLoss, "a callable scorer"),
    ("hidden_layer_sizes", 0, "hidden_layer_sizes"),
    ("hidden_layer_sizes", (5, 0), r"hidden_layer_sizes must be > 0, got \[5, 0\]"),
    ("hidden_layer_sizes", (5, -1), r"hidden_layer_sizes must be > 0, got \[5, -1\]"),
    ("hidden_layer_sizes", (5, 2.5), "hidden_layer_sizes"),
    ("hidden_layer_sizes", (5, None), "hidden_layer_sizes"),
    ("hidden_layer_sizes", (5, True), "hidden_layer_sizes"),
    ("hidden_layer_sizes", ((5,), (3,)), "hidden_layer_sizes"),
    ("hidden_layer_sizes", {5: 3}, "hidden_layer_sizes"),
    ("hidden_layer_sizes", "100", "hidden_layer_sizes"),
    ("hidden_layer_sizes", np.array([[5]]), "hidden_layer_sizes"),
    ("batch_size", 0, "batch_size"),
    ("batch_size", 1.5, "batch_size"),
    ("batch_size", "fulll", "Did you mean 'full'"),
    ("learning_rate_init", 0, r"in the range \(0.0, inf\)"),
    ("power_t", -0.1, "power_t"),
    ("max_iter", 0, r"must be an int in the range \[1, inf\)"),
    ("max_iter", 2.0, "max_iter"),
    ("shuffle", 1, "must be an instance of 'bool'"),
    ("random_state", -1, "random_state"),
    ("random_state", np.random.default_rng(0), "random_state"),
    ("tol", -1e-9, "tol"),
    ("verbose", "yes", "verbose"),
    ("warm_start", None, "warm_start"),
    ("momentum", 1.1, "momentum"),
    ("nesterovs_momentum", "no", "nesterovs_momentum"),
    ("early_stopping", "yes", "early_stopping"),
    ("validation_fraction", 1.0, "validation_fraction"),
    ("beta_1", 1.0, "beta_1"),
    ("beta_2", -0.1, "beta_2"),
    ("epsilon", 0.0, "epsilon"),
    ("n_iter_no_change", 0, "n_iter_no_change"),
    ("max_fun", 0, "max_fun"),
    ("dropout", 1.0, r"'dropout' .* in the range \[0, 1\)"),
    ("dropout", -0.1, r"'dropout' .* in the range \[0, 1\)"),
    ("dropout", True, "Got True instead"),
    ("dropout", None, "Got None instead"),
    ("dropout", (0.1, 0.2), "one entry per hidden layer"),
    ("dropout", ("dropout", 0.2), r"one entry per hidden layer \(1\). Got 2 entries"),
    ("dropout", (1.0,), r"Got \(1.0,\) instead"),
    ("dropout", "alpha_droput", "Did you mean 'alpha_dropout'"),
    ("dropout", ("alpha_droput",), "Did you mean 'alpha_dropout'"),
    ("dropout", AlphaDropout, r"Did you mean AlphaDropout\(\)"),
    ("dropout", Dropout(rate=1.0), r"'dropout__rate' .* in the range \[0, 1\). Got 1.0 instead"),
    ("dropout", (AlphaDropout(rate=-0.5),), "'dropout__rate' .* Got -0.5 instead"),
    ("input_dropout", 1.0, r"'input_dropout' .* in the range \[0, 1\). Got 1.0 instead"),
    ("input_dropout", -0.1, "input_dropout"),
    ("input_dropout", "dropout", "input_dropout"),
    ("dropout", Dropout(0.1, "flat_cos"), r"'dropout__schedule' .* Did you mean 'flat_cosine'\?"),
    ("dropout", Dropout(0.1, "plateau"), r"object that does not react to the loss. Got 'plateau' "),
    ("dropout", AlphaDropout(0.1, Warmup(Adaptive())), r"react .* Got Warmup\(schedule=Ad"),
    ("dropout", Dropout(0.1, Warmup("cosine")), "'dropout__schedule__schedule' .* a Schedule obj"),
    ("dropout", (Dropout(0.1, FlatCosine(flat=1)),), r"'dropout__schedule__flat' .* \[0, 1\)"),
    ("input_scaling", 1, "'input_scaling' .* must be an instance of 'bool'. Got 1 instead"),
    ("refit", 1, "'refit' .* must be an instance of 'bool'. Got 1 instead"),
    ("parametrization", "ntkk", "Did you mean 'ntk'"),
    ("parametrization", NTK, r"Did you mean NTK\(\)"),
    ("parametrization", NTK(bias=0), r"'parametrization__bias' .* in the range \(0, inf\)"),
    ("parametrization", None, "or a Parametrization object. Got None instead"),
    ("l1", -0.1, r"'l1' .* in the range \[0.0, inf\). Got -0.1 instead"),
    ("l1", None, "Got None instead"),
    ("max_norm", 0, r"'max_norm' .* in the range \(0.0, inf\) or None. Got 0 instead"),
    ("max_norm", -1.0, "max_norm"),
    ("dtype", "float16", "must be 'float32', 'float64' or None. Got 'float16'"),
    ("dtype", ",", "Got ',' instead"),
    ("alpha", np.inf, "Got inf instead"),
    ("class_weight", "balance", "Did you mean 'balanced'"),
    ("callbacks", print, "callbacks"),
    ("callbacks", [print], "callbacks"),
    ("callbacks", "time_limt", "Did you mean 'time_limit'"),
    ("callbacks", ["progress"], "Did you mean 'progress_bar'"),
    ("callbacks", [TimeLimit(seconds=0)], "'callbacks__seconds' parameter of MLPClassifierX"),
    ("gradient_clip", 0, "gradient_clip"),
    ("gradient_clip", "nrm", "Did you mean 'norm'"),
    ("gradient_clip", ClipValue(limit=-1.0), "'gradient_clip__limit'"),
    ("averaging", "ewa", "Did you mean"),
    ("averaging", EMA(decay=1.0), "'averaging__decay'"),
    ("sampling", "stratify", "Did you mean 'stratified'"),
    ("on_divergence", "restart", "Did you mean 'restore'"),
    ("learning_rate", StepDecay(every=0), "'learning_rate__every' .* int in the range"),
    ("learning_rate", Warmup(Cosine(cycle=0)), "'learning_rate__schedule__cycle'"),
    ("learning_rate", Warmup("cosine"), "'learning_rate__schedule' .* must be a Schedule object"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "message"), WRONG_PARAMETERS)
def test_wrong_parameters(name, value, message):
    net = MLPClassifierX(**{name: value})
    with pytest.raises(InvalidParameterError, match=message):
        net.fit([["not even looked at"]], None)
    with pytest.raises(InvalidParameterError, match=message):
        net.partial_fit([["not even looked at"]], None, classes=[0, 1])
    assert not [attribute for attribute in vars(net) if attribute.endswith("_")]


def test_every_parameter_is_tried():
    assert {name for name, _, _ in WRONG_PARAMETERS} == set(MLPClassifierX().get_params())


def test_a_classification_loss_is_refused_by_the_regressor():
    with pytest.raises(InvalidParameterError, match="'poisson'"):
        MLPRegressorX(loss=LogLoss()).fit(X, Y)
    with pytest.raises(InvalidParameterError, match="MLPRegressorX must be a str among"):
        MLPRegressorX((50,)).fit(X, Y)  # loss is the first argument, as in scikit-learn


@pytest.mark.parametrize("name", STEPWISE)
@pytest.mark.parametrize("solver", ["lbfgs", LBFGS()])
def test_what_lbfgs_cannot_do_with(name, solver):
    value = {
        "dropout": (0.0, 0.1),
        "input_dropout": 0.1,
        "max_norm": 2.0,
        "parametrization": "ntk",
        "gradient_clip": 1.0,
        "averaging": EMA(),
        "sampling": "stratified",
        "on_divergence": "restore",
    }[name]
    net = MLPClassifierX((5, 5), solver=solver, **{name: value})
    with pytest.raises(InvalidParameterError, match=f"Use another solver.*, or {name}="):
        net.fit(X, Y)
    net.set_params(**{name: STEPWISE[name]}).fit(X, Y)


@pytest.mark.parametrize("loss", ["focal", "squared_error", "hinge", LogLoss(), lambda raw, y: 0])
def test_label_smoothing_needs_a_loss_that_has_it(loss):
    with pytest.raises(InvalidParameterError, match="has such a setting: 'log_loss'"):
        MLPClassifierX(loss=loss, label_smoothing=0.1).fit([["not even looked at"]], None)


def an_exponential(raw, y):
    mean = np.exp(raw)
    return (mean - y * raw).sum(axis=1), mean - y


class PositiveAmounts(SquaredError):
    """The squared error of a user whose targets are positive."""

    support = "positive"


@pytest.mark.parametrize(
    "loss",
    ["poisson", "gamma", "tweedie", CustomLoss(an_exponential, "exp"), PositiveAmounts()],
)
def test_standardized_targets_need_a_loss_for_all_numbers(loss):
    with pytest.raises(InvalidParameterError, match="standardize_y=False, or a loss for all num"):
        MLPRegressorX(loss=loss, standardize_y=True).fit([["not even looked at"]], None)


WRONG_TARGETS = [
    ("poisson", -1.0, r"loss='poisson' requires y >= 0. Got a smallest target of -1.0 instead."),
    ("gamma", 0.0, r"loss='gamma' requires y > 0. Got a smallest target of 0.0 instead."),
    ("tweedie", -1.0, r"loss='tweedie' requires y >= 0"),
    (Tweedie(power=2.0), 0.0, r"loss=Tweedie\(power=2.0\) requires y > 0"),
]


@pytest.mark.parametrize(("loss", "wrong", "message"), WRONG_TARGETS)
def test_targets_that_a_loss_is_not_defined_for(loss, wrong, message):
    y = np.where(np.arange(60) == 7, wrong, 1.0)
    for target in (y, np.column_stack([np.ones(60), y])):
        with pytest.raises(ValueError, match=message):
            MLPRegressorX(loss=loss).fit(X, target)
    with pytest.raises(ValueError, match=message):
        MLPRegressorX(loss=loss).fit(X, np.ones(60), X_val=X, y_val=y)


def test_given_weights_of_the_wrong_shape():
    start = GivenWeights([np.zeros((4, 3)), np.zeros((2, 1))])
    with pytest.raises(ValueError, match=r"coefs\[1\] must have the shape \(3, 1\). Got \(2, 1\)"):
        MLPClassifierX(3, initializer=start).fit(X, Y)
    with pytest.raises(ValueError, match="one array for each of the 3 dense layers"):
        MLPClassifierX((3, 3), initializer=start).fit(X, Y)
