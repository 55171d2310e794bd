"""What LIME tells of a row: a linear model, and how far to believe it."""

from typing import Any, ClassVar

from sknn.exceptions import InvalidParameterError
from sknn.interpret.attribution import Explanation
from sknn.interpret.result import plain

__all__ = ["LimeExplanation"]


class LimeExplanation(Explanation):
    """A linear model for each row, and how well it stands for the model there.

    Attributes
    ----------
    coefficients : array of shape (n, d) or (n, d, k)
        Change of the prediction per standard deviation of a number; of a category, what it adds
        beside others.
    scores : array of shape (n,) or (n, k)
        R^2 of the linear model on the rows around, weighted: 1 where the model is linear there, and
        near 0 where the explanation says nothing about it.
    stability : array of shape (n,) or (n, k)
        Mean share (Jaccard) of the five strongest columns that two seeds agree on.
    rank_stability : array of shape (n,) or (n, k)
        Mean rank correlation (Spearman) of the coefficients between seeds.
    local_predictions : array of shape (n,) or (n, k)
        The linear model at the row itself.
    conditions : array of shape (n, d)
        Of numbers that were cut into parts, the part that each row's value lies in, as text.

    See Also
    --------
    Explanation : What it has beside. ``values`` are coefficients times the distance from the
        background's mean, and add up with ``base_values`` to ``local_predictions``.
    """

    more_by_row: ClassVar[tuple[str, ...]] = (
        "coefficients",
        "scores",
        "stability",
        "rank_stability",
        "local_predictions",
        "conditions",
        "originals",
    )
    more_by_column: ClassVar[tuple[str, ...]] = ("coefficients", "conditions")

    def to_lime(self) -> list[Any]:
        """The explanations of the lime package, which draws and prints them in its own ways.

        Raises
        ------
        InvalidParameterError
            If they were not made by it.
        """
        if self["originals"] is None:
            raise InvalidParameterError(
                "These explanations were not made by the lime package. Pass engine='lime' to lime."
            )
        return list(self["originals"])

    def to_dict(self) -> dict[str, Any]:
        """Everything but the originals of the lime package in the types that JSON knows."""
        return {name: plain(value) for name, value in self.items() if name != "originals"}
