"""What displays of explanations write at their axes."""

from typing import Any

from sknn.exceptions import InvalidParameterError
from sknn.interpret.words import short

__all__ = ["output_number", "scale_of"]


def scale_of(output: str, name: str) -> str:
    """An output in words, such as "log-odds of yes"."""
    return {
        "logit": f"log-odds of {short(name, 20)}",
        "proba": f"probability of {short(name, 20)}",
        "prediction": short(name, 20),
        "raw": "output" if name == "output" else f"raw output of {short(name, 20)}",
    }.get(output, short(name, 20))


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
