"""Shapley values by playing every coalition."""

from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.model import CHUNK
from sknn.interpret.shapley.game import Game

__all__ = ["coalition_values", "exact_interactions", "exact_values"]

Array = npt.NDArray[Any]


def coalitions(n_players: int) -> Array:
    """All coalitions, shape (2^p, p): player j takes part in number c where bit j of c is 1."""
    numbers = np.arange(2**n_players)
    on: Array = (numbers[:, np.newaxis] >> np.arange(n_players)) & 1 == 1
    return on


def coalition_values(game: Game, row: int) -> Array:
    """What each coalition wins, v(S) = sum_b w_b f(x_S, b_rest), shape (2^p, k)."""
    on = coalitions(game.players.n)
    m = game.n_background
    values = np.empty((len(on), len(game.base)))
    size = max(CHUNK // m, 1)
    for start in range(0, len(on), size):
        some = on[start : start + size]
        outputs = game.play(row, np.repeat(some, m, axis=0), np.tile(np.arange(m), len(some)))
        values[start : start + size] = np.einsum(
            "b,sbk->sk", game.weight, outputs.reshape(len(some), m, -1)
        )
    values[0], values[-1] = game.base, game.of_rows[row]  # known without rounding
    return values


def shares(n_players: int) -> Array:
    """The matrix (p, 2^p) that turns what coalitions win into Shapley values.

    The entry of player j and coalition S is (|S| - 1)! (p - |S|)! / p! where j is in S, and
    -|S|! (p - |S| - 1)! / p! where not.
    """
    p, on = n_players, coalitions(n_players)
    size = on.sum(axis=1)
    weight = np.array([1.0 / (p * comb(p - 1, s)) for s in range(p)])  # s! (p - s - 1)! / p!
    matrix: Array = np.where(on.T, weight[size - 1], -weight[np.minimum(size, p - 1)])
    return matrix


def exact_values(game: Game) -> Array:
    """Shapley values of each row, shape (n, p, k).

    phi_j = sum over S without j of |S|! (p - |S| - 1)! / p! [v(S and j) - v(S)].

    References
    ----------
    Shapley (1953), "A value for n-person games".
    """
    matrix = shares(game.players.n)
    return np.stack([matrix @ coalition_values(game, row) for row in range(game.n_rows)])


def exact_interactions(game: Game) -> Array:
    """Shapley interaction values of each row, shape (n, p, p, k).

    Off the diagonal half of the interaction index, sum over S without i and j of
    |S|! (p - |S| - 2)! / (p - 1)! [v(S, i, j) - v(S, i) - v(S, j) + v(S)]; on the diagonal what is
    left of the Shapley value, so that each row of the matrix sums to it. These are the values of
    shap's TreeExplainer; its ExactExplainer gives the Shapley-Taylor index, which differs where
    three or more columns interact.

    References
    ----------
    Fujimoto, Kojadinovic, Marichal (2006), "Axiomatic characterizations of probabilistic and
    cardinal-probabilistic interaction indices"; Lundberg et al. (2020), "From local explanations to
    global understanding with explainable AI for trees", arXiv:1905.04610, section "SHAP interaction
    values", for the split.
    """
    p = game.players.n
    on, matrix = coalitions(p), shares(p)
    size = on.sum(axis=1)
    found = np.zeros((game.n_rows, p, p, len(game.base)))
    for row in range(game.n_rows):
        v = coalition_values(game, row)
        for i in range(p):
            for j in range(i):
                without = np.flatnonzero(~on[:, i] & ~on[:, j])
                weight = np.array([1.0 / ((p - 1) * comb(p - 2, s)) for s in size[without]])
                second = v[without + 2**i + 2**j] - v[without + 2**i] - v[without + 2**j]
                found[row, i, j] = found[row, j, i] = 0.5 * weight @ (second + v[without])
        on_diagonal = np.arange(p)
        found[row, on_diagonal, on_diagonal] = matrix @ v - found[row].sum(axis=1)
    return found
