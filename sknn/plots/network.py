"""A drawing of a fitted network."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from sknn.config import AnyOf, Choice, Flag, Range, check_value
from sknn.estimators.base import BaseMLP
from sknn.exceptions import InvalidParameterError
from sknn.plots import strokes
from sknn.plots.fitted import as_network_sees, fitted_network, input_names, output_names
from sknn.plots.layout import Layout, shown
from sknn.style import axes_or_new, settle

__all__ = ["NetworkDisplay"]

PURPOSE = "NetworkDisplay"
SMALLEST_NUMBER = 5.0  # points
FEW = 40  # connections up to which the weights are written in
FAINT = 0.35  # how opaque an output is that is not explained


class NetworkDisplay:
    """Draw a network: units as circles, weights as lines, columns and classes at the ends.

    The colour of a line is the sign of its weight, its width the size in proportion to the
    largest weight shown; the colour of a circle tells the bias in the same way. A layer with more
    than ``max_units`` units shows its first and its last ones.

    Parameters
    ----------
    coefs : list of array of shape (n_units, n_units of the next layer)
        Weights of each dense layer.
    intercepts : list of array of shape (n_units,)
        Biases of each dense layer.
    feature_names, output_names : list of str
        Names at the left and at the right end. ``from_estimator`` numbers the units at the left
        that an embedding made of one column.
    captions : list of list of str
        Words under each layer, input and output included, a line each.
    title : str
        Title of the drawing.
    relevance : Relevance, optional
        What each unit and connection carried of one prediction, as the method ``relevance`` of a
        network tells it. It is then drawn in place of weights and biases.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    units_ : list of list of matplotlib Circle
        The circles of each layer, input and output included.
    connections_ : list of matplotlib LineCollection
        The lines from each layer to the next; that from unit i to unit j of those shown is line
        i m + j, where m units of the next layer are shown.
    weight_labels_, bias_labels_ : list of matplotlib Text
        Numbers at the lines, in the order of the lines, and in the circles; empty where there
        are too many.
    name_labels_ : list of matplotlib Text
        Names at both ends.
    captions_ : list of matplotlib Text
        Words under each layer.

    See Also
    --------
    sknn.MLPClassifierX.summary : The same as a table.

    Examples
    --------
    >>> from sknn import MLPRegressorX
    >>> from sknn.plots import NetworkDisplay
    >>> net = MLPRegressorX(hidden_layer_sizes=5, solver="lbfgs", random_state=0)
    >>> display = NetworkDisplay.from_estimator(net.fit([[0, 0, 1], [1, 1, 2]], [0, 1]))
    >>> [len(circles) for circles in display.units_]
    [3, 5, 1]
    >>> display.ax_.get_title()
    'MLPRegressorX 3-5-1, 26 parameters'
    """

    ax_: Any
    figure_: Any

    def __init__(
        self,
        *,
        coefs: Sequence[Any],
        intercepts: Sequence[Any],
        feature_names: Sequence[str],
        output_names: Sequence[str],
        captions: Sequence[Sequence[str]],
        title: str = "",
        relevance: Any = None,
    ) -> None:
        self.coefs = coefs
        self.intercepts = intercepts
        self.feature_names = feature_names
        self.output_names = output_names
        self.captions = captions
        self.title = title
        self.relevance = relevance

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        feature_names: Sequence[str] | None = None,
        x: Any = None,
        background: Any = None,
        output: Any = None,
        max_units: int = 12,
        show_weights: bool | str = "auto",
        ax: Any = None,
    ) -> "NetworkDisplay":
        """Draw a fitted network, or with ``x`` how it came to a prediction.

        With ``x``, colours and widths are not those of the weights, but of what each unit and each
        connection carried of this prediction, from the mean over the background to the row: its
        DeepLIFT contribution, towards one raw output. What comes into a unit goes out of it, and
        each layer adds up to the same. Of a layer with more than ``max_units`` units, those that
        carried most are shown.

        Parameters
        ----------
        estimator : estimator
            A fitted network, or a pipeline or a search that ends in one.
        feature_names : sequence of str, optional
            Names of the columns that enter the network; by default those of the pipeline's steps
            or of X.
        x : one row, optional
            The row whose prediction is drawn, as the estimator takes it.
        background : table, optional
            Rows that it is compared with, such as the training data; by default zeros in the
            columns that enter the network.
        output : class label or int, optional
            Which output; by default the largest one.
        max_units, show_weights, ax
            As in :meth:`plot`.

        Returns
        -------
        display : NetworkDisplay

        Raises
        ------
        NotFittedError
            Before ``fit``.
        InvalidParameterError
            If there is no network in ``estimator``, or several as ``members``, or the names are
            too few or too many; with ``x`` also if it is not one row, or for networks without the
            method ``relevance``.
        """
        network, names = fitted_network(estimator, PURPOSE)
        if isinstance(network, BaseMLP):
            network._fitted_network().refuse_members(PURPOSE)
        if feature_names is not None:
            if len(feature_names) != len(names):
                raise InvalidParameterError(
                    f"The network has {len(names)} columns. Got {len(feature_names)} names in "
                    "feature_names instead. They are those that enter the network, after the "
                    "steps before it."
                )
            names = list(map(str, feature_names))
        outputs = output_names(network)
        relevance, title = None, _title(network)
        if x is not None:
            row, behind = (
                None if X is None else as_network_sees(estimator, X) for X in (x, background)
            )
            relevance = _relevance(network, row, behind, output, outputs)
            names = _with_values(names, x, row)
            title = _what_moved(network, outputs[relevance.output], relevance, behind)
        display = cls(
            coefs=network.coefs_,
            intercepts=network.intercepts_,
            feature_names=input_names(network, names),
            output_names=outputs,
            captions=_captions(network),
            title=title,
            relevance=relevance,
        )
        return display.plot(ax, max_units=max_units, show_weights=show_weights)

    def plot(
        self, ax: Any = None, *, max_units: int = 12, show_weights: bool | str = "auto"
    ) -> "NetworkDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        max_units : int >= 2, default=12
            Most units to show of a layer. Of a larger one, the first and the last are shown with
            dots between them, or those that carried most of a prediction, and the caption tells
            how many there are.
        show_weights : bool or "auto", default="auto"
            Write the numbers at the lines and in the circles. ``"auto"`` does so for at most 40
            lines, and at the lines only where there is room for all of them.

        Returns
        -------
        display : NetworkDisplay

        Raises
        ------
        MissingExtraError
            If Matplotlib is not installed.
        """
        check_value("max_units", PURPOSE, max_units, Range(2, None, integer=True))
        check_value("show_weights", PURPOSE, show_weights, AnyOf(Flag(), Choice(("auto",))))
        sizes = [len(self.coefs[0]), *map(len, self.intercepts)]
        told = self.relevance is not None
        lines, circles = self._numbers()
        units = [
            _largest(values, max_units) if told else shown(n, max_units)
            for n, values in zip(sizes, circles, strict=True)
        ]
        self._open(ax, units)
        part = "the largest\n{} of {:,}" if told else "{} of {:,}\nunits shown"
        captions = [
            "\n".join([*words, part.format(len(those), n)] if len(those) < n else words)
            for words, those, n in zip(self.captions, units, sizes, strict=True)
        ]
        ends = [
            [names[i] for i in those]
            for names, those in (
                (self.feature_names, units[0]),
                (self.output_names, units[-1]),
            )
        ]
        layout = Layout(self.ax_, units, sizes, captions, ends)
        weights = [w[np.ix_(*ab)] for w, ab in zip(lines, pairwise(units), strict=True)]
        biases = [None if b is None else b[those] for b, those in zip(circles, units, strict=True)]
        self.connections_ = strokes.connections(
            self.ax_, layout, weights, faintest=0.04 if told else 0.25
        )
        self.units_ = strokes.units(self.ax_, layout, biases)
        self.captions_ = strokes.captions(self.ax_, layout, captions)
        self.name_labels_ = strokes.names(self.ax_, layout)
        self.weight_labels_, self.bias_labels_ = [], []
        legible = layout.number_size >= SMALLEST_NUMBER
        few = sum(map(np.size, weights)) <= FEW and legible
        if show_weights is True or (show_weights == "auto" and few and self.relevance is None):
            complete = show_weights == "auto"
            self.weight_labels_ = strokes.weights(self.ax_, layout, weights, complete)
        if show_weights is True or (show_weights == "auto" and (legible if told else few)):
            self.bias_labels_ = strokes.biases(self.ax_, layout, biases)
        if told:
            self._fade_other_outputs(units[-1], len(units[0]))
        meaning = "DeepLIFT contribution" if told else "weight, bias"
        strokes.legend(self.ax_, layout, (f"{meaning} > 0", f"{meaning} < 0"))
        return self

    def _fade_other_outputs(self, those: list[int], n_columns: int) -> None:
        """Show those outputs faintly that the contributions are not towards."""
        labels = self.name_labels_[n_columns:]
        numbers = self.bias_labels_[-len(those) :]
        for i, output in enumerate(those):
            if output != self.relevance.output:
                self.units_[-1][i].set_alpha(FAINT)
                labels[i].set_alpha(FAINT)
                if numbers:
                    numbers[i].set_text("")

    def _numbers(self) -> tuple[Sequence[Any], list[Any]]:
        """What lines and circles stand for, by gap and by layer."""
        if self.relevance is None:
            return self.coefs, [None, *self.intercepts]
        return self.relevance.connections, self.relevance.units

    def _open(self, ax: Any, units: list[list[int]]) -> None:
        """Axes that are measured in points, empty and ready."""
        rows = max(map(len, units)) + 1
        width = min(3.4 + 1.8 * (len(units) - 1), 18.0)
        height = max(3.2, 1.4 + 0.42 * rows)
        figure, axes = axes_or_new(ax, PURPOSE, (width, height), layout="none")
        if ax is None:
            figure.subplots_adjust(0.02, 0.02, 0.98, 1 - 0.4 / height)
        axes.set_axis_off()
        title = axes.set_title(self.title)
        settle(figure)
        room, needed = axes.get_window_extent().width, title.get_window_extent().width
        title.set_fontsize(title.get_fontsize() * min(1.0, room / max(needed, 1.0)))
        self.figure_, self.ax_ = figure, axes


