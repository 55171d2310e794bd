"""A report as one HTML file that holds all it shows, runs nothing and fetches nothing."""

from collections.abc import Sequence
from importlib.resources import files
from itertools import groupby
from typing import Any

from sknn.interpret.report.content import Block, Case, Document, Figure
from sknn.interpret.words import cell, plain, slug
from sknn.optional import require

__all__ = ["html_text"]

STATUS_WORDS = {"pass": "passed", "warn": "look at it", "fail": "failed"}


def html_text(document: Document) -> str:
    """The document as an HTML page.

    Raises
    ------
    MissingExtraError
        If jinja2 is not installed.
    """
    jinja2 = require("jinja2", extra="interpret", purpose="ModelReport.to_html")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"plain": plain, "slug": slug, "cell": cell}
    environment.filters |= {"groups": _groups, "kind": _kind}
    environment.tests |= {"a": lambda block, name: type(block).__name__ == name}
    here = files(__package__)
    template = environment.from_string((here / "page.html.jinja").read_text(encoding="utf-8"))
    # our own text and no user's; it must not be escaped, since a style sheet knows no entities
    style: Any = require("markupsafe", extra="interpret", purpose="ModelReport.to_html").Markup(
        (here / "page.css").read_text(encoding="utf-8")
    )
    counts = dict.fromkeys(STATUS_WORDS, 0)
    for check in document.checks:
        counts[check.status] += 1
    page: str = template.render(
        document=document, style=style, counts=counts, status_words=STATUS_WORDS
    )
    return page


def _kind(block: Block) -> str:
    """What may stand beside what: small figures, cases; anything else stands alone."""
    if isinstance(block, Figure) and block.size == "half":
        return "figure"
    return "case" if isinstance(block, Case) else ""


def _groups(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks that stand beside each other, in their order."""
    found: list[list[Block]] = []
    for kind, members in groupby(blocks, _kind):
        group = list(members)
        found += [group] if kind else [[block] for block in group]
    return found
