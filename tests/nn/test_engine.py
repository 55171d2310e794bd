"""Which engine trains, and who decides."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest

from sknn import MLPClassifierX, use_engine, warm_up
from sknn.exceptions import InvalidParameterError, MissingExtraError
from sknn.nn import engine


@pytest.fixture
def cold(monkeypatch, tmp_path):
    """A machine on which nothing was compiled, and whose kernels are a mere word."""
    monkeypatch.setattr(engine, "_loaded", None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv(engine.VARIABLE)
    monkeypatch.setattr(engine, "_load", lambda: "kernels")
    for known in (engine._is_installed, engine._stamp):
        known.cache_clear()
    yield
    monkeypatch.undo()
    for known in (engine._is_installed, engine._stamp):
        known.cache_clear()


def test_names(monkeypatch):
    assert engine.engine() == "numpy"  # of the test suite
    with use_engine("numba"):
        assert engine.engine() == "numba"
        with use_engine("auto"):
            assert engine.engine() == "auto"
        assert engine.engine() == "numba"
    words = r"'auto', 'numpy', 'numba'\. Got 'nunba' instead\. Did you mean 'numba'"
    with pytest.raises(InvalidParameterError, match=words), use_engine("nunba"):
        pass
    monkeypatch.setenv(engine.VARIABLE, "fast")
    with pytest.raises(InvalidParameterError, match="Got 'fast'"):
        engine.engine()


def test_the_choice_ends_with_the_block_that_fails():
    with pytest.raises(ZeroDivisionError), use_engine("auto"):
        raise ZeroDivisionError
    assert engine.engine() == "numpy"


def test_auto_waits_for_kernels_that_are_compiled(cold):
    pytest.importorskip("numba")
    assert engine.kernels(10) == (
        None,
        "sknn.warm_up() has not been called to compile the kernels",
    )
    engine._stamp().parent.mkdir(parents=True)
    engine._stamp().touch()
    assert engine.kernels(10) == ("kernels", "")


def test_a_long_fit_wins_the_time_of_compiling_back(cold):
    pytest.importorskip("numba")
    assert engine.kernels(engine.WORTH_COMPILING - 1)[0] is None
    assert engine.kernels(engine.WORTH_COMPILING)[0] == "kernels"


def test_a_numba_that_cannot_be_imported(cold, monkeypatch):
    pytest.importorskip("numba")

    def fail():
        raise MissingExtraError("Numba needs NumPy 2.0 or less")

    monkeypatch.setattr(engine, "_load", fail)
    reason = "Numba is installed, but cannot be imported"
    assert engine.kernels(engine.WORTH_COMPILING) == (None, reason)
    with use_engine("numba"), pytest.raises(MissingExtraError, match="needs NumPy"):
        engine.kernels()


def test_without_numba(cold, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert engine.kernels(10**9) == (None, "Numba is not installed")


def test_a_missing_numba_that_is_asked_for(monkeypatch):
    monkeypatch.setattr(engine, "_loaded", None)
    monkeypatch.setitem(sys.modules, "numba", None)
    with use_engine("numba"), pytest.raises(MissingExtraError, match=r"sknn\[fast\]"):
        MLPClassifierX().fit([[0.0], [1.0]], [0, 1])
    with pytest.raises(MissingExtraError, match=r"sknn\[fast\]"):
        warm_up()


def test_warm_up_leaves_compiled_kernels_to_later_processes(tmp_path):
    """In processes of their own, with caches of their own."""
    pytest.importorskip("numba")
    code = (
        "import numpy as np, sys, warnings; warnings.simplefilter('ignore')\n"
        "import sknn\n"
        "if sys.argv[1] == 'warm': sknn.warm_up()\n"
        "X = np.random.default_rng(0).normal(size=(50, 3))\n"
        "print(sknn.MLPClassifierX(max_iter=2).fit(X, X[:, 0] > 0).engine_, 'numba' in sys.modules)"
    )
    told = []
    for argument in ("cold", "warm", "later"):
        environment = {
            "PATH": "",
            "HOME": str(tmp_path),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "NUMBA_CACHE_DIR": str(tmp_path / "numba"),
        }
        done = subprocess.run(
            [sys.executable, "-c", code, argument],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.returncode, done.stderr
        told.append(done.stdout.strip())
    assert told == [
        "numpy: sknn.warm_up() has not been called to compile the kernels False",
        "numba: compiled layers, loss and solver True",
        "numba: compiled layers, loss and solver True",
    ]


def test_summary_names_the_engine():
    X = np.random.default_rng(0).normal(size=(50, 3))
    net = MLPClassifierX(solver="lbfgs", max_iter=1000).fit(X, X[:, 0] > 0)
    assert net.summary().facts["engine"] == net.engine_
    assert "engine       numpy: chosen by" in str(net.summary())
