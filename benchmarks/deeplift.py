"""Time of DeepLIFT for a row beside ``shap.DeepExplainer`` on PyTorch, in one interleaved run.

    python benchmarks/deeplift.py [--rounds 7] [--output docs/deeplift_speed.md]

Needs torch and shap. Both explain the same network, with the same weights, from the same 100
background rows, on one thread. They take turns, so that whatever else the machine does meets both,
and the table shows the median over the rounds of processor time for a row, in milliseconds, and of
the ratio within each round.
"""

import argparse
import pathlib
import platform
import warnings
from functools import partial

from turns import compare  # isort: skip - it limits threads before NumPy is imported

import numpy as np
import shap
import torch

from sknn.nn.activations import ReLU, Tanh
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.network import Network
from sknn.nn.rescale import Rescale

N_BACKGROUND, N_ROWS = 100, 40
SHAPES = {
    "8-100-100-1, relu": (8, (100, 100), 1, ReLU()),
    "30-100-100-1, relu": (30, (100, 100), 1, ReLU()),
    "30-100-100-1, tanh": (30, (100, 100), 1, Tanh()),
    "64-100-100-10, relu": (64, (100, 100), 10, ReLU()),
    "54-256-256-7, relu": (54, (256, 256), 7, ReLU()),
}


def pair(n_features, sizes, n_outputs, activation, dtype):
    """A network of ours, and the same one in PyTorch."""
    layers = multilayer_perceptron(sizes, n_outputs, [activation] * len(sizes))
    network = Network(layers, n_features, dtype)
    network.values[:] = np.random.RandomState(0).normal(scale=0.1, size=network.n_parameters)
    modules = []
    for w, b in zip(network.coefs, network.intercepts, strict=True):
        linear = torch.nn.Linear(*w.shape, dtype=getattr(torch, dtype))
        linear.weight.data[:] = torch.tensor(w.T.copy())
        linear.bias.data[:] = torch.tensor(b)
        modules += [linear, getattr(torch.nn, type(activation).__name__)()]
    return network, torch.nn.Sequential(*modules[:-1])


def rows(rounds):
    """Each row of the table, as it is measured."""
    for name, (n_features, *shape) in SHAPES.items():
        for dtype in ("float32", "float64"):
            network, module = pair(n_features, *shape, dtype)
            rng = np.random.RandomState(1)
            X = rng.normal(size=(N_ROWS, n_features)).astype(dtype)
            background = rng.normal(size=(N_BACKGROUND, n_features)).astype(dtype)
            explainer = shap.DeepExplainer(module, torch.tensor(background))
            theirs = partial(explainer.shap_values, torch.tensor(X), check_additivity=False)
            ours = partial(
                lambda net, b, x: Rescale(net, b).contributions(x), network, background, X
            )
            gap = np.abs(np.asarray(theirs()).reshape(*X.shape, -1) - ours()).max()
            times = compare([theirs, ours], rounds)
            yield name, dtype, times[0] / N_ROWS, times[1] / N_ROWS, times[2], gap


def main():
    """Measure, print each row as it comes, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--output", type=pathlib.Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    lines = [
        "# DeepLIFT beside PyTorch",
        "",
        "Written by `python benchmarks/deeplift.py --output docs/deeplift_speed.md`. shap "
        f"{shap.__version__}, torch {torch.__version__}, NumPy {np.__version__}, Python "
        f"{platform.python_version()}, {platform.machine()}; {N_BACKGROUND} background rows, "
        f"processor time of a row, median of {args.rounds} interleaved rounds, one thread.",
        "",
        "| network | dtype | DeepExplainer, ms | sknn, ms | times as fast | largest difference |",
        "|---|---|---:|---:|---:|---:|",
    ]
    print("\n".join(lines), flush=True)
    for name, dtype, theirs, ours, ratio, gap in rows(args.rounds):
        lines.append(f"| {name} | {dtype} | {theirs:.3g} | {ours:.3g} | {ratio:.1f} | {gap:.0e} |")
        print(lines[-1], flush=True)
    if args.output:
        args.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
