"""The documentation of the parameters that both estimators share, written once."""

import textwrap
from collections.abc import Iterable
from typing import TypeVar

from sknn.nn.activations import ACTIVATIONS
from sknn.nn.initializers import BIAS_INITIALIZERS, INITIALIZERS
from sknn.nn.optimizers import OPTIMIZERS

__all__ = ["documented"]

COMMON = """\
hidden_layer_sizes : int or array-like of shape (n_hidden_layers,), default=(100,)
    Units of each hidden layer; ``()`` is a linear model.

activation : str, Activation or tuple with one per hidden layer, default="relu"
    {activations},
    or an object with settings of its own, such as ``ELU(alpha=0.5)``.

solver : str or Optimizer, default="adam"
    Who makes the loss small:
    {solvers}.
    ``"lbfgs"`` works on all rows at once and is the best choice for small data; an object such as
    ``Adam(beta_2=0.99)`` has settings of its own.

alpha : float >= 0, default=0.0001
    Strength of the L2 penalty alpha / (2 n) |W|^2, where n counts the rows of the batch (or is
    the sum of their weights). Biases are not penalized.

batch_size : "auto", "full", int or float, default="auto"
    Rows of a step: ``"auto"`` is ``min(200, n_samples)``, ``"full"`` all rows, a float between 0
    and 1 a share of them. Not read by ``"lbfgs"``.

learning_rate : {"constant", "invscaling", "adaptive"} or Schedule, default="constant"
    How the learning rate moves. The names of scikit-learn's schedules do nothing unless the
    solver is SGD; an object, such as ``InvScaling()``, works with any solver.

learning_rate_init : float > 0, default=0.001
    The learning rate at the start.

power_t : float >= 0, default=0.5
    Exponent of ``"invscaling"``.

max_iter : int >= 1, default=200
    Most epochs (iterations of ``"lbfgs"``).

shuffle : bool, default=True
    Draw a new order of the rows for each epoch.

random_state : int, RandomState instance or None, default=None
    Source of the starting weights, the order of the rows, the validation split and dropout.

tol : float >= 0, default=1e-4
    An improvement of loss or score by less than this does not count. For ``"lbfgs"`` the size
    of the gradient at which to stop.

verbose : bool or int, default=False
    Print the loss of each epoch.

warm_start : bool, default=False
    Start ``fit`` from the weights of the last one.

momentum : float in [0, 1], default=0.9
    Momentum of ``"sgd"``.

nesterovs_momentum : bool, default=True
    Whether it looks ahead.

early_stopping : bool, default=False
    Hold out a part of the rows, stop when their score no longer improves, and keep the best
    weights.

validation_fraction : float in [0, 1), default=0.1
    Share of the rows that is held out; at least two rows.

beta_1 : float in [0, 1), default=0.9
    Decay of the mean gradient in ``"adam"`` and its family.

beta_2 : float in [0, 1), default=0.999
    Decay of the mean squared gradient in ``"adam"`` and its family.

epsilon : float > 0, default=1e-8
    Added to the denominator in ``"adam"``, its family, ``"rmsprop"`` and ``"adagrad"``.

n_iter_no_change : int >= 1 or inf, default=10
    Stop after more than this many epochs without improvement.

max_fun : int >= 1, default=15000
    Most evaluations of the loss by ``"lbfgs"``.

initializer : str or Initializer, default="auto"
    Starting weights:
    {initializers},
    or an object. ``"auto"`` is scikit-learn's choice, and ``GivenWeights(coefs, intercepts)`` hands
    in weights of one's own. ``HeNormal(gain="activation")`` follows the activation.

bias_initializer : str, BiasInitializer or None, default=None
    Starting biases:
    {bias_initializers},
    or an object. None leaves them to ``initializer``: as scikit-learn draws them with ``"auto"``,
    and 0 with the others.

normalization : {"batch"}, Normalization or None, default=None
    Normalization of each hidden layer, before its activation.

dropout : float in [0, 1) or tuple with one per hidden layer, default=0.0
    Share of the units of a hidden layer that is silenced at random in each step.

input_dropout : float in [0, 1), default=0.0
    Share of the inputs that is silenced at random in each step.

l1 : float >= 0, default=0.0
    Strength of the L1 penalty l1 / n |W|_1, scaled as ``alpha`` is.

max_norm : float > 0 or None, default=None
    Longest vector of incoming weights that a hidden unit may have; longer ones are shortened
    after each step.

gradient_clip : float > 0, Clipping or None, default=None
    Longest gradient: a longer one is shortened to this length before the step.

averaging : str, Averaging or None, default=None
    Predict with an average of the weights of several steps in place of the last ones.

sampling : str, Sampling or None, default=None
    How the rows of an epoch are drawn; None follows ``shuffle``.

early_stopping_scoring : str, callable or None, default=None
    Any scikit-learn scorer, which early stopping and ``validation_scores_`` use in place of
    accuracy or R^2.

on_divergence : {"raise", "restore"}, default="raise"
    What to do when loss or weights leave the finite numbers: an error, or back to the last good
    epoch with a lower learning rate.

dtype : {"float32", "float64"} or None, default=None
    Precision of all arithmetic; None follows X, as scikit-learn does.

callbacks : list of sknn.train.Callback or None, default=None
    Called at the joints of training, for progress, records or stopping rules."""

ATTRIBUTES = """\
coefs_ : list of array of shape (n_units, n_units of the next layer)
    Weights of each dense layer.

intercepts_ : list of array of shape (n_units,)
    Biases of each dense layer.

activation_parameters_ : list of dict of array of shape (n_units,)
    What the activation of each hidden layer has learned, by name, such as ``"slope"`` of PReLU;
    empty where it learns nothing.

n_features_in_ : int
    Columns of X.

feature_names_in_ : array of str
    Their names, where X had names.

n_layers_ : int
    Layers, input and output included.

n_outputs_ : int
    Units of the output layer.

out_activation_ : str
    Function of the output layer.

n_iter_ : int
    Epochs, or iterations of ``"lbfgs"``, of the last fit.

t_ : int
    Training rows seen, repeats counted.

loss_ : float
    Loss of the last epoch, penalty included.

loss_curve_ : list of float
    Loss of each epoch.

best_loss_ : float or None
    Smallest of them; None under early stopping.

validation_scores_ : list of float or None
    Accuracy or R^2 on the validation rows after each epoch, where there are such rows.

best_validation_score_ : float or None
    Largest of them."""


ClassT = TypeVar("ClassT", bound=type)


def _names(registry: Iterable[str]) -> str:
    listed = ", ".join(f'``"{name}"``' for name in registry)
    return textwrap.fill(listed, 96, subsequent_indent="    ", initial_indent="    ").strip()


def documented(cls: ClassT) -> ClassT:
    """Fill the shared sections into the docstring of a class."""
    text = cls.__doc__ or ""
    common = COMMON.replace("{activations}", _names(ACTIVATIONS))
    common = common.replace("{initializers}", _names(INITIALIZERS))
    common = common.replace("{bias_initializers}", _names(BIAS_INITIALIZERS))
    common = common.replace("{solvers}", _names(OPTIMIZERS))
    for mark, section in (("{common}", common), ("{attributes}", ATTRIBUTES)):
        text = text.replace(mark, textwrap.indent(section, "    ").lstrip())
    cls.__doc__ = text
    return cls