def _relevance(network: Any, x: Any, background: Any, output: Any, names: list[str]) -> Any:
    """What the units of a network carried of its prediction for a row."""
    if not hasattr(network, "relevance"):
        raise InvalidParameterError(
            f"{PURPOSE} draws how a prediction came about (x=) for MLPClassifierX and "
            f"MLPRegressorX. Got {type(network).__name__} instead."
        )
    if output is not None and str(output) in names:
        output = names.index(str(output))
    if np.ndim(x) == 1 and not hasattr(x, "columns"):
        x = np.asarray(x)[np.newaxis]
    return network.relevance(x, background, output)


def _what_moved(network: Any, name: str, relevance: Any, background: Any) -> str:
    what = "raw output" if hasattr(network, "classes_") else "prediction"
    n_rows = 0 if background is None else background.shape[0]
    behind = f"the mean of {n_rows:,} rows" if n_rows else "a row of zeros"
    return (
        f"What moved the {what} {name!r} from {relevance.base:.3g} ({behind}) "
        f"to {relevance.value:.3g}"
    )


def _with_values(names: list[str], x: Any, row: Any) -> list[str]:
    """The names of the columns with their values: those of the user, where the columns are."""
    columns = getattr(x, "columns", [f"x{i}" for i in range(np.shape(x)[-1])])
    values = np.ravel(x if list(map(str, columns)) == names else row)
    return [f"{name} = {_short(value)}" for name, value in zip(names, values, strict=True)]


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, (int, float, np.number)) else str(value)


