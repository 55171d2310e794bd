"""Training on a file larger than the memory that it takes: peak memory and rows per second.

    python benchmarks/streaming.py [--gigabytes 5] [--columns 100] [--folder /where/there/is/room]

Writes a .npy file of float32, trains through it with blocks in their order and with blocks and
rows shuffled, each in a process of its own, and removes the file. Told beside the peak is
what there was of it before training began: the libraries themselves.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from sknn import MLPClassifierX
from sknn.streaming import fit_stream

MEGABYTE = 2**20


def write(folder, gigabytes, columns):
    """A file of so many gigabytes and its labels, a part at a time."""
    n_rows = int(gigabytes * 1e9 / (4 * columns))
    X = np.lib.format.open_memmap(folder / "X.npy", "w+", np.float32, (n_rows, columns))
    y = np.empty(n_rows, np.int8)
    weights = np.random.default_rng(0).normal(size=columns).astype(np.float32)
    for start in range(0, n_rows, 100_000):
        stop = min(start + 100_000, n_rows)
        rows = np.random.default_rng(start).standard_normal((stop - start, columns), np.float32)
        X[start:stop] = rows
        y[start:stop] = rows @ weights > 0
    X.flush()
    np.save(folder / "y.npy", y)


def peak():
    """The most memory that this process has held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # what resource tells on Linux is no less than what the parent held
        (line,) = (row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def train(folder, options):
    """Train through the file once, and print what it took as JSON."""
    net = MLPClassifierX(hidden_layer_sizes=32, batch_size=256, shuffle=False, random_state=0)
    fit_stream(net, *(np.zeros((300, 2), np.float32), np.arange(300) % 2))  # imports, and warm up
    net = MLPClassifierX(hidden_layer_sizes=32, batch_size=256, shuffle=False, random_state=0)
    before, start = peak(), time.perf_counter()
    fit_stream(net, folder / "X.npy", folder / "y.npy", validation=0.02, **options)
    history = net.stream_history_
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - start,
                "rows": history["rows"][-1],
                "blocks": history["blocks"][-1],
                "score": history["validation_score"][-1],
                "before": before,
                "peak": peak(),
            }
        )
    )


def main():
    """Write, train in each way, print a table of Markdown, remove."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=5.0)
    parser.add_argument("--columns", type=int, default=100)
    parser.add_argument("--folder", default=None)
    parser.add_argument("--train", default=None, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.train is not None:
        train(Path(args.folder), json.loads(args.train))
        return
    ways = {
        "as stored": {"shuffle": False},
        "as stored, not read ahead": {"shuffle": False, "prefetch": 0},
        "shuffled, window 1": {"shuffle": True},
        "shuffled, window 4": {"shuffle": True, "window": 4},
    }
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        write(Path(folder), args.gigabytes, args.columns)
        size = (Path(folder) / "X.npy").stat().st_size / MEGABYTE
        print(f"A file of {size:,.0f} MB, {args.columns} columns of float32\n")
        print("| order | rows | blocks | rows/s | peak MB | of it before training | score |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        for words, options in ways.items():
            command = [sys.executable, __file__, "--folder", folder, "--train"]
            done = subprocess.run(
                [*command, json.dumps(options)], check=True, capture_output=True, text=True
            )
            found = json.loads(done.stdout.splitlines()[-1])
            print(
                f"| {words} | {found['rows']:,} | {found['blocks']} "
                f"| {found['rows'] / found['seconds']:,.0f} | {found['peak']:.0f} "
                f"| {found['before']:.0f} | {found['score']:.3f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
