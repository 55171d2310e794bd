"""Shapley values of linear models, in closed form."""

from typing import Any

import numpy.typing as npt

from sknn.interpret.model import Model
from sknn.interpret.shapley.game import Game

__all__ = ["is_linear", "linear_values"]

Array = npt.NDArray[Any]


def is_linear(model: Model) -> bool:
    """Whether the closed form holds: a linear model of columns that each come from one raw one."""
    return model.linear is not None and model.encoded_columns is not None


def linear_values(game: Game) -> Array:
    """phi_j = sum over the encoded columns c of player j of w_c (x_c - mean of b_c): (n, p, k).

    References
    ----------
    Lundberg, Lee (2017), "A unified approach to interpreting model predictions",
    arXiv:1705.07874, corollary 1.
    """
    model = game.model
    assert model.linear is not None
    assert model.encoded_players is not None
    coef, _ = model.linear
    delta = model.encode(game.table) - game.weight @ model.encode(game.background)
    by_column = model.encoded_players.summed(delta[:, :, None] * coef)
    return game.players.summed(by_column)
