"""What else a user waits for: milliseconds of processor time, and megabytes."""

import subprocess
import sys
from functools import partial
from itertools import islice

import numpy as np
import scipy.sparse
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier, MLPRegressor

from peer_tables import head, line, measured
from peer_tables.works import made
from sknn import MLPClassifierX, MLPRegressorX, use_engine

__all__ = ["table"]

NAMES = ["sknn", "sknn with Numba", "scikit-learn"]
CLASSIFIERS, REGRESSORS = (MLPClassifierX, MLPClassifier), (MLPRegressorX, MLPRegressor)

#: Lines of a program of its own that prints how much a fit, or a prediction, takes beside X.
MEMORY = """
import tracemalloc
import numpy as np
from {module} import {name}
from sknn import use_engine
X = np.random.default_rng(0).random((200_000, 50), np.float32)
y = (X[:, 0] > 0.5).astype(int)
with use_engine("{engine}"):
    net = {name}((256, 256), max_iter=2, random_state=0, **{settings})
    net.fit(X[:500], y[:500])
    tracemalloc.start()
    {call}
print(tracemalloc.get_traced_memory()[1] / 2**20)
"""


def table(settings):
    """A row for each thing, with ours on both engines."""
    yield from head("", NAMES)
    for row in islice(rows(settings), settings.first):
        yield line(row[0], NAMES, row[1])


def rows(settings):
    """What is measured, one after the other."""
    race = partial(fits, settings)
    X, y = made(20_000, 8, 2)
    yield race("20k x 8, 64-64, early stopping, 5 epochs", X, y, early_stopping=True)
    frame = np.asfortranarray(made(50_000, 54, 2)[0])
    yield race("50k x 54 column by column, as a DataFrame, 5 epochs", frame, frame[:, 0] > 0)
    rng = np.random.default_rng(0)
    sparse = scipy.sparse.random(20_000, 2000, 0.01, "csr", rng=rng)
    of_sparse = np.asarray(sparse[:, :50].sum(axis=1)).ravel() > 0.2
    yield race("CSR, 20k x 2000, 1 % filled, 5 epochs", sparse, of_sparse)
    X_digits, y_digits = load_digits(return_X_y=True)
    lbfgs = {"solver": "lbfgs", "max_iter": 50}
    yield race("L-BFGS, digits, 64-100-10", X_digits / 16, y_digits, hidden=(100,), **lbfgs)
    yield race("L-BFGS, 20k x 8, 64-64", X, y, **lbfgs | {"max_iter": 20})
    few = rng.normal(size=(200, 5))
    small = lbfgs | {"hidden": (20,), "max_iter": 200}
    yield race("L-BFGS, regression, 200 x 5, 20", few, few[:, 0] ** 2, kinds=REGRESSORS, **small)
    wide = made(5000, 54, 7)
    yield race("L-BFGS, 5k x 54, 256-256", *wide, hidden=(256, 256), **lbfgs | {"max_iter": 10})
    yield row("partial_fit, 300 times a row", settings, one_by_one, X, y)
    yield row("fit, 200 x 8, 10, an epoch", settings, one_epoch, X[:200], y[:200])
    yield "import, wall time", imports(settings.rounds)
    for call in ("net.fit(X, y)", "net.predict_proba(X)"):
        yield f"MB beside X: {call}, 200k x 50, 256-256", memory(call, {})
    yield "MB beside X: net.fit(X, y) with L-BFGS", memory("net.fit(X, y)", {"solver": "lbfgs"})


def row(title, settings, task, *data, **options):
    """A title, and the time of each of the three in turns."""
    kinds = options.pop("kinds", CLASSIFIERS)
    sides = [(kinds[0], "numpy"), (kinds[0], "numba"), (kinds[1], "numpy")]
    tasks = [partial(on_engine, engine, task, kind, *data, **options) for kind, engine in sides]
    return title, dict(zip(NAMES, measured(tasks, settings.rounds), strict=True))


def on_engine(engine, task, *args, **kwargs):
    with use_engine(engine):
        task(*args, **kwargs)


def fits(settings, title, X, y, hidden=(64, 64), kinds=CLASSIFIERS, **options):
    """The row of a fit."""
    options = {"max_iter": 5, "random_state": 0, "hidden_layer_sizes": hidden} | options
    return row(title, settings, fit, X, y, kinds=kinds, **options)


def fit(kind, X, y, **options):
    kind(**options).fit(X, y)


def one_by_one(kind, X, y):
    net = kind((64, 64), random_state=0)
    for i in range(300):
        net.partial_fit(X[i : i + 1], y[i : i + 1], classes=[0, 1])


def one_epoch(kind, X, y):
    for _ in range(20):
        kind((10,), max_iter=1, random_state=0).fit(X, y)


def imports(rounds):
    """Milliseconds of a new process that imports each, and nothing else."""
    import time

    def of(module):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
        return 1e3 * (time.perf_counter() - start)

    times = [[of(module) for module in ("sknn", "sklearn.neural_network")] for _ in range(rounds)]
    ours, theirs = np.median(times, axis=0)
    ratio = float(np.median([b / a for a, b in times]))
    return {"sknn": (ours, 1.0), "scikit-learn": (theirs, ratio)}


def memory(call, settings):
    """Megabytes at the peak of a call, beside what was there before."""
    found = {}
    for name, engine in zip(NAMES, ("numpy", "numba", "numpy"), strict=True):
        module = "sklearn.neural_network" if name == "scikit-learn" else "sknn"
        kind = "MLPClassifier" if name == "scikit-learn" else "MLPClassifierX"
        code = MEMORY.format(module=module, name=kind, engine=engine, call=call, settings=settings)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            check=True,
            capture_output=True,
            text=True,
        )
        megabytes = float(done.stdout)
        found[name] = megabytes, megabytes / found["sknn"][0] if found else 1.0
    return found
