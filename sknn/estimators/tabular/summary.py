"""The summary of a tabular estimator: its columns, its members, and what calibrates them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sknn.estimators.summary import count, units_of
from sknn.estimators.summary_table import as_html, as_text

__all__ = ["MemberSummary", "TabularSummary", "summarize"]

HEAD = ("member", "network", "epoch", "score", "parameters")
NUMBERS = 2  # from this column on, text is aligned at the right


@dataclass(frozen=True)
class MemberSummary:
    """A line of a summary.

    Parameters
    ----------
    units : str
        Encoded columns, and units of each layer.
    epoch : int
        Epoch whose network was kept.
    score : float
        Its score on the rows that the member was not trained on; NaN where there were none.
    n_parameters : int
        Numbers that are learned.
    """

    units: str
    epoch: int
    score: float
    n_parameters: int


@dataclass(frozen=True)
class TabularSummary:
    """What ``summary()`` returns: a table as text, as HTML in a notebook, and as numbers.

    Attributes
    ----------
    title : str
        Class, number of members and of columns.
    members : tuple of MemberSummary
    facts : dict of str
        What becomes of the columns, how the members were trained, and what calibrates them.
    """

    title: str
    members: tuple[MemberSummary, ...]
    facts: dict[str, str]

    @property
    def n_parameters(self) -> int:
        """Numbers that are learned, by all members."""
        return sum(member.n_parameters for member in self.members)

    def __str__(self) -> str:
        return as_text(self.title, self._table(), NUMBERS, self.facts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return as_html(self.title, self._table(), NUMBERS, self.facts)

    def _table(self) -> list[tuple[str, ...]]:
        rows = [
            (
                str(number),
                member.units,
                str(member.epoch),
                "" if np.isnan(member.score) else f"{member.score:.4g}",
                f"{member.n_parameters:,}",
            )
            for number, member in enumerate(self.members)
        ]
        return [HEAD, *rows, ("total", "", "", "", f"{self.n_parameters:,}")]


def summarize(estimator: Any) -> TabularSummary:
    """The summary of a fitted tabular estimator."""
    members, encoder = estimator.estimators_, estimator.encoder_
    facts = {
        "columns": f"{count(len(encoder.numeric_), 'number')}, "
        f"{len(encoder.categorical_)} categorical",
        "encoded": f"{count(encoder.n_numeric_out_, 'number')}, "
        f"{count(encoder.n_indicators_, 'mark')} of gaps, {encoder.n_one_hot_} one-hot, "
        f"{count(encoder.n_codes_, 'column')} of codes",
        "loss": repr(members[0]._loss()),
        "score": "accuracy or R^2" if estimator.scoring is None else str(estimator.scoring),
    }
    if hasattr(estimator, "temperature_"):
        facts["temperature"] = f"{estimator.temperature_:.3g}"
    return TabularSummary(
        title=f"{type(estimator).__name__}: {count(len(members), 'member')} on "
        f"{count(encoder.n_features_in_, 'column')}",
        members=tuple(map(_of_member, members)),
        facts=facts,
    )


def _of_member(member: Any) -> MemberSummary:
    validated = member.best_epoch_ is not None
    return MemberSummary(
        units=units_of(member._fitted_network()),
        epoch=member.best_epoch_ if validated else member.n_iter_,
        score=member.best_validation_score_ if validated else float("nan"),
        n_parameters=member.n_parameters_,
    )
