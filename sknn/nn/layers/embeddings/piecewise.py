"""Straight pieces between quantiles of a column."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.config import Range, param
from sknn.nn.express import Ops
from sknn.nn.layers.base import Layer, Room
from sknn.nn.layers.embeddings.base import BasisLayer, Embedding
from sknn.nn.params import Param
from sknn.nn.typing import Array

__all__ = ["PiecewiseLinear", "PiecewiseLinearLayer", "bin_edges"]


class PiecewiseLinear(Embedding):
    """A line of each column, bent at quantiles of the training rows.

    e(x) = x w + c + sum_j v_j(x) V_j, where v_j goes from 0 at the left edge of bin j to 1 at its
    right edge and is constant outside; the first bin goes on to the left and the last one to the
    right. The parameters w, c and V are each column's own; w and c start uniform in
    +-1 / sqrt(``n_outputs``), V at 0.

    Parameters
    ----------
    columns : int, tuple of int, range or None, default=None
        Numbers of the columns; None for all that no other embedding takes.
    n_bins : int >= 2, default=48
        Bins of each column, as many rows in each. A column of few values has fewer, and the
        others stay empty.
    n_outputs : int >= 1, default=12
        Numbers that a column becomes.

    Examples
    --------
    >>> from sknn.nn.layers.embeddings import Embed
    >>> from sknn.nn.network import Network
    >>> embed = Embed([PiecewiseLinear(columns=(0,), n_bins=2, n_outputs=1)])
    >>> network = Network([embed], 1, dtype="float64")
    >>> embed.look(np.array([[0.0], [1.0], [3.0]]), np.full(3, 1 / 3))  # bins [0, 1] and [1, 3]
    >>> network.values[:] = [5.0, 1.0, 0.0, 0.0]  # V of each bin, w, c
    >>> network.raw_output(np.array([[0.0], [0.5], [1.0], [2.0], [3.0], [5.0]])).ravel()
    array([0. , 2.5, 5. , 5.5, 6. , 7. ])
    >>> bin_edges(np.array([1.0, 2.0, 2.0, 3.0, 9.0]), np.full(5, 0.2), n_bins=4)
    array([1., 2., 3., 3., 9.])

    References
    ----------
    Gorishniy, Rubachev, Babenko (2022), "On embeddings for numerical features in tabular deep
    learning", arXiv:2203.05556, section 3.2; Gorishniy, Kotelnikov, Babenko (2025), "TabM:
    advancing tabular deep learning with parameter-efficient ensembling", arXiv:2410.24210, for the
    line beside it and the start at 0.
    """

    n_bins: int = param(48, Range(2, None, integer=True))
    n_outputs: int = param(12, Range(1, None, integer=True))

    def layer(self) -> Layer:
        return PiecewiseLinearLayer(self)


class PiecewiseLinearLayer(BasisLayer):
    """The layer that :class:`PiecewiseLinear` makes: bins, the column, and a constant."""

    looks_at_data = True

    def __init__(self, settings: PiecewiseLinear) -> None:
        self.settings, self.n_bins = settings, settings.n_bins
        super().__init__(self.n_bins + 2, settings.n_outputs)

    def declare(self, n_in: int) -> dict[str, Param]:
        return super().declare(n_in) | {"edges": Param((n_in, self.n_bins + 1), "statistic")}

    def start(self, rng: np.random.RandomState) -> None:
        coef, bound = self.values["coef"], 1.0 / math.sqrt(self.n_mixed)
        coef[...] = 0.0
        line = coef[..., self.n_bins :, :]
        line[...] = rng.uniform(-bound, bound, line.shape)

    def look(self, x: Array, share: Array) -> None:
        for edges, column in zip(self.values["edges"], x.T, strict=True):
            edges[...] = bin_edges(column, share, self.n_bins)

    def room(self, n_rows: Any, dtype: npt.DTypeLike, training: bool) -> Room:
        room, bins = super().room(n_rows, dtype, training), self.n_bins
        room.bins, room.line = room.phi[..., :bins, :], room.phi[..., bins, :]
        return room

    def expand(self, room: Room) -> None:
        x, bins, edges, per_width = room.x, room.bins, *self._bins(room.x.dtype)
        np.subtract(x[..., np.newaxis, :], edges[..., :-1, np.newaxis], out=bins)
        bins *= per_width[..., np.newaxis]
        before, beyond = np.minimum(bins[..., 0, :], 0.0), bins[..., -1, :] - 1.0
        np.clip(bins, 0.0, 1.0, out=bins)
        bins[..., 0, :] += before
        # an empty last bin, of a constant column, is 0 everywhere
        bins[..., -1, :] += np.maximum(beyond, 0.0, out=beyond)
        np.copyto(room.line, x)

    def express_basis(self, ops: Ops, x: Any) -> Any:
        edges, per_width = (array[:, np.newaxis] for array in self._bins(np.float64))
        low, high = np.zeros(self.n_bins), np.ones(self.n_bins)
        low[0], high[-1] = -np.inf, np.inf  # the first and the last bin go on
        bins = (x - ops.constant(edges[..., :-1])) * ops.constant(per_width)
        bins = ops.minimum(ops.maximum(bins, ops.constant(low)), ops.constant(high))
        return ops.concat([bins, x], -1)

    def slope(self, dphi: Array, room: Room, learning: bool) -> Array:
        edges, per_width = self._bins(room.x.dtype)
        x, dx = room.x, dphi[..., self.n_bins, :].copy()
        inside = np.ones(room.bins.shape, bool)
        inside[..., 1:, :] = x[..., np.newaxis, :] >= edges[..., 1:-1, np.newaxis]
        inside[..., :-1, :] &= ~inside[..., 1:, :]
        dx += np.einsum("...jn,...jn,...j->...n", dphi[..., : self.n_bins, :], inside, per_width)
        return dx

    def _bins(self, dtype: npt.DTypeLike) -> tuple[Array, Array]:
        """The edges, and 1 / width of each bin, which is 0 for an empty one."""
        edges = self.values["edges"]
        width = np.diff(edges)
        per_width = np.zeros_like(width)
        np.divide(1.0, width, out=per_width, where=width > 0.0)
        return edges.astype(dtype, copy=False), per_width.astype(dtype, copy=False)


def bin_edges(x: Array, share: Array, n_bins: int) -> Array:
    """Edges of ``n_bins`` bins between quantiles of a column, which are values of the column.

    Of fewer than ``n_bins`` bins, the edge before the last one is repeated, so that the first and
    the last bin have a width. A column of two values has the middle between them as an edge.

    Parameters
    ----------
    x : array of shape (n_rows,)
    share : array of shape (n_rows,)
        What each row counts; they add up to 1.
    n_bins : int

    Returns
    -------
    edges : array of shape (n_bins + 1,)
        From the smallest to the largest value; all alike for a constant column.

    Examples
    --------
    >>> bin_edges(np.array([0.0, 1.0]), np.array([0.9, 0.1]), n_bins=3)
    array([0. , 0.5, 0.5, 1. ])
    """
    order = np.argsort(x, kind="stable")
    # the tolerance is for shares that add up to a level but for rounding
    below = np.cumsum(share[order]) + 1e-9
    place = np.searchsorted(below, np.linspace(0.0, 1.0, n_bins + 1))
    values = x[order]
    edges: Array = np.unique(values[np.minimum(place, len(x) - 1)]).astype(np.float64)
    least = float(np.finfo(x.dtype).tiny)  # of a narrower bin, 1 / width is infinite
    edges = edges[np.append(True, np.diff(edges) > least)]
    if len(edges) == 2:
        edges = np.insert(edges, 1, edges.mean())
    if len(edges) == 1:
        return np.full(n_bins + 1, edges[0])
    return np.insert(edges, -1, np.full(n_bins + 1 - len(edges), edges[-2]))
