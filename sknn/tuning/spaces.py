"""Which parameters of a network are worth searching, and between which values."""

from typing import Any

from scipy.stats import loguniform, uniform
from sklearn.base import is_classifier

from sknn.config import nearest
from sknn.estimators.base import BaseMLP
from sknn.estimators.parts import optimizer_of
from sknn.estimators.tabular.base import BaseTabularMLP
from sknn.exceptions import InvalidParameterError
from sknn.nn.blueprint import Layers
from sknn.nn.layers import NORMALIZATIONS
from sknn.nn.optimizers import LBFGS, SGD
from sknn.tuning.distributions import Sometimes

__all__ = ["SIZES", "search_space"]

#: A distribution, a list of values to choose from, or one value for each name.
Space = dict[str, Any]

SIZES = ("small", "default", "wide")
#: Estimators that a space is made for.
OURS = BaseMLP, BaseTabularMLP
#: Depths and widths of each size. Widths are powers of two, so that each doubling is as likely.
DEPTHS = {"small": (1, 2), "default": (1, 2, 3), "wide": (0, 1, 2, 3, 4)}
WIDTHS = {
    "small": (32, 64, 128),
    "default": (32, 64, 128, 256),
    "wide": (16, 32, 64, 128, 256, 512),
}
#: Learning rates: a solver that divides by the size of the gradient takes smaller ones.
RATES = {"adaptive": (1e-4, 3e-2), "sgd": (1e-3, 3e-1)}
#: Widths of the members of a tabular estimator, which have 2 hidden layers or more.
TABULAR_WIDTHS = {"default": (64, 128, 256), "wide": (32, 64, 128, 256, 512)}
#: Batch sizes, as far as an epoch keeps ten of them.
BATCHES = (32, 64, 128, 256, 512)


def search_space(
    estimator: Any, size: str = "default", *, n_samples: int | None = None
) -> Space | list[Space]:
    """Distributions for the parameters of a network, for a search of scikit-learn's.

    ===========  ======================================================================
    size         what is searched
    ===========  ======================================================================
    ``small``    depth 1-2, width 32-128, learning rate, ``alpha``
    ``default``  depth 1-3, width 32-256, the same, dropout, batch size, activation
    ``wide``     depth 0-4, width 16-512, the same, dropout of the input, L1,
                 normalization, schedule, solver with momentum, label smoothing
    ===========  ======================================================================

    Learning rates, L1 and L2 are drawn evenly on a logarithmic scale: 1e-4 to 3e-2 for adaptive
    solvers, 1e-3 to 0.3 for ``"sgd"``; 1e-6 to 1e-1 for ``alpha``, and L1 as often 0 as 1e-6 to
    1e-2. Dropout is 0 as often as it is a rate from 0.05 to 0.5. What the solver of the estimator
    does not read, or cannot do with, is left out: with ``"lbfgs"`` there is neither a learning rate
    nor dropout.

    Of tabular estimators ``small`` searches the learning rate from 0.01 to 0.3, weight decay from
    1e-3 to 0.2, and dropout from 0 to 0.4. ``default`` adds depth 2-4, width 64-256 and the
    embedding of numbers; ``wide`` width 32-512, the levels that are one-hot at most, and label
    smoothing. The effort stays: ``effort="fast"`` makes a search quick.

    Parameters
    ----------
    estimator : estimator
        An estimator of sknn, or something that holds one: a pipeline, a
        TransformedTargetRegressor. Names get the prefix that leads there, as ``"net__alpha"``.
        ``wide`` tries solvers; the others keep the estimator's own.
    size : {"small", "default", "wide"}, default="default"
        How much is searched.
    n_samples : int, optional
        Rows that will be trained on: batches of more than a tenth of them are left out.

    Returns
    -------
    space : dict, or list of dict
        Distributions of SciPy and lists of values by name. A list where parameters belong to one
        solver, as RandomizedSearchCV takes it. Grid search takes lists only.

    Raises
    ------
    InvalidParameterError
        If ``size`` is none of them, or there is no network of ours in the estimator.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import RandomizedSearchCV
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sknn import MLPClassifierX
    >>> from sknn.tuning import search_space
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(max_iter=50, learning_rate_init=0.01, tol=0.01, random_state=0)
    >>> pipeline = make_pipeline(StandardScaler(), net)
    >>> space = search_space(pipeline, "small", n_samples=len(X))
    >>> sorted(space)[0]
    'mlpclassifierx__alpha'
    >>> search = RandomizedSearchCV(pipeline, space, n_iter=3, random_state=0)
    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):  # that 50 epochs are few
    ...     print(search.fit(X, y).best_score_ > 0.9)
    True
    """
    if size not in SIZES:
        raise InvalidParameterError(
            f"size must be one of {', '.join(map(repr, SIZES))}. Got {size!r} "
            f"instead.{nearest(size, SIZES)}"
        )
    prefix, network = _network_in(estimator)
    if isinstance(network, BaseTabularMLP):
        spaces = [_tabular_space(network, size)]
    elif size == "wide" and not isinstance(optimizer_of(network), LBFGS):
        adaptive = _space(network, size, n_samples, "adaptive") | {"solver": ["adam", "adamw"]}
        plain = _space(network, size, n_samples, "sgd")
        plain |= {"solver": ["sgd"], "momentum": uniform(0.5, 0.49)}
        spaces = [adaptive, plain]
    else:
        kind = "sgd" if isinstance(optimizer_of(network), SGD) else "adaptive"
        spaces = [_space(network, size, n_samples, kind)]
    named = [{prefix + name: values for name, values in space.items()} for space in spaces]
    return named[0] if len(named) == 1 else named


