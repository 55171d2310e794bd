"""Permutation importance and partial dependence beside scikit-learn's, in turns.

Both get the same model and give the same numbers, which is checked. Run it with
``python benchmarks/importance_speed.py``; ``--rounds`` sets how often they take turns.
"""

import argparse

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_digits, make_regression
from sklearn.inspection import partial_dependence as sklearn_dependence
from sklearn.inspection import permutation_importance as sklearn_importance
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from turns import compare

from sknn.interpret import partial_dependence, permutation_importance


def mixed():
    """A frame with a column of strings, behind a pipeline."""
    import pandas as pd

    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(500, 8)), columns=[f"x{j}" for j in range(8)])
    frame["city"] = rng.choice(["Oslo", "Rome", "Bonn"], 500)
    encode = make_column_transformer(
        (StandardScaler(), [f"x{j}" for j in range(8)]), (OneHotEncoder(), ["city"])
    )
    y = frame["x0"] + (frame["city"] == "Rome") > 0
    return make_pipeline(encode, LogisticRegression()), frame, y


def problems():
    """Name, fitted model, rows and targets."""
    for name, (X, y) in (
        ("breast cancer 143 x 30", load_breast_cancer(return_X_y=True)),
        ("digits 450 x 64", load_digits(return_X_y=True)),
    ):
        net = MLPClassifier((100, 100), tol=1e-3, n_iter_no_change=3, random_state=0)
        model = make_pipeline(StandardScaler(), net).fit(X, y)
        n_rows = 143 if X.shape[1] == 30 else 450
        yield name, model, X[:n_rows], y[:n_rows]
    X, y = make_regression(2000, 8, random_state=0)
    net = MLPRegressor(hidden_layer_sizes=(100, 100), solver="lbfgs", tol=1.0, random_state=0)
    yield "regression 2000 x 8", net.fit(X, y), X, y
    model, frame, y = mixed()
    yield "pipeline on a frame 500 x 9", model.fit(frame, y), frame, y


def importances(model, X, y, scoring):
    """The two tasks, after a check that their numbers are the same."""
    how = {"scoring": scoring, "random_state": 0}
    own = permutation_importance(model, X, y, **how)
    theirs = sklearn_importance(model, X, y, **how)
    assert np.allclose(own.importances, theirs.importances, rtol=1e-9, atol=1e-9)
    return (
        lambda: sklearn_importance(model, X, y, **how),
        lambda: permutation_importance(model, X, y, **how),
    )


def dependences(model, X):
    """The two tasks for the third column and its curves of single rows."""
    how = {"kind": "both", "grid_resolution": 50}
    own = partial_dependence(model, X, [2], **how)
    theirs = sklearn_dependence(model, X, [2], method="brute", **how)
    assert np.allclose(own.average, theirs.average, rtol=1e-9, atol=1e-9)
    return (
        lambda: sklearn_dependence(model, X, [2], method="brute", **how),
        lambda: partial_dependence(model, X, [2], **how),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    print(f"{'':48}{'sklearn ms':>11}{'sknn ms':>9}{'ratio':>7}")
    for name, model, X, y in problems():
        kinds = ["accuracy", "neg_log_loss"] if hasattr(model, "predict_proba") else ["r2"]
        tasks = {f"importance, {kind}": importances(model, X, y, kind) for kind in kinds}
        if hasattr(model, "predict_proba"):
            tasks["importance, roc_auc_ovr"] = importances(model, X, y, "roc_auc_ovr")
        tasks["partial dependence"] = dependences(model, X)
        for task, pair in tasks.items():
            theirs, own, ratio = compare(pair, rounds)
            print(f"{name + ': ' + task:48}{theirs:11.1f}{own:9.1f}{ratio:7.2f}")


if __name__ == "__main__":
    main()
