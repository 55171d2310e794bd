"""What a second BLAS thread brings: wall time of a fit with one thread and with all.

    python benchmarks/threads.py [--rounds 5] [--every-library]

Small networks are trained with one thread whatever there is, so their two times are alike. With
``--every-library`` neither they nor the second BLAS library are held to one, which shows why they
should be. To be run on a quiet machine; prints a table of Markdown.
"""

import argparse
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
from sknn import MLPClassifierX, use_engine


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


def main():
    """Print a row for each width and batch size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--every-library", action="store_true")
    args = parser.parse_args()
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
