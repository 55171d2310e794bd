"""Input that cannot be used: one line on standard error and exit code 2."""

import importlib
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import sknn
from sknn.cli import main


def complaint(capsys, *arguments):
    assert main(["demo", *map(str, arguments)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_no_file(tmp_path, capsys):
    said = complaint(capsys, "--data", tmp_path / "none.csv", "--target", "label")
    assert "there is no file" in said
    assert "none.csv" in said


def test_folder(tmp_path, capsys):
    assert "is not a file" in complaint(capsys, "--data", tmp_path, "--target", "label")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "not a CSV file in UTF-8"),
        (b"just one line of words", "has one column only"),
        (b'a,b\n1,"2', "cannot be read as a CSV file"),
        (b"a,b\n1,2,3\n1,2,3\n", "cannot be read as a CSV file"),
        (b"a,b\n1,2\n1,2,3,4\n", "cannot be read as a CSV file"),
        (b"a,b\n1,2\n", "1 row with a value of 'b'; at least 20"),
    ],
)
def test_not_a_table(content, said, tmp_path, capsys):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    assert said in complaint(capsys, "--data", path, "--target", "b")


def test_unknown_target_is_told_the_nearest_and_the_others(frame, csv, capsys):
    said = complaint(capsys, "--data", csv(frame), "--target", "lable")
    assert "Did you mean 'label'?" in said
    assert "'flag'" in said
    wide = csv(frame.assign(**{f"more {i}": i for i in range(9)}))
    assert complaint(capsys, "--data", wide, "--target", "zzz").endswith("and 7 more")


def test_data_without_target(frame, csv, capsys):
    said = complaint(capsys, "--data", csv(frame))
    assert "--target COLUMN" in said
    assert "'label'" in said


def test_target_without_data(capsys):
    assert "needs --data FILE" in complaint(capsys, "--target", "label")


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (["a"] * 80, "is 'a' in every row"),
        ([2.5] * 80, "is 2.5 in every row"),
        (["a"] * 77 + ["b"] * 3, "1 of 2 have fewer: 'b'"),
        ([f"text {i}" for i in range(80)], "80 of 80 have fewer"),
        ([np.nan] * 70 + ["a", "b"] * 5, "10 rows with a value of 'label'; at least 20"),
    ],
)
def test_target_of_no_use(label, said, frame, csv, capsys):
    assert said in complaint(capsys, "--data", csv(frame.assign(label=label)), "--target", "label")


def test_no_column_left(frame, csv, capsys):
    path = csv(frame[["constant", "name", "label"]])
    assert "no column to learn 'label' from" in complaint(
        capsys, "--data", path, "--target", "label"
    )


def test_output_is_a_file(frame, csv, capsys):
    path = csv(frame)
    said = complaint(capsys, "--data", path, "--target", "label", "--output", path)
    assert "is a file; a folder is needed" in said


@pytest.mark.parametrize("seed", ["one", "-1", "1.5", "4294967296"])
def test_seed(seed, capsys):
    assert "must be an integer from 0 to" in complaint(capsys, f"--seed={seed}")


def test_unknown_option(capsys):
    assert "--colour" in complaint(capsys, "--colour", "red")


def test_missing_library(monkeypatch, capsys):
    real = importlib.import_module

    def without_matplotlib(name, *rest):
        if name.startswith("matplotlib"):
            raise ImportError("No module named 'matplotlib'")
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without_matplotlib)
    assert "pip install 'sknn[cli]'" in complaint(capsys)


def test_help_and_version(capsys):
    assert main([]) == 0
    assert "demo" in capsys.readouterr().out
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"sknn {sknn.__version__}\n"


def test_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "sknn", "--help"], capture_output=True, text=True, check=True
    )
    assert "python -m sknn" in done.stdout
    assert done.stderr == ""


def test_import_needs_no_optional_library():
    code = """
import sys
for library in "pandas", "matplotlib", "jinja2", "tqdm":
    sys.modules[library] = None  # as if it were not installed
from sknn.cli import main
sys.exit(main(["demo"]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'sknn[cli]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_ctrl_c_ends_the_command_not_just_one_fit(tmp_path):
    command = [sys.executable, "-u", "-m", "sknn", "demo", "--output", str(tmp_path / "report")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as demo:
        for line in demo.stdout:
            if line.startswith("[2/5]"):
                break
        time.sleep(0.3)  # inside a fit
        demo.send_signal(signal.SIGINT)
        _, said = demo.communicate(timeout=30)
    assert demo.returncode == 130
    assert said == "sknn: interrupted\n"
