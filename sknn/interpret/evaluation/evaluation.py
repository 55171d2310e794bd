"""What an evaluation returns: scores beside baselines, and where and for whom the model errs."""

from typing import Any, ClassVar

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.result import Result
from sknn.interpret.words import number, plain

__all__ = ["Evaluation"]

#: The tables that an evaluation can be read as.
TABLES = ("metrics", "slices", "subgroups", "noise", "calibration")


class Evaluation(Result):
    """How good a model is on some rows, beside a constant answer and a linear model.

    Attributes
    ----------
    task : {"binary", "multiclass", "multilabel", "regression", "multioutput"}
    n_rows : int
    metrics : list of dict
        Each with ``name``, ``label``, ``better`` ("higher" or "lower"), ``value``, ``low`` and
        ``high`` of its interval, and the ``constant``, ``linear`` and ``train`` scores; None for
        what could not be computed.
    y, predictions : array of shape (n,) or (n, k)
    probabilities : array of shape (n, k) or None
    classes : array or None
    sample_weight : array of shape (n,) or None
    confusion : array of shape (k, k) or None
        Rows of each true class by predicted class, by weight.
    calibration : dict or None
        ``ece``, the expected calibration error; ``ece_by_chance``, what it would be if every
        probability were right; ``of``, what the probabilities are of; and for each bin
        ``predicted``, ``observed``, ``low``, ``high``, ``count``.
    slices : list of dict
        Quarters of numeric columns, and categories, the most suspicious first: ``slice`` in words,
        ``column``, ``n_rows``, mean ``loss``, that of the ``others``, of the ``constant`` answer,
        and the ``p_value`` of a loss no larger than elsewhere.
    subgroups : list of dict
        For each sensitive column and group the ``n_rows`` and each metric with its interval.
    noise : list of dict
        ``scale`` of the noise in standard deviations, the first metric's ``mean`` and ``std``.
    loss_name : str
        What ``slices`` are measured by.
    confidence : float
    missing : dict
        What could not be computed, and why.
    method : str

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sknn.interpret import evaluate
    >>> X, y = load_iris(return_X_y=True)
    >>> model = LogisticRegression(max_iter=1000).fit(X[::2], y[::2])
    >>> result = evaluate(model, X[1::2], y[1::2], random_state=0)
    >>> print(f"{result['accuracy']:.2f}, by guessing {result.metrics[0]['constant']:.2f}")
    0.96, by guessing 0.33
    """

    display: ClassVar[str | None] = "sknn.interpret.plots.evaluation.EvaluationDisplay"

    def __getitem__(self, key: str) -> Any:
        """An entry, or the value of a metric by its name."""
        if key not in self:
            for metric in super().__getitem__("metrics"):
                if metric["name"] == key:
                    return metric["value"]
        return super().__getitem__(key)

    def to_frame(self, table: str = "metrics") -> Any:
        """One of its tables.

        Parameters
        ----------
        table : {"metrics", "slices", "subgroups", "noise", "calibration"}, default="metrics"

        Raises
        ------
        InvalidParameterError
            If there is no such table, or it is empty for this model.
        """
        if table not in TABLES:
            raise InvalidParameterError(
                f"table must be one of {', '.join(map(repr, TABLES))}. Got {table!r} instead."
                f"{nearest(table, TABLES)}"
            )
        found = self[table]
        if not found:
            raise InvalidParameterError(f"This evaluation has no {table}.")
        if table == "calibration":
            bins = ("predicted", "observed", "low", "high", "count")
            return self._frame({name: found[name] for name in bins})
        return self._frame({name: [line[name] for line in found] for name in found[0]})

    def __repr__(self) -> str:
        head = ("", "value", f"{100 * self.confidence:g} % interval", "constant", "linear", "train")
        lines = [
            (
                metric["label"],
                number(metric["value"]),
                f"{number(metric['low'])} to {number(metric['high'])}",
                *(number(metric[other]) for other in ("constant", "linear", "train")),
            )
            for metric in self.metrics
        ]
        widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
        text = "\n".join(
            line[0].ljust(widths[0])
            + "".join(f"  {cell:>{w}}" for cell, w in zip(line[1:], widths[1:], strict=True))
            for line in (head, *lines)
        )
        worst = self.slices[0] if self.slices else None
        if worst is None or worst["p_value"] >= 0.05:
            return text
        return (
            f"{text}\nWorst where {plain(worst['slice'])}: {self.loss_name} "
            f"{number(worst['loss'])}, elsewhere {number(worst['others'])}"
        )
