"""What all displays of explanations have: the result that they show, and which of its outputs."""

from typing import Any

from sknn.interpret.plots.words import output_number

__all__ = ["Display"]


class Display:
    """A picture of a result, in the manner of scikit-learn: made once, drawn where one likes.

    Parameters
    ----------
    result : Result

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    """

    ax_: Any
    figure_: Any

    def __init__(self, result: Any) -> None:
        self.result = result

    def _output(self, target: Any) -> int:
        """The number of the one output that is shown."""
        return output_number(target, self.result.output_names, type(self).__name__)

    def _outputs(self, target: Any) -> list[int]:
        """All outputs, or the one that was chosen."""
        return (
            list(range(len(self.result.output_names))) if target is None else [self._output(target)]
        )
