"""How much memory fits and predictions need beside X, and whether any of it stays.

    python benchmarks/memory.py            # a table of Markdown, beside scikit-learn
    python benchmarks/memory.py --growth   # resident memory over a thousand fits
    python benchmarks/memory.py --map 5    # train on a memory-mapped table of 5 gigabytes

The first and the last print the most memory that a call holds at once beside its arguments, as
tracemalloc counts it, NumPy's arrays included. The last makes a sparse file, which takes no room on
the disk, and also prints by how much the memory of the process itself grew, as Linux counts it:
without pages of the file, with all that libraries take.
"""

import argparse
import gc
import os
import tempfile
import threading
import tracemalloc
import warnings
from contextlib import suppress

import numpy as np
from sklearn.neural_network import MLPClassifier

from sknn import MLPClassifierX, TabularMLPClassifierX

MB = 2**20
N_ROWS, N_COLUMNS = 50_000, 100


def peak(call, *args, **kwargs):
    """What a call returns, and the most bytes that it held at once beside what was there."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    result = call(*args, **kwargs)
    most = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return result, most


def row(what, dtype, n_classes, own, other, method="fit", n_rows=N_ROWS):
    """Print a line of the table: a call of our estimator and of scikit-learn's."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, N_COLUMNS)).astype(dtype)
    y = rng.integers(0, n_classes, n_rows)
    found = []
    for estimator in (own, other):
        if estimator is None:
            continue
        if method == "fit":
            found.append(peak(estimator.fit, X, y)[1])
        else:
            estimator.fit(X[:1000], y[:1000])
            found.append(peak(getattr(estimator, method), X)[1])
    cells = [f"{most / MB:.1f}" for most in found] + [f"{found[0] / X.nbytes:.2f}"]
    if other is None:
        cells.insert(1, "")
    ratio = f"{found[1] / found[0]:.1f}" if other is not None else ""
    print(f"| {what} | {dtype} | {' | '.join(cells)} | {ratio} |", flush=True)


def table():
    """The peak of each kind of fit and of prediction."""
    print("| what | dtype | sknn, MB | scikit-learn, MB | sknn, tables X | how many times less |")
    print("|---|---|---:|---:|---:|---:|")
    settings = {
        "adam": {},
        "sgd": {"solver": "sgd"},
        "adam, early stopping": {"early_stopping": True},
        "lbfgs": {"solver": "lbfgs"},
    }
    for dtype in ("float32", "float64"):
        for what, params in settings.items():
            params = {"max_iter": 2, "random_state": 0} | params
            row(f"fit, {what}", dtype, 5, MLPClassifierX(**params), MLPClassifier(**params))
        for method in ("predict", "predict_proba"):
            nets = [cls(max_iter=1, random_state=0) for cls in (MLPClassifierX, MLPClassifier)]
            row(method, dtype, 5, *nets, method=method)
    nets = [cls((20,), max_iter=1, random_state=0) for cls in (MLPClassifierX, MLPClassifier)]
    row("fit, 2000 classes, 20 000 rows", "float64", 2000, *nets, n_rows=20_000)
    net = TabularMLPClassifierX(effort="fast", max_iter=1, random_state=0)
    for method in ("fit", "predict_proba"):
        row(f"tabular {method}", "float64", 5, net, None, method=method)


def resident():
    """Bytes of memory that the process has now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def growth(n_times):
    """Print how much resident memory grows over many calls."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 10)), rng.integers(0, 3, 200)
    bad = np.full_like(X, np.nan)
    net = MLPClassifierX((20,), max_iter=2, random_state=0).fit(X, y)

    def fails():
        with suppress(ValueError):
            MLPClassifierX((20,)).fit(bad, y)

    calls = {
        "fit": lambda: MLPClassifierX((20,), max_iter=2).fit(X, y),
        "fit that fails": fails,
        "partial_fit": lambda: net.partial_fit(X, y),
        "predict": lambda: net.predict(X),
    }
    print(f"| {n_times} times | growth, MB |\n|---|---:|")
    for what, call in calls.items():
        for _ in range(50):
            call()
        gc.collect()
        before = resident()
        for _ in range(n_times):
            call()
        gc.collect()
        print(f"| {what} | {(resident() - before) / MB:.2f} |", flush=True)


def resident_peak(call, *args):
    """The most bytes of its own that the process had more than before, in samples of 5 ms."""
    gc.collect()
    before, done, seen = own_bytes(), threading.Event(), [0]

    def watch():
        while not done.wait(0.005):
            seen.append(own_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        call(*args)
    finally:
        done.set()
        watcher.join()
    return max(0, max(seen) - before)


def own_bytes():
    """Resident memory that no file backs."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("RssAnon"))


def mapped(gigabytes):
    """Print what it takes to train on a table in a file, beside the pages of the file."""
    n_rows = int(gigabytes * 2**30) // (4 * N_COLUMNS)
    params = {"max_iter": 1, "batch_size": 4096, "random_state": 0}
    with tempfile.NamedTemporaryFile() as file:
        os.truncate(file.name, n_rows * N_COLUMNS * 4)
        X = np.memmap(file.name, np.float32, "r", shape=(n_rows, N_COLUMNS))
        y = (np.arange(n_rows) % 3 == 0).astype(np.int8)
        net = MLPClassifierX(**params).fit(X[:10_000], y[:10_000])
        calls = {
            "fit": lambda: MLPClassifierX(**params).fit(X, y),
            "fit, early stopping": lambda: MLPClassifierX(**params, early_stopping=True).fit(X, y),
            "predict": lambda: net.predict(X),
        }
        print(f"{X.nbytes / MB:.0f} MB, {n_rows} rows\n")
        print("| call | traced, MB | bytes a row | of the process, MB |\n|---|---:|---:|---:|")
        for what, call in calls.items():
            of_process = resident_peak(call) / MB
            traced = peak(call)[1]
            cells = f"{traced / MB:.0f} | {traced / n_rows:.0f} | {of_process:.0f}"
            print(f"| {what} | {cells} |", flush=True)


def main():
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--growth", type=int, nargs="?", const=1000)
    parser.add_argument("--map", type=float, metavar="GIGABYTES")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    if args.growth:
        growth(args.growth)
    elif args.map:
        mapped(args.map)
    else:
        table()


if __name__ == "__main__":
    main()
