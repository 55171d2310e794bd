"""Time of fit and predict beside scikit-learn's multi-layer perceptron, in one interleaved run.

    python benchmarks/speed.py [--rounds 7] [--epochs 10] [--output benchmarks/speed.md]

Both do the same work: same data, parameters, seed and number of epochs, one BLAS thread each.
They take turns, so that whatever else the machine does meets both, and the table shows the
median over the rounds of processor time in milliseconds and of the ratio within each round.
"""

import argparse
import pathlib
import platform
import warnings
from functools import partial

from turns import compare  # isort: skip - it limits threads before NumPy is imported

import numpy as np
import sklearn
from sklearn.datasets import load_digits, make_classification, make_regression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX, MLPRegressorX

PREDICTED_ROWS = (1, 1000, 100_000)


def workloads():
    """Name, estimators, parameters, X and y of each row of the table."""
    X, y = load_digits(return_X_y=True)
    yield "digits 64-100-10", (MLPClassifier, MLPClassifierX), {}, X, y
    X, y = make_regression(20_000, 8, noise=1.0, random_state=0)
    shape = {"hidden_layer_sizes": (64, 64)}
    yield "20k x 8, 64-64", (MLPRegressor, MLPRegressorX), shape, X, y / y.std()
    X, y = make_classification(20_000, 54, n_informative=20, n_classes=7, random_state=0)
    shape = {"hidden_layer_sizes": (256, 256)}
    yield "20k x 54, 256-256", (MLPClassifier, MLPClassifierX), shape, X, y
    X, y = make_classification(4_000, 784, n_informative=50, n_classes=10, random_state=0)
    shape = {"hidden_layer_sizes": (512, 256)}
    yield "4k x 784, 512-256", (MLPClassifier, MLPClassifierX), shape, X, y


def tasks_of(nets, X, y):
    """The tasks by name: for each, what scikit-learn's network and ours do, and how often."""
    yield "fit", [partial(net.fit, X, y) for net in nets], 1
    for n_rows in PREDICTED_ROWS:
        block = np.resize(X, (n_rows, X.shape[1]))
        repeats = max(1, 2000 // n_rows)
        yield f"predict {n_rows}", [partial(repeat, net, block, repeats) for net in nets], repeats


def repeat(net, X, times):
    """Predict several times, so that a short call can be timed."""
    for _ in range(times):
        net.predict(X)


def rows(rounds, epochs):
    """Each row of the table, as it is measured."""
    for name, classes, shape, X, y in workloads():
        X = StandardScaler().fit_transform(X)
        for dtype in ("float64", "float32"):
            params = shape | {"max_iter": epochs, "tol": 0, "random_state": 0}
            nets = [cls(**params) for cls in classes]
            for kind, tasks, repeats in tasks_of(nets, X.astype(dtype), y):
                theirs, ours, ratio = compare(tasks, rounds)
                yield name, dtype, kind, theirs / repeats, ours / repeats, ratio


def main():
    """Measure, print each row as it comes, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--output", type=pathlib.Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    lines = [
        "# Speed beside scikit-learn",
        "",
        "Written by `python benchmarks/speed.py --output docs/speed.md`. "
        f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}, Python "
        f"{platform.python_version()}, {platform.machine()}; {args.epochs} epochs, median of "
        f"{args.rounds} rounds, one BLAS thread.",
        "",
        "| data and layers | dtype | task | scikit-learn, ms | sknn, ms | times as fast |",
        "|---|---|---|---:|---:|---:|",
    ]
    print("\n".join(lines), flush=True)
    for name, dtype, kind, theirs, ours, ratio in rows(args.rounds, args.epochs):
        lines.append(f"| {name} | {dtype} | {kind} | {theirs:.3g} | {ours:.3g} | {ratio:.2f} |")
        print(lines[-1], flush=True)
    if args.output:
        args.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
