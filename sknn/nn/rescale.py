"""DeepLIFT's rescale rule: how much each column moved the raw output, seen from a background."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import Activate, Dense, Embed, Layer, Room
from sknn.nn.network import Network
from sknn.nn.typing import Array, is_sparse

__all__ = ["Rescale"]

#: Bytes of the widest array with a value for each pair of a row and a background row, so that it
#: stays in cache, and the most background rows in a block of pairs.
PAIR_BYTES = 256 * 1024
PAIR_ROWS = 512
#: Rows that pass through the layers at a time.
PASSED_ROWS = 1024


class Rescale:
    """Contributions by the rescale rule, averaged over background rows.

    Of a row x and a background row b, with z and a = f(z) the input and output of a unit, the
    multiplier of an activation is (a(x) - a(b)) / (z(x) - z(b)), or f'(z(x)) where both inputs
    are alike, and that of a linear layer is its weights. The product of the multipliers along all
    paths, times x_j - b_j, is what column j contributed: they add up to raw(x) - raw(b). An
    embedding e is a function of single columns, so that there column j contributed the sum over
    its numbers m of their multiplier times e_m(x_j) - e_m(b_j).

    Parameters
    ----------
    network : Network
        Of dense layers, activations, dropout and batch normalization, and embeddings before them.
    background : array or sparse matrix of shape (n_background, n_features)
    weight : array of shape (n_background,), optional
        Weights of the background rows, which sum to 1; equal ones by default.
    link : sequence of Layer, default=()
        Layers after the raw output, such as the activation of a logistic output.

    Raises
    ------
    InvalidParameterError
        If a layer is neither affine nor works value by value, or there are members.

    References
    ----------
    Shrikumar, Greenside, Kundaje (2017), "Learning important features through propagating
    activation differences", arXiv:1704.02685, section 3.5.1; Lundberg, Lee (2017), "A unified
    approach to interpreting model predictions", arXiv:1705.07874, section 4.2, for the mean over
    a background.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> network = Network([Dense(1, ReLU()), Activate(ReLU())], 2, dtype="float64")
    >>> network.coefs[0][:] = [[3.0], [-1.0]]
    >>> rescale = Rescale(network, background=np.array([[0.0, 1.0]]))
    >>> rescale.contributions(np.array([[1.0, 2.0]]))[:, :, 0]  # of relu(1) - relu(-1)
    array([[ 1.5, -0.5]])
    """

    def __init__(
        self,
        network: Network,
        background: Any,
        weight: Array | None = None,
        link: Sequence[Layer] = (),
    ) -> None:
        network.refuse_members("The rescale rule")
        layers = [*network.layers, *link]
        embeds = [place for place, layer in enumerate(layers) if isinstance(layer, Embed)]
        after = max(embeds, default=-1) + 1
        #: the layers up to an embedding, which work column by column, and those after it
        self.front, self.layers = layers[:after], layers[after:]
        for layer in self.layers:
            if not (layer.is_affine or isinstance(layer, Activate)):
                raise InvalidParameterError(
                    "The rescale rule needs layers that are linear or work unit by unit. Got "
                    f"{layer.describe()}, which ties the units of a row together. Integrated "
                    "gradients and Shapley values by permutation take any network, and "
                    "BatchNorm() would do here."
                )
        self.dtype = network.dtype
        self.n_outputs = network.n_outputs
        self._behind = self._passed(background)
        n_rows = len(self._behind[0])
        equal = np.full(n_rows, 1.0 / n_rows)
        self.weight: Array = (equal if weight is None else weight).astype(self.dtype)
        #: Differences of a curve that are too small to divide by: the slope errs by them, rounding
        #: by eps over them. A straight line has no such rounding, but may have a kink in between.
        self._least = float(np.sqrt(np.finfo(self.dtype).eps))

    def contributions(self, X: Any) -> Array:
        """What each column of each row contributed to each output, shape (n, d, q)."""
        X = X.tocsr() if is_sparse(X) else X
        n_units = self._behind[0].shape[1]
        out: Array = np.zeros((self.n_outputs, X.shape[0], n_units), self.dtype)
        for start in range(0, X.shape[0], PASSED_ROWS):
            rows = slice(start, start + PASSED_ROWS)
            self._add_contributions(self._passed(X[rows]), out[:, rows])
        for layer in self.front:
            if isinstance(layer, Embed):
                out = layer.by_column(out)
        return np.ascontiguousarray(np.moveaxis(out, 0, 2))

    def _add_contributions(self, passed: list[Array], out: Array) -> None:
        """Add the contributions of rows, of which their way through the layers is known."""
        rooms: dict[int, list[Room]] = {}
        for rows, those in self._blocks(len(passed[0])):
            ahead, behind = (
                [a[of] for a in way] for way, of in ((passed, rows), (self._behind, those))
            )
            pairs = _Pairs(self, ahead, behind, rooms)
            delta = pairs.delta(0)
            delta *= self.weight[those, np.newaxis]
            for c in range(self.n_outputs):
                *_, (_, multiplier) = pairs.walk_back(c)
                out[c, rows] += np.einsum("cmd,cmd->cd", multiplier, delta)

    def connections(self, x: Any, output: int) -> list[Array]:
        """What went through each connection of each dense layer, for one row and one output.

        A connection from unit i to unit j carries m_j w_ij (a_i(x) - a_i(b)), with m_j the
        multiplier from the input of unit j on, averaged over the background. What comes into a
        unit goes out of it, and each layer's connections add up to raw(x) - mean raw(b).

        Parameters
        ----------
        x : array of shape (1, n_features)
        output : int

        Returns
        -------
        carried : list of array of shape (n_units, n_units of the next layer)
        """
        pairs = _Pairs(self, self._passed(x), self._behind, {})
        carried: list[Array] = []
        for layer, m in pairs.walk_back(output):
            if layer is not None and isinstance(self.layers[layer], Dense):
                delta = self.weight[:, np.newaxis] * pairs.delta(layer)[0]
                after = np.broadcast_to(m[0], (len(delta), m.shape[2]))
                carried.insert(0, self.layers[layer].values["weight"] * (delta.T @ after))
        return carried

    def _passed(self, X: Any) -> list[Array]:
        """Rows as they enter each layer after the embeddings, and as they leave the last one."""
        x = X.toarray() if is_sparse(X) else X
        x = x.astype(self.dtype, copy=False)
        for layer in self.front:
            x = layer.forward(x, layer.room(len(x), self.dtype, training=False), None)
        passed = [x]
        for layer in self.layers:
            room = layer.room(len(x), self.dtype, training=False)
            if isinstance(layer, Activate):
                room.y = np.empty_like(passed[-1])  # not in place: both are needed
            passed.append(layer.forward(passed[-1], room, None))
        return passed

    def _blocks(self, n_rows: int) -> Iterator[tuple[slice, slice]]:
        """Blocks of rows and of background rows, each with each."""
        n_behind = len(self.weight)
        most = min(n_behind, PAIR_ROWS)
        widest = max(array.shape[1] for array in self._behind)
        size = max(PAIR_BYTES // (self.dtype.itemsize * widest * most), 1)
        for start in range(0, n_rows, size):
            for behind in range(0, n_behind, most):
                yield slice(start, start + size), slice(behind, min(behind + most, n_behind))

    def ratio(self, layer: Activate, ahead: list[Array], behind: list[Array]) -> Array:
        """The multiplier of an activation for each pair, from its input and output."""
        dz = ahead[0][:, np.newaxis] - behind[0]
        da = ahead[1][:, np.newaxis] - behind[1]
        straight = layer.activation.kinks is not None
        alike = dz == 0.0 if straight else np.abs(dz) <= self._least
        if alike.any():
            room = Room(x=ahead[0], output=ahead[1])
            slope = layer.pull_back(np.ones_like(ahead[0]), room)
            dz[alike], da[alike] = 1.0, np.broadcast_to(slope[:, np.newaxis], da.shape)[alike]
        da /= dz
        return da


class _Pairs:
    """Some rows beside some background rows, each with each.

    Parameters
    ----------
    rule : Rescale
    ahead, behind : list of array
        The rows and the background rows, as they enter each layer and leave the last one.
    rooms : dict
        Working memory by the number of pairs, kept from block to block.
    """

    def __init__(
        self,
        rule: Rescale,
        ahead: list[Array],
        behind: list[Array],
        rooms: dict[int, list[Room]],
    ) -> None:
        self.layers, self.n_outputs, self.dtype = rule.layers, rule.n_outputs, rule.dtype
        self.ahead, self.behind, self.rooms = ahead, behind, rooms
        self.ratios = [
            rule.ratio(layer, ahead[i : i + 2], behind[i : i + 2])
            if isinstance(layer, Activate) and not layer.is_affine
            else None
            for i, layer in enumerate(self.layers)
        ]

    def delta(self, i: int) -> Array:
        """Differences of what enters layer i, shape (n_rows, n_background, n_units)."""
        delta: Array = self.ahead[i][:, np.newaxis] - self.behind[i]
        return delta

    def walk_back(self, output: int) -> Iterator[tuple[int | None, Array]]:
        """Each layer, last first, with the multiplier from its output on to one raw output.

        Of shape (n_rows, n_background, n_units), or (1, 1, n_units) where all pairs are alike, and
        overwritten by the next one. At the end None, with the multiplier from the input on.
        """
        m: Array = np.zeros((1, 1, self.n_outputs), self.dtype)
        m[..., output] = 1.0
        for i in reversed(range(len(self.layers))):
            yield i, m
            ratio = self.ratios[i]
            if ratio is None:
                flat = m.reshape(-1, m.shape[2])
                place = self._room(len(flat))[i]
                m = self.layers[i].pull_back(flat, place).reshape(*m.shape[:2], -1)
            else:
                m = np.multiply(m, ratio, out=m if m.shape == ratio.shape else None)
        yield None, m

    def _room(self, n_pairs: int) -> list[Room]:
        if n_pairs not in self.rooms:
            self.rooms[n_pairs] = [layer.room(n_pairs, self.dtype, True) for layer in self.layers]
        return self.rooms[n_pairs]
