"""The network: a stack of layers on one flat parameter vector.

Owning all parameters in one vector makes the rest short: a snapshot is one copy, L-BFGS is one
call, an optimizer has no loop over layers, and a gradient check is one loop.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.nn.compiled.layers import fuse
from sknn.nn.initializers import BiasInitializer, Initializer, Spot
from sknn.nn.layers import Dense, Layer, Merge, Room, Step
from sknn.nn.parametrizations import Parametrization
from sknn.nn.params import FlatVector
from sknn.nn.typing import Array, is_sparse

__all__ = ["BLOCK_BYTES", "Network", "Snapshot"]

#: Learned parameters and gathered statistics, as :meth:`Network.snapshot` copies them.
Snapshot = tuple[Array, Array]

#: Bytes of activations that prediction keeps at a time, so that they stay in cache, and the
#: fewest and most rows of such a block.
BLOCK_BYTES = 1024 * 1024
BLOCK_ROWS = 512, 2048
#: The fewest rows of a block where each of them goes through several members.
FEWEST_OF_MEMBERS = 64


class Network:
    """A stack of layers with its parameters.

    Parameters
    ----------
    layers : sequence of Layer
        From the first hidden layer to the output layer.
    n_features : int
        Columns of the input.
    dtype : dtype
        float32 or float64: the precision of all arithmetic.
    values, statistics : array, optional
        Flat vectors to use as they are; new ones by default.

    Attributes
    ----------
    values, statistics : array
        The learned parameters, and the gathered statistics, which are float64 always: a variance
        may be too large for float32.
    grads : array or None
        Gradient of the loss with respect to ``values``, while training.
    coefs, intercepts : list of array
        Weights and biases of the dense layers, as views.
    n_members : int
        How many networks there are in this one.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> from sknn.nn.blueprint import multilayer_perceptron
    >>> Network(multilayer_perceptron([5], 1, [ReLU()]), n_features=3, dtype="float64").n_parameters
    26
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        n_features: int,
        dtype: npt.DTypeLike,
        values: Array | None = None,
        statistics: Array | None = None,
    ) -> None:
        self.layers = list(layers)
        self.dtype = np.dtype(dtype)
        self.n_features = n_features
        self._declare()
        self.values = self._learned.zeros(dtype) if values is None else values
        self.statistics = self._gathered.zeros(np.float64) if statistics is None else statistics
        if self.values.shape != (self.n_parameters,) or self.statistics.shape != (
            self._gathered.size,
        ):
            raise ValueError(
                f"The network has {self.n_parameters} parameters and {self._gathered.size} "
                f"statistics. Got arrays of shape {self.values.shape} and {self.statistics.shape}."
            )
        self.grads: Array | None = None
        #: the layers that train, each with the place of its room
        self._training: list[tuple[int, Layer]] = list(enumerate(self.layers))
        self._bind()

    @property
    def n_parameters(self) -> int:
        """How many numbers are learned."""
        return self._learned.size

    @property
    def n_weights(self) -> int:
        """How many of them are weights; they are the first in ``values``."""
        return self._learned.n_weights

    @property
    def n_parameters_by_layer(self) -> list[int]:
        """How many numbers each layer learns."""
        return [
            sum(wish.size for wish in wishes.values() if wish.role != "statistic")
            for wishes in self._wishes
        ]

    @property
    def n_outputs(self) -> int:
        return self.layers[-1].n_out

    @property
    def dense_layers(self) -> list[Dense]:
        return [layer for layer in self.layers if isinstance(layer, Dense)]

    def initialize(
        self,
        initializer: Initializer,
        rng: np.random.RandomState,
        biases: BiasInitializer | None = None,
    ) -> None:
        """Draw the starting values, layer by layer, those of embeddings before the weights."""
        dense, of_biases = self.dense_layers, biases or initializer
        with np.errstate(over="ignore", invalid="ignore"):  # of huge values training itself tells
            for own in self.layers:
                own.start(rng)
            for i, layer in enumerate(dense):
                spot = Spot(i, len(dense), layer.n_in, layer.n_out, layer.activation)
                for weight, bias, _ in layer.drawn(np.empty((0, layer.n_out))):
                    weight[...] = initializer.weight(spot, rng)
                    bias[...] = of_biases.bias(spot, rng)

    def look(
        self,
        X: Any,
        initializer: Initializer,
        rng: np.random.RandomState,
        biases: BiasInitializer | None = None,
        weight: Array | None = None,
    ) -> None:
        """Let layers and initializers see what the rows of ``X`` become, layer by layer.

        Those that do not look at data see nothing of it.
        """
        dense = initializer.looks_at_data or (biases is not None and biases.looks_at_data)
        looking = [i for i, la in enumerate(self.layers) if dense or la.looks_at_data]
        x, n_rows = X, X.shape[0]
        share = np.ones(n_rows) if weight is None else weight.astype(np.float64)
        share /= share.sum()
        with np.errstate(over="ignore", invalid="ignore"):  # of huge values training itself tells
            for layer in self.layers[: max(looking, default=-1) + 1]:
                layer.look(x, share)
                x = layer.forward(x, layer.room(x.shape[0], self.dtype, training=False), None)
                if isinstance(layer, Dense):
                    z = x - layer.bias_of_rows(len(x))
                    for weight, bias, own in layer.drawn(z):
                        shares = np.resize(share, len(own)) * (n_rows / len(own))
                        initializer.look(weight, own, shares)
                        if biases is not None:
                            biases.look(bias, own, shares, rng)
                    x = z + layer.bias_of_rows(len(x))

    @property
    def looks_at_data(self) -> bool:
        """Whether a layer learns from training rows before training."""
        return any(layer.looks_at_data for layer in self.layers)

    def refuse_members(self, purpose: str) -> None:
        """Raise where several networks are in this one, for what needs a single one."""
        if any(isinstance(layer, Merge) for layer in self.layers):
            raise InvalidParameterError(
                f"{purpose} needs a single network. Got one with {self.n_members} members, each "
                "with weights of its own; members=None would do, and input_gradient() takes any."
            )

    @property
    def alike_layers(self) -> list[int]:
        """Hidden layers, counted from 1, whose units are the same and will stay so.

        Units are told apart by their own weights, by those of the layer after them, or by chance
        between the two, as in dropout.
        """
        places = [place for place, layer in enumerate(self.layers) if isinstance(layer, Dense)]
        numbers = []
        for number, (place, after) in enumerate(pairwise(places), start=1):
            own, next_own = self.layers[place].values, self.layers[after].values
            if (
                self.layers[place].n_out > 1
                and not any(layer.uses_chance for layer in self.layers[place:after])
                and all(
                    (array == array[..., :1]).all()
                    for array in (own["weight"], own["bias"], next_own["weight"].swapaxes(-1, -2))
                )
            ):
                numbers.append(number)
        return numbers

    def rates(self, parametrization: Parametrization, scale_free: bool) -> Array | None:
        """Factors of the learning rate, one for each parameter; None where all are 1."""
        rates: Array = np.ones_like(self.values)
        params = self._learned.params
        for wish, view in zip(params, self._learned.views(rates), strict=True):
            view.fill(parametrization.factor(wish, scale_free))
        return None if bool((rates == 1.0).all()) else rates

    def start_training(self, kernels: ModuleType | None = None) -> None:
        """Allocate the gradient, and let compiled ``kernels`` train where they are given."""
        self.grads = np.zeros_like(self.values)
        if kernels is not None:
            self._training = fuse(self.layers, kernels)
        self._bind()

    def stop_training(self) -> None:
        """Give the gradient's memory back."""
        self.grads = None
        self._training = list(enumerate(self.layers))
        self._bind()

    def move(self, values: Array, grads: Array | None) -> None:
        """Live in other flat vectors from now on; what is in them stays."""
        self.values, self.grads = values, grads
        self._bind()

    def forget_statistics(self) -> None:
        """Gather the statistics of normalization layers anew from the next batch on.

        What layers learned of the training rows before training stays.
        """
        for layer, wishes in zip(self.layers, self._wishes, strict=True):
            for name, wish in wishes.items():
                if wish.role == "statistic" and not layer.looks_at_data:
                    layer.values[name].fill(wish.fill)

    def snapshot(self) -> Snapshot:
        """A copy of all that training changes."""
        return self.values.copy(), self.statistics.copy()

    def restore(self, snapshot: Snapshot) -> None:
        """Take back the parameters of a snapshot."""
        self.values[:], self.statistics[:] = snapshot

    @property
    def block_rows(self) -> int:
        """How many rows are worked on at a time where a prediction has more."""
        return self.rows_of(BLOCK_BYTES, *BLOCK_ROWS)

    def rows_of(self, n_bytes: int, fewest: int, most: int) -> int:
        """How many rows have about ``n_bytes`` of activations, within bounds."""
        widths = sum(layer.n_out for layer in self.dense_layers) or self.n_outputs
        widths = widths * self.n_members + sum(layer.n_work for layer in self.layers)
        fewest = max(fewest // self.n_members, min(fewest, FEWEST_OF_MEMBERS))
        return min(max(n_bytes // (self.dtype.itemsize * widths), fewest), most)

    def room(self, n_rows: int, training: bool) -> list[Room]:
        """Working memory of all layers for batches of ``n_rows``."""
        rooms = []
        for layer in self.layers:
            rooms.append(layer.room(n_rows, self.dtype, training))
            n_rows *= layer.n_members
        if training:
            for place, layer in self._training:
                layer.furnish(rooms, place)
        return rooms

    def forward(self, X: Any, room: list[Room], step: Step | None = None) -> Array:
        """The raw output for a batch; it lies in ``room`` and is overwritten by the next one."""
        x = X
        if step is None:
            for layer, own_room in zip(self.layers, room, strict=True):
                x = layer.forward(x, own_room, None)
        else:
            for place, layer in self._training:
                x = layer.forward(x, room[place], step)
        raw: Array = x
        return raw

    def backward(self, grad: Array, room: list[Room]) -> None:
        """From the gradient at the raw output to ``grads``, for the batch of the last forward."""
        first = self._first_that_learns
        for place, layer in reversed(self._training):
            if place >= first:
                grad = layer.backward(grad, room[place], place > first)

    def raw_output(self, X: Any) -> Array:
        """The raw output for any number of rows, in cache-sized blocks.

        Safe to call from several threads at once: nothing of the network is written.
        """
        out = np.empty((X.shape[0], self.n_outputs), self.dtype)
        for rows, block, room in self._blocks(X, training=False):
            out[rows] = self.forward(block, room)
        return out

    def member_output(self, X: Any) -> Array:
        """The raw output of each member by itself, shape (n_members, n_rows, n_outputs)."""
        out = np.empty((self.n_members, X.shape[0], self.n_outputs), self.dtype)
        for rows, block, room in self._blocks(X, training=False):
            x = block
            for layer, own_room in zip(self.layers, room, strict=True):
                if not isinstance(layer, Merge):
                    x = layer.forward(x, own_room, None)
            out[:, rows] = x.reshape(self.n_members, -1, self.n_outputs)
        return out

    def input_gradient(self, X: Any, output: int | None = None) -> Array:
        """The gradient of the raw output at the input of a prediction: d raw_c / d x_j.

        Safe to call from several threads at once: nothing of the network is written.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_rows, n_features)
        output : int, optional
            One raw output; all of them by default.

        Returns
        -------
        gradient : array of shape (n_rows, n_features, n_outputs), or (n_rows, n_features) for one
            Dense also where X is sparse.

        Examples
        --------
        >>> from sknn.nn.activations import ReLU
        >>> from sknn.nn.layers import Activate, Dense
        >>> network = Network([Dense(1, ReLU()), Activate(ReLU())], 2, dtype="float64")
        >>> network.coefs[0][:] = [[3.0], [-1.0]]
        >>> network.input_gradient(np.array([[1.0, 1.0], [-1.0, 1.0]]), output=0)
        array([[ 3., -1.],
               [ 0.,  0.]])
        """
        outputs = range(self.n_outputs) if output is None else [output]
        out = np.empty((len(outputs), X.shape[0], self.n_features), self.dtype)
        for rows, block, room in self._blocks(X, training=True):
            self.forward(block, room)
            for i, c in enumerate(outputs):
                grad: Array = np.zeros((block.shape[0], self.n_outputs), self.dtype)
                grad[:, c] = 1.0
                out[i, rows] = self.pull_back(grad, room)
        return out[0] if output is not None else np.ascontiguousarray(np.moveaxis(out, 0, 2))

    def pull_back(self, grad: Array, room: list[Room]) -> Array:
        """From the gradient at the raw output to that at the input, for the latest prediction.

        It lies in ``room``, which must have been made for training, and is overwritten by the next
        one. ``grad`` may be overwritten. Nothing of the network is written.
        """
        for layer, place in zip(reversed(self.layers), reversed(room), strict=True):
            grad = layer.pull_back(grad, place)
        return grad

    def _blocks(self, X: Any, training: bool) -> Iterator[tuple[slice, Any, list[Room]]]:
        """Rows of X in blocks that stay in cache: which rows, their values, and room for them."""
        X = X.tocsr() if is_sparse(X) else X
        n_rows = X.shape[0]
        size = self.block_rows
        for start in range(0, n_rows, size):
            block = X[start : start + size].astype(self.dtype, copy=False)
            if start == 0 or block.shape[0] != size:
                room = self.room(block.shape[0], training)
            yield slice(start, start + size), block, room

    def _declare(self) -> None:
        self._wishes = []
        n_in = self.n_features
        for layer in self.layers:
            self._wishes.append(layer.declare(n_in))
            n_in = layer.n_out
        self.n_members = math.prod(layer.n_members for layer in self.layers)
        learns = [any(w.role != "statistic" for w in wishes.values()) for wishes in self._wishes]
        self._first_that_learns = learns.index(True) if any(learns) else 0
        every = [wish for wishes in self._wishes for wish in wishes.values()]
        self._learned = FlatVector([wish for wish in every if wish.role != "statistic"])
        self._gathered = FlatVector([wish for wish in every if wish.role == "statistic"])

    def by_layer(self, vector: Array) -> list[dict[str, Array]]:
        """The learned parameters of each layer by name, as views of a flat vector or of a stack."""
        views = iter(self._learned.views(vector))
        return [
            {name: next(views) for name, wish in wishes.items() if wish.role != "statistic"}
            for wishes in self._wishes
        ]

    def _bind(self) -> None:
        learned = self.by_layer(self.values)
        grads = None if self.grads is None else self.by_layer(self.grads)
        gathered = iter(self._gathered.views(self.statistics))
        for place, (layer, wishes) in enumerate(zip(self.layers, self._wishes, strict=True)):
            statistics = {n: next(gathered) for n, w in wishes.items() if w.role == "statistic"}
            layer.bind(learned[place] | statistics, None if grads is None else grads[place])
        self.coefs = [layer.values["weight"] for layer in self.dense_layers]
        self.intercepts = [layer.values["bias"] for layer in self.dense_layers]
