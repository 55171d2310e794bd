"""Bad parameters and data: one clear error each, before any work, and the estimator as it was."""

import numpy as np
import pytest
import scipy.sparse
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import InvalidParameterError

from sknn import MLPClassifierX, MLPRegressorX
from sknn.nn.activations import ELU, Mish, Parametric, PReLU, ReLU
from sknn.nn.initializers import ConstantBias, DataDriven, GivenWeights, HeNormal, Sparse
from sknn.nn.losses import LogLoss, SquaredError
from sknn.nn.optimizers import SGD, Adam

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
    ("activation", Parametric(Mish), r"'activation__activation' .* Did you mean Mish\(\)\?"),
    ("activation", Parametric(PReLU()), "'activation__activation' .* without learned numbers"),
    ("activation", Parametric(ELU(-1.0)), "'activation__activation__alpha' parameter .* -1.0"),
    ("activation", ELU(alpha=-1.0), "'activation__alpha' parameter of MLPClassifierX must be"),
    ("solver", "adan", "Did you mean 'adam'"),
    ("solver", Adam, r"Did you mean Adam\(\)"),
    ("solver", Adam(beta_1=1.0), r"'solver__beta_1' .* in the range \[0, 1\). Got 1.0 instead"),
    ("solver", SGD(nesterovs_momentum="yes"), "'solver__nesterovs_momentum'"),
    ("learning_rate", "adaptiv", "Did you mean 'adaptive'"),
    ("initializer", "he", "Did you mean 'he_uniform'"),
    ("initializer", HeNormal(gain="activatoin"), "'initializer__gain' .* mean 'activation'"),
    ("initializer", DataDriven("normal"), "'initializer__base' .* an Initializer object"),
    ("initializer", DataDriven(Sparse(0)), "'initializer__base__connections' .* Got 0 instead"),
    ("bias_initializer", "zero", "Did you mean 'zeros'"),
    ("bias_initializer", HeNormal(), "BiasInitializer object or None"),
    ("bias_initializer", ConstantBias(np.inf), "'bias_initializer__value' .* Got inf instead"),
    ("normalization", "bacth", "Did you mean 'batch'"),
    ("loss", "logloss", "Did you mean 'log_loss'"),
    ("loss", SquaredError(), "must be a str among"),
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
    ("dropout", (0.1, 0.2), "one entry per hidden layer"),
    ("dtype", "float16", "must be 'float32', 'float64' or None. Got 'float16'"),
    ("dtype", ",", "Got ',' instead"),
    ("alpha", np.inf, "Got inf instead"),
    ("class_weight", "balance", "Did you mean 'balanced'"),
    ("callbacks", print, "callbacks"),
    ("callbacks", [print], "callbacks"),
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


def test_dropout_and_lbfgs_do_not_go_together():
    with pytest.raises(InvalidParameterError, match="use another solver, such as 'adam'"):
        MLPClassifierX(solver="lbfgs", dropout=0.1).fit(X, Y)


def test_given_weights_of_the_wrong_shape():
    start = GivenWeights([np.zeros((4, 3)), np.zeros((2, 1))])
    with pytest.raises(ValueError, match=r"coefs\[1\] must have the shape \(3, 1\). Got \(2, 1\)"):
        MLPClassifierX(3, initializer=start).fit(X, Y)
    with pytest.raises(ValueError, match="one array for each of the 3 dense layers"):
        MLPClassifierX((3, 3), initializer=start).fit(X, Y)


def changed(value):
    array = X.copy()
    array[3, 1] = value
    return array


WRONG_X = [
    (changed(np.nan), ValueError, "Input X contains NaN"),
    (changed(np.inf), ValueError, "Input X contains infinity"),
    (scipy.sparse.csr_matrix(changed(np.nan)), ValueError, "contains NaN"),
    (X[:, 0], ValueError, "Expected 2D array, got 1D array instead"),
    (X[None], ValueError, "Found array with dim 3"),
    (X[:0], ValueError, r"Found array with 0 sample\(s\)"),
    (X[:, :0], ValueError, r"Found array with 0 feature\(s\)"),
    (X.astype(complex), ValueError, "Complex data not supported"),
    ([*X.tolist()[:59], ["a", "b", "c", "d"]], ValueError, "could not convert"),
    (None, ValueError, "Expected 2D array"),
    (X[:50], ValueError, "inconsistent numbers of samples"),
]


@pytest.mark.parametrize(("wrong", "error", "message"), WRONG_X)
@pytest.mark.parametrize("Estimator", [MLPClassifierX, MLPRegressorX])
def test_wrong_x(Estimator, wrong, error, message):
    net = Estimator(max_iter=2)
    with pytest.raises(error, match=message):
        net.fit(wrong, Y)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        net.predict(X)


