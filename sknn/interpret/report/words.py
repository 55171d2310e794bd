"""Numbers and lists in words, alike in all formats of a report."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

__all__ = ["cell", "listed", "number", "percent", "plain", "rows_of", "scale", "slug"]

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


def scale(output: str, name: str) -> str:
    """An output in words.

    >>> scale("logit", "yes")
    'log-odds of yes'
    """
    if output == "prediction":
        return plain(name)
    kind = {"logit": "log-odds", "proba": "probability", "raw": "raw output"}[output]
    return f"{kind} of {plain(name)}"


def slug(text: str) -> str:
    """Letters, digits and dashes only, for names of files and places in a page.

    >>> slug("What it <looks> at")
    'what-it-looks-at'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"
