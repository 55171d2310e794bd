"""How long a report takes and how large its page is, for networks and for boosted trees.

python benchmarks/report_speed.py [--budget normal] [--output docs/report_speed.md]
"""

import argparse
import os
import pathlib
import platform
import warnings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import time

import numpy as np
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder, StandardScaler

import sknn
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
    """Measure, print each line as it comes, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--budget", choices=["fast", "normal", "thorough"])
    parser.add_argument("--output", type=pathlib.Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    table = [
        "# How long a report takes",
        "",
        "Written by `python benchmarks/report_speed.py --output docs/report_speed.md`. sknn "
        f"{sknn.__version__}, scikit-learn {sklearn.__version__}, Python "
        f"{platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores; reports on "
        "10 000 test rows and 10 000 training rows of 30 columns each, time on the wall.",
        "",
        "| model | budget | seconds | page, kB |",
        "|---|---|---:|---:|",
    ]
    print("\n".join(table), flush=True)
    for name, model, X_train, y_train, X, y in problems():
        for budget in [args.budget] if args.budget else ["fast", "normal", "thorough"]:
            begin = time.perf_counter()
            report = ModelReport(model, X, y, X_train=X_train, y_train=y_train, budget=budget)
            size = len(report.to_html().encode()) / 1000
            seconds = time.perf_counter() - begin
            table.append(f"| {name} | {budget} | {seconds:.1f} | {size:.0f} |")
            print(table[-1], flush=True)
    if args.output:
        args.output.write_text("\n".join(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
