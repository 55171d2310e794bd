"""Expected gradients for ``shap_values(method="gradient")``."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.gradients.slopes import HELD, Slopes
from sknn.interpret.model import Model
from sknn.interpret.players import Players
from sknn.interpret.table import Table

__all__ = ["expected_gradients"]

Array = npt.NDArray[Any]


def expected_gradients(
    model: Model,
    table: Table,
    background: Table,
    weight: Array,
    players: Players,
    rng: np.random.Generator,
    n_samples: int = 200,
) -> tuple[Array, Array, Array]:
    """Integrated gradients from each background row, by sampling rows and places on the way.

    phi_j = E[(x_j - b_j) df/dx_j(b + t (x - b))] with b a background row and t uniform on (0, 1).
    The places are stratified, each t has its mirror image 1 - t on the same way, and background
    rows take turns. Values add up only in expectation, and are no Shapley values: see
    ``additivity_gap`` and ``se``. All rows are explained with the same samples.

    Parameters
    ----------
    model : Model
        One that ends in a network that tells its ``input_gradient``.
    table, background : Table
        Rows to explain, and those to compare with.
    weight : array of shape (n_background,)
        Weights of the background rows, which sum to 1.
    players : Players
    rng : numpy.random.Generator
    n_samples : int, default=200
        Gradients for each row. Where they are enough for each background row to have a pair, all
        rows get equally many, and so there may be a few gradients more.

    Returns
    -------
    values : array of shape (n, n_players, k)
    base_values : array of shape (k,)
        The mean over the background.
    se : array of shape (n, n_players, k)
        Standard errors from the spread of the pairs, as if they were independent, which is rather
        too large. NaN for a single pair.

    Raises
    ------
    InvalidParameterError
        If the model does not end in such a network.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPRegressorX
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPRegressorX(hidden_layer_sizes=(), solver="lbfgs", tol=0.01, random_state=0)
    >>> model, table = Model.of(net.fit(X, y), X), Table.of(X)
    >>> weight = np.full(len(X), 1 / len(X))
    >>> rng = np.random.default_rng(0)
    >>> values, base, se = expected_gradients(
    ...     model, table, table, weight, Players.of(None, table), rng, n_samples=300
    ... )
    >>> float(abs(values.sum(axis=1) + base - model(X)).max().round(8))  # exact if linear
    0.0

    References
    ----------
    Erion, Janizek, Sturmfels, Lundberg, Lee (2021), "Improving performance of deep learning models
    with axiomatic attribution priors and expected gradients", arXiv:1906.10670, section 2.
    """
    slopes = Slopes(model, "Expected gradients")
    encoded, behind = slopes.encode(table), slopes.encode(background)
    used = np.flatnonzero(weight > 0)
    which = _in_turns(used, max((n_samples + 1) // 2, 1), rng)
    n_pairs = len(which)
    share = weight[which] / weight[which].mean()  # all rows have their turn, whatever they weigh
    t = 0.5 * (rng.permutation(n_pairs) + rng.random(n_pairs)) / n_pairs
    sizes = len(encoded), players.n, model.n_outputs
    values, se = np.zeros(sizes), np.full(sizes, np.nan)
    # few rows at a time, and then few pairs: what is held stays small however many there are
    at_once = max(HELD // (8 * encoded.shape[1] * model.n_outputs), 2) // 2
    for i, x in enumerate(encoded):
        total, squares = np.zeros(sizes[1:]), np.zeros(sizes[1:])
        for start in range(0, n_pairs, at_once):
            some = slice(start, start + at_once)
            delta = x - behind[which[some]]
            way = t[some, np.newaxis] * delta
            both = np.concatenate([behind[which[some]] + way, x - way])
            slope = slopes.gradient(both).reshape(2, len(delta), *encoded.shape[1:], -1)
            pair = 0.5 * (slope[0] + slope[1]) * delta[:, :, np.newaxis]
            pair = slopes.summed(share[some, np.newaxis, np.newaxis] * pair, players)
            total += pair.sum(axis=0)
            squares += (pair**2).sum(axis=0)
        values[i] = total / n_pairs
        if n_pairs > 1:
            spread = np.maximum(squares / n_pairs - values[i] ** 2, 0.0)
            se[i] = np.sqrt(spread / (n_pairs - 1))
    return values, weight @ slopes.value(behind), se


def _in_turns(rows: Array, n: int, rng: np.random.Generator) -> Array:
    """``n`` of the rows, or whole passes over them in new random orders for at least ``n``."""
    if n < len(rows):
        return rng.permutation(rows)[:n]
    return np.concatenate([rng.permutation(rows) for _ in range(-(-n // len(rows)))])
