"""Names, numbers and lists in words, alike in sentences, tables, pictures and reports."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

__all__ = [
    "cell",
    "listed",
    "number",
    "percent",
    "plain",
    "rows_of",
    "scale_of",
    "short",
    "slug",
    "value_text",
]

#: Letters that no page may hold: controls, and those that turn the direction of a line.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def plain(text: Any) -> str:
    """Text of the user's own on one line, without letters that cannot be seen.

    >>> plain("two  lines\\nhere")
    'two lines here'
    """
    return UNSEEN.sub("\ufffd", " ".join(str(text).split()))


def short(name: Any, most: int = 32) -> str:
    """A name that fits, cut in the middle, where two long names seldom differ.

    >>> short("number_of_open_credit_lines_last_12_months", 20)
    'number_of…_12_months'
    """
    text = plain(name)
    if len(text) <= most:
        return text
    head = most // 2 - 1
    return text[:head] + "…" + text[-(most - head - 1) :]


def value_text(value: Any, most: int | None = None) -> str:
    """A value of a column: numbers with 4 digits, all else whole, or cut to so many letters.

    >>> value_text(0.123456), value_text(38000.0), value_text(None), value_text("own", 18)
    ('0.1235', '38000', 'missing', 'own')
    """
    if value is None or value != value:  # NaN is not equal to itself
        return "missing"
    if isinstance(value, (float, np.floating)):
        return number(float(value), 4)
    return plain(value) if most is None else short(value, most)


def scale_of(output: str, name: str, most: int = 20) -> str:
    """An output in words.

    >>> scale_of("logit", "yes")
    'log-odds of yes'
    """
    name = short(name, most)
    return {
        "logit": f"log-odds of {name}",
        "proba": f"probability of {name}",
        "raw": "output" if name == "output" else f"raw output of {name}",
    }.get(output, name)


def number(value: float | None, digits: int = 3) -> str:
    """A number with so many significant digits, and without needless ones.

    >>> number(0.123456), number(12345.678), number(-3.0), number(None)
    ('0.123', '12346', '-3', 'n/a')
    """
    if value is None or np.isnan(value):
        return "n/a"
    if np.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e7 or size < 1e-4:
        return f"{value:.{digits - 1}e}"
    decimals = max(digits - 1 - int(np.floor(np.log10(size))), 0)
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def percent(share: float | None, decimals: int | None = None) -> str:
    """A share as per cent.

    >>> percent(0.1234), percent(0.0012), percent(1.0)
    ('12%', '0.1%', '100%')
    """
    if share is None or np.isnan(share):
        return "n/a"
    if decimals is None:
        decimals = 1 if 0 < abs(share) < 0.0995 else 0
    return f"{100 * share:.{decimals}f}%"


def cell(value: Any, *, share: bool = False) -> str:
    """A cell of a table as text."""
    if value is None:
        return "\N{EN DASH}"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return percent(float(value)) if share else number(float(value))
    return plain(value)


def listed(items: Iterable[str], most: int = 6) -> str:
    """Words as a list.

    >>> listed(["a", "b", "c"]), listed("abcdefghij", 3)
    ('a, b and c', 'a, b, c and 7 more')
    """
    words = list(items)
    rest = len(words) - most
    if rest > 0:
        return f"{', '.join(words[:most])} and {rest} more"
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def rows_of(count: int, noun: str = "row") -> str:
    """A count with its noun.

    >>> rows_of(1), rows_of(1200)
    ('1 row', '1200 rows')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def slug(text: str) -> str:
    """Letters, digits and dashes only, for names of files and places in a page.

    >>> slug("What it <looks> at")
    'what-it-looks-at'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"
