"""All numbers of a report as JSON, with the version of its layout."""

import json
from typing import Any

import numpy as np

from sknn.interpret.report.content import Block, Document, Figure, Section, Table
from sknn.interpret.report.content import Checks as ChecksBlock

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
    return json.dumps(_plain(content), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


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


def _plain(value: Any) -> Any:
    """Numbers, strings, lists and dicts only; None for what is no number."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(entry) for entry in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    if value is None:
        return None
    return str(value).encode("utf-8", "replace").decode("utf-8")
