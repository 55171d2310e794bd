"""What a second BLAS thread brings: wall time of a fit with one thread and with all.

    python benchmarks/threads.py [--rounds 5] [--every-library]
    python benchmarks/threads.py --predict

Small networks are trained with one thread whatever there is, so their two times are alike. With
``--every-library`` neither they nor the second BLAS library are held to one, which shows why they
should be. To be run on a quiet machine; prints a table of Markdown.
"""

import argparse
import itertools
import os
import statistics
import time
import warnings
from contextlib import nullcontext

for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(variable, None)

import numpy as np
from threadpoolctl import threadpool_limits

import sknn.train.threads
from sknn import MLPClassifierX, use_engine, use_threads


def wall_time(limit, engine, X, y, width, batch, dtype):
    """Seconds of a fit with at most this many threads."""
    with threadpool_limits(limit), use_engine(engine):
        net = MLPClassifierX((width, width), batch_size=batch, max_iter=3, dtype=dtype)
        start = time.perf_counter()
        net.fit(X, y)
        return time.perf_counter() - start


def ratio(rounds, *how):
    """The median over the rounds of the time with one thread divided by that with all."""
    wall_time(None, *how)
    return statistics.median(wall_time(1, *how) / wall_time(None, *how) for _ in range(rounds))


def timed(call, X):
    """Seconds of a call, once threads of BLAS no longer wait for work without sleeping."""
    time.sleep(0.05)
    start = time.perf_counter()
    call(X)
    return time.perf_counter() - start


def compared(net, X):
    """How many times as fast as with one thread: by threads of ours, and by those of BLAS."""
    with use_threads(1):
        alone = timed(net._raw_output, X)
    return alone / timed(net._raw_output, X), alone / timed(net._fitted_network().raw_output, X)


def predictions(rounds):
    """Print a row for each width, number of rows and precision."""
    print("| width, rows | dtype | blocks dealt to threads | threads of BLAS |")
    print("|---|---|---:|---:|")
    rng = np.random.default_rng(0)
    for width, n_rows, dtype in itertools.product(
        (100, 300, 1000), (500, 5_000, 50_000), ("float32", "float64")
    ):
        X = rng.normal(size=(n_rows, 50)).astype(dtype)
        net = MLPClassifierX((width, width))
        net.partial_fit(X[:300], X[:300, 0] > 0, classes=[False, True])
        net.predict(X)
        found = zip(*(compared(net, X) for _ in range(rounds)), strict=True)
        cells = " | ".join(f"{statistics.median(ratios):.2f}" for ratios in found)
        print(f"| {width}, {n_rows:,} | {dtype} | {cells} |", flush=True)


def main():
    """Print a row for each width and batch size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--every-library", action="store_true")
    parser.add_argument("--predict", action="store_true")
    args = parser.parse_args()
    if args.predict:
        predictions(args.rounds)
        return
    if args.every_library:
        sknn.train.threads._limited = lambda which: nullcontext()
    warnings.simplefilter("ignore")
    kinds = [(engine, dtype) for engine in ("numpy", "numba") for dtype in ("float32", "float64")]
    print(f"{os.cpu_count()} cores", end="\n\n")
    print(f"| width, batch | {' | '.join(', '.join(kind) for kind in kinds)} |")
    print(f"|---|{'---:|' * len(kinds)}")
    rng = np.random.default_rng(0)
    for width in (64, 128, 256, 512):
        for batch in (200, 1024):
            n_rows = min(40_000, batch * max(3, int(1e9 / (width * width * batch))))
            X = rng.normal(size=(n_rows, 50))
            y = rng.integers(0, 10, n_rows)
            found = (
                ratio(args.rounds, engine, X, y, width, batch, dtype) for engine, dtype in kinds
            )
            cells = " | ".join(f"{value:.2f}" for value in found)
            print(f"| {width}, {batch} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
