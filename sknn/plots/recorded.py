"""What a fit recorded, as columns of numbers with one for each epoch."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sknn.config import nearest

__all__ = ["LOSS", "SCORE", "complaint", "history_of", "points_of", "words_for"]

LOSS, SCORE = "loss", "validation_score"
WORDS = {LOSS: "training loss", SCORE: "validation score"}


def words_for(column: str) -> str:
    """A column in words."""
    return WORDS.get(column, column.replace("_", " "))


def history_of(network: Any) -> Mapping[str, Sequence[float]]:
    """The columns that a fit recorded; scikit-learn's networks have two lists."""
    recorded = getattr(network, "history_", None)
    if recorded is not None:
        return recorded  # type: ignore[no-any-return]
    scores = getattr(network, "validation_scores_", None)
    columns = {LOSS: getattr(network, "loss_curve_", []), SCORE: scores or []}
    return {name: column for name, column in columns.items() if len(column)}


def points_of(history: Mapping[str, Sequence[float]], column: str) -> tuple[Any, Any]:
    """Epochs and values of a column, without what was not recorded or is not finite."""
    values = np.asarray(history.get(column, []), dtype=float)
    epochs = np.asarray(history.get("epoch", np.arange(1, len(values) + 1)))[: len(values)]
    kept = np.isfinite(values)
    return epochs[kept], values[kept]


def complaint(name: str, column: str, history: Mapping[str, Any], n_values: int) -> str:
    """Why a column cannot be shown."""
    if n_values:
        return (
            f"log_scale=True shows positive numbers, but the column {column!r} of {name} has none."
        )
    if column in history:
        return f"The column {column!r} of {name} holds no numbers."
    if not history:
        return f"{name} has recorded nothing: it was not trained for an epoch."
    return (
        f"{name} has recorded no column {column!r}.{nearest(column, history)} "
        f"Its columns are {sorted(history)}."
    )
