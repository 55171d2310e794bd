"""The layers at which the rows are handed to the members."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.nn.express import Ops
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.layers.embeddings import Embed
from sknn.nn.params import Param
from sknn.nn.typing import Array, is_sparse

__all__ = ["ScaledSplit", "Split"]


class Split(Layer):
    """Hand each row to all members: x_k = x. n rows become k n rows, member by member.

    Parameters
    ----------
    n_members : int
        How many members there are.

    Examples
    --------
    >>> from sknn.nn.network import Network
    >>> network = Network([Split(2)], 1, "float64")
    >>> network.forward(np.array([[3.0], [4.0]]), network.room(2, training=False)).tolist()
    [[3.0], [4.0], [3.0], [4.0]]
    """

    def __init__(self, n_members: int) -> None:
        self.n_members = n_members

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        room = Room(y=np.empty((self.n_members * n_rows, self.n_out), dtype))
        room.by_member = room.y.reshape(self.n_members, n_rows, self.n_out)
        if training:
            room.dx = np.empty((n_rows, self.n_in), dtype)
        return room

    def forward(self, x: Any, room: Room, step: Step | None) -> Array:
        if is_sparse(x):
            raise InvalidParameterError(
                "members need a dense array of columns. Got X as a sparse matrix; use "
                "X.toarray(), or members=None."
            )
        room.x = x
        self._hand_out(x, room.by_member)
        y: Array = room.y
        return y

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        return self.pull_back(grad, room) if wanted else grad

    def pull_back(self, grad: Array, room: Room) -> Array:
        return self._add_up(grad.reshape(room.by_member.shape), room.dx)

    def express(self, ops: Ops, x: Any) -> Any:
        return x  # which a product with the weights of each member hands out

    def _hand_out(self, x: Array, out: Array) -> None:
        np.copyto(out, x)

    def _add_up(self, grad: Array, out: Array) -> Array:
        total: Array = np.sum(grad, axis=0, out=out)
        return total


class ScaledSplit(Split):
    """Hand each row to all members, times factors of each member's own: x_k = x r_k.

    The factors start as random signs, or as normal numbers after an embedding, and are learned.
    All numbers that an embedding makes of one column start with the same factor.

    Parameters
    ----------
    n_members : int
        How many members there are.
    embed : Embed or None
        The embedding before this layer.
    """

    def __init__(self, n_members: int, embed: Embed | None = None) -> None:
        super().__init__(n_members)
        self._embed = embed

    def declare(self, n_in: int) -> dict[str, Param]:
        super().declare(n_in)
        return {"input_scale": Param((self.n_members, n_in), "constant", fill=1.0)}

    def start(self, rng: np.random.RandomState) -> None:
        scale, embed = self.values["input_scale"], self._embed
        if embed is None:
            scale[...] = 2.0 * rng.randint(2, size=scale.shape) - 1.0
        else:
            scale[...] = rng.normal(size=(self.n_members, embed.n_in))[:, embed.origin]

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        assert self.grads is not None
        each = grad.reshape(room.by_member.shape)
        np.einsum("knj,nj->kj", each, room.x, out=self.grads["input_scale"])
        return self.pull_back(grad, room) if wanted else grad

    def express(self, ops: Ops, x: Any) -> Any:
        return x * ops.constant(self.values["input_scale"][:, np.newaxis], "input_scale")

    def _hand_out(self, x: Array, out: Array) -> None:
        np.multiply(x, self.values["input_scale"][:, np.newaxis], out=out)

    def _add_up(self, grad: Array, out: Array) -> Array:
        total: Array = np.einsum("knj,kj->nj", grad, self.values["input_scale"], out=out)
        return total
