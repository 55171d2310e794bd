"""Each table of a report as a CSV file."""

import csv
from pathlib import Path
from typing import Any

import numpy as np

from sknn.interpret.report.content import Document
from sknn.interpret.words import plain, slug

__all__ = ["safe_cell", "write_csv"]

#: What makes a spreadsheet take a text for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(document: Document, folder: Path) -> list[Path]:
    """Write one file for each table, named by its section and itself, and one of the checks."""
    folder.mkdir(parents=True, exist_ok=True)
    head = ["name", "status", "value", "threshold", "sentence", "advice"]
    checks = [[getattr(check, key) for key in head] for check in document.checks]
    written = [_write(folder / "checks.csv", head, checks)]
    for section in document.sections:
        for table in section.tables():
            path = folder / f"{slug(section.name)}-{slug(table.name)}.csv"
            written.append(_write(path, table.head, table.rows))
    return written


def _write(path: Path, head: Any, rows: Any) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([safe_cell(name) for name in head])
        writer.writerows([safe_cell(value) for value in row] for row in rows)
    return path


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula: texts that look like one get an apostrophe.

    >>> safe_cell("=cmd|' /C calc'!A0"), safe_cell(-1.5), safe_cell(None), safe_cell("age")
    ("'=cmd|' /C calc'!A0", -1.5, '', 'age')
    """
    if value is None:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else ""
    text = str(value)
    return f"'{plain(text)}" if text.lstrip(" ").startswith(FORMULA) else plain(text)
