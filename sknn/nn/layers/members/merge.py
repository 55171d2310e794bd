"""The layer at which the predictions of the members become one."""

from typing import Any

import numpy.typing as npt

from sknn.nn.express import Ops
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.links import Link
from sknn.nn.typing import Array

__all__ = ["Merge"]


class Merge(Layer):
    """In prediction, the raw output whose prediction is the mean of those of the members.

    k n rows become n. In training they stay as they are, since each member has a loss of its own.

    Parameters
    ----------
    n_merged : int
        How many members there are.
    link : Link
        From the raw output to the prediction.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.special import expit, logit
    >>> from sknn.nn.links import LINKS
    >>> from sknn.nn.network import Network
    >>> network = Network([Merge(2, LINKS["logistic"])], 1, "float64")
    >>> merged = network.forward(logit(np.array([[0.1], [0.8]])), network.room(2, training=False))
    >>> expit(merged).round(3)
    array([[0.45]])
    """

    def __init__(self, n_merged: int, link: Link) -> None:
        self.n_merged, self.link = n_merged, link

    def describe(self) -> str:
        return f"Merge(members={self.n_merged})"

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        return Room()

    def forward(self, x: Array, room: Room, step: Step | None) -> Array:
        if step is not None:
            return x
        room.raw = x.reshape(self.n_merged, -1, self.n_in)
        return self.link.merge(room.raw)

    def express(self, ops: Ops, x: Any) -> Any:
        return self.link.express_merge(ops, x, self.n_in)

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        return grad

    def pull_back(self, grad: Array, room: Room) -> Array:
        return self.link.unmerge(room.raw, grad).reshape(-1, self.n_in)
