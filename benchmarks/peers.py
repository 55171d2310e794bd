"""Training and prediction beside the other libraries that are installed, in one interleaved run.

    python benchmarks/peers.py [--rounds 5] [--seconds 1.0] [--only sklearn_net torch_net ...]
                               [--first 2] [--output docs/peers.md]

scikit-learn, PyTorch (eager and compiled), skorch and JAX train the same network on the same rows
with Adam, batch by batch, on one thread each, and take turns; onnxruntime predicts only. The tables
show the median over the rounds of processor time, and of its ratio to ours in the same round. A
first run of each, in which some compile, does not count.
"""

import argparse
import pathlib
import platform
import statistics
import warnings
from dataclasses import dataclass, replace
from functools import partial

from turns import in_turns  # isort: skip - it limits threads before NumPy is imported

import numpy as np
import peer_nets
from sklearn.datasets import load_digits

import sknn

ROWS = (1, 1000, 100_000)


@dataclass(frozen=True)
class Work:
    """Data and the network that learns it."""

    name: str
    X: np.ndarray
    y: np.ndarray
    hidden: tuple
    batch: int
    epochs: int = 1

    @property
    def n_classes(self):
        return int(self.y.max()) + 1

    @property
    def n_steps(self):
        return self.epochs * -(-len(self.X) // self.batch)


def made(n_rows, n_columns, n_classes):
    """Rows whose class depends on a few of their columns."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, n_columns))
    scores = X @ rng.normal(size=(n_columns, n_classes)) + rng.gumbel(size=(n_rows, n_classes))
    return X, scores.argmax(axis=1)


def works():
    """The rows of the tables."""
    X, y = load_digits(return_X_y=True)
    yield Work("digits, 64-100-10, batch 200", X / 16, y, (100,), 200)
    X, y = made(20_000, 8, 2)
    yield Work("20k x 8, 64-64, batch 200", X, y, (64, 64), 200)
    yield Work("20k x 8, 64-64, batch 32", X, y, (64, 64), 32)
    X, y = made(50_000, 54, 7)
    yield Work("50k x 54, 256-256, batch 200", X, y, (256, 256), 200)
    yield Work("50k x 54, 256-256, batch 1024", X, y, (256, 256), 1024)
    X, y = made(10_000, 784, 10)
    yield Work("10k x 784, 512-256, batch 200", X, y, (512, 256), 200)


def measured(tasks, rounds):
    """Median time of each task, and the median of its ratio to the first in the same round."""
    times = in_turns(tasks, rounds)
    found = []
    for own in times:
        ratios = [a / b for a, b in zip(own, times[0], strict=True)]
        found.append((statistics.median(own), statistics.median(ratios)))
    return found


def competitors(modules):
    """Name, module and dtype of each column, ours first."""
    for module in modules:
        yield module.NAME, module, "float32"
        if module.NAME in ("sknn", "scikit-learn"):
            yield f"{module.NAME} float64", module, "float64"


def trained(work, columns, rounds, seconds):
    """Microseconds of a step, and the ratio to ours, by column."""
    nets = {name: module.Net(work, dtype) for name, module, dtype in columns}
    nets = {name: net for name, net in nets.items() if net.train is not None}
    once = in_turns([next(iter(nets.values())).train], 1)[0][0]
    epochs = max(int(1000 * seconds / max(once, 1e-3)), 1)
    if epochs > 1:
        work = replace(work, epochs=epochs)
        nets = {name: m.Net(work, dtype) for name, m, dtype in columns if name in nets}
    found = measured([net.train for net in nets.values()], rounds)
    steps = work.n_steps
    return {
        name: (1e3 * time / steps, ratio) for name, (time, ratio) in zip(nets, found, strict=True)
    }


def predicted(work, columns, rounds, n_rows):
    """Milliseconds of a prediction, and the ratio to ours, by column."""
    tasks, repeats = {}, max(1, 2000 // n_rows)
    for name, module, dtype in columns:
        net = module.Net(work, dtype)
        if net.train is not None:
            net.train()
        block = np.resize(work.X, (n_rows, work.X.shape[1])).astype(dtype)
        tasks[name] = partial(repeat, net, block, repeats)
    found = measured(list(tasks.values()), rounds)
    return {name: (time / repeats, ratio) for name, (time, ratio) in zip(tasks, found, strict=True)}


def repeat(net, block, times):
    """Predict several times, so that a short call can be timed."""
    for _ in range(times):
        net.predict(block)


def line(title, found, columns):
    """A row of a table: what each takes, and how many times as long as ours."""
    cells = []
    for name, *_ in columns:
        time, ratio = found.get(name, (None, None))
        cells.append("" if time is None else f"{time:.3g} ({ratio:.2f})")
    return f"| {title} | {' | '.join(cells)} |"


def main():
    """Measure, print each row as it comes, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of training in a round")
    parser.add_argument("--only", nargs="*", choices=list(peer_nets.MODULES), metavar="NET")
    parser.add_argument("--first", type=int, help="rows of the tables, for a quick look")
    parser.add_argument("--output", type=pathlib.Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    modules = peer_nets.installed(args.only and ["sknn_net", *args.only])
    columns = list(competitors(modules))
    versions = {m.VERSION for m in modules if hasattr(m, "VERSION")}
    head = [
        f"| {{}} | {' | '.join(name for name, *_ in columns)} |",
        f"|---|{'---:|' * len(columns)}",
    ]
    lines = [
        "# Speed beside other libraries",
        "",
        "Written by `python benchmarks/peers.py --output docs/peers.md`. "
        f"sknn {sknn.__version__}, {', '.join(sorted(versions))}, NumPy {np.__version__}, Python "
        f"{platform.python_version()}, {platform.machine()}; one thread each, median of "
        f"{args.rounds} interleaved rounds; float32 where nothing else is said. In brackets: how "
        "many times as long as sknn in float32.",
        "",
        "Microseconds of processor time for a step of training with Adam, over whole fits with "
        "their setup and shuffling:",
        "",
        head[0].format("data and layers"),
        head[1],
    ]
    print("\n".join(lines), flush=True)

    def add(*new):
        lines.extend(new)
        print("\n".join(new), flush=True)

    todo = list(works())[: args.first]
    for work in todo:
        add(line(work.name, trained(work, columns, args.rounds, args.seconds), columns))
    add("", "Milliseconds of a prediction:", "", head[0].format("network, rows"), head[1])
    for work in todo:
        if work.batch == 200:
            for n_rows in ROWS:
                found = predicted(work, columns, args.rounds, n_rows)
                shape = work.name.rpartition(", batch")[0].rpartition(", ")[2]
                add(line(f"{shape}, {n_rows}", found, columns))
    if args.output:
        args.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
