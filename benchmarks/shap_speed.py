"""Time and error of Shapley values for a row beside explainers of shap, in one interleaved run.

    python benchmarks/shap_speed.py [--rounds 5] [--rows 4] [--output docs/shap_speed.md]

Each explainer of shap explains the same network from the same 100 background rows, on one thread.
``shap_values`` walks as many orders as bring its error to no more than that of the explainer beside
it: whole passes are added until it is below. Where that explainer is exact, so is ours, by all
coalitions. The error is ||phi - phi*|| / ||phi*|| against a long run of ours, or all coalitions
where there are few columns. They take turns, and the table shows the median over the rounds of
processor time for a row, in milliseconds, and of the ratio within each round.
"""

import argparse
import pathlib
import platform
import warnings

from turns import compare  # isort: skip - it limits threads before NumPy is imported

import numpy as np
import shap
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.preprocessing import StandardScaler

import sknn
from sknn import MLPClassifierX, MLPRegressorX
from sknn.interpret import shap_values

N_BACKGROUND = 100


def california_like(rng):
    """Eight columns with the kinds of interactions that prices of houses have."""
    X = rng.normal(size=(6000, 8))
    y = (
        2 * np.tanh(X[:, 0])
        + X[:, 1] * X[:, 2]
        + np.sin(2 * X[:, 3]) * (X[:, 4] > 0)
        + np.exp(-((X[:, 5] - X[:, 6]) ** 2))
        + 0.3 * X[:, 7]
        + 0.2 * rng.normal(size=6000)
    )
    return X, y


def problems():
    """Name, fitted network, what shap is to explain, and the rows."""
    rng = np.random.default_rng(0)
    how = {"hidden_layer_sizes": (100, 100), "max_iter": 60, "random_state": 0}
    X, y = california_like(rng)
    net = MLPRegressorX(**how).fit(X.astype(np.float32), y.astype(np.float32))
    yield "prices, 8 columns", net, net.predict, X.astype(np.float32)
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X).astype(np.float32)
    net = MLPClassifierX(**how).fit(X, y)
    yield "breast cancer, 30 columns, logit", net, net.decision_function, X
    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32)
    net = MLPClassifierX(**how).fit(X, y)

    def centred(rows):
        raw = net.decision_function(rows)
        return raw - raw.mean(axis=1, keepdims=True)

    yield "digits, 64 columns, 10 logits", net, centred, X


def peers(function, background, rows):
    """Explainers of shap, as functions without arguments."""
    masker = shap.maskers.Independent(background, max_samples=len(background))
    walks = shap.PermutationExplainer(function, masker, seed=0)
    kernel = shap.KernelExplainer(function, background)
    return {
        "PermutationExplainer, default": lambda: walks(rows, silent=True).values,
        "KernelExplainer, l1_reg=0": lambda: kernel.shap_values(rows, l1_reg=0, silent=True),
    }


def error_of(values, truth):
    return float(np.linalg.norm(np.reshape(values, truth.shape) - truth) / np.linalg.norm(truth))


def enough(explain, truth, bound, seeds=5):
    """The fewest orders whose error, the median over some seeds, is within a bound."""
    for n_orders in N_BACKGROUND * np.arange(1, 60):
        errors = [error_of(explain(int(n_orders), seed).values, truth) for seed in range(seeds)]
        if np.median(errors) <= bound:
            break
    return int(n_orders), float(np.median(errors))


def lines(rounds, n_rows):
    """Each line of the table, as it is measured."""
    for name, net, function, X in problems():
        rows, background = X[:n_rows], X[-N_BACKGROUND:]

        def explain(n_orders, seed, net=net, rows=rows, background=background):
            return shap_values(
                net,
                rows,
                background,
                method="permutation",
                n_permutations=n_orders,
                random_state=seed,
            )

        if X.shape[1] <= 10:
            truth = shap_values(net, rows, background, method="exact").values
        else:
            truth = explain(100 * N_BACKGROUND, 99).values
        for peer, theirs in peers(function, background, rows).items():
            bound = error_of(theirs(), truth)
            if bound < 1e-5:  # all coalitions, but for rounding
                n_orders, error = "exact", 0.0

                def ours(net=net, rows=rows, background=background):
                    return shap_values(net, rows, background, method="exact")

            else:
                n_orders, error = enough(explain, truth, bound)

                def ours(n_orders=n_orders, explain=explain):
                    return explain(n_orders, 0)

            times = compare([theirs, ours], rounds)
            yield (
                f"| {name} | {peer} | {times[0] / n_rows:.3g} | {100 * bound:.2g} % "
                f"| {times[1] / n_rows:.3g} | {100 * error:.2g} % | {n_orders} | {times[2]:.1f} |"
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
        "# Shapley values beside shap",
        "",
        "Written by `python benchmarks/shap_speed.py --output docs/shap_speed.md`. shap "
        f"{shap.__version__}, sknn {sknn.__version__}, NumPy {np.__version__}, Python "
        f"{platform.python_version()}, {platform.machine()}; networks of 100-100 ReLU units in "
        f"float32, {args.rows} rows, {N_BACKGROUND} background rows, processor time of a row, "
        f"median of {args.rounds} interleaved rounds, one thread. sknn walks as many orders as "
        "bring its error to no more than that of the explainer beside it, and plays all coalitions "
        "where that one is exact.",
        "",
        "| model | explainer of shap | its ms | its error | sknn, ms | error | orders "
        "| times as fast |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    print("\n".join(table), flush=True)
    for line in lines(args.rounds, args.rows):
        table.append(line)
        print(line, flush=True)
    if args.output:
        args.output.write_text("\n".join(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