@pytest.mark.parametrize(("wrong", "error", "message"), WRONG_X[:10])
@pytest.mark.filterwarnings("ignore:.*hasn't converged")
def test_wrong_x_at_prediction(wrong, error, message):
    net = MLPClassifierX(max_iter=2).fit(X, Y)
    with pytest.raises(error, match=message):
        net.predict(wrong)
    with pytest.raises(ValueError, match="X has 3 features, but MLPClassifierX is expecting 4"):
        net.predict(X[:, :3])


WRONG_Y = [
    (None, ValueError, "requires y to be passed"),
    (np.where(np.arange(60) == 7, np.nan, Y), ValueError, "Input y contains NaN"),
    (np.where(np.arange(60) == 7, np.inf, Y), ValueError, "Input y contains infinity"),
    (Y[:59], ValueError, "inconsistent numbers of samples"),
    (np.zeros((60, 2, 2)), ValueError, "dim 3"),
]


@pytest.mark.parametrize(("wrong", "error", "message"), WRONG_Y)
@pytest.mark.parametrize("Estimator", [MLPClassifierX, MLPRegressorX])
def test_wrong_y(Estimator, wrong, error, message):
    with pytest.raises(error, match=message):
        Estimator().fit(X, wrong)


def test_wrong_labels():
    with pytest.raises(ValueError, match="Unknown label type"):
        MLPClassifierX().fit(X, X[:, 0])
    with pytest.raises(ValueError, match="Multioutput target data is not supported"):
        MLPClassifierX().fit(X, np.arange(120).reshape(60, 2) % 3)
    with pytest.raises(ValueError, match="A regressor needs numbers in y"):
        MLPRegressorX().fit(X, np.where(Y, "yes", "no"))


WRONG_WEIGHTS = [
    (np.ones(59), r"sample_weight.shape == \(59,\), expected \(60,\)!"),
    (np.ones((60, 1)), "1D array or scalar"),
    (np.full(60, np.nan), "Input sample_weight contains NaN"),
    (np.full(60, np.inf), "Input sample_weight contains infinity"),
    (np.zeros(60), "Sample weights must contain at least one non-zero number"),
    (-np.ones(60), "Negative values in data passed to `sample_weight`"),
    (["heavy"] * 60, "could not convert string to float"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG_WEIGHTS)
@pytest.mark.parametrize("Estimator", [MLPClassifierX, MLPRegressorX])
def test_wrong_weights(Estimator, wrong, message):
    with pytest.raises(ValueError, match=message):
        Estimator().fit(X, Y, sample_weight=wrong)


def test_wrong_partial_fit():
    net = MLPClassifierX()
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        net.partial_fit(X, Y)
    with pytest.raises(ValueError, match="classes not in"):
        net.partial_fit(X, Y, classes=[0, 2])
    assert not hasattr(net, "classes_")
    net.partial_fit(X, Y, classes=[0, 1])
    with pytest.raises(ValueError, match="is not the same as on last call to partial_fit"):
        net.partial_fit(X, Y, classes=[0, 1, 2])
    with pytest.raises(ValueError, match="has 3 features"):
        net.partial_fit(X[:, :3], Y)


@pytest.mark.filterwarnings("ignore:.*hasn't converged")
def test_a_failed_refit_keeps_the_old_model():
    net = MLPClassifierX(max_iter=3, random_state=0).fit(X, Y)
    before = dict(vars(net))
    for bad in ({"sample_weight": np.zeros(60)}, {"X_val": X}, {"X_val": X, "y_val": Y + 7}):
        with pytest.raises(ValueError, match=r"feature|weight|X_val"):
            net.fit(X[:, :2], np.where(Y, "yes", "no"), **bad)
    assert vars(net) == before
    net.predict(X)


@pytest.mark.filterwarnings("ignore:.*hasn't converged")
def test_extremes_that_must_fit():
    wide = np.random.RandomState(0).normal(size=(5, 300))
    for table in (np.zeros((60, 4)), np.full((60, 4), 1e-310), np.ones((60, 1)), wide):
        for Estimator in (MLPClassifierX, MLPRegressorX):
            net = Estimator(max_iter=3, n_iter_no_change=np.inf).fit(table, Y[: len(table)])
            assert np.isfinite(net.loss_curve_).all()
    deep = MLPClassifierX(hidden_layer_sizes=(3,) * 100, max_iter=np.int64(2)).fit(X, Y)
    assert deep.n_layers_ == 102
    with pytest.warns(UserWarning, match="It is going to be clipped"):
        MLPClassifierX(batch_size=1000, max_iter=2).fit(X, Y)
