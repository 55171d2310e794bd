"""The documentation of the parameters that both estimators share, written once."""

import textwrap
from collections.abc import Iterable
from typing import TypeVar

from sknn.nn.activations import ACTIVATIONS
from sknn.nn.averaging import AVERAGINGS
from sknn.nn.clipping import CLIPPINGS
from sknn.nn.initializers import BIASES, INITIALIZERS
from sknn.nn.layers import DROPOUTS, EMBEDDINGS, MEMBERS, NORMALIZATIONS
from sknn.nn.optimizers import OPTIMIZERS
from sknn.nn.parametrizations import PARAMETRIZATIONS
from sknn.nn.schedules import SCHEDULES
from sknn.train import CALLBACKS, SAMPLINGS

__all__ = ["documented"]

COMMON = """\
hidden_layer_sizes : int, array-like of shape (n_hidden_layers,) or Layers, default=(100,)
    Units of each hidden layer; ``()`` is a linear model. ``sknn.Layers(depth=2, width=64)`` has
    depth and width as numbers that a search can set: ``hidden_layer_sizes__depth``.

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

learning_rate : str or Schedule, default="constant"
    How the learning rate moves:
    {schedules},
    or an object, such as ``Warmup(Cosine(), epochs=3)``. The names of scikit-learn's schedules,
    ``"invscaling"`` and ``"adaptive"``, do nothing unless the solver is SGD; as objects they work
    with any solver.

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
    weights. With ``n_iter_no_change=np.inf`` training never stops early, and still the weights of
    the best epoch are kept.

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
    in weights of one's own.

bias_initializer : str, BiasInitializer or None, default=None
    Starting biases:
    {biases},
    or an object; None leaves them to ``initializer``.

embedding : str, Embedding, list of them or None, default=None
    What single columns become before the first layer:
    {embeddings},
    or objects that tell their columns, such as ``[PBLD(columns=range(5)), Category(columns=[5])]``;
    columns that none of them names stay as they are. ``Category`` takes codes, 0 for unknown.
    Embeddings are not penalized, and want X as a dense array, its columns of a scale of about 1.

members : str, Members or None, default=None
    Several networks in one, trained on the mean of their losses, that predict the mean of their
    predictions:
    {members},
    or an object, such as ``TabM(n_members=16)``. Wants X as a dense array, and no ``"batch"``
    normalization.

parametrization : str or Parametrization, default="standard"
    How fast each kind of parameter learns, relative to the learning rate:
    {parametrizations},
    or an object, such as ``NTK(bias=0.1)``. ``"ntk"`` slows down the weights of units
    with many inputs. Not offered with ``"lbfgs"``.

normalization : str, Normalization or None, default=None
    Normalization of each hidden layer:
    {normalizations},
    or an object, such as ``BatchNorm(position="after")`` for normalization after the activation
    in place of before it. ``GroupNorm(n_groups)`` must divide the units of every hidden layer.

dropout : float in [0, 1), str, BaseDropout or tuple with one per hidden layer, default=0.0
    Share of the units of a hidden layer that is silenced at random in each step, or
    {dropouts},
    or an object, such as ``AlphaDropout(rate=0.05)`` or ``Dropout(0.2, schedule="flat_cosine")``.
    Not offered with ``"lbfgs"``.

input_dropout : float in [0, 1), default=0.0
    Share of the columns of X that is silenced at random in each row and step. Of a sparse X only
    the stored values are drawn for, so a seed gives another model than for a dense X. Not offered
    with ``"lbfgs"``.

input_scaling : bool, default=False
    Learn a factor on each column, 1 at the start, in front of the first layer. With
    ``parametrization="ntk"`` it learns six times as fast as the rest.

l1 : float >= 0, default=0.0
    Strength of the L1 penalty l1 / n |W|_1, scaled as ``alpha`` is. It makes weights of little
    use small, but few of them exactly 0: see :class:`~sknn.nn.penalties.L1`.

max_norm : float > 0 or None, default=None
    Longest vector of incoming weights that a hidden unit may have; longer ones are shortened
    after each step, and at the start. Not offered with ``"lbfgs"``.

gradient_clip : float > 0, Clipping or None, default=None
    Longest gradient: a longer one is shortened to this length before the step. Other bounds:
    {clippings}, or an object.

averaging : str, Averaging or None, default=None
    Predict with an average of the weights of several steps in place of the last ones:
    {averagings}, or an object, such as ``EMA(decay=0.99)``.

sampling : str, Sampling or None, default=None
    How the rows of an epoch are drawn, in place of ``shuffle``:
    {samplings}, or an object. None follows ``shuffle``.

early_stopping_scoring : str, callable or None, default=None
    What early stopping and ``validation_scores_`` go by: None is accuracy or R^2, ``"loss"`` the
    negative loss without penalties, ``"refined_loss"`` that of a classifier after the temperature
    that suits the validation rows best; else the name of a scikit-learn scorer, or a callable
    ``scorer(estimator, X, y)``, which is given ``sample_weight`` too where it takes it. It must
    give a number, the larger the better.

refit : bool, default=False
    Under early stopping, train once more on all rows, for as many epochs as were best on those that
    were held out. The scores stay those of the held-out rows. Not with ``warm_start``.

on_divergence : {"raise", "restore"}, default="raise"
    What to do when loss or weights leave the finite numbers: an error, or back to the weights
    before the last good epoch with a fifth of the learning rate, up to ten times. ``"restore"``
    also takes a loss of 100 times that of the starting weights for a divergence.

dtype : {"float32", "float64"} or None, default=None
    Precision of all arithmetic; None follows X, as scikit-learn does.

callbacks : str, Callback, list of them or None, default=None
    Called at the joints of training, for progress, records, checkpoints or stopping rules:
    {callbacks},
    or an object, such as ``TimeLimit(seconds=60)``, or one of your own."""

