"""The command line: ``python -m sknn fit``, ``tune``, ``explain`` and ``demo``."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import sknn
from sknn.cli.errors import InputError
from sknn.exceptions import SknnError
from sknn.interruption import Interrupted, ctrl_c_interrupts

__all__ = ["main"]

# exit codes, as argparse and shells have them
WRONG_INPUT, INTERRUPTED, BROKEN_PIPE = 2, 130, 141
LARGEST_SEED = 2**32 - 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default those of the process.

    Returns
    -------
    code : int
        0, 2 for input that cannot be used (told in one line on standard error), or 130 for
        Ctrl-C.
    """
    # a column name may hold letters that the terminal's encoding lacks
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = build_parser()
    try:
        with ctrl_c_interrupts():
            options = parser.parse_args(argv)
            if options.command is None:
                parser.print_help()
                return 0
            return int(options.command(options))
    except (Interrupted, KeyboardInterrupt):
        complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our lines, such as `head`, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except (SknnError, OSError) as error:
        complain(f"error: {error}")
        return WRONG_INPUT


def complain(message: str) -> None:
    """Write exactly one line to standard error."""
    line = "".join(letter if letter.isprintable() else "?" for letter in " ".join(message.split()))
    print(f"sknn: {line}", file=sys.stderr)


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}. See: {self.prog} --help")


def build_parser() -> argparse.ArgumentParser:
    """The options of all commands."""
    parser = Parser(prog="python -m sknn", description=sknn.__doc__)
    parser.add_argument("--version", action="version", version=f"sknn {sknn.__version__}")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="commands", metavar="")

    about = "compare, tune and explain a network on a table, and write a report"
    demo = commands.add_parser(
        "demo",
        help=about,
        description=f"{about.capitalize()}. Without --data it takes scikit-learn's breast cancer "
        "data; nothing is downloaded.",
    )
    demo.add_argument("--data", type=Path, metavar="FILE", help="a table of your own, as CSV")
    demo.add_argument("--target", metavar="COLUMN", help="its column to predict")
    demo.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        default=Path("sknn-demo"),
        help="folder for the report and the figures (default: %(default)s)",
    )
    demo.add_argument(
        "--seed", type=seed, default=0, metavar="N", help="random seed (default: %(default)s)"
    )
    demo.set_defaults(command=run_demo)
    add_fit(commands)
    add_tune(commands)
    add_explain(commands)
    return parser


def add_fit(commands: Any) -> None:
    """The options of the ``fit`` command."""
    about = "train a tabular estimator on a table, and save it"
    fit = commands.add_parser(
        "fit",
        help=about,
        description=f"{about.capitalize()}; a quarter of the rows is set aside for the test. "
        "Without --data it takes scikit-learn's breast cancer data.",
    )
    fit.add_argument("--data", type=Path, metavar="FILE", help="a table of your own, as CSV")
    fit.add_argument("--target", metavar="COLUMN", help="its column to predict")
    fit.add_argument(
        "--effort",
        choices=["fast", "default", "best"],
        default="default",
        help="how much work goes into the model (default: %(default)s)",
    )
    fit.add_argument(
        "--time-limit", type=seconds, metavar="SECONDS", help="plan the work for this time"
    )
    fit.add_argument(
        "--jobs", type=positive, default=1, metavar="N", help="threads (default: %(default)s)"
    )
    fit.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        default=Path("sknn-model"),
        help="folder of the model and the test rows (default: %(default)s)",
    )
    fit.add_argument(
        "--seed", type=seed, default=0, metavar="N", help="random seed (default: %(default)s)"
    )
    fit.set_defaults(command=run_fit)


