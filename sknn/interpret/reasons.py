"""Reason codes: the columns that told most against a row, in words for the person concerned."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.attribution import Explanation
from sknn.interpret.result import Result
from sknn.interpret.words import value_text

__all__ = ["ReasonCodes", "reason_codes"]

DIRECTIONS = ("lower", "higher")


class ReasonCodes(Result):
    """The reasons for each row, the weightiest first.

    Attributes
    ----------
    reasons : list of list of dict
        For each row up to ``max_reasons`` of ``{"feature", "value", "contribution", "text"}``.
    unfavourable : {"lower", "higher"}
    output : str
        The scale of the contributions.
    output_name : str
    method : str
    """

    def __len__(self) -> int:
        return len(self["reasons"])

    def to_frame(self) -> Any:
        """One line for each row and reason."""
        lines = [
            {"row": row, "rank": rank} | reason
            for row, reasons in enumerate(self["reasons"])
            for rank, reason in enumerate(reasons, start=1)
        ]
        names = ("row", "rank", "feature", "value", "contribution", "text")
        return self._frame({name: [line[name] for line in lines] for name in names})

    def __repr__(self) -> str:
        shown = [
            f"row {row}: " + ("; ".join(reason["text"] for reason in reasons) or "no reason")
            for row, reasons in enumerate(self["reasons"][:10])
        ]
        left = len(self) - len(shown)
        return "\n".join([*shown, f"({left} more rows)"] if left else shown)


def reason_codes(
    explanation: Explanation,
    *,
    unfavourable: str = "lower",
    max_reasons: int = 4,
    texts: Mapping[str, str | Callable[[Any], str]] | None = None,
    output: str | int | None = None,
    min_share: float = 0.0,
) -> ReasonCodes:
    """Name the columns that moved a prediction most in the unfavourable direction.

    Of a row with contributions phi_j those with phi_j < 0 tell against it, where low predictions
    are unfavourable, and those with phi_j > 0, where high ones are. Columns that moved it the
    other way, or not at all, are never named, so there may be fewer reasons than asked for.

    Parameters
    ----------
    explanation : Explanation
        Contributions, as :func:`~sknn.interpret.shap_values` finds them. The background says what
        a row is compared with: rows that were approved, say.
    unfavourable : {"lower", "higher"}, default="lower"
        Which predictions are bad for the person concerned.
    max_reasons : int, default=4
        The commentary on Regulation B (12 CFR 1002.9(b)(2)) says of adverse credit decisions that
        more than four reasons are not likely to be helpful.
    texts : dict, optional
        What to say of a column: a text, or a function from its value to one. By default its name
        and value.
    output : str or int, optional
        The output that is told about; needed where there are several.
    min_share : float in [0, 1], default=0.0
        Leave out reasons that are less than this share of all that told against the row.

    Returns
    -------
    codes : ReasonCodes

    Raises
    ------
    InvalidParameterError
        For a setting that is not allowed, a text for a column that is not there, or several outputs
        of which none is chosen.

    Examples
    --------
    >>> from sknn.interpret import shap_values
    >>> def score(rows):
    ...     return rows[:, 0] - 2 * rows[:, 1]
    >>> explanation = shap_values(score, [[3.0, 4.0]], [[5.0, 1.0]])
    >>> texts = {"x0": "income is low", "x1": lambda late: f"{late:.0f} payments were late"}
    >>> reason_codes(explanation, texts=texts)
    row 0: 4 payments were late; income is low
    """
    _check(explanation, unfavourable, max_reasons, texts, min_share)
    one = explanation
    if not explanation.single:
        if output is None:
            names = ", ".join(map(repr, explanation.output_names[:10]))
            raise InvalidParameterError(
                f"Reasons are those for one output. Pass output= one of {names}, or its number."
            )
        one = explanation[..., output]
    against = np.asarray(one["values"], dtype=float)
    against = -against if unfavourable == "lower" else against
    codes = []
    for row, strength in enumerate(against):
        total = strength[strength > 0].sum()
        order = np.argsort(-strength, kind="stable")[:max_reasons]
        kept = [j for j in order if strength[j] > 0 and strength[j] >= min_share * total]
        codes.append([_reason(one, row, int(j), texts or {}) for j in kept])
    what = "low" if unfavourable == "lower" else "high"
    return ReasonCodes(
        reasons=codes,
        unfavourable=unfavourable,
        output=one.output,
        output_name=one.output_names[0],
        method=(
            f"At most {max_reasons} columns whose contribution made the prediction "
            f"{unfavourable} ({what} ones are unfavourable), by size. {one.method} They tell what "
            "moved this model and not what would change the outcome in the world."
        ),
    )


def _reason(one: Explanation, row: int, column: int, texts: Mapping[str, Any]) -> dict[str, Any]:
    name, value = one.feature_names[column], one.data[row, column]
    text = texts.get(name, f"{name} = {value_text(value)}")
    return {
        "feature": name,
        "value": value,
        "contribution": float(one["values"][row, column]),
        "text": str(text(value)) if callable(text) else str(text),
    }


def _check(
    explanation: Any, unfavourable: Any, max_reasons: Any, texts: Any, min_share: Any
) -> None:
    if not isinstance(explanation, Explanation):
        raise InvalidParameterError(
            "reason_codes needs an explanation, as shap_values returns it. Got "
            f"{type(explanation).__name__} instead."
        )
    if unfavourable not in DIRECTIONS:
        raise InvalidParameterError(
            f"unfavourable must be 'lower' or 'higher'. Got {unfavourable!r} instead."
            f"{nearest(unfavourable, DIRECTIONS)}"
        )
    whole = isinstance(max_reasons, (int, np.integer)) and not isinstance(max_reasons, bool)
    if not whole or max_reasons < 1:
        raise InvalidParameterError(
            f"max_reasons must be an int >= 1. Got {max_reasons!r} instead."
        )
    if not 0 <= min_share <= 1:
        raise InvalidParameterError(f"min_share must be from 0 to 1. Got {min_share!r} instead.")
    for name in texts or {}:
        if name not in explanation.feature_names:
            raise InvalidParameterError(
                f"texts names {name!r}, which is no column of the explanation."
                f"{nearest(name, explanation.feature_names)}"
            )
