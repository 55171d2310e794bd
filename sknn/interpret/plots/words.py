"""What displays of explanations write at their axes."""

from typing import Any

from sknn.exceptions import InvalidParameterError

__all__ = ["output_number", "scale_of", "short", "value_text"]


def short(name: Any, most: int = 32) -> str:
    """A name that fits, cut in the middle, where two long names seldom differ.

    >>> short("number_of_open_credit_lines_last_12_months", 20)
    'number_of…_12_months'
    """
    text = " ".join(str(name).split())
    if len(text) <= most:
        return text
    head = most // 2 - 1
    return text[:head] + "…" + text[-(most - head - 1) :]


def value_text(value: Any) -> str:
    """A value of a column in few letters.

    >>> value_text(1234.5678), value_text(None), value_text(3.0)
    ('1235', 'missing', '3')
    """
    if value is None or value != value:  # NaN is not equal to itself
        return "missing"
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{value:.4g}" if is_number else short(value, 18)


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
        f"{caller} shows one output at a time, and {got}. Pass output= one of {listed}, or its "
        "number."
    )
