"""How accurate models of tables are beside each other, and what they cost.

    python benchmarks/accuracy.py [--data FOLDER] [--models ours lightgbm ...] [--tables adult ...]
                                  [--variant NAME "{'setting': value}"] [--repeats 3] [--rows N]
                                  [--limit SECONDS] [--out results.jsonl] [--report]

A folder has a file NAME.csv.gz for each table and a meta.json (see ``tables/data.py``); without one
it is scikit-learn's tables. All models have the same splits: three quarters to train on, and the
number of the repeat as the seed. Each fit is a process of its own with one thread. Each writes a
line to the results, and what is there already is not done again; delete a line to have it done
again. ``--variant`` adds our own estimators with other settings, under a name. ``--report`` only
reads the results: it prints tables, and writes them and a figure beside the results.
"""

import argparse
import ast
import json
import pathlib
import subprocess
import sys
import traceback
import warnings

from turns import PROCESSOR  # isort: skip - it limits threads before NumPy is imported

from tables.data import names
from tables.models import MODELS, variant


def arguments():
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--models", nargs="*", metavar="NAME", help=", ".join(MODELS))
    parser.add_argument("--variant", nargs=2, action="append", default=[], metavar=("NAME", "DICT"))
    parser.add_argument("--tables", nargs="*", metavar="NAME")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rows", type=int, help="a sample of so many, where there are more")
    parser.add_argument("--limit", type=float, help="seconds that a model may take on a table")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("results.jsonl"))
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--fit", help=argparse.SUPPRESS)  # what the processes are called with
    args = parser.parse_args()
    try:
        settings = {name: repr(dict(ast.literal_eval(text))) for name, text in args.variant}
    except (SyntaxError, TypeError, ValueError) as error:
        parser.error(f"--variant: the settings must be a dict, such as \"{{'n': 8}}\": {error}")
    args.variants = settings
    models = {record["model"] for record in read(args.out)} if args.report else set(MODELS)
    for option, given, there in [
        ("--models", args.models, models),
        ("--tables", args.tables, names(args.data)),
    ]:
        for name in given or []:
            if name not in there:
                known = ", ".join(sorted(there))
                parser.error(f"{option}: there is no {name!r}. Those there are: {known}.")
    return args


def fit(args):
    """Do one fit, as a process of its own, and print what was found as the last line."""
    from tables.scores import measured

    job = json.loads(args.fit)
    warnings.simplefilter("ignore")
    settings = job["settings"]
    model = MODELS[job["model"]] if settings is None else variant(**ast.literal_eval(settings))
    try:
        found = measured(model, job["table"], args.data, job["rows"], job["repeat"])
    except ImportError as error:
        found = {"absent": str(error)}
    except Exception as error:
        traceback.print_exc()
        found = {"failure": f"{type(error).__name__}: {error}"}
    print("\n" + json.dumps(found))


def in_a_process(job, args):
    """What a process of its own found; a failure where it did not end well, or in time."""
    command = [sys.executable, __file__, "--fit", json.dumps(job)]
    command += ["--data", str(args.data)] if args.data else []
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=args.limit)
    except subprocess.TimeoutExpired:
        return {"failure": f"It takes more than {args.limit:g} seconds."}
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        return {"failure": f"The process ended with {done.returncode}: {last}"}
    return json.loads(done.stdout.splitlines()[-1])


def jobs(args):
    """What is to be done, in order: a repeat, a table, and all models on it."""
    chosen = args.models if args.models or args.variants else list(MODELS)
    models = dict.fromkeys(chosen or []) | args.variants  # a variant has settings
    for repeat in range(args.repeats):
        for table in args.tables or names(args.data):
            for model, settings in models.items():
                job = {"table": table, "repeat": repeat, "model": model}
                yield job | {"rows": args.rows, "settings": settings}


def key(record):
    """What tells results apart."""
    return tuple(record[name] for name in ("table", "repeat", "model", "rows"))


def read(path):
    """All results so far."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def measure(args):
    """Do what is not done yet, and say how far it is."""
    done, absent = {key(record): record for record in read(args.out)}, set()
    for job in jobs(args):
        if job["model"] in absent:
            continue
        if key(job) in done:
            known = done[key(job)]["settings"]
            if known != job["settings"]:
                name = job["model"]
                sys.exit(f"{args.out} has {name!r} with {known}. Give this one another name.")
            continue
        found = in_a_process(job, args)
        if "absent" in found:
            absent.add(job["model"])
            print(f"{job['model']} is left out: {found['absent']}", flush=True)
            continue
        with args.out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(job | {"processor": PROCESSOR} | found) + "\n")
        print(f"{job['table']} {job['repeat']} {job['model']}: {told(found)}", flush=True)


def told(found):
    """A result in a few words."""
    if "failure" in found:
        return found["failure"]
    scores = ("error", "log_loss") if found["classification"] else ("nrmse",)
    words = [f"{score} {found[score]:.4f}" for score in scores]
    return f"{', '.join(words)}, fit {found['fit_cpu_seconds']:.2f} s, {found['peak_mb']:.0f} MB"


def report(args):
    """Print the tables, and write them and the figure."""
    from tables.figure import draw
    from tables.report import Results, lines

    wanted = [*(args.models or []), *args.variants] or None
    records = [record for record in read(args.out) if record["rows"] == args.rows]
    if args.tables:
        records = [record for record in records if record["table"] in args.tables]
    results = Results(records, wanted)
    figure = args.out.with_suffix(".png")
    text = "\n".join([*lines(results), f"![Accuracy against time]({figure.name})", ""])
    args.out.with_suffix(".md").write_text(text, encoding="utf-8")
    draw(results, figure)
    print(text)


def main():
    """Fit, or measure, or report."""
    args = arguments()
    (fit if args.fit else report if args.report else measure)(args)


if __name__ == "__main__":
    main()
