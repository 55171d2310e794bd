"""A report as Markdown: texts and tables, without figures."""

from collections.abc import Sequence
from typing import Any

from sknn.interpret.report.content import (
    Block,
    Bullets,
    Cards,
    Case,
    Checks,
    Document,
    Figure,
    Text,
)
from sknn.interpret.words import cell, plain

__all__ = ["escaped", "markdown_text"]

#: Letters that mean something in Markdown.
SPECIAL = set("\\`*_{}[]()#!|~$")


def markdown_text(document: Document) -> str:
    """The document as Markdown; a figure is the table of what it shows."""
    lines = [f"# {escaped(document.title)}", "", escaped(document.subtitle), ""]
    for section in document.sections:
        lines += [f"## {escaped(section.title)}", ""]
        for block in section.blocks:
            lines += [*_block(block), ""]
    lines += ["## Settings", ""]
    lines += [f"- {escaped(key)}: {escaped(value)}" for key, value in document.settings.items()]
    return "\n".join(lines) + "\n"


def _block(block: Block) -> list[str]:
    if isinstance(block, Text):
        text = escaped(block.text)
        return [{"heading": f"### {text}", "note": f"> {text}"}.get(block.kind, text)]
    if isinstance(block, Bullets):
        return [f"- {escaped(item)}" for item in block.items]
    if isinstance(block, Cards):
        return [f"- {escaped(value)}: {escaped(what)}" for value, what in block.items]
    if isinstance(block, Case):
        lines = [f"### {escaped(block.title)}", "", escaped(block.sentence), ""]
        lines += [f"- because {escaped(reason)}" for reason in block.because]
        lines += [f"- in spite of {escaped(reason)}" for reason in block.despite]
        return [*lines, "", escaped(block.otherwise)] if block.otherwise else lines
    if isinstance(block, Checks):
        head = ["check", "outcome", "found", "what to do"]
        return _rows(head, [[c.name, c.status, c.sentence, c.advice] for c in block.ordered])
    table = block.table if isinstance(block, Figure) else block
    lines = [f"### {escaped(table.title)}", "", *_rows(table.head, table.rows, table.percent)]
    return [*lines, "", escaped(table.method)] if table.method else lines


def _rows(head: Sequence[str], rows: Any, shares: Sequence[int] = ()) -> list[str]:
    lines = [_line(escaped(name) for name in head), _line("---" for _ in head)]
    for row in rows:
        lines.append(_line(escaped(cell(v, share=j in shares)) for j, v in enumerate(row)))
    return lines


def _line(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


def escaped(text: Any) -> str:
    """Text that Markdown, and HTML in it, show as it is.

    >>> print(escaped("<b>a|b</b>"))
    &lt;b&gt;a\\|b&lt;/b&gt;
    """
    out = "".join(f"\\{letter}" if letter in SPECIAL else letter for letter in plain(text))
    out = out.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    starts_a_list = out[:1] in ("-", "+") and out[1:2] in ("", " ")
    return f"\\{out}" if starts_a_list else out
