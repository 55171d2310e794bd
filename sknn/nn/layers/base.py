"""What a layer is: it declares the memory it wishes for, is lent views, and works in place.

The life of a layer
-------------------
1. ``declare(n_in)`` tells its parameters and fixes ``n_in`` and ``n_out``.
2. ``bind(values, grads)`` lends it views of the network's flat vectors.
3. ``room(n_rows, ...)`` allocates working memory for batches of one size, once.
4. ``forward`` and ``backward`` then run without allocating. Working memory belongs to the
   caller, not to the layer, so that many threads may predict with one network.
"""

import inspect
from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt

from sknn.config import Config
from sknn.nn.express import Ops, missing, own_formula
from sknn.nn.params import Param
from sknn.nn.schedules import START, Progress
from sknn.nn.typing import Array

__all__ = ["Layer", "Room", "Rows", "Step", "shape_of"]

#: A layer's working memory for one batch size: arrays by name.
Room: TypeAlias = SimpleNamespace
#: The rows of a batch; of a stack of networks how many networks, and the rows of each.
Rows: TypeAlias = int | tuple[int, int]


@dataclass
class Step:
    """What a layer may need to know of the training step it works in.

    Parameters
    ----------
    weight : array of shape (n_rows,), or None
        Sample weights of the batch.
    rng : numpy.random.Generator
        Source of randomness of this epoch, for dropout.
    progress : Progress
        How far training had come when the epoch began.
    """

    weight: Array | None
    rng: np.random.Generator
    progress: Progress = START


def shape_of(n_rows: Rows, *others: int) -> tuple[int, ...]:
    """The shape of an array that has ``others`` for each row.

    >>> shape_of(200, 3), shape_of((5, 200), 3)
    ((200, 3), (5, 200, 3))
    """
    return (*n_rows, *others) if isinstance(n_rows, tuple) else (n_rows, *others)


class Layer(ABC):
    """One layer of a network; layers without parameters keep the defaults.

    Attributes
    ----------
    n_in, n_out : int
        Inputs and outputs, as ``declare`` fixed them.
    uses_chance : bool
        Whether ``forward`` draws from ``step.rng``; the seed is only drawn from where a layer does.
    mixes_rows : bool
        Whether in training the output of a row depends on the other rows of its batch.
    is_affine : bool
        Whether prediction is y = x A + c, so that its gradient is the same for every row.
    looks_at_data : bool
        True where :meth:`look` learns from training rows before training.
    stacks : bool
        Whether the layer works as it is for a stack of networks: on ``x`` of shape (k, n_rows,
        n_in) with parameters of shape (k, ...), in a room for (k, n_rows).
    n_work : int
        Numbers beside its output that it keeps of each row, by which blocks of rows are sized.
    n_members : int
        Rows that come out for each row that goes in, one below the other.
    """

    n_in: int
    n_out: int
    uses_chance: ClassVar[bool] = False
    mixes_rows: ClassVar[bool] = False
    stacks: ClassVar[bool] = False
    is_affine: bool = False
    looks_at_data: bool = False
    n_work: int = 0
    n_members: int = 1

    def declare(self, n_in: int) -> dict[str, Param]:
        """Fix the number of inputs and outputs, and name the parameters wished for."""
        self.n_in = self.n_out = n_in
        return {}

    def bind(self, values: dict[str, Array], grads: dict[str, Array] | None) -> None:
        """Take views of the flat vectors; ``grads`` is None in a network that only predicts."""
        self.values = values
        self.grads = grads

    def start(self, rng: np.random.RandomState) -> None:
        """Draw starting values of parameters that are not the initializer's.

        A layer without such parameters draws nothing, so that a seed goes on giving the same
        weights.
        """
        return

    def look(self, x: Array, share: Array) -> None:
        """Learn statistics from training rows, as they enter the layer, before training.

        ``share`` is what each row counts, and adds up to 1.
        """
        return

    def describe(self) -> str:
        """The layer in the words of a summary, such as ``Dropout(rate=0.5)``.

        By default the settings that the layer was made from, where they are an object such as
        ``ReLU()``, and else its class and arguments, as far as it keeps them.
        """
        kept = {
            name: getattr(self, name)
            for name in inspect.signature(type(self)).parameters
            if hasattr(self, name)
        }
        settings = [value for value in kept.values() if isinstance(value, Config)]
        if settings:
            return repr(settings[0])
        arguments = ", ".join(f"{name}={value!r}" for name, value in kept.items())
        return f"{type(self).__name__.removesuffix('Layer')}({arguments})"

    def room(self, n_rows: Any, dtype: npt.DTypeLike, training: bool) -> Room:
        """Working memory for batches of ``n_rows``; ``training`` adds what backward needs."""
        return Room()

    def furnish(self, rooms: list[Room], place: int) -> None:
        """Prepare the rooms of a network, where this layer works in more than ``rooms[place]``."""
        return

    @abstractmethod
    def forward(self, x: Any, room: Room, step: Step | None) -> Array:
        """The output for ``x``; ``step`` is None when predicting.

        ``x`` must be left as it is, since the layer before may need its output for backward.
        Only :class:`~sknn.nn.layers.Activate` works in place, on layers that do not.
        """

    @abstractmethod
    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        """Write the gradients of the parameters and return that of the input.

        ``grad`` may be overwritten. ``wanted`` is False for the first layer that learns: nothing
        before it needs what is returned.
        """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own_formula(cls, Layer, "forward", "express")

    def express(self, ops: Ops, x: Any) -> Any:
        """What it predicts as a formula, from which other programs are made.

        See :mod:`sknn.nn.express`; x may have the members of a network as its first axis.
        """
        raise missing(self, "express(ops, x)")

    def pull_back(self, grad: Array, room: Room) -> Array:
        """The gradient at the input of a prediction, from that at its output.

        For the rows of the latest ``forward(x, room, None)`` in a room made for training, which
        keeps what this needs; where ``is_affine``, for any rows. ``grad`` may be overwritten, the
        room's record of the rows is not, so that one ``forward`` serves several outputs. Nothing
        of the network is written.
        """
        raise NotImplementedError(
            f"{type(self).__name__} does not tell the gradient at its input: it has no pull_back."
        )
