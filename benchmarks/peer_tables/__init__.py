"""The tables that ``benchmarks/peers.py`` measures, each a module with a sentence on what it is.

A table is a function that gets the :class:`Settings` of a run and yields lines of Markdown, as they
are measured.
"""

import statistics
from dataclasses import dataclass

from turns import in_turns

__all__ = ["Settings", "head", "line", "measured"]


@dataclass(frozen=True)
class Settings:
    """How much is measured, and beside whom.

    Parameters
    ----------
    modules : list of module
        Of ``peer_nets``, ours first.
    rounds : int
        How often each takes its turn.
    seconds : float
        Of training by ours in a round.
    first : int or None
        Rows of each table, for a quick look.
    """

    modules: list
    rounds: int
    seconds: float
    first: int | None = None

    @property
    def columns(self):
        """Name, module and dtype of each column, ours first."""
        for module in self.modules:
            yield module.NAME, module, "float32"
            if module.NAME in ("sknn", "sknn with Numba", "scikit-learn"):
                yield f"{module.NAME}, float64", module, "float64"


def measured(tasks, rounds):
    """Median time of each task, and the median of its ratio to the first in the same round."""
    times = in_turns(tasks, rounds)
    found = []
    for own in times:
        ratios = [a / b for a, b in zip(own, times[0], strict=True)]
        found.append((statistics.median(own), statistics.median(ratios)))
    return found


def head(first, names):
    """The head of a table of numbers."""
    return [f"| {first} | {' | '.join(names)} |", f"|---|{'---:|' * len(names)}"]


def line(title, names, found):
    """A row of a table: what each takes, and how many times as long as ours."""
    cells = []
    for name in names:
        time, ratio = found.get(name, (None, None))
        cells.append("" if time is None else f"{time:.3g} ({ratio:.2f})")
    return f"| {title} | {' | '.join(cells)} |"
