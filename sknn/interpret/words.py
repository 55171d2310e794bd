"""Names and values of columns in few letters, alike in sentences, tables and pictures."""

from typing import Any

import numpy as np

__all__ = ["short", "value_text"]

#: Sizes between which a number is written without an exponent, though it has more than 4 digits.
PLAIN = 1e4, 1e7


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


def value_text(value: Any, most: int | None = None) -> str:
    """A value of a column: floats with 4 digits, all else whole, or cut to so many letters.

    >>> value_text(0.123456), value_text(38000.0), value_text(None), value_text("own", 18)
    ('0.1235', '38000', 'missing', 'own')
    """
    if value is None or value != value:  # NaN is not equal to itself
        return "missing"
    if isinstance(value, (float, np.floating)):
        return f"{value:.0f}" if PLAIN[0] <= abs(float(value)) < PLAIN[1] else f"{value:.4g}"
    return str(value) if most is None else short(value, most)
