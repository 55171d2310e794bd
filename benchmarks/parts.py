"""What a default network pays for each part: time of a fit with it beside a fit without.

    python benchmarks/parts.py [--rounds 5] [--output docs/parts_speed.md]

Each part takes turns with the default network on the same data, with the same seed and number of
epochs and one BLAS thread, so that whatever else the machine does meets both. The table shows the
median of the ratio of processor times within each round: 1.00 costs nothing, 2.00 doubles the time.
"""

import argparse
import functools
import pathlib
import platform
import warnings

from turns import compare  # isort: skip - it limits threads before NumPy is imported

import numpy as np
from sklearn.datasets import make_classification, make_regression

from sknn import MLPClassifierX, MLPRegressorX
from sknn.estimators.validation import CLASSIFIER_RULES, REGRESSOR_RULES, registries

#: Parameters that are numbers, with the value that is measured.
OPTIONS = {
    "l1": 1e-4,
    "max_norm": 2.0,
    "input_dropout": 0.1,
    "label_smoothing": 0.1,
    "on_divergence": "restore",
    "early_stopping": True,
}
#: Parts that make no network, end a fit early, or write to the disk or the screen.
LEFT_OUT = {
    "solver": {"lbfgs"},
    "callbacks": {
        "checkpoint", "print", "target_loss", "target_score", "loss_tolerance", "still_weights",
    },
}  # fmt: skip


def table(Estimator):
    """X and y of 4000 rows with 20 columns, in single precision."""
    if Estimator is MLPClassifierX:
        X, y = make_classification(4000, 20, n_informative=10, n_classes=5, random_state=0)
        return X.astype("f4"), y
    X, y = make_regression(4000, 20, random_state=0)
    return X.astype("f4"), (np.abs(y) / y.std() + 0.1).astype("f4")  # positive, for any loss


def setups():
    """Parameter, name of the part, estimator and the parameters that it is set up with."""
    rules = {MLPClassifierX: CLASSIFIER_RULES, MLPRegressorX: REGRESSOR_RULES}
    for Estimator, of_estimator in rules.items():
        for parameter, registry in registries(of_estimator).items():
            if Estimator is MLPRegressorX and parameter != "loss":
                continue
            for name in registry:
                if name not in LEFT_OUT.get(parameter, ()):
                    yield parameter, name, Estimator, {parameter: name}
    for parameter, value in OPTIONS.items():
        yield parameter, repr(value), MLPClassifierX, {parameter: value}


def ratio(Estimator, params, rounds):
    """Median ratio of the time of a fit with ``params`` to that of the default network."""
    X, y = table(Estimator)
    shared = {"max_iter": 5, "tol": 0, "n_iter_no_change": np.inf, "random_state": 0}
    shared["learning_rate_init"] = 1e-5  # all parts do the same work, and none diverges
    plain, changed = Estimator(**shared), Estimator(**shared, **params)
    tasks = [functools.partial(net.fit, X, y) for net in (changed, plain)]
    return compare(tasks, rounds)[2]


def main():
    """Measure, print each row as it comes, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=pathlib.Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    lines = [
        "# What each part costs",
        "",
        "Written by `python benchmarks/parts.py --output docs/parts_speed.md`: processor time of a "
        "fit with the part, divided by that of the default network (4000 x 20 float32, 100 hidden "
        "units, batches of 200, 5 epochs), median of "
        f"{args.rounds} interleaved rounds with one BLAS thread. NumPy {np.__version__}, Python "
        f"{platform.python_version()}, {platform.machine()}.",
        "",
        "| parameter | part | times the default |",
        "|---|---|---:|",
    ]
    print("\n".join(lines), flush=True)
    for parameter, name, Estimator, params in setups():
        lines.append(f"| {parameter} | {name} | {ratio(Estimator, params, args.rounds):.2f} |")
        print(lines[-1], flush=True)
    if args.output:
        args.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
