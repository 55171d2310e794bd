"""A small table with a title and facts below, as text and as HTML."""

import html
from collections.abc import Mapping, Sequence

__all__ = ["as_html", "as_text"]

#: The head, the rows, and the row of totals.
Table = Sequence[tuple[str, ...]]


def as_text(title: str, table: Table, n_left: int, facts: Mapping[str, str]) -> str:
    """The table in letters of one width, with ``n_left`` columns aligned at the left.

    >>> print(as_text("Fruit", [("kind", "n"), ("pear", "3"), ("total", "3")], 1, {"from": "here"}))
    Fruit
    --------
    kind   n
    --------
    pear   3
    --------
    total  3
    <BLANKLINE>
    from  here
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if i >= n_left else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in table
    ]
    rule = "-" * max(map(len, lines))
    name_width = max(map(len, facts), default=0)
    told = [f"{name.ljust(name_width)}  {text}" for name, text in facts.items()]
    return "\n".join([title, rule, lines[0], rule, *lines[1:-1], rule, lines[-1], "", *told])


def as_html(title: str, table: Table, n_left: int, facts: Mapping[str, str]) -> str:
    """The same as HTML, for a notebook."""

    def row(cells: tuple[str, ...], tag: str = "td") -> str:
        aligned = ("right" if i >= n_left else "left" for i in range(len(cells)))
        return "".join(
            f'<{tag} style="text-align: {side}">{html.escape(cell)}</{tag}>'
            for side, cell in zip(aligned, cells, strict=True)
        )

    head, *rows, total = table
    body = "".join(f"<tr>{row(cells)}</tr>" for cells in rows)
    told = "".join(
        f"<dt><strong>{html.escape(name)}</strong></dt><dd>{html.escape(text)}</dd>"
        for name, text in facts.items()
    )
    return (
        f'<table><caption style="text-align: left">{html.escape(title)}</caption>'
        f"<thead><tr>{row(head, 'th')}</tr></thead><tbody>{body}</tbody>"
        f"<tfoot><tr>{row(total, 'th')}</tr></tfoot></table><dl>{told}</dl>"
    )
