"""``python -m sknn fit``: a tabular estimator as a file, that can be explained."""

import joblib
import pandas as pd
import pytest

from sknn import TabularMLPClassifierX, TabularMLPRegressorX
from sknn.cli import main


def fit(*arguments):
    return main(["fit", *map(str, arguments), "--effort", "fast"])


@pytest.mark.parametrize(
    ("target", "cls"), [("label", TabularMLPClassifierX), ("amount", TabularMLPRegressorX)]
)
def test_from_a_table_to_a_report(frame, csv, tmp_path, capsys, target, cls):
    folder, page = tmp_path / "new" / "model", tmp_path / "page.html"
    arguments = ["--data", csv(frame), "--target", target, "--output", folder]
    assert fit(*arguments, "--time-limit", 60) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "60 rows to learn from, 20 set aside" in said.out
    assert f"{cls.__name__}: 1 member on " in said.out
    assert "a guess without columns" in said.out
    model, test = joblib.load(folder / "model.joblib"), pd.read_csv(folder / "test.csv")
    assert type(model) is cls
    assert len(model.predict(test.drop(columns=target))) == len(test) == 20
    explain = ["explain", folder / "model.joblib", folder / "test.csv", "--target", target]
    assert main([str(part) for part in [*explain, "--budget", "fast", "--report", page]]) == 0
    assert cls.__name__ in page.read_text(encoding="utf-8")


def test_the_same_seed_gives_the_same_model(frame, csv, tmp_path, capsys):
    told = []
    for name in ("one", "two"):
        arguments = ["--data", csv(frame), "--target", "label", "--output", tmp_path / name]
        assert fit(*arguments, "--seed", 3) == 0
        model = joblib.load(tmp_path / name / "model.joblib")
        told.append(model.predict_proba(frame[list(model.feature_names_in_)]).tolist())
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--time-limit", "0"], "must be a number of seconds above 0"),
        (["--time-limit", "soon"], "must be a number of seconds above 0"),
        (["--jobs", "0"], "must be a positive integer"),
        (["--target", "lable"], "Did you mean 'label'?"),
    ],
)
def test_one_line_of_complaint(frame, csv, capsys, arguments, words):
    assert fit("--data", csv(frame), "--target", "label", *arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert words in lines[0]
