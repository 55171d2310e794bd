"""What the commands say on the way."""

import sys
from collections.abc import Iterable
from typing import Any

from sknn.optional import require

__all__ = ["progress_bar", "say", "step"]


def step(number: int, title: str) -> None:
    """A step's headline."""
    print(f"[{number}/5] {title}", flush=True)


def say(text: str) -> None:
    """Lines that belong to a step."""
    for line in text.splitlines():
        # a column's name may hold codes that a terminal would obey
        plain = "".join(letter if letter.isprintable() else "?" for letter in line)
        print(f"      {plain}".rstrip(), flush=True)


def progress_bar(items: Iterable[Any]) -> Iterable[Any]:
    """Show a bar on a terminal, and nothing in a file or a pipe."""
    tqdm = require("tqdm", extra="cli", purpose="The demo").tqdm
    shown = sys.stdout.isatty()
    return tqdm(items, disable=not shown, file=sys.stdout, leave=False, ncols=72)
