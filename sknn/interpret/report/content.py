"""What a report consists of, whatever it looks like: sections of texts, tables, figures, checks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "STATUSES",
    "Bullets",
    "Cards",
    "Case",
    "Check",
    "Checks",
    "Document",
    "Figure",
    "Section",
    "Table",
    "Text",
]

#: Outcomes of a check, the worst first.
STATUSES = ("fail", "warn", "pass")


@dataclass(frozen=True)
class Text:
    """A paragraph; ``kind`` is ``"plain"``, ``"lead"``, ``"note"`` or ``"heading"``."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[str]


@dataclass(frozen=True)
class Cards:
    """A few figures to see first: pairs of a value as text and what it is."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """Cells of numbers, texts or None, and how the numbers came about.

    Attributes
    ----------
    name : str
        Of the CSV file, unique in a report.
    title : str
    head : sequence of str
    rows : sequence of sequence
    method : str
        How the numbers were computed, from how much data, with what error.
    percent : sequence of int
        Columns that hold shares, shown as per cent.
    """

    name: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    method: str = ""
    percent: Sequence[int] = ()


@dataclass(frozen=True)
class Figure:
    """A picture as SVG, with the table of all that it shows.

    Attributes
    ----------
    svg : str
        One ``<svg>`` element, made by :mod:`sknn.interpret.report.svg`, which escapes all text.
    table : Table
        The same numbers; its name, title and method are those of the figure.
    size : {"wide", "half"}
        Whether two such figures may stand beside each other.
    """

    svg: str
    table: Table
    caption: str = ""
    size: str = "wide"


@dataclass(frozen=True)
class Case:
    """One row in words: what was predicted, why, in spite of what, and what would change it."""

    title: str
    sentence: str
    because: Sequence[str] = ()
    despite: Sequence[str] = ()
    otherwise: str = ""


@dataclass(frozen=True)
class Check:
    """A named test of the model with its outcome.

    Attributes
    ----------
    name : str
    status : {"pass", "warn", "fail"}
    value : float or None
        What was measured.
    threshold : str
        What would have passed, in words.
    sentence : str
        What was found.
    advice : str
        What to do about it; empty where nothing is to be done.
    """

    name: str
    status: str
    value: float | None
    threshold: str
    sentence: str
    advice: str = ""


@dataclass(frozen=True)
class Checks:
    """Checks, the worst first."""

    items: Sequence[Check]

    @property
    def ordered(self) -> list[Check]:
        return sorted(self.items, key=lambda check: STATUSES.index(check.status))


Block = Text | Bullets | Cards | Table | Figure | Case | Checks


@dataclass
class Section:
    """A part of a report under one headline.

    Attributes
    ----------
    name : str
        Short and lower-case, the same in every report.
    title : str
    blocks : list
    opened : bool
        Whether it is unfolded when the page opens.
    """

    name: str
    title: str
    blocks: list[Block] = field(default_factory=list)
    opened: bool = False

    def add(self, *blocks: Block | None) -> "Section":
        """Append blocks; None is left out."""
        self.blocks.extend(block for block in blocks if block is not None)
        return self

    def tables(self) -> Iterator[Table]:
        """Its tables, those of figures too."""
        for block in self.blocks:
            if isinstance(block, Table):
                yield block
            elif isinstance(block, Figure):
                yield block.table


@dataclass(frozen=True)
class Document:
    """All that a report holds, ready to be written in any format.

    Attributes
    ----------
    settings : dict
        What makes the report reproducible: seed, budget, versions, hash of the data.
    """

    title: str
    subtitle: str
    audience: str
    sections: Sequence[Section]
    checks: Sequence[Check]
    settings: dict[str, Any]
