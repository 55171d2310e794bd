"""Callbacks that come with sknn."""

from sknn.train import PrintProgress
from sknn.train.loop import train
from sknn.train.plateau import LossPlateau


def test_print_progress(make_run, capsys):
    run = make_run(callbacks=[PrintProgress()], max_iter=2)
    train(run, warn=False)
    assert capsys.readouterr().out.splitlines() == [
        f"Iteration {number}, loss = {loss:.8f}"
        for number, loss in enumerate(run.loss_curve, start=1)
    ]


def test_print_progress_tells_scores_and_why_it_stops(make_run, capsys):
    plateau = LossPlateau(tol=1e9, patience=0, best_loss=0.0)
    train(make_run(callbacks=[PrintProgress()], validate=lambda: 0.25, plateau=plateau))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:] == ["Validation score: 0.250000", f"{plateau.message} Stopping."]
