"""``python -m sknn tune``: a search on a table, and the best network as a file."""

import json

import joblib
import pandas as pd
import pytest

from sknn.cli import main


def tune(*arguments):
    return main(["tune", *map(str, arguments), "--max-epochs", "3", "--space", "small"])


@pytest.mark.parametrize("method", ["random", "bayes", "hyperband", "asha"])
@pytest.mark.parametrize("target", ["label", "amount"])
def test_methods(frame, csv, tmp_path, capsys, method, target):
    folder = tmp_path / "tuned"
    arguments = ["--data", csv(frame), "--target", target, "--output", folder]
    arguments += ["--method", method, "--n-iter", 4, "--folds", 2]
    assert tune(*arguments) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "60 rows to learn from, 20 set aside" in said.out
    scorer = "neg_log_loss" if target == "label" else "r2"
    assert f"{scorer} of the best on the rows set aside" in said.out
    best = json.loads((folder / "best.json").read_text())
    assert set(best) == {"params", "cv_score", "test_score"}
    assert "net__hidden_layer_sizes" not in best["params"]
    candidates = pd.read_csv(folder / "candidates.csv")
    assert candidates["mean_test_score"].max() >= best["cv_score"]
    model, test = joblib.load(folder / "model.joblib"), pd.read_csv(folder / "test.csv")
    assert len(model.predict(test.drop(columns=target))) == len(test) == 20
    assert {"history.png", "importance.png"} <= {path.name for path in folder.iterdir()}
    # what it says to do next can be done
    explain = ["explain", folder / "model.joblib", folder / "test.csv", "--target", target]
    if method == "hyperband":
        more = ["--budget", "fast", "--report", tmp_path / "report.html"]
        assert main([str(part) for part in [*explain, *more]]) == 0


@pytest.mark.parametrize("target", ["label", "amount"])
def test_a_tabular_model(frame, csv, tmp_path, capsys, target):
    folder = tmp_path / "tuned"
    arguments = ["--data", csv(frame), "--target", target, "--output", folder]
    assert tune(*arguments, "--model", "tabular", "--n-iter", 4, "--folds", 2) == 0
    assert capsys.readouterr().err == ""
    best = json.loads((folder / "best.json").read_text())
    assert set(best["params"]) == {"net__dropout", "net__learning_rate_init", "net__weight_decay"}
    model, test = joblib.load(folder / "model.joblib"), pd.read_csv(folder / "test.csv")
    assert len(model.predict(test.drop(columns=target))) == len(test) == 20


def test_grid_and_resume(frame, csv, tmp_path, capsys):
    arguments = ["--data", csv(frame), "--target", "label", "--output", tmp_path / "tuned"]
    arguments += ["--method", "grid", "--folds", 2, "--scoring", "accuracy"]
    assert tune(*arguments) == 0
    first = (tmp_path / "tuned" / "candidates.csv").read_text()
    assert first.count("\n") == 1 + 54
    assert tune(*arguments) == 0  # all scores and times are on record
    assert (tmp_path / "tuned" / "candidates.csv").read_text() == first


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--scoring", "acuracy"], "no scorer of scikit-learn. Did you mean 'accuracy'?"),
        (["--folds", "1"], "--folds must be at least 2"),
        (["--n-iter", "0"], "must be a positive integer"),
        (["--method", "grid", "--space", "wide"], "has no grid|several parts and no grid"),
        (["--method", "grid", "--space", "default"], "the grid would have"),
        (["--scheduler", "tcp://127.0.0.1:1"], "there is no Dask scheduler"),
        (["--model", "tabular", "--method", "asha"], "use bayes, random or grid"),
        (["--timeout", "1e-9"], "out of time"),
    ],
)
def test_one_line_of_complaint(frame, csv, tmp_path, capsys, arguments, words, monkeypatch):
    monkeypatch.setattr("sknn.cli.tune.PATIENCE", 1)
    given = ["tune", "--data", csv(frame), "--target", "label", "--output", tmp_path / "t"]
    assert main([str(part) for part in [*given, *arguments]]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert any(word in lines[0] for word in words.split("|"))
