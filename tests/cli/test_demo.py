"""The demo from a user's table to a report."""

import re

import numpy as np

from sknn.cli import main

FIGURES = {
    "comparison.png",
    "contributions.png",
    "importance.png",
    "learning_curve.png",
    "overview.png",
    "partial_dependence.png",
    "test.png",
    "tuning.png",
}


FILES = {"report.html", "model_report.html", "model.joblib", "test.csv"}


def run(path, target, folder):
    return main(["demo", "--data", str(path), "--target", target, "--output", str(folder)])


def test_classification(frame, csv, tmp_path, capsys):
    folder = tmp_path / "new" / "folder"
    path = csv(frame.drop(columns="amount"))
    assert run(path, "label", folder) == 0
    said = capsys.readouterr()
    assert said.err == ""
    for step in range(1, 6):
        assert f"[{step}/5]" in said.out
    assert "'constant' left out: it is the same in every row" in said.out
    assert "'name' left out: nearly every row has its own value" in said.out
    assert said.out.splitlines()[-2].strip().startswith(f"Report:  {folder / 'report.html'}")
    difference = re.search("largest difference of their predictions: (.*)", said.out)
    assert float(difference.group(1)) < 1e-6
    assert {file.name for file in folder.iterdir()} == FIGURES | FILES
    check_report((folder / "report.html").read_text(encoding="utf-8"))


def check_report(html):
    """Nothing is fetched or run, and what the user wrote is text."""
    assert set(re.findall(r"""\b(?:src|href|srcset)\s*=\s*["']?(.{5})""", html)) == {
        "data:",
        "model",
    }
    assert "url(" not in html
    assert "@import" not in html
    assert "<script" not in html.lower()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "$x_1$" in html
    assert "yes <i>" not in html
    assert "yes &lt;i&gt;" in html
    assert "default-src 'none'" in html
    images = re.findall("<img [^>]*>", html)
    assert len(images) == len(FIGURES) - 1
    assert all(re.search('alt="[^"]+"', image) for image in images)


def test_regression(frame, csv, tmp_path, capsys):
    table = frame.drop(columns="label").assign(amount=frame["amount"].where(frame.index > 2))
    assert run(csv(table, sep=";"), "amount", tmp_path / "report") == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "regression of 'amount'" in said.out
    assert "3 rows without a value of 'amount' left out" in said.out
    html = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "mean absolute error" in html
    assert "MLPRegressorX(" in html


def test_many_classes_and_one_column(csv, tmp_path, capsys, frame):
    label = np.arange(len(frame)) % 13  # more than have their numbers written in
    table = frame[["$x_1$"]].assign(label=[f"class {i}" for i in label])
    assert run(csv(table), "label", tmp_path / "report") == 0
    assert capsys.readouterr().err == ""
