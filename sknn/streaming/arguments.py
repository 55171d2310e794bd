"""What fit_stream and average_fit take alike: ranges, the seed, the rows to validate on."""

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from sknn.config import AnyOf, Exactly, Flag, Range, Rule, check_value
from sknn.exceptions import InvalidParameterError
from sknn.streaming.learner import Learner
from sknn.streaming.passes import Passes
from sknn.streaming.sources import Source, as_source

__all__ = ["check_arguments", "held_out", "seed_of"]

COUNT = Range(1, None, integer=True)
MAYBE_COUNT = AnyOf(COUNT, Exactly(None))
RULES: dict[str, Rule] = {
    "epochs": COUNT,
    "block_rows": MAYBE_COUNT,
    "patience": MAYBE_COUNT,
    "window": COUNT,
    "shuffle": AnyOf(Flag(), Exactly(None)),
    "prefetch": Range(0, None, integer=True),
    "progress": Flag(),
    "shards": MAYBE_COUNT,
}


def check_arguments(owner: str, **given: Any) -> None:
    """Raise for an argument out of its range."""
    for name, value in given.items():
        check_value(name, owner, value, RULES[name])


def seed_of(learner: Learner, random_state: Any) -> int:
    """The number that all orders follow from."""
    if random_state is None:
        own = getattr(learner.step, "random_state", None)
        random_state = own if isinstance(own, Integral) else None
    if isinstance(random_state, Integral):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))


def held_out(source: Source, validation: Any, prefetch: int) -> tuple[Any, Passes | None]:
    """The blocks to train on (None is all), and those to score."""
    if validation is None:
        return None, None
    if isinstance(validation, tuple) and len(validation) in (2, 3):
        return None, Passes(as_source(*validation), prefetch=prefetch)
    share = Range(0, 1, closed="neither")
    if not share.accepts(validation):
        raise InvalidParameterError(
            "validation must be a tuple (X, y) or (X, y, sample_weight), or the share of the "
            f"blocks to hold out, {share.describe()}. Got {validation!r} instead."
        )
    n_blocks = source.n_blocks
    if n_blocks is None:
        raise InvalidParameterError(
            f"validation={validation} is a share of the blocks, of which a function does not tell "
            "the number. Pass validation=(X, y), where X may be a function too."
        )
    kept = n_blocks - max(1, round(validation * n_blocks))
    if kept < 1:
        raise InvalidParameterError(
            f"validation={validation} of {n_blocks} blocks leaves none to train on. Lower "
            "block_rows, or pass validation=(X, y)."
        )
    numbers = np.arange(n_blocks)
    return numbers[:kept], Passes(source, numbers[kept:], prefetch=prefetch)
