"""The layer that learns how much each of its inputs counts."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from sknn.nn.express import Ops
from sknn.nn.layers.base import Layer, Room, Rows, Step
from sknn.nn.params import Param
from sknn.nn.typing import Array, is_sparse

__all__ = ["Scale"]


class Scale(Layer):
    """Multiply each column by a number that is learned: y_j = s_j x_j, with s_j = 1 at the start.

    In front of the first dense layer it lets a network turn columns up and down much faster than
    their many weights could move. A sparse ``x`` stays sparse, but a step then needs memory for a
    dense batch, since the slope at each input is a number of its own.

    Examples
    --------
    >>> from sknn.nn.network import Network
    >>> network = Network([Scale()], n_features=3, dtype="float64")
    >>> network.values[:] = [1.0, 0.5, 0.0]
    >>> network.raw_output(np.array([[4.0, 4.0, 4.0]]))
    array([[4., 2., 0.]])

    References
    ----------
    Holzmüller, Grinsztajn, Steinwart (2024), "Better by default: strong pre-tuned MLPs and boosted
    trees on tabular data", arXiv:2407.04491, section 3 ("scaling layer").
    """

    is_affine = True
    stacks: ClassVar[bool] = True

    def declare(self, n_in: int) -> dict[str, Param]:
        self.n_in = self.n_out = n_in
        return {"scale": Param((n_in,), "scale", fill=1.0)}

    def describe(self) -> str:
        return "Scale()"

    def room(self, n_rows: Rows, dtype: npt.DTypeLike, training: bool) -> Room:
        return Room(y=None)  # made by the first dense rows, since sparse ones may be very wide

    def forward(self, x: Any, room: Room, step: Step | None) -> Any:
        room.x, scale = x, self.values["scale"]
        if is_sparse(x):
            return x.multiply(scale).tocsr()
        room.y = np.multiply(x, scale[..., np.newaxis, :], out=room.y)
        return room.y

    def express(self, ops: Ops, x: Any) -> Any:
        return x * ops.constant(self.values["scale"], "scale")

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        assert self.grads is not None
        if is_sparse(room.x):
            self.grads["scale"][...] = np.asarray(room.x.multiply(grad).sum(axis=0)).ravel()
        else:
            np.einsum("...ij,...ij->...j", grad, room.x, out=self.grads["scale"])
        return self.pull_back(grad, room) if wanted else grad

    def pull_back(self, grad: Array, room: Room) -> Array:
        grad *= self.values["scale"][..., np.newaxis, :]
        return grad