def add_tune(commands: Any) -> None:
    """The options of the ``tune`` command."""
    about = "search for the best parameters of a network on a table"
    tune = commands.add_parser(
        "tune",
        help=about,
        description=f"{about.capitalize()}; a quarter of the rows is set aside for the test. "
        "Without --data it takes scikit-learn's breast cancer data.",
    )
    tune.add_argument("--data", type=Path, metavar="FILE", help="a table of your own, as CSV")
    tune.add_argument("--target", metavar="COLUMN", help="its column to predict")
    tune.add_argument(
        "--model",
        choices=["network", "tabular"],
        default="network",
        help="a network after encoders, or the tabular estimator, with effort 'fast' "
        "(default: %(default)s)",
    )
    tune.add_argument(
        "--method",
        choices=["grid", "random", "bayes", "hyperband", "asha"],
        help="how to search (default: hyperband, or bayes for --model tabular)",
    )
    tune.add_argument(
        "--space",
        choices=["small", "default", "wide"],
        default="default",
        help="how much to search; grid takes three values of each range (default: %(default)s)",
    )
    tune.add_argument(
        "--n-iter",
        type=positive,
        default=30,
        metavar="N",
        help="candidates of random and bayes (default: %(default)s)",
    )
    tune.add_argument(
        "--max-epochs",
        type=positive,
        metavar="N",
        help="most epochs of a candidate (default: 81, or what the tabular recipe says)",
    )
    tune.add_argument(
        "--folds", type=positive, default=3, metavar="N", help="of each score (default: 3)"
    )
    tune.add_argument(
        "--scoring", metavar="NAME", help="a scorer of scikit-learn (default: log loss, or R²)"
    )
    tune.add_argument("--timeout", type=float, metavar="SECONDS", help="end with the best so far")
    tune.add_argument(
        "--jobs", type=positive, default=1, metavar="N", help="processes (default: %(default)s)"
    )
    tune.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a Dask cluster, such as tcp://10.0.0.1:8786"
    )
    tune.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        default=Path("sknn-tuning"),
        help="folder of the model and the candidates; a search that was ended before goes on "
        "from there (default: %(default)s)",
    )
    tune.add_argument(
        "--seed", type=seed, default=0, metavar="N", help="random seed (default: %(default)s)"
    )
    tune.set_defaults(command=run_tune)


def add_explain(commands: Any) -> None:
    """The options of the ``explain`` command."""
    about = "explain a saved model on a table of yours, and write a report"
    explain = commands.add_parser(
        "explain",
        help=about,
        description=f"{about.capitalize()}. Loading a model runs code that is in its file: load "
        "only files that you trust.",
    )
    explain.add_argument(
        "model", type=Path, metavar="MODEL", help="a fitted estimator saved by joblib or pickle"
    )
    explain.add_argument(
        "data", type=Path, metavar="DATA", help="rows that the model has not seen, as CSV"
    )
    explain.add_argument("--target", required=True, metavar="COLUMN", help="the predicted column")
    explain.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        default=Path("report.html"),
        help="the page to write (default: %(default)s)",
    )
    explain.add_argument("--json", type=Path, metavar="FILE", help="all numbers as JSON too")
    explain.add_argument(
        "--train", type=Path, metavar="FILE", help="the rows that the model learned from, as CSV"
    )
    explain.add_argument(
        "--sensitive",
        action="append",
        default=[],
        metavar="COLUMN",
        help="compare the groups of this column; may be given several times",
    )
    explain.add_argument(
        "--audience",
        choices=["technical", "validation", "summary"],
        default="technical",
        help="what comes first and what is left out (default: %(default)s)",
    )
    explain.add_argument(
        "--budget",
        choices=["fast", "normal", "thorough"],
        default="normal",
        help="how many rows are sampled (default: %(default)s)",
    )
    explain.add_argument("--title", metavar="TEXT", help="headline of the report")
    explain.add_argument(
        "--seed", type=seed, default=0, metavar="N", help="random seed (default: %(default)s)"
    )
    explain.set_defaults(command=run_explain)


def seed(text: str) -> int:
    """A seed that NumPy accepts."""
    if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_SEED):
        raise argparse.ArgumentTypeError(
            f"must be an integer from 0 to {LARGEST_SEED}, got {text!r}"
        )
    return int(text)


def positive(text: str) -> int:
    """An integer from 1 on."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"must be a positive integer, got {text!r}")
    return int(text)


def seconds(text: str) -> float:
    """A time above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number of seconds above 0, got {text!r}")
    return value


def run_fit(options: Any) -> int:
    """The ``fit`` command."""
    from sknn.cli.fit import run  # here, so that --help and --version answer at once

    settings = {name: value for name, value in vars(options).items() if name != "command"}
    run(**settings)
    return 0


def run_tune(options: Any) -> int:
    """The ``tune`` command."""
    from sknn.cli.tune import run  # here, so that --help and --version answer at once

    settings = {name: value for name, value in vars(options).items() if name != "command"}
    run(**settings)
    return 0


def run_explain(options: Any) -> int:
    """The ``explain`` command."""
    from sknn.cli.explain import run  # here, so that --help and --version answer at once

    settings = {name: value for name, value in vars(options).items() if name != "command"}
    run(**settings)
    return 0


def run_demo(options: Any) -> int:
    """The ``demo`` command."""
    from sknn.cli.demo import run  # here, so that --help and --version answer at once

    run(data=options.data, target=options.target, output=options.output, seed=options.seed)
    return 0
