"""An evaluation in pictures: calibration, confusion, ROC, residuals, slices, groups and noise."""

from functools import partial
from typing import Any

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.evaluation import evaluate
from sknn.interpret.plots import errors, judged
from sknn.interpret.plots.base import Display

__all__ = ["EvaluationDisplay"]


class EvaluationDisplay(Display):
    """Show one side of an evaluation.

    ``"calibration"``: how often probabilities come true, with intervals. ``"confusion"``: true and
    predicted classes. ``"roc"`` and ``"precision_recall"``: what a threshold can gain, for each
    class against the others. ``"residuals"``: truth less prediction. ``"prediction_error"``: truth
    against prediction. ``"slices"``: where the model errs more. ``"subgroups"``: groups of a
    sensitive column. ``"noise"``: what less exact columns cost.

    Parameters
    ----------
    result : Evaluation

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    kind_ : str
        What is shown.
    artists_ : list of matplotlib artists
        The lines, points or bars of it.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = load_iris(return_X_y=True)
    >>> model = LogisticRegression(max_iter=1000).fit(X[::2], y[::2])
    >>> display = EvaluationDisplay.from_estimator(model, X[1::2], y[1::2], kind="roc")
    >>> [line.get_label() for line in display.artists_]
    ['0 (AUC 1)', '1 (AUC 0.996)', '2 (AUC 0.996)']
    """

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        kind: str = "auto",
        target: Any = None,
        ax: Any = None,
        **how: Any,
    ) -> "EvaluationDisplay":
        """Evaluate and show one side of it.

        Parameters
        ----------
        estimator, X, y, **how
            As in :func:`~sknn.interpret.evaluate`.
        kind, target, ax
            As in :meth:`plot`.
        """
        return cls(evaluate(estimator, X, y, **how)).plot(ax, kind=kind, target=target)

    def plot(
        self, ax: Any = None, *, kind: str = "auto", target: Any = None
    ) -> "EvaluationDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        kind : str, default="auto"
            ``"auto"`` is the calibration of probabilities, the confusion of classes without them,
            the residuals of numbers, and the slices of several targets.
        target : str or int, optional
            Of ``"roc"`` and ``"precision_recall"`` the class that is shown, by default all of
            several and the second of two; of ``"residuals"`` and ``"prediction_error"`` of several
            targets the number of one; of ``"subgroups"`` the column.

        Raises
        ------
        InvalidParameterError
            For another kind, or one that this model has not.
        MissingExtraError
            If Matplotlib is not installed.
        """
        if kind == "auto":
            kind = self._first_kind()
        if kind not in KINDS:
            raise InvalidParameterError(
                f"kind must be 'auto' or one of {', '.join(map(repr, KINDS))}. "
                f"Got {kind!r} instead.{nearest(kind, list(KINDS))}"
            )
        self.kind_ = kind
        self.artists_ = KINDS[kind](self.result, partial(self._new, ax), target)
        if kind != "confusion":
            self.ax_.spines[["top", "right"]].set_visible(False)
        return self

    def _first_kind(self) -> str:
        if self.result.calibration is not None:
            return "calibration"
        if self.result.confusion is not None:
            return "confusion"
        return "residuals" if self.result.task == "regression" else "slices"


#: What can be shown, and what draws it.
KINDS = {
    "calibration": judged.calibration,
    "confusion": judged.confusion,
    "roc": judged.roc,
    "precision_recall": judged.precision_recall,
    "residuals": judged.residuals,
    "prediction_error": judged.prediction_error,
    "slices": errors.slices,
    "subgroups": errors.subgroups,
    "noise": errors.noise,
}
