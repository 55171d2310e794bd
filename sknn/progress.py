"""A bar that shows how far a long computation is."""

from collections.abc import Iterable
from typing import Any

from sknn.optional import require

__all__ = ["shown"]


def shown(steps: Iterable[Any], progress: bool, words: str, extra: str = "cli") -> Any:
    """The steps themselves, with a bar on standard error while they are taken."""
    if not progress:
        return steps
    bar = require("tqdm.auto", extra=extra, purpose="progress=True")
    return bar.tqdm(steps, desc=words, leave=False)
