"""Checkpoints: what is kept comes back exactly, and what is broken is told."""

import math
import subprocess
import sys
from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from scipy.stats import loguniform
from sklearn.metrics import make_scorer

from sknn import MLPClassifierX
from sknn.exceptions import DamagedCheckpointError, InvalidParameterError
from sknn.tuning import Sometimes
from sknn.tuning.records import Records, States, code_of, described, fingerprint

RESULT = {"test_scores": {"a": 0.1 + 0.2, "b": float("nan")}, "fit_error": "Trace\nback é"}


def opened(folder, key="0123456789abcdef0123"):
    return closing(Records(folder, key, "Search"))


def filled(folder, n=3):
    with opened(folder) as records:
        records.seed(7)
        for index in range(n):
            records.add((index, "params", 0, 3), RESULT | {"fit_time": np.float64(index)})
    return records.path


def test_comes_back_exactly(tmp_path):
    filled(tmp_path)
    with opened(tmp_path) as again:
        assert again.seed(99) == 7
        result = again.get((2, "params", 0, 3))
        assert again.get((2, "params", 1, 3)) is None
    assert result["test_scores"]["a"] == 0.1 + 0.2
    assert math.isnan(result["test_scores"]["b"])
    assert (result["fit_error"], result["fit_time"]) == (RESULT["fit_error"], 2.0)


def test_other_keys_have_other_files(tmp_path):
    filled(tmp_path)
    with opened(tmp_path, "f" * 20) as other:
        assert other.seed(99) == 99
        assert other.get((2, "params", 0, 3)) is None
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("n_bytes", [1, 5, 20])
def test_a_line_that_was_cut_off_is_dropped(tmp_path, n_bytes):
    path = filled(tmp_path)
    path.write_bytes(path.read_bytes()[:-n_bytes])
    with opened(tmp_path) as records:
        assert records.get((1, "params", 0, 3)) is not None
        assert records.get((2, "params", 0, 3)) is None
        records.add((2, "params", 0, 3), RESULT)
    with opened(tmp_path) as again:
        assert again.get((2, "params", 0, 3)) is not None


def test_a_header_that_was_cut_off(tmp_path):
    path = filled(tmp_path)
    path.write_bytes(path.read_bytes()[:10])
    for drawn in (5, 6):
        with opened(tmp_path) as records:
            assert records.seed(drawn) == 5


def test_a_broken_line_is_told(tmp_path):
    path = filled(tmp_path)
    data = bytearray(path.read_bytes())
    data[data.index(b"\n") + 30] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(DamagedCheckpointError, match=r"Line 2 of the checkpoint .* is damaged"):
        opened(tmp_path)


def test_fingerprints_tell_data_apart():
    X = np.arange(12.0).reshape(4, 3)
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    things = [
        X,
        X.astype("float32"),
        X[:, ::-1].copy(),
        X + 1e-12,
        csr_matrix(X),
        frame,
        frame.rename(columns={"a": "c"}),
        frame.assign(b=["x", "z"]),
        MLPClassifierX(),
        MLPClassifierX(alpha=1),
        described({"a": loguniform(1e-3, 1)}),
        described({"a": loguniform(1e-3, 2)}),
        described([{"a": Sometimes(loguniform(1e-3, 2))}]),
    ]
    prints = [fingerprint(thing) for thing in things]
    assert len(set(prints)) == len(prints)
    assert prints == [fingerprint(thing) for thing in things]


CODE = """
import numpy as np, pandas as pd
from scipy.stats import loguniform
from sknn import MLPClassifierX
from sknn.tuning import Sometimes
from sknn.tuning.records import described, fingerprint
frame = pd.DataFrame({"a": ["x", "y"] * 3, "b": pd.Categorical(["u", "v", "u"] * 2)})
space = {"alpha": loguniform(1e-3, 1), "dropout": Sometimes(loguniform(.1, 1))}
print(fingerprint(frame, described(space), MLPClassifierX(solver="sgd"), {"x", "y", "z"}))
"""


def test_fingerprints_are_the_same_in_each_process():
    prints = {
        subprocess.run(
            [sys.executable, "-c", CODE],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(prints) == 1
    assert len(prints.pop()) > 20


def test_what_has_no_fingerprint():
    with pytest.raises(InvalidParameterError, match="top of a module, not as a lambda"):
        fingerprint(lambda: 0)


def test_the_data_are_not_in_the_message():
    with pytest.raises(InvalidParameterError) as caught:
        fingerprint(np.full(5, 12.3456789), lambda: 0)
    assert "12.345" not in str(caught.value)


def one(X):
    return X + 1


def other(X):
    return X + 2


def test_functions_are_told_apart_by_what_they_do():
    assert code_of(one) != code_of(other)
    assert code_of(one) == code_of(one)
    assert code_of(make_scorer(one)) == code_of(one)
    assert code_of("accuracy") is None


@pytest.mark.skipif(sys.platform == "win32", reason="there is no flock")
def test_one_search_at_a_time(tmp_path):
    said = "Another process is at the same search"
    with opened(tmp_path), pytest.raises(InvalidParameterError, match=said):
        opened(tmp_path)
    with opened(tmp_path) as again:
        assert again.seed(3) == 3


def test_a_checkpoint_is_a_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidParameterError, match="must be a folder"):
        opened(tmp_path / "file")


def test_states(tmp_path):
    states = States(tmp_path / "states")
    states.put(1, "ab", 0, 3, b"three")
    states.put(1, "ab", 0, 9, b"nine")
    states.put(11, "ab", 0, 9, b"other")
    assert states.get(1, "ab", 0, 3) is None
    assert states.get(1, "ab", 0, 9) == b"nine"
    assert states.get(1, "cd", 0, 9) is None  # the same number, but other parameters
    states.drop(1)
    assert states.get(1, "ab", 0, 9) is None
    assert states.get(11, "ab", 0, 9) == b"other"