def _largest(values: Any, most: int) -> list[int]:
    """The units of the largest numbers, in their order."""
    return sorted(np.argsort(-np.abs(values), kind="stable")[:most].tolist())


def _captions(network: Any) -> list[list[str]]:
    """Under each layer its name and, in a word each, what it does besides adding up."""
    if not hasattr(network, "summary"):  # scikit-learn's own
        hidden = [[f"hidden {i + 1}", network.activation] for i in range(network.n_layers_ - 2)]
        return [["input"], *hidden, ["output", network.out_activation_]]
    captions: dict[str, list[str]] = {}
    for layer in network.summary().layers:
        lines = captions.setdefault(layer.group, [layer.group])
        word = layer.part.removeprefix("link: ").partition("(")[0]
        if word not in ("", "Dense"):
            lines.append(word)
    return list(captions.values())


def _title(network: Any) -> str:
    sizes = [str(network.n_features_in_), *(str(len(b)) for b in network.intercepts_)]
    if len(sizes) > 8:
        sizes = [*sizes[:4], "…", *sizes[-2:]]
    dense = sum(array.size for array in [*network.coefs_, *network.intercepts_])
    n_parameters = getattr(network, "n_parameters_", dense)
    return f"{type(network).__name__} {'-'.join(sizes)}, {n_parameters:,} parameters"
