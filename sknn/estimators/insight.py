"""What a fitted network tells of its predictions: slopes, contributions and linear regions."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from sknn.estimators.far_rows import check_finite
from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import Activate, Layer
from sknn.nn.linear_region import LinearRegion, linear_region
from sknn.nn.links import IdentityLink, Link
from sknn.nn.network import Network
from sknn.nn.rescale import Rescale
from sknn.nn.typing import Array, is_sparse
from sknn.preprocessing.weights import check_sample_weight
from sknn.train.prediction import of_rows
from sknn.train.threads import threads_for_prediction

__all__ = ["Insight", "Relevance"]

#: NumPy's warnings of numbers that overflow are left to one clear error.
QUIET: Any = {"over": "ignore", "invalid": "ignore"}


class Relevance(NamedTuple):
    """What the units and connections of a network carried of one prediction.

    Parameters
    ----------
    units : list of array of shape (n_units,)
        Of each layer, from the columns to the outputs.
    connections : list of array of shape (n_units, n_units of the next layer)
    output : int
        Number of the raw output.
    value, base : float
        It, for the row and on average over the background.
    """

    units: list[Array]
    connections: list[Array]
    output: int
    value: float
    base: float


class Insight(ABC):
    """Methods that explain predictions at the raw output, in the units of the target.

    The raw output of a classifier is its ``decision_function``. That of a regressor is what it
    predicts, also under ``standardize_y``; with a logarithmic link the logarithm of that, and of
    several quantiles the numbers that they are made from.
    """

    out_activation_: str
    y_mean_: Any
    _fitted_network: Callable[[], Network]
    _network_and_rows: Callable[[Any], tuple[Network, Any]]

    @property
    @abstractmethod
    def _fitted_link(self) -> Link:
        """The output function that the network was trained for."""

    def input_gradient(self, X, output=None) -> Array:
        """The slope of the raw output in each column: d raw_c / d x_j at each row.

        Exact, by backpropagation. A kink of the activation, where there is no slope, has that of
        one of its sides.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        output : int, optional
            Number of one raw output; by default all of them.

        Returns
        -------
        gradient : array of shape (n_samples, n_features)
            With several raw outputs and no ``output``, (n_samples, n_features, n_outputs). In the
            unit of the target per unit of the column.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        InvalidParameterError
            If there is no such output.

        See Also
        --------
        deeplift : What a column added, seen from a background, and not only its slope.

        Examples
        --------
        >>> from sknn import MLPRegressorX
        >>> net = MLPRegressorX(hidden_layer_sizes=(), solver="lbfgs", alpha=0, tol=1e-9)
        >>> net.fit([[0, 0], [1, 0], [0, 1]], [1.0, 3.0, 0.5]).input_gradient([[5, 5]]).round(3)
        array([[ 2. , -0.5]])

        References
        ----------
        Simonyan, Vedaldi, Zisserman (2014), "Deep inside convolutional networks: visualising image
        classification models and saliency maps", arXiv:1312.6034, section 3.
        """
        network, X = self._network_and_rows(X)
        if output is not None:
            self._check_output(output, network.n_outputs)
        with np.errstate(**QUIET):
            gradient = of_rows(partial(network.input_gradient, output=output), network, X)
        return self._in_units_of_target(gradient, X, slice(None) if output is None else output)

    def deeplift(self, X, background, sample_weight=None, *, link=False) -> Array:
        """What each column adds to the raw output, from background rows to this one: DeepLIFT.

        By the rescale rule, averaged over the background. The contributions of a row add up to its
        raw output less the mean raw output of the background. They are fast and additive, but no
        Shapley values: in networks with interactions they differ from those.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            The rows to explain.
        background : array-like or sparse matrix of shape (n_background, n_features)
            What they are compared with, such as 100 rows of the training data.
        sample_weight : array-like of shape (n_background,), optional
            A background row of weight 2 counts as two rows.
        link : bool, default=False
            Contributions to the prediction after a logistic or logarithmic link (the probability
            of the second class, the mean), and not to the raw output before it.

        Returns
        -------
        contribution : array of shape (n_samples, n_features)
            With several raw outputs (n_samples, n_features, n_outputs).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        InvalidParameterError
            If the network is normalized by rows (``"layer"``, ``"group"`` or ``"rms"``), for
            which the rule says nothing, there are ``members``, or ``link=True`` where outputs are
            tied together.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sknn import MLPRegressorX
        >>> X, y = load_iris(return_X_y=True)
        >>> net = MLPRegressorX(hidden_layer_sizes=8, solver="lbfgs", tol=0.01).fit(X, y)
        >>> contribution = net.deeplift(X[:2], background=X)
        >>> contribution.shape
        (2, 4)
        >>> gap = contribution.sum(axis=1) - (net.predict(X[:2]) - net.predict(X).mean())
        >>> float(abs(gap).max().round(9))
        0.0

        References
        ----------
        Shrikumar, Greenside, Kundaje (2017), "Learning important features through propagating
        activation differences", arXiv:1704.02685, section 3.5.1; Lundberg, Lee (2017), "A unified
        approach to interpreting model predictions", arXiv:1705.07874, section 4.2.
        """
        network, X = self._network_and_rows(X)
        _, background = self._network_and_rows(background)
        weight = self._share(sample_weight, background.shape[0])
        with threads_for_prediction(network, 512), np.errstate(**QUIET):
            rule = Rescale(network, background, weight, self._link_layers() if link else ())
            contribution = rule.contributions(X)
        return self._in_units_of_target(contribution, X, slice(None))

    def relevance(self, x, background=None, output=None, sample_weight=None) -> Relevance:
        """What each unit and each connection carried of one prediction: DeepLIFT inside.

        By the same rule as :meth:`deeplift`: a connection carries its weight, times how much the
        unit before it differs from the background, times what the unit after it passes on to the
        output. What comes into a unit goes out of it, so each layer adds up to the raw output less
        the mean raw output of the background.

        Parameters
        ----------
        x : array-like of shape (n_features,) or (1, n_features)
            One row.
        background : array-like of shape (n_background, n_features), optional
            What it is compared with; by default a row of zeros, which is the mean row where the
            columns were standardized.
        output : int, optional
            Number of a raw output; by default the largest one.
        sample_weight : array-like of shape (n_background,), optional
            Weights of the background rows.

        Returns
        -------
        relevance : Relevance
            A tuple of ``units``, an array for each layer, input and output included;
            ``connections``, arrays of shape (n_units, n_units of the next layer); ``output``, the
            number of the output; ``value``, its raw output at ``x``, and ``base``, the mean over
            the background.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        InvalidParameterError
            As in :meth:`deeplift`, or for more than one row.

        See Also
        --------
        sknn.plots.NetworkDisplay : Draws it, with ``x=``.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sknn import MLPClassifierX
        >>> X, y = load_iris(return_X_y=True)
        >>> net = MLPClassifierX(hidden_layer_sizes=5, solver="lbfgs", tol=0.01, random_state=0)
        >>> relevance = net.fit(X, y).relevance(X[0], background=X)
        >>> relevance.output, [len(units) for units in relevance.units]
        (0, [4, 5, 3])
        >>> moved = relevance.value - relevance.base
        >>> all(abs(units.sum() - moved) < 1e-9 for units in relevance.units)
        True

        References
        ----------
        Shrikumar, Greenside, Kundaje (2017), "Learning important features through propagating
        activation differences", arXiv:1704.02685, section 3.
        """
        network, row = self._network_and_row(x, "relevance")
        if background is None:
            background = np.zeros_like(row)
        else:
            _, background = self._network_and_rows(background)
        weight = self._share(sample_weight, background.shape[0])
        scale, shift = self._units()
        with threads_for_prediction(network, background.shape[0]), np.errstate(**QUIET):
            raw = network.raw_output(row)[0] * scale + shift
            if output is None:
                output = int(np.argmax(raw))
            self._check_output(output, network.n_outputs)
            rule = Rescale(network, background, weight)
            connections = [scale[output] * carried for carried in rule.connections(row, output)]
            behind = network.raw_output(background)[:, output] * scale[output] + shift[output]
            total = sum(float(np.abs(carried).sum()) for carried in connections)
            check_finite(np.array([raw[output] + behind.sum() + total]), row)
        return Relevance(
            units=[*(each.sum(axis=1) for each in connections), connections[-1].sum(axis=0)],
            connections=connections,
            output=int(output),
            value=float(raw[output]),
            base=float(np.average(behind, weights=weight)),
        )

    def linear_region(self, x) -> LinearRegion:
        """The linear model that the network is around one row, and how far that holds.

        A network of ReLU units, or of others that are straight lines between kinks, is a linear
        model in each of many regions. This is the one that ``x`` lies in, exactly.

        Parameters
        ----------
        x : array-like of shape (n_features,) or (1, n_features)

        Returns
        -------
        region : LinearRegion
            A tuple of ``coef``, of shape (n_features,) or (n_features, n_outputs), and
            ``intercept``, of which the raw output is ``x @ coef + intercept``; ``distance``, how
            far (Euclidean, in the units of the columns) the border is from ``x``; and ``unit``,
            the hidden layer and unit, counted from 1, that switch there.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        InvalidParameterError
            If an activation is a curve, the network is normalized by rows, or there are
            ``members``.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sknn import MLPRegressorX
        >>> X, y = load_iris(return_X_y=True)
        >>> net = MLPRegressorX(hidden_layer_sizes=8, solver="lbfgs", tol=0.01).fit(X, y)
        >>> coef, intercept, distance, unit = net.linear_region(X[0])
        >>> bool(abs(X[0] @ coef + intercept - net.predict(X[:1])[0]) < 1e-9)
        True
        """
        network, row = self._network_and_row(x, "linear_region")
        with np.errstate(**QUIET):
            coef, intercept, distance, unit = linear_region(network, row[0])
            check_finite(np.array([coef.sum() + np.sum(intercept)]), row)
        scale, shift = self._units()
        if len(scale) == 1:
            return LinearRegion(
                coef * scale[0], float(intercept * scale[0] + shift[0]), distance, unit
            )
        return LinearRegion(coef * scale, intercept * scale + shift, distance, unit)

    # -- what is given -----------------------------------------------------------------------------

    def _network_and_row(self, x: Any, caller: str) -> tuple[Network, Array]:
        """The fitted network, and one row as a table of shape (1, n_features)."""
        if not (is_sparse(x) or hasattr(x, "columns")):
            x = np.asarray(x)
            x = x[np.newaxis] if x.ndim == 1 else x
        network, X = self._network_and_rows(x)
        if X.shape[0] != 1:
            raise InvalidParameterError(
                f"{caller} is that of one row. Got {X.shape[0]} rows instead; pass them one by one."
            )
        return network, X.toarray() if is_sparse(X) else X

    def _share(self, sample_weight: Any, n_rows: int) -> Array | None:
        """Weights of the background as shares that sum to 1."""
        weight = check_sample_weight(sample_weight, n_rows, np.float64, of_any_size=True)
        if weight is None:
            return None
        weight = weight / weight.max()
        return weight / weight.sum()

    # -- units of the raw output -------------------------------------------------------------------

    def _units(self) -> tuple[Array, Array]:
        """Factor and summand from the network's own raw output to that in the target's units."""
        network = self._fitted_network()
        scale = vars(self).get("y_scale_")
        if scale is None or not isinstance(self._fitted_link, IdentityLink):
            one = np.ones(network.n_outputs, network.dtype)
            return one, np.zeros_like(one)
        return scale.astype(network.dtype), self.y_mean_.astype(network.dtype)

    def _in_units_of_target(self, found: Array, X: Any, outputs: Any) -> Array:
        """Numbers of shape (n, d, q) or (n, d), scaled, and without an axis for one output."""
        with np.errstate(**QUIET):
            found = found * self._units()[0][outputs]
        check_finite(found, X)
        found = found.astype(np.result_type(X.dtype, found.dtype), copy=False)
        return found[:, :, 0] if found.ndim == 3 and found.shape[2] == 1 else found

    def _check_output(self, output: Any, n_outputs: int) -> None:
        whole = isinstance(output, (int, np.integer)) and not isinstance(output, bool)
        if not (whole and 0 <= output < n_outputs):
            raise InvalidParameterError(
                f"output must be the number of a raw output, from 0 to {n_outputs - 1}. Got "
                f"{output!r} instead."
            )

    def _link_layers(self) -> list[Layer]:
        """The link as a layer, where it works output by output."""
        if isinstance(self._fitted_link, IdentityLink):
            return []
        activation = self._fitted_link.activation
        if activation is None or vars(self).get("_label_kind") == "multiclass":
            raise InvalidParameterError(
                "deeplift(link=True) needs predictions that depend on one raw output each, but "
                f"those of this {type(self).__name__} (out_activation_={self.out_activation_!r}) "
                "depend on several. With link=False the contributions are to the raw output."
            )
        return [Activate(activation)]
