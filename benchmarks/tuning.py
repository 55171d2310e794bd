"""How soon each way of tuning finds what a full random search finds.

    python benchmarks/tuning.py TABLE.csv [TABLE.csv ...] [--target target] [--epochs 27]
                                [--candidates 60] [--seeds 5] [--rows 1200]
                                [--output docs/tuning_speed.md]

All searches have the same network behind the same scaler, the same space of parameters, the same
three folds, one process and one thread. The goal is what a random search of ``--candidates``
networks, each trained in full, finds in the median over the seeds. Counted are the epochs on each
fold, and the seconds of processor time, until a search has a candidate with a mean score as good as
that, trained in full. A search ends after as many epochs as the random search has, so it may never
get there.
"""

import argparse
import math
import pathlib
import platform
import shlex
import statistics
import sys
import time
import warnings

from turns import PROCESSOR  # isort: skip - it limits threads before NumPy is imported

import numpy as np
import optuna
import pandas as pd
import sklearn
from scipy.stats import loguniform
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import (
    GridSearchCV,
    HalvingRandomSearchCV,
    KFold,
    RandomizedSearchCV,
    StratifiedKFold,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

import sknn
from sknn import Layers, MLPClassifierX, MLPRegressorX
from sknn.train import Callback
from sknn.tuning import BayesSearchCV, HyperbandSearchCV, PopulationRandomizedSearchCV
from sknn.tuning.brackets import plan

WIDTHS, DEPTHS = [16, 32, 64, 128], [1, 2]
RATES, ALPHAS, DROPOUTS = (3e-4, 1e-1), (1e-6, 1e0), [0.0, 0.1, 0.3]
SPACE = {
    "net__hidden_layer_sizes__depth": DEPTHS,
    "net__hidden_layer_sizes__width": WIDTHS,
    "net__learning_rate_init": loguniform(*RATES),
    "net__alpha": loguniform(*ALPHAS),
    "net__dropout": DROPOUTS,
}
GRID = {
    "net__hidden_layer_sizes__depth": DEPTHS,
    "net__hidden_layer_sizes__width": [16, 64],
    "net__learning_rate_init": [1e-3, 1e-2],
    "net__alpha": [1e-5, 1e-3, 1e-1],
    "net__dropout": [0.0, 0.3],
}


class Counter(Callback):
    """Counts the epochs of all networks together."""

    total = 0

    def on_epoch_end(self, run):
        Counter.total += 1
        return False


class Watch:
    """A scorer that notes when a candidate, trained in full, had which score."""

    def __init__(self, n_folds, epochs):
        self.n_folds, self.epochs = n_folds, epochs
        self.began, self.notes, self.waiting = time.process_time(), [], {}
        Counter.total = 0

    def __call__(self, estimator, X, y):
        score, net = estimator.score(X, y), estimator[-1]
        if len(net.loss_curve_) < self.epochs:
            return score
        key = repr(sorted((k, repr(v)) for k, v in net.get_params().items() if k != "callbacks"))
        folds = self.waiting.setdefault(key, [])
        folds.append(score)
        if len(folds) == self.n_folds:
            del self.waiting[key]
            seconds = time.process_time() - self.began
            self.notes.append((Counter.total / self.n_folds, seconds, float(np.mean(folds))))
        return score

    def reached(self, goal, budget):
        """Epochs and seconds until the goal; infinite where it was not reached."""
        for spent, seconds, score in self.notes:
            if score >= goal and spent <= budget:
                return spent, seconds
        return math.inf, math.inf

    def best(self, budget):
        """The best score within the budget."""
        return max((score for spent, _, score in self.notes if spent <= budget), default=-math.inf)


def network(is_classification, epochs, seed):
    """A scaler and a network that trains for exactly so many epochs."""
    same = {"hidden_layer_sizes": Layers(1, 16), "batch_size": 64, "max_iter": epochs}
    same |= {"n_iter_no_change": epochs, "random_state": seed, "callbacks": [Counter()]}
    net = MLPClassifierX(**same) if is_classification else MLPRegressorX(**same, standardize_y=True)
    return Pipeline([("scale", StandardScaler()), ("net", net)])


def for_optuna():
    """The space in Optuna's words."""
    d = optuna.distributions
    return {
        "net__hidden_layer_sizes__depth": d.CategoricalDistribution(DEPTHS),
        "net__hidden_layer_sizes__width": d.CategoricalDistribution(WIDTHS),
        "net__learning_rate_init": d.FloatDistribution(*RATES, log=True),
        "net__alpha": d.FloatDistribution(*ALPHAS, log=True),
        "net__dropout": d.CategoricalDistribution(DROPOUTS),
    }


def ways(model, common, n, epochs, seed):
    """Each way of tuning by name, as functions that make the searches to be run in turn."""
    seeded = common | {"random_state": seed}
    rounds = math.ceil(n * epochs / sum(bracket.total for bracket in plan(epochs)))

    def shuffled_grid():
        # a grid that is gone through in its own order would find a corner first
        grid = {name: list(np.random.RandomState(seed).permutation(v)) for name, v in GRID.items()}
        return GridSearchCV(model, grid, **common)

    def halving(again):
        return HalvingRandomSearchCV(
            model,
            SPACE,
            resource="net__max_iter",
            n_candidates=27,
            min_resources=max(1, epochs // 27),
            max_resources=epochs,
            return_train_score=False,
            **(seeded | {"random_state": 1000 * again + seed}),
        )

    def optuna_search():
        from optuna_integration import OptunaSearchCV

        return OptunaSearchCV(model, for_optuna(), n_trials=n, **seeded)

    def hyperband(**how):
        return HyperbandSearchCV(model, SPACE, max_epochs=epochs, n_rounds=rounds, **seeded, **how)

    return {
        "scikit-learn GridSearchCV": [shuffled_grid],
        "scikit-learn RandomizedSearchCV": [
            lambda: RandomizedSearchCV(model, SPACE, n_iter=n, **seeded)
        ],
        "scikit-learn HalvingRandomSearchCV, again and again": [
            lambda again=again: halving(again) for again in range(n // 4)
        ],
        "Optuna OptunaSearchCV": [optuna_search],
        "sknn PopulationRandomizedSearchCV": [
            lambda: PopulationRandomizedSearchCV(model, SPACE, n_iter=n, **seeded)
        ],
        "sknn BayesSearchCV": [lambda: BayesSearchCV(model, SPACE, n_iter=n, **seeded)],
        "sknn HyperbandSearchCV": [hyperband],
        "sknn HyperbandSearchCV, tpe": [lambda: hyperband(sampler="tpe")],
        "sknn HyperbandSearchCV, asha and tpe": [lambda: hyperband(strategy="asha", sampler="tpe")],
    }


def measure(path, args, say):
    """All ways on one table, over all seeds; yields rows of the result."""
    frame = pd.read_csv(path)
    if args.rows and len(frame) > args.rows:
        frame = frame.sample(args.rows, random_state=0)
    y = frame.pop(args.target).to_numpy()
    X = frame.to_numpy(float)
    is_classification = len(np.unique(y)) <= 30
    budget = args.candidates * args.epochs
    watches = {}
    for seed in range(args.seeds):
        folds = (StratifiedKFold if is_classification else KFold)(3, shuffle=True, random_state=0)
        model = network(is_classification, args.epochs, seed)
        common = {"cv": list(folds.split(X, y)), "refit": False}
        for name, makes in ways(model, common, args.candidates, args.epochs, seed).items():
            watch = Watch(3, args.epochs)
            for make in makes:
                search = make()
                search.scoring = watch
                search.fit(X, y)
            watches.setdefault(name, []).append(watch)
            say(f"{path.stem} seed {seed} {name}: best {watch.best(budget):.4f}")
    full = [w.best(budget) for w in watches["scikit-learn RandomizedSearchCV"]]
    goal = statistics.median(full)
    yield f"## {path.stem.removesuffix('.csv')}: {len(X)} rows, {X.shape[1]} columns"
    yield ""
    yield (
        f"The goal is a mean {'accuracy' if is_classification else 'R²'} of {goal:.4f}; the budget "
        f"{budget} epochs on each fold."
    )
    yield ""
    yield "| search | reached | epochs | seconds | best within the budget |"
    yield "|---|---:|---:|---:|---:|"
    for name, runs in watches.items():
        found = [watch.reached(goal, budget) for watch in runs]
        n = sum(math.isfinite(epochs) for epochs, _ in found)
        epochs, seconds = (statistics.median(values) for values in zip(*found, strict=True))
        best = statistics.median(watch.best(budget) for watch in runs)
        words = [f"{epochs:.0f}", f"{seconds:.1f}"] if math.isfinite(epochs) else ["never"] * 2
        yield f"| {name} | {n} of {len(runs)} | {' | '.join(words)} | {best:.4f} |"
    yield ""


def main():
    """Measure, say how far it is, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="+", type=pathlib.Path)
    parser.add_argument("--target", default="target")
    parser.add_argument("--epochs", type=int, default=27)
    parser.add_argument("--candidates", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rows", type=int, help="a sample of so many, where there are more")
    parser.add_argument("--output", type=pathlib.Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    shown = [path.name for path in args.tables]
    options = [part for part in sys.argv[1:] if part not in map(str, args.tables)]
    lines = [
        "# How soon a search finds what a full search finds",
        "",
        f"Written by `python benchmarks/tuning.py {shlex.join([*shown, *options])}`. sknn "
        f"{sknn.__version__}, scikit-learn {sklearn.__version__}, Optuna {optuna.__version__}, "
        f"Python {platform.python_version()}, {PROCESSOR}; one process, one thread, medians over "
        f"{args.seeds} seeds. A network of 16 to 128 units in one or two layers behind a scaler, "
        "batches of 64 rows, three folds; learning rate, `alpha`, dropout, depth and width are "
        f"searched. The goal is what {args.candidates} random candidates, each trained for "
        f"{args.epochs} epochs, find in the median. *Reached* tells in how many runs a candidate "
        "that was trained in full was as good within that budget, *epochs* and *seconds* after "
        "how many of each on one fold, and of processor time.",
        "",
    ]
    for path in args.tables:
        for line in measure(path, args, lambda text: print(text, file=sys.stderr, flush=True)):
            lines.append(line)
            print(line, flush=True)
        if args.output:
            args.output.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
