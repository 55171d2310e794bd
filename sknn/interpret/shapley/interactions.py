"""Shapley interaction values by sampling, where there are too many coalitions to play all."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.shapley.game import Game

__all__ = ["sampled_interactions"]

Array = npt.NDArray[Any]


def sampled_interactions(
    game: Game, values: Array, rng: np.random.Generator, n_passes: int
) -> tuple[Array, Array]:
    """Estimate the interaction of each pair from random coalitions of the others.

    For players i and j a pass draws one coalition S for each background row, its size even among 0
    to p - 2, and takes f with both, with i, with j, and with neither. The diagonal is what is left
    of the Shapley value.

    Parameters
    ----------
    game : Game
    values : array of shape (n, p, k)
        The Shapley values that rows of the matrix shall add up to.
    rng : numpy.random.Generator
    n_passes : int
        Passes over the background.

    Returns
    -------
    interactions, se : array of shape (n, p, p, k)
        The standard errors are those of the pairs; for a single pass they count the spread between
        background rows too, and are too large.
    """
    n, m, p, k = game.n_rows, game.n_background, game.players.n, len(game.base)
    found, errors = np.zeros((n, p, p, k)), np.zeros((n, p, p, k))
    behind = np.tile(np.arange(m), 4 * n_passes)
    for i in range(p):
        for j in range(i):
            size = rng.integers(p - 1, size=(n_passes, m))
            ranks = np.argsort(np.argsort(rng.random((n_passes, m, p - 2)), axis=2), axis=2)
            on = np.zeros((4, n_passes, m, p), dtype=bool)
            others = [player for player in range(p) if player not in (i, j)]
            on[..., others] = ranks < size[:, :, np.newaxis]
            on[:2, :, :, i] = True
            on[[0, 2], :, :, j] = True
            for row in range(n):
                f = game.play(row, on.reshape(-1, p), behind).reshape(4, n_passes, m, k)
                second = 0.5 * (f[0] - f[1] - f[2] + f[3])
                mean = second.mean(axis=0)
                found[row, i, j] = found[row, j, i] = game.weight @ mean
                spread = (
                    second.var(axis=0, ddof=1) / n_passes
                    if n_passes > 1
                    else (mean - found[row, i, j]) ** 2
                )
                errors[row, i, j] = errors[row, j, i] = np.sqrt(game.weight**2 @ spread)
    on_diagonal = np.arange(p)
    found[:, on_diagonal, on_diagonal] = values - found.sum(axis=2)
    errors[:, on_diagonal, on_diagonal] = np.sqrt((errors**2).sum(axis=2))
    return found, errors
