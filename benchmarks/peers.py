"""sknn beside the other libraries that are installed: all that a user waits for, in one run.

    python benchmarks/peers.py [--rounds 5] [--seconds 1.0] [--only sklearn_net torch_net ...]
                               [--tables training prediction waiting scaling] [--first 2]
                               [--output docs/peers.md]

scikit-learn, PyTorch (eager and compiled), skorch, Keras and JAX train the same network on the same
rows with Adam, batch by batch, on one thread each, and take turns; onnxruntime predicts only. The
tables show the median over the rounds of processor time, and of its ratio to ours in the same
round. A first run of each, in which some compile, does not count.
"""

import argparse
import pathlib
import platform
import shlex
import sys
import warnings

from turns import PROCESSOR  # isort: skip - it limits threads before NumPy is imported

import numpy as np
import peer_nets
from peer_tables import Settings, prediction, scaling, training, waiting

import sknn

TABLES = {"training": training, "prediction": prediction, "waiting": waiting, "scaling": scaling}


def introduction(settings):
    """The lines above the tables: who took part, and where."""
    versions = {m.VERSION for m in settings.modules if hasattr(m, "VERSION")}
    yield "# Speed beside other libraries"
    yield ""
    yield (
        f"Written by `python benchmarks/peers.py {shlex.join(sys.argv[1:])}`. "
        f"sknn {sknn.__version__}, {', '.join(sorted(versions))}, NumPy {np.__version__}, Python "
        f"{platform.python_version()}, {PROCESSOR}; one thread each, median of {settings.rounds} "
        "interleaved rounds; float32 where nothing else is said. In brackets: how many times as "
        "long, or as much, as sknn on NumPy in float32."
    )


def main():
    """Measure, print each row as it comes, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of training in a round")
    parser.add_argument("--only", nargs="*", choices=list(peer_nets.MODULES), metavar="NET")
    parser.add_argument("--tables", nargs="*", choices=list(TABLES), default=list(TABLES))
    parser.add_argument("--first", type=int, help="rows of the tables, for a quick look")
    parser.add_argument("--output", type=pathlib.Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    modules = peer_nets.installed(args.only and ["sknn_net", *args.only])
    settings = Settings(modules, args.rounds, args.seconds, args.first)
    lines = []

    def add(*new):
        lines.extend(new)
        print("\n".join(new), flush=True)
        if args.output:  # a long run is of use also when it is cut short
            args.output.write_text("\n".join(lines) + "\n", encoding="utf-8")

    add(*introduction(settings))
    points = []
    for name in args.tables:
        module = TABLES[name]
        add("", f"## {name.capitalize()}", "", module.__doc__.strip(), "")
        rows = scaling.table(settings, points) if module is scaling else module.table(settings)
        for row in rows:
            add(row)
    if points and args.output:
        images = args.output.parent / "images"
        images.mkdir(exist_ok=True)
        scaling.draw(points, images / "scaling.png")
        add("", "![Time of an epoch against rows, columns, width, depth and batch size]"
            "(images/scaling.png)")  # fmt: skip


if __name__ == "__main__":
    main()