ATTRIBUTES = """\
coefs_ : list of array of shape (n_units, n_units of the next layer)
    Weights of each dense layer. With ``members`` those that each member has for itself, as of the
    output layer, have the shape (n_members, n_units, n_units of the next layer).

intercepts_ : list of array of shape (n_units,)
    Biases of each dense layer; (n_members, n_units) where each member has its own.

learned_activations_ : list of dict
    Of each hidden layer, the numbers that its activation learned, by name, as the slopes of
    ``"prelu"``; empty for activations that learn nothing.

n_features_in_ : int
    Columns of X.

feature_names_in_ : array of str
    Their names, where X had names.

n_layers_ : int
    Layers, input and output included.

n_outputs_ : int
    Units of the output layer.

n_parameters_ : int
    Numbers that are learned: weights, biases and those of normalization; ``summary()`` tells how
    many in each layer.

out_activation_ : str
    Function of the output layer.

n_iter_ : int
    Epochs, or iterations of ``"lbfgs"``, of the last fit.

t_ : int
    Training rows seen, repeats counted.

n_updates_ : int
    Steps taken, in all fits that went on from each other.

history_ : dict of list
    A table of the training, for ``pandas.DataFrame``, with a row for each epoch: its number, its
    batches, the iterations (steps) and training rows (samples) so far, loss, learning rate,
    validation score where there is one, seconds since the call, and what callbacks add.

stop_reason_ : str
    Why training ended.

engine_ : str
    What trained: ``"numba: ..."`` with the parts that are compiled, or ``"numpy: ..."`` with the
    reason; see :func:`sknn.use_engine`.

loss_ : float
    Loss of the last epoch, penalty included.

loss_curve_ : list of float
    Loss of each epoch.

best_loss_ : float or None
    Smallest of them; None under early stopping.

validation_scores_ : list of float or None
    Score on the validation rows after each epoch, where there are such rows: accuracy, R^2, or
    what ``early_stopping_scoring`` says.

best_validation_score_ : float or None
    Largest of them.

best_epoch_ : int or None
    Under early stopping, the epoch of this fit whose weights were kept, counted from 1; 0 where
    none was better than the weights it began with. None without."""


#: The registries whose names the text lists, by their mark in it.
LISTED: dict[str, Iterable[str]] = {
    "activations": ACTIVATIONS,
    "solvers": OPTIMIZERS,
    "schedules": SCHEDULES,
    "initializers": INITIALIZERS,
    "biases": BIASES,
    "embeddings": EMBEDDINGS,
    "members": MEMBERS,
    "parametrizations": PARAMETRIZATIONS,
    "normalizations": NORMALIZATIONS,
    "dropouts": DROPOUTS,
    "clippings": CLIPPINGS,
    "averagings": AVERAGINGS,
    "samplings": SAMPLINGS,
    "callbacks": CALLBACKS,
}

ClassT = TypeVar("ClassT", bound=type)


def _names(registry: Iterable[str]) -> str:
    listed = ", ".join(f'``"{name}"``' for name in registry)
    return textwrap.fill(listed, 96, subsequent_indent="    ", initial_indent="    ").strip()


def documented(cls: ClassT) -> ClassT:
    """Fill the shared sections into the docstring of a class."""
    text = cls.__doc__ or ""
    common = COMMON
    for kind, registry in LISTED.items():
        common = common.replace(f"{{{kind}}}", _names(registry))
    for mark, section in (("{common}", common), ("{attributes}", ATTRIBUTES)):
        text = text.replace(mark, textwrap.indent(section, "    ").lstrip())
    cls.__doc__ = text
    return cls
