"""What each part of the tabular recipe is worth: one part left out or changed at a time.

    python benchmarks/ablation.py [--data FOLDER] [--tables adult ...] [--repeats 3] [--rows N]
                                  [--only no_embedding ...] [--out ablation.jsonl] [--report]

It is ``accuracy.py`` with the variants below; results are appended, and a run resumes. The report
gives, for each variant, error (or nRMSE), log-loss and time relative to the recipe as it is, as
geometric means over tables and repeats: above 1 is worse or slower.
"""

import argparse
import json
import math
import pathlib
import subprocess
import sys

#: The recipe, and what is changed in it. Where a regressor has no such setting, it is left out.
VARIANTS = {
    "recipe": {},
    "numbers not embedded": {"embedding": None},
    "waves only (PBLD)": {"embedding": "pbld"},
    "pieces only (PLE)": {"embedding": "piecewise_linear"},
    "one cut into folds": {"n_repeats": 1},
    "one member": {"n_folds": 1, "n_repeats": 1},
    "epoch by loss": {"scoring": "loss"},
    "epoch by accuracy or R2": {"scoring": None},
    "no temperature": {"calibrate": False},
    "label smoothing": {"label_smoothing": 0.1},
    "ReLU": {"activation": "relu"},
    "activation not parametric": {"activation": "selu"},
    "no dropout": {"dropout": 0.0},
    "no weight decay": {"weight_decay": 0.0},
    "constant learning rate": {"learning_rate": "constant", "learning_rate_init": 0.01},
    "cosine": {"learning_rate": "cosine"},
    "coslog": {"learning_rate": "coslog"},
    "no input scaling": {"member_params": {"input_scaling": False}},
    "standard parametrization": {
        "learning_rate_init": 0.002,
        "member_params": {"parametrization": "standard"},
    },
    "start not fitted to data": {
        "member_params": {"initializer": "lecun_normal", "bias_initializer": None},
    },
    "half the width": {"hidden_layer_sizes": (64, 64, 64)},
    "twice the width": {"hidden_layer_sizes": (256, 256, 256)},
    "two layers": {"hidden_layer_sizes": (128, 128)},
    "TabM members": {"n_repeats": 1, "n_folds": 2, "member_params": {"members": "tabm"}},
}


def arguments():
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--tables", nargs="*", metavar="NAME")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rows", type=int, help="a sample of so many, where there are more")
    parser.add_argument("--only", nargs="*", metavar="VARIANT", choices=list(VARIANTS))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("ablation.jsonl"))
    parser.add_argument("--report", action="store_true")
    return parser.parse_args()


def measure(args):
    """Hand all variants to ``accuracy.py``."""
    command = [sys.executable, str(pathlib.Path(__file__).with_name("accuracy.py"))]
    command += ["--models", "--out", str(args.out), "--repeats", str(args.repeats)]
    for name in args.only or VARIANTS:
        command += ["--variant", name, repr(VARIANTS[name])]
    if args.data:
        command += ["--data", str(args.data.resolve())]
    if args.tables:
        command += ["--tables", *args.tables]
    if args.rows:
        command += ["--rows", str(args.rows)]
    subprocess.run(command, check=True)


def report(args):
    """A table of ratios to the recipe."""
    results = {}
    for line in args.out.read_text().splitlines():
        record = json.loads(line)
        if "failure" not in record:
            place = record["table"], record["repeat"], record["rows"]
            results.setdefault(record["model"], {})[place] = record
    base = results["recipe"]
    text = [
        "| | error | nRMSE | log-loss | CPU time | fits |",
        "|---|---|---|---|---|---|",
    ]
    for name in VARIANTS:
        of_variant = results.get(name, {})
        shared = [place for place in of_variant if place in base]
        if not shared:
            continue
        cells = [
            ratio([(of_variant[place].get(score), base[place].get(score)) for place in shared])
            for score in ("error", "nrmse", "log_loss", "fit_cpu_seconds")
        ]
        text.append(f"| {name} | {' | '.join(cells)} | {len(shared)} |")
    print("\n".join(text))


def ratio(pairs):
    """The geometric mean of the ratios of pairs that have both numbers."""
    logs = [math.log(a / b) for a, b in pairs if a and b]
    return f"{math.exp(sum(logs) / len(logs)):.3f}" if logs else ""


if __name__ == "__main__":
    given = arguments()
    (report if given.report else measure)(given)
