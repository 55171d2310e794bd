"""``python -m sknn explain``: a report on a saved model, and one line where that cannot be."""

import json
import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from sknn import MLPClassifierX
from sknn.cli import main

SCRIPT = "<script>alert(1)</script>"


def pipeline(frame):
    encode = make_column_transformer(
        (SimpleImputer(), [SCRIPT, "$x_1$"]),
        (OneHotEncoder(handle_unknown="ignore"), ["colour & <b>", "flag"]),
    )
    net = MLPClassifierX(hidden_layer_sizes=(4,), solver="lbfgs", tol=0.1, random_state=0)
    return make_pipeline(encode, net).fit(frame[[SCRIPT, "$x_1$", "colour & <b>", "flag"]],
                                          frame["label"])  # fmt: skip


@pytest.fixture
def saved(frame, tmp_path):
    """The pipeline in a file of joblib."""
    path = tmp_path / "model.joblib"
    joblib.dump(pipeline(frame), path)
    return path


def explain(*arguments):
    return main(["explain", *map(str, arguments), "--budget", "fast"])


def complaint(capsys, *arguments):
    assert explain(*arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_report(saved, frame, csv, tmp_path, capsys):
    page, numbers = tmp_path / "page.html", tmp_path / "numbers.json"
    code = explain(
        saved, csv(frame), "--target", "label", "--train", csv(frame, "train.csv"),
        "--sensitive", "flag", "--sensitive", "name", "--audience", "validation",
        "--title", "Mine <b>", "--report", page, "--json", numbers, "--seed", "3",
    )  # fmt: skip
    said = capsys.readouterr()
    assert code == 0
    assert said.err == ""
    assert "checks passed" in said.out
    assert f"Report:  {page}" in said.out
    assert "fail: Test rows are new" in said.out
    html = page.read_text(encoding="utf-8")
    assert "<h1>Mine &lt;b&gt;</h1>" in html
    assert SCRIPT not in html
    content = json.loads(numbers.read_text(encoding="utf-8"))
    assert content["audience"] == "validation"
    assert content["settings"]["seed"] == 3
    names = [section["name"] for section in content["sections"]]
    assert {"subgroups", "card", "importance"} <= set(names)
    columns = next(s for s in content["sections"] if s["name"] == "data")["blocks"]
    rows = next(b for b in columns if b.get("name") == "columns")["rows"]
    assert [row[0] for row in rows] == [SCRIPT, "$x_1$", "colour & <b>", "flag"]


def test_the_same_seed_writes_the_same_bytes(saved, frame, csv, tmp_path):
    data = csv(frame)
    for name in ("one", "two"):
        assert explain(saved, data, "--target", "label", "--report", tmp_path / name) == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_pickle_of_a_model_without_names(frame, csv, tmp_path):
    path, page = tmp_path / "model.pkl", tmp_path / "page.html"
    X = frame[[SCRIPT, "constant"]]
    path.write_bytes(pickle.dumps(Ridge().fit(X.to_numpy(), frame["amount"])))
    data = csv(frame[[SCRIPT, "constant", "amount", "name"]])
    how = ["--target", "amount", "--sensitive", "name", "--report", page]
    assert explain(path, data, *how) == 0
    assert "alert(1)" in page.read_text(encoding="utf-8")  # by its name, and not as x0


def test_numbers_as_classes(csv, tmp_path):
    table = pd.DataFrame({"a": np.arange(60.0), "b": np.arange(60) % 7, "y": np.arange(60) > 30})
    table["y"] = table["y"].astype(int)
    path = tmp_path / "model.joblib"
    joblib.dump(LogisticRegression(max_iter=500).fit(table[["b", "a"]], table["y"]), path)
    page = tmp_path / "page.html"
    table.loc[3, "y"] = np.nan  # so that the column is one of floats
    assert explain(path, csv(table), "--target", "y", "--report", page) == 0
    assert page.exists()


def test_a_row_without_a_target_is_told(saved, frame, csv, tmp_path, capsys):
    frame["label"] = frame["label"].astype(object)
    frame.loc[:4, "label"] = None
    assert explain(saved, csv(frame), "--target", "label", "--report", tmp_path / "p") == 0
    assert "note: 5 rows of table.csv without a value of 'label'" in capsys.readouterr().out


def test_no_model(tmp_path, frame, csv, capsys):
    said = complaint(capsys, tmp_path / "none", csv(frame), "--target", "label")
    assert "there is no model file" in said


@pytest.mark.parametrize("content", [b"", b"text", b"\x80\x04K\x01.", b"cnothing\nhere\n."])
def test_no_model_in_the_file(content, tmp_path, frame, csv, capsys):
    path = tmp_path / "model"
    path.write_bytes(content)
    said = complaint(capsys, path, csv(frame), "--target", "label")
    assert "cannot be loaded as a model" in said or "has no predict" in said


@pytest.mark.parametrize(
    ("change", "how", "said"),
    [
        (lambda t: t, ["--target", "lable"], "Did you mean 'label'?"),
        (lambda t: t.drop(columns="flag"), [], "lacks columns that the model knows: 'flag'"),
        (lambda t: t.assign(label="maybe"), [], "no value of 'label' is a class of the model"),
        (lambda t: t.assign(label=None), [], "has no row with a value of 'label'"),
        (lambda t: t.assign(**{SCRIPT: "text"}), [], "cannot predict the rows of table.csv"),
        (lambda t: t, ["--sensitive", "flagg"], "Did you mean 'flag'?"),
        (lambda t: t, ["--train", "none.csv"], "there is no file 'none.csv'"),
        (lambda t: t, ["--report", "none/page.html"], "its folder must be there"),
    ],
)
def test_what_does_not_fit(change, how, said, saved, frame, csv, capsys):
    how = how if "--target" in how else ["--target", "label", *how]
    assert said in complaint(capsys, saved, csv(change(frame)), *how)


def test_a_model_that_was_not_fitted(frame, csv, tmp_path, capsys):
    path = tmp_path / "model"
    joblib.dump(Ridge(), path)
    said = complaint(capsys, path, csv(frame[[SCRIPT, "amount"]]), "--target", "amount")
    assert "not fitted" in said


def test_words_for_numbers(frame, csv, tmp_path, capsys):
    path = tmp_path / "model"
    joblib.dump(Ridge().fit(frame[[SCRIPT]], frame["amount"]), path)
    said = complaint(capsys, path, csv(frame), "--target", "label")
    assert "the model predicts numbers, but 'label' holds others" in said


def test_wrong_number_of_columns(frame, csv, tmp_path, capsys):
    path = tmp_path / "model"
    joblib.dump(Ridge().fit(frame[[SCRIPT]].to_numpy(), frame["amount"]), path)
    said = complaint(capsys, path, csv(frame), "--target", "amount")
    assert "the model knows 1 column without names, but table.csv has 7 beside" in said


def test_target_is_required(saved, frame, csv, capsys):
    assert "--target" in complaint(capsys, saved, csv(frame))


def test_help_warns_of_loading(capsys):
    with pytest.raises(SystemExit) as end:
        main(["explain", "--help"])
    assert end.value.code == 0
    assert "only files that you trust" in " ".join(capsys.readouterr().out.split())
