"""Words about each epoch: on standard output as scikit-learn's, and in the log."""

import logging
import warnings

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier, MLPRegressor

from sknn import MLPClassifierX, MLPRegressorX
from sknn.train import LogProgress, PrintProgress
from sknn.train.loop import train

X = np.random.RandomState(0).normal(size=(60, 3))
y = (X[:, 0] > 0).astype(int)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"early_stopping": True, "validation_fraction": 0.3},
        {"tol": 1.0, "n_iter_no_change": 2},
        {"solver": "sgd", "learning_rate": "adaptive", "tol": 1.0, "n_iter_no_change": 1},
    ],
)
@pytest.mark.parametrize(
    ("theirs", "ours"), [(MLPClassifier, MLPClassifierX), (MLPRegressor, MLPRegressorX)]
)
def test_verbose_prints_what_scikit_learn_prints(theirs, ours, params, capsys):
    printed = []
    for cls in (theirs, ours):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            cls(max_iter=15, random_state=0, verbose=True, **params).fit(X, y)
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] != ""


def test_every_few_epochs(make_run, capsys):
    train(make_run(callbacks=[PrintProgress(every=2)], max_iter=5), warn=False)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["Iteration 2", "Iteration 4"]


def test_the_log(make_run, caplog):
    scores = iter(np.linspace(0.5, 0.9, 5))
    run = make_run(callbacks=[LogProgress(every=5)], validate=lambda: next(scores))
    with caplog.at_level(logging.INFO, "sknn"):
        train(run, warn=False)
    assert [record.name for record in caplog.records] == ["sknn"]
    words = caplog.messages[0]
    assert words.startswith(
        f"epoch 5, loss {run.loss:.6g}, validation score 0.9, learning rate 0.01"
    )
