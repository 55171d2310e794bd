"""All numbers of a report as JSON, with the version of its layout."""

import json
from typing import Any

from sknn.interpret.report.content import Block, Document, Figure, Section, Table
from sknn.interpret.report.content import Checks as ChecksBlock
from sknn.interpret.result import plain

__all__ = ["SCHEMA", "json_text"]

#: Name and version of the layout; the number grows when readers would have to change.
SCHEMA = "sknn.model-report/1"


def json_text(document: Document) -> str:
    """The document as JSON; the same document gives the same text."""
    content = {
        "schema": SCHEMA,
        "title": document.title,
        "subtitle": document.subtitle,
        "audience": document.audience,
        "settings": document.settings,
        "checks": [vars(check) for check in document.checks],
        "sections": [_section(section) for section in document.sections],
    }
    return json.dumps(plain(content), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": section.title,
        "blocks": [_block(block) for block in section.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    kind = {"type": type(block).__name__.lower()}
    if isinstance(block, Figure):
        return kind | {"caption": block.caption, "table": _table(block.table)}
    if isinstance(block, Table):
        return kind | _table(block)
    if isinstance(block, ChecksBlock):
        return kind | {"names": [check.name for check in block.ordered]}
    return kind | vars(block)


def _table(table: Table) -> dict[str, Any]:
    return {key: value for key, value in vars(table).items() if key != "percent"}