def _space(network: BaseMLP, size: str, n_samples: int | None, kind: str) -> Space:
    """The space of a network whose solver is ``"adaptive"`` or ``"sgd"``."""
    space: Space = {
        "hidden_layer_sizes": [Layers(1, 100)],
        "hidden_layer_sizes__depth": list(DEPTHS[size]),
        "hidden_layer_sizes__width": list(WIDTHS[size]),
        "alpha": loguniform(1e-6, 1e-1),
    }
    steps = not isinstance(optimizer_of(network), LBFGS)
    if steps:
        space["learning_rate_init"] = loguniform(*RATES[kind])
    if size == "small":
        return space
    space["activation"] = ["relu", "silu", "tanh"]
    if steps:
        space["dropout"] = Sometimes(uniform(0.05, 0.45), 0.0, 0.5)
        fitting = [rows for rows in BATCHES if n_samples is None or 10 * rows <= n_samples]
        space["batch_size"] = fitting or ["auto"]
    if size == "default":
        return space
    space["l1"] = Sometimes(loguniform(1e-6, 1e-2), 0.0, 0.5)
    space["normalization"] = [None, *(name for name in NORMALIZATIONS if name != "group")]
    if steps:
        space["input_dropout"] = Sometimes(uniform(0.05, 0.25), 0.0, 0.5)
        space["learning_rate"] = ["constant", "cosine"]
    if is_classifier(network) and network.get_params()["loss"] == "log_loss":
        space["label_smoothing"] = Sometimes(uniform(0.0, 0.2), 0.0, 0.5)
    return space


def _tabular_space(estimator: BaseTabularMLP, size: str) -> Space:
    """The space around the recipe of a tabular estimator."""
    space: Space = {
        "learning_rate_init": loguniform(0.01, 0.3),
        "weight_decay": loguniform(1e-3, 0.2),
        "dropout": uniform(0.0, 0.4),
    }
    if size == "small":
        return space
    space["hidden_layer_sizes"] = [Layers(3, 128)]
    space["hidden_layer_sizes__depth"] = [2, 3, 4]
    space["hidden_layer_sizes__width"] = list(TABULAR_WIDTHS[size])
    space["embedding"] = [None, "pbld", "piecewise_linear"]
    if size == "default":
        return space
    space["max_one_hot"] = [2, 8, 32]
    if is_classifier(estimator) and estimator.get_params()["loss"] == "log_loss":
        space["label_smoothing"] = Sometimes(uniform(0.0, 0.2), 0.0, 0.5)
    return space


def _network_in(estimator: Any) -> tuple[str, BaseMLP | BaseTabularMLP]:
    """The network that an estimator is or holds, and what its parameters begin with."""
    if isinstance(estimator, OURS):
        return "", estimator
    found = [
        (name, part)
        for name, part in estimator.get_params(deep=True).items()
        if isinstance(part, OURS)
    ]
    if not found:
        raise InvalidParameterError(
            "A space is made for an estimator of sknn, such as MLPClassifierX or "
            "TabularMLPClassifierX, or for one that "
            f"holds one. Got {type(estimator).__name__} without one."
        )
    name, part = min(found, key=lambda item: item[0].count("__"))
    return f"{name}__", part
