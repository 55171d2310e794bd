"""Curves of what training recorded, epoch by epoch."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.optional import require
from sknn.plots.fitted import fitted_members, fitted_network
from sknn.plots.recorded import LOSS, SCORE, complaint, history_of, points_of, words_for
from sknn.style import axes_or_new, colours, literal, log_ticks, settle

__all__ = ["LossCurveDisplay"]

PURPOSE = "LossCurveDisplay"
DASHES = ("-", "--", ":", "-.")


class LossCurveDisplay:
    """Show how the loss fell while a network was trained, and its score on validation rows.

    Scores have an axis of their own at the right. A dot marks the best epoch: that of the highest
    validation score, or of the lowest loss where there are no scores. Any other column of
    ``history_``, such as the learning rate, is shown by name. For the score against the number
    of rows, see scikit-learn's ``LearningCurveDisplay``.

    Parameters
    ----------
    histories : dict of dict of list of float
        The columns of each network's ``history_``, by the network's name in the legend. A column
        ``"epoch"`` is optional.

    Attributes
    ----------
    ax_, right_ax_ : matplotlib Axes
        ``right_ax_`` is None where nothing is measured at the right.
    figure_ : matplotlib Figure
    lines_ : dict of matplotlib Line2D
        By name of the network and column.
    best_epochs_ : dict of int
        The epoch that is marked, by name of the network.
    best_points_ : dict of matplotlib Line2D
        The dots.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> from sknn.plots import LossCurveDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(hidden_layer_sizes=20, solver="lbfgs", random_state=0).fit(X, y)
    >>> display = LossCurveDisplay.from_estimator(net, log_scale=True)
    >>> list(display.lines_)
    [('MLPClassifierX', 'loss')]
    >>> display.best_epochs_["MLPClassifierX"] == net.n_iter_
    True
    """

    ax_: Any
    right_ax_: Any
    figure_: Any

    def __init__(self, histories: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
        self.histories = histories

    @classmethod
    def from_estimator(
        cls, estimator: Any, *, name: str | None = None, ax: Any = None, **how: Any
    ) -> "LossCurveDisplay":
        """Show the training of one network, or of each member of a tabular estimator.

        Of members no best epoch is marked, since one is picked for all of them.

        Parameters
        ----------
        estimator : estimator
            A fitted network or tabular estimator, or a pipeline or a search that ends in one.
        name : str, optional
            Name of the network; by default that of its class, and ``member`` for members.
        ax, **how
            As in :meth:`plot`.

        Returns
        -------
        display : LossCurveDisplay

        Raises
        ------
        NotFittedError
            Before ``fit``.
        InvalidParameterError
            If there is no network in ``estimator``, or a column was not recorded.
        """
        if members := fitted_members(estimator):
            histories = {f"{name or 'member'} {i}": history_of(m) for i, m in enumerate(members)}
            return cls(histories).plot(ax, **({"mark_best": False} | how))
        network, _ = fitted_network(estimator, PURPOSE)
        return cls({name or type(network).__name__: history_of(network)}).plot(ax, **how)

    @classmethod
    def from_estimators(
        cls, estimators: Mapping[str, Any] | Sequence[Any], *, ax: Any = None, **how: Any
    ) -> "LossCurveDisplay":
        """Show the training of several networks in one plot.

        Parameters
        ----------
        estimators : dict of estimator, or list of estimator
            Fitted networks by name; those of a list are named by class and number.
        ax, **how
            As in :meth:`plot`.

        Returns
        -------
        display : LossCurveDisplay

        Raises
        ------
        NotFittedError, InvalidParameterError
            As :meth:`from_estimator`.
        """
        given = list(estimators.values() if isinstance(estimators, Mapping) else estimators)
        networks = [fitted_network(estimator, PURPOSE)[0] for estimator in given]
        if isinstance(estimators, Mapping):
            names = list(map(str, estimators))
        else:
            names = [f"{type(net).__name__} {i}" for i, net in enumerate(networks)]
        return cls(dict(zip(names, map(history_of, networks), strict=True))).plot(ax, **how)

    def plot(
        self,
        ax: Any = None,
        *,
        columns: str | Sequence[str] | None = None,
        right_columns: str | Sequence[str] = (),
        log_scale: bool = False,
        mark_best: bool = True,
        **line_kw: Any,
    ) -> "LossCurveDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        columns : str or sequence of str, optional
            Columns of ``history_`` to show. By default the loss, with the validation score at
            the right where there is one.
        right_columns : str or sequence of str, optional
            Columns that are measured at the right, where ``columns`` are given.
        log_scale : bool, default=False
            Logarithmic axis at the left; numbers that are not positive are left out.
        mark_best : bool, default=True
            Mark the best epoch.
        **line_kw
            Passed on to all lines, such as ``alpha=0.5``.

        Returns
        -------
        display : LossCurveDisplay

        Raises
        ------
        MissingExtraError
            If Matplotlib is not installed.
        InvalidParameterError
            If a column was not recorded, or has no number to show.
        """
        left, right = _listed(columns), _listed(right_columns)
        if columns is None:
            left = [LOSS]
            scored = any(len(points_of(history, SCORE)[0]) for history in self.histories.values())
            right = right or [SCORE] * scored
        points = self._gather(left, right, optional=columns is None, log_scale=log_scale)
        self.figure_, self.ax_ = axes_or_new(ax, PURPOSE, (6.4, 4.0))
        self.right_ax_ = self.ax_.twinx() if right else None
        self._draw(points, left, right, line_kw)
        self.best_epochs_: dict[str, int] = {}
        self.best_points_: dict[str, Any] = {}
        if mark_best:
            self._mark_best()
        self._finish(left, right, log_scale)
        return self

    def _gather(
        self, left: list[str], right: list[str], optional: bool, log_scale: bool
    ) -> dict[tuple[str, str], Any]:
        """What each line goes through; networks may lack a column that nobody asked for."""
        found = {}
        for name, history in self.histories.items():
            for column in [*left, *right]:
                epochs, values = points_of(history, column)
                kept = values > 0 if log_scale and column in left else np.full(len(values), True)
                if kept.any():
                    found[name, column] = epochs[kept], values[kept]
                elif not (optional and column == SCORE):
                    raise InvalidParameterError(complaint(name, column, history, len(values)))
        return found

    def _draw(
        self,
        points: dict[tuple[str, str], Any],
        left: list[str],
        right: list[str],
        line_kw: dict[str, Any],
    ) -> None:
        columns, names = [*left, *right], list(self.histories)
        alone = len(names) == 1
        palette = colours(len(columns) if alone else len(names))
        widths = [1.8] if alone else np.linspace(2.8, 1.4, len(names))
        self.lines_ = {}
        for (name, column), (epochs, values) in points.items():
            i, k = names.index(name), columns.index(column)
            style = {
                "color": palette[k if alone else i],
                "linestyle": DASHES[k % len(DASHES)],
                "linewidth": widths[i],  # so that one of two lines that agree can still be seen
                "marker": "o" if len(epochs) == 1 else None,
                "label": words_for(column) if alone else name,
            }
            axes = self.ax_ if column in left else self.right_ax_
            (self.lines_[name, column],) = axes.plot(epochs, values, **(style | line_kw))

    def _mark_best(self) -> None:
        for name in self.histories:
            line = self.lines_.get((name, SCORE)) or self.lines_.get((name, LOSS))
            if line is None:
                continue
            epochs, values = line.get_data()
            best = values.argmax() if (name, SCORE) in self.lines_ else values.argmin()
            self.best_epochs_[name] = int(epochs[best])
            (self.best_points_[name],) = line.axes.plot(
                epochs[best],
                values[best],
                "o",
                markersize=7,
                markeredgecolor=self.ax_.get_facecolor(),
                color=line.get_color(),
                zorder=line.get_zorder() + 0.5,
            )

    def _finish(self, left: list[str], right: list[str], log_scale: bool) -> None:
        ticker = require("matplotlib.ticker", extra="plots", purpose=PURPOSE)
        if log_scale:
            self.ax_.set_yscale("log")
            log_ticks(self.ax_.yaxis)
        self.ax_.set_xlabel("epoch")
        self.ax_.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
        for axes, columns in ((self.ax_, left), (self.right_ax_, right)):
            if len(columns) == 1:
                axes.set_ylabel(words_for(columns[0]))
        self._explain([*left, *right])

    def _explain(self, columns: list[str]) -> None:
        """A legend above the axes, in as many columns as there is room for.

        Of several networks, the colour tells the network and the dashes what is measured.
        """
        lines = require("matplotlib.lines", extra="plots", purpose=PURPOSE)
        ink, alone = self.ax_.title.get_color(), len(self.histories) == 1
        handles = list(self.lines_.values())
        if not alone:
            handles = list({line.get_label(): line for line in reversed(handles)}.values())[::-1]
            if len(columns) > 1:
                handles += [
                    lines.Line2D(
                        [], [], color=ink, linestyle=DASHES[k % 4], label=words_for(column)
                    )
                    for k, column in enumerate(columns)
                ]
        if self.best_points_:
            label = "best epoch" + "".join(
                f" {epoch}" for epoch in self.best_epochs_.values() if alone
            )
            colour = next(iter(self.best_points_.values())).get_color() if alone else ink
            handles.append(
                lines.Line2D([], [], linestyle="", marker="o", color=colour, label=label)
            )
        settle(self.figure_)
        for n_columns in (3, 2, 1):
            legend = self.ax_.legend(
                handles=handles,
                loc="lower left",
                bbox_to_anchor=(0, 1),
                borderaxespad=0.2,
                ncols=n_columns,
                frameon=False,
            )
            literal(legend.get_texts())
            if legend.get_window_extent().width <= self.ax_.get_window_extent().width:
                break


def _listed(columns: str | Sequence[str] | None) -> list[str]:
    return [columns] if isinstance(columns, str) else list(columns or ())
