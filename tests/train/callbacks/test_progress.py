"""The progress bar: tqdm's, a line of text without it, and silence in workers."""

import sys
import threading

import pytest
from joblib import Parallel, delayed

from sknn import MLPRegressorX
from sknn.train import ProgressBar
from sknn.train.callbacks.progress import in_worker
from sknn.train.loop import train

X, y = [[0.0], [1.0]], [0.0, 1.0]


def test_tqdm(make_run, capsys):
    pytest.importorskip("tqdm")
    scores = iter([0.5, 0.6, 0.75])
    run = make_run(callbacks=[ProgressBar()], max_iter=3, validate=lambda: next(scores))
    train(run, warn=False)
    told = capsys.readouterr()
    assert told.out == ""
    assert "3/3" in told.err
    assert f"loss={run.loss:.4g}" in told.err
    assert "score=0.75" in told.err


def test_without_tqdm(make_run, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    run = train(make_run(callbacks=[ProgressBar()], max_iter=3), warn=False)
    told = capsys.readouterr()
    assert told.out == ""
    lines = told.err.split("\r")
    assert [line.strip().split(",")[0] for line in lines[1:]] == [
        f"epoch {i} of 3" for i in (1, 2, 3)
    ]
    assert f"loss {run.loss:.4g}" in lines[-1]
    assert told.err.endswith("\n")


def test_a_bar_that_training_does_not_fill_is_closed(capsys):
    MLPRegressorX(callbacks=["progress_bar", "target_loss"], max_iter=5000, random_state=0).fit(
        X, y
    )
    assert "/5000" in capsys.readouterr().err


def test_threads_are_quiet(capsys):
    assert not in_worker()
    net = MLPRegressorX(callbacks="progress_bar", tol=1e9, n_iter_no_change=1)
    thread = threading.Thread(target=net.fit, args=(X, y))
    thread.start()
    thread.join()
    assert net.n_iter_ == 3 or net.n_iter_ == 2
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
def test_workers_of_joblib_are_quiet(backend):
    assert Parallel(n_jobs=2, backend=backend)(delayed(in_worker)() for _ in range(2)) == [True] * 2
