"""What all displays of explanations have: the result that they show, and which of its outputs."""

from collections.abc import Callable
from typing import Any

from sknn.exceptions import InvalidParameterError
from sknn.style import axes_or_new

__all__ = ["Display", "New", "output_number"]

#: Makes the axes, of a width and height in inches where they are new.
New = Callable[[float, float], Any]


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

    def _new(self, ax: Any, width: float, height: float) -> Any:
        """The axes to draw on, of this size in inches where they are new."""
        self.figure_, self.ax_ = axes_or_new(ax, type(self).__name__, (width, height))
        return self.ax_

    def _output(self, target: Any) -> int:
        """The number of the one output that is shown."""
        return output_number(target, self.result.output_names, type(self).__name__)

    def _outputs(self, target: Any) -> list[int]:
        """All outputs, or the one that was chosen."""
        return (
            list(range(len(self.result.output_names))) if target is None else [self._output(target)]
        )


def output_number(output: Any, names: list[str], caller: str) -> int:
    """The number of an output that is given by name or by number; the only one for None.

    Raises
    ------
    InvalidParameterError
        If there are several and none was chosen, or there is no such one.
    """
    if output is None and len(names) == 1:
        return 0
    if isinstance(output, int) and -len(names) <= output < len(names):
        return output % len(names)
    if str(output) in names and output is not None:
        return names.index(str(output))
    listed = ", ".join(map(repr, names[:10])) + ", ..." * (len(names) > 10)
    got = "no output was chosen" if output is None else f"there is no output {output!r}"
    raise InvalidParameterError(
        f"{caller} shows one output at a time, and {got}. Pass target= one of {listed}, or its "
        "number."
    )
