"""Time, local R2 and stability of LIME for a row beside the lime package, in one interleaved run.

    python benchmarks/lime_speed.py [--rounds 5] [--rows 4] [--output docs/lime_speed.md]

The lime package explains the same network as it does by default (numbers cut at quartiles) and with
numbers as numbers, around the row as ours does, from the same number of random rows, on one thread.
R2 is that of the linear model on its own weighted rows; stability is the share (Jaccard) of the
five strongest columns that two seeds agree on, the mean over pairs of five seeds.
"""

import argparse
import pathlib
import platform
import warnings
from importlib.metadata import version

from turns import compare  # isort: skip - it limits threads before NumPy is imported

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.preprocessing import StandardScaler

import sknn
from sknn import MLPClassifierX, MLPRegressorX
from sknn.interpret import lime

N_SAMPLES = 5000


def problems():
    """Name, fitted network, its output that is explained, and the rows."""
    how = {"hidden_layer_sizes": (100, 100), "max_iter": 100, "random_state": 0}
    X, y = load_diabetes(return_X_y=True)
    X = StandardScaler().fit_transform(X).astype(np.float32)
    yield "diabetes, 10 columns", MLPRegressorX(**how, standardize_y=True).fit(X, y), "auto", X
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X).astype(np.float32)
    net = MLPClassifierX(**how).fit(X, y)
    yield "breast cancer, 30 columns, probability", net, "proba", X
    yield "breast cancer, 30 columns, log-odds", net, "logit", X
    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32)
    yield "digits, 64 columns, 10 log-odds", MLPClassifierX(**how).fit(X, y), "logit", X


WAYS = {
    "lime, default": {"engine": "lime", "discretize": True},
    "lime, numbers as numbers": {"engine": "lime", "sample_around_instance": True},
    "sknn": {},
}


def lines(rounds, n_rows):
    """Each line of the table, as it is measured."""
    for name, net, output, X in problems():
        rows, background = X[:n_rows], X[-1000:]

        def explain(n_seeds=1, net=net, output=output, rows=rows, background=background, **how):
            return lime(
                net,
                rows,
                background,
                n_samples=N_SAMPLES,
                output=output,
                n_seeds=n_seeds,
                random_state=0,
                **how,
            )

        for way, how in WAYS.items():
            found = explain(n_seeds=5, **how)
            times = compare([lambda how=how: explain(**how), explain], rounds)
            yield (
                f"| {name} | {way} | {times[0] / n_rows:.3g} | {found.scores.mean():.2f} "
                f"| {found.stability.mean():.2f} | {times[2]:.1f} |"
            )


def main():
    """Measure, print each line as it comes, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--output", type=pathlib.Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    table = [
        "# LIME beside the lime package",
        "",
        "Written by `python benchmarks/lime_speed.py --output docs/lime_speed.md`. sknn "
        f"{sknn.__version__}, lime {version('lime')}, NumPy {np.__version__}, Python "
        f"{platform.python_version()}, {platform.machine()}; networks of 100-100 ReLU units in "
        f"float32, {args.rows} rows, {N_SAMPLES} random rows around each, processor time of a row, "
        f"median of {args.rounds} interleaved rounds, one thread. The last column is its time "
        "divided by that of sknn in the same rounds.",
        "",
        "| model | way | ms | local R² | stability | time / sknn's |",
        "|---|---|---:|---:|---:|---:|",
    ]
    print("\n".join(table), flush=True)
    for line in lines(args.rounds, args.rows):
        table.append(line)
        print(line, flush=True)
    if args.output:
        args.output.write_text("\n".join(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
