"""How long a report takes and how large its page is, for networks on tables of several sizes.

Run it with ``python benchmarks/report_speed.py``; ``--budget`` chooses one budget alone.
"""

import argparse
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import time

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder, StandardScaler

from sknn import MLPClassifierX, MLPRegressorX
from sknn.interpret import ModelReport


def problems():
    """Name, fitted model, and training and test rows with their targets."""
    X, y = make_classification(20_000, 30, n_informative=10, random_state=0)
    net = MLPClassifierX((100,), max_iter=20, tol=1e-3, random_state=0)
    halves = X[:10_000], y[:10_000], X[10_000:], y[10_000:]
    yield "network, 10000 x 30", make_pipeline(StandardScaler(), net).fit(*halves[:2]), *halves
    net = MLPClassifierX((100, 100), max_iter=20, tol=1e-3, random_state=0)
    X, y = make_classification(20_000, 30, n_informative=10, n_classes=4, random_state=0)
    halves = X[:10_000], y[:10_000], X[10_000:], y[10_000:]
    yield "network, 4 classes", make_pipeline(StandardScaler(), net).fit(*halves[:2]), *halves
    X, y = make_regression(20_000, 30, n_informative=10, noise=20.0, random_state=0)
    net = MLPRegressorX(hidden_layer_sizes=(100,), max_iter=20, tol=1.0, random_state=0)
    halves = X[:10_000], y[:10_000], X[10_000:], y[10_000:]
    yield "network, regression", make_pipeline(StandardScaler(), net).fit(*halves[:2]), *halves
    yield mixed()


def mixed():
    """Boosted trees behind an encoder of strings, on a frame."""
    import pandas as pd

    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(20_000, 20)), columns=[f"x{j}" for j in range(20)])
    for j in range(10):
        frame[f"city {j}"] = rng.choice(["Oslo", "Rome", "Bonn", "Graz"], 20_000)
    y = (frame["x0"] + (frame["city 0"] == "Rome") + rng.normal(size=20_000) > 0).to_numpy()
    encode = make_column_transformer(
        (OrdinalEncoder(), [f"city {j}" for j in range(10)]), remainder="passthrough"
    )
    model = make_pipeline(encode, HistGradientBoostingClassifier(random_state=0))
    halves = frame[:10_000], y[:10_000], frame[10_000:], y[10_000:]
    return "boosted trees, strings", model.fit(*halves[:2]), *halves


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budget", choices=["fast", "normal", "thorough"])
    chosen = parser.parse_args().budget
    print("| model | budget | seconds | page, kB |")
    print("|---|---|---|---|")
    for name, model, X_train, y_train, X, y in problems():
        for budget in [chosen] if chosen else ["fast", "normal"]:
            begin = time.perf_counter()
            report = ModelReport(model, X, y, X_train=X_train, y_train=y_train, budget=budget)
            size = len(report.to_html().encode()) / 1000
            print(
                f"| {name} | {budget} | {time.perf_counter() - begin:.1f} | {size:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
