"""What training many small networks as one stack gains over training one after the other.

    python benchmarks/population.py [--rounds 5] [--epochs 4] [--output docs/population_speed.md]

Networks with the same layers and different seeds and penalties learn scikit-learn's digits data by
Adam, together and one by one, in turns. The tables show the median over the rounds of the ratio of
processor times.
"""

import argparse
import pathlib
import platform
import shlex
import sys
import warnings

from turns import PROCESSOR, compare  # isort: skip - it limits threads before NumPy is imported

import numpy as np
from sklearn.datasets import load_digits

import sknn
from sknn import MLPClassifierX
from sknn.estimators.population import Fit, fit_together

WIDTHS = [(16,), (32,), (64,), (64, 64), (128,)]
BATCHES = [32, 64, 200]
MEMBERS = [3, 9, 27]


def ratio(widths, batch, members, dtype, epochs, rounds):
    """How many times as long separate fits take."""
    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(dtype)

    def networks():
        return [
            MLPClassifierX(
                widths,
                batch_size=batch,
                alpha=10.0 ** -(seed % 5),
                random_state=seed,
                max_iter=epochs,
                n_iter_no_change=epochs,
            )
            for seed in range(members)
        ]

    def together():
        assert fit_together([Fit(net, X, y) for net in networks()]) == [None] * members

    def one_by_one():
        for net in networks():
            net.fit(X, y)

    _, _, alone_to_together = compare([one_by_one, together], rounds)
    return alone_to_together


def main():
    """Measure, print each row as it comes, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--output", type=pathlib.Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    lines = [
        "# Many small networks as one stack",
        "",
        f"Written by `python benchmarks/population.py {shlex.join(sys.argv[1:])}`. sknn "
        f"{sknn.__version__}, NumPy {np.__version__}, Python {platform.python_version()}, "
        f"{PROCESSOR}; one thread. How many times as long as a stack the same networks take one "
        f"after the other: median of {args.rounds} interleaved rounds of {args.epochs} epochs over "
        "1797 rows with 64 columns. A stack works on 2 MB at most, so that more members than fit "
        "there are several stacks; networks of more than two million multiplications a step are "
        "not stacked.",
        "",
        "| hidden layers | batch | "
        + " | ".join(f"{m} networks, {d}" for d in ("float64", "float32") for m in MEMBERS)
        + " |",
        "|---|---:|" + "---:|" * (2 * len(MEMBERS)),
    ]
    print("\n".join(lines))
    for widths in WIDTHS:
        for batch in BATCHES:
            ratios = [
                f"{ratio(widths, batch, members, dtype, args.epochs, args.rounds):.2f}"
                for dtype in ("float64", "float32")
                for members in MEMBERS
            ]
            name = "-".join(map(str, widths))
            lines.append(f"| {name} | {batch} | {' | '.join(ratios)} |")
            print(lines[-1], flush=True)
    if args.output:
        args.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
