"""JSON, CSV and Markdown."""

import csv
import json
import re

import numpy as np
import pandas as pd
import pytest

from sknn.interpret.report.content import Check, Document, Section, Table, Text
from sknn.interpret.report.writers import json_text, markdown_text, write_csv
from sknn.interpret.report.writers.csv import safe_cell
from sknn.interpret.report.writers.markdown import escaped

from .conftest import IMAGE, SCRIPT


def test_json_holds_every_table_and_check(mixed):
    content = json.loads(mixed.to_json())
    assert content["schema"] == "sknn.model-report/1"
    assert [section["name"] for section in content["sections"]] == [s.name for s in mixed.sections]
    assert [check["status"] for check in content["checks"]] == [c.status for c in mixed.checks]
    blocks = [block for section in content["sections"] for block in section["blocks"]]
    tables = [b.get("table", b) for b in blocks if b["type"] in ("table", "figure")]
    assert len(tables) == sum(1 for section in mixed.sections for _ in section.tables())
    for table in tables:
        assert all(len(row) == len(table["head"]) for row in table["rows"]), table["name"]


def test_numbers_in_json_are_not_rounded():
    value = 0.1234567890123
    table = Table("t", "T", ["a", "b", "c"], [[value, np.float64("nan"), np.int64(3)]])
    document = Document("x", "y", "technical", [Section("s", "S", [table])], [], {"seed": 0})
    rows = json.loads(json_text(document))["sections"][0]["blocks"][0]["rows"]
    assert rows == [[value, None, 3]]


def test_json_is_deterministic_and_has_no_times(mixed):
    assert json_text(mixed._document()) == mixed.to_json()
    assert not re.search(r"20\d\d-\d\d-\d\d", mixed.to_json())
    assert " at 0x" not in mixed.to_json()


def test_csv_has_a_file_for_each_table(mixed, tmp_path):
    files = mixed.to_csv(tmp_path / "tables")
    n_tables = sum(1 for section in mixed.sections for _ in section.tables())
    assert len(set(files)) == len(files) == n_tables + 1
    scores = pd.read_csv(tmp_path / "tables" / "performance-scores.csv", index_col=0)
    accuracy = next(s for s in mixed.sections if s.name == "performance").blocks[0].rows[0][2]
    assert scores.loc["accuracy", "test rows"] == accuracy
    assert list(pd.read_csv(tmp_path / "tables" / "checks.csv")["status"]) == [
        check.status for check in mixed.checks
    ]


def test_no_cell_of_csv_is_a_formula(evil, tmp_path):
    n_texts = 0
    for path in evil.to_csv(tmp_path):
        assert re.fullmatch(r"[a-z0-9-]+\.csv", path.name)
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.reader(file):
                for cell in row:
                    try:
                        float(cell)
                    except ValueError:
                        n_texts += 1
                        assert not cell.lstrip().startswith(("=", "+", "-", "@")), cell
    assert n_texts > 100


@pytest.mark.parametrize("text", ["=1", "+1", "-a", "@a", " =1", "\t=1"])
def test_what_looks_like_a_formula_gets_an_apostrophe(text):
    assert safe_cell(text).startswith("'")


def test_markdown_shows_texts_as_they_are(evil):
    text = evil.to_markdown()
    assert SCRIPT not in text
    assert IMAGE not in text
    assert "<" not in text
    assert r"a\|b \*c\* \`d\`" in text
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):  # each table has one width
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


def test_markdown_shows_each_table(mixed):
    text = mixed.to_markdown()
    for section in mixed.sections:
        assert f"## {escaped(section.title)}\n" in text
        for table in section.tables():
            assert escaped(table.title) in text


def test_lists_do_not_start_where_none_was_meant():
    assert escaped("- a") == r"\- a"
    assert escaped("-1.5") == "-1.5"


def test_notes_headings_and_checks_in_markdown():
    checks = [Check("a|b", "warn", 0.1, "t", "found", "do")]
    section = Section("s", "S", [Text("n", "note"), Text("h", "heading"), Text("p")])
    text = markdown_text(Document("x", "y", "technical", [section], checks, {"seed": 0}))
    assert "\n> n\n" in text
    assert "\n### h\n" in text
    assert "- seed: 0" in text


def test_files_are_the_texts(mixed, tmp_path):
    for name in ("html", "json", "markdown"):
        path = tmp_path / f"report.{name}"
        text = getattr(mixed, f"to_{name}")(path)
        assert path.read_bytes() == text.encode("utf-8")


def test_csv_of_a_name_that_is_no_file_name(tmp_path):
    table = Table("../../x y/ü", "T", ["a"], [[1]])
    document = Document("x", "y", "technical", [Section("s", "S", [table])], [], {})
    names = [path.name for path in write_csv(document, tmp_path)]
    assert names == ["checks.csv", "s-x-y.csv"]
