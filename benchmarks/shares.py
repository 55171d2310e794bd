"""Where the time of a training step goes: microseconds of each part, and its share.

    python benchmarks/shares.py [--engine numpy] [--dtype float32]

Each part is called on its own, as often as fits into a fifth of a second, on the working memory of
a real fit; what is left of the time of whole fits is the loop, the checks and the setup. One BLAS
thread, processor time, the least of five rounds, printed as a table of Markdown.
"""

import argparse
import time
import warnings
from dataclasses import replace

from turns import PROCESSOR, processor_time  # isort: skip - it limits threads before NumPy

from peer_tables.training import products
from peer_tables.works import works

from sknn import MLPClassifierX, use_engine
from sknn.nn.layers import Step
from sknn.train.callbacks import Callback

PARTS = ("matrix products", "rest of the layers", "loss", "penalty", "optimizer", "batches", "rest")


class Keep(Callback):
    """Keeps the run, to call its parts afterwards."""

    def on_fit_begin(self, run):
        Keep.run = run


def microseconds(call):
    """Of processor time that a call takes."""
    call()
    start = time.perf_counter()
    call()
    often = max(1, int(0.2 / max(time.perf_counter() - start, 1e-6)))

    def repeat():
        for _ in range(often):
            call()

    return min(processor_time(repeat) for _ in range(5)) / often * 1e3


def fit(work, dtype, **options):
    """A fit of a network with the default settings."""
    net = MLPClassifierX(
        work.hidden,
        batch_size=work.batch,
        max_iter=work.epochs,
        tol=0,
        n_iter_no_change=work.epochs + 1,
        dtype=dtype,
        random_state=0,
        **options,
    )
    return net.fit(work.X, work.y)


def shares(work, dtype):
    """Microseconds of each part of a step, by name."""
    fit(work, dtype, callbacks=[Keep()])
    run = Keep.run
    objective, network = run.objective, run.network
    objective.start(run.kernels)
    batch = next(iter(run.batches))
    objective.value_and_grad(batch.X, batch.y, None)
    rooms, grad = objective._room(batch.n_rows)
    step = Step(None, objective.rng)
    raw = network.forward(batch.X, rooms, step)
    passes = microseconds(
        lambda: (network.forward(batch.X, rooms, step), network.backward(grad, rooms))
    )
    found = {"matrix products": microseconds(products(work, dtype)) / work.n_steps}
    found["rest of the layers"] = passes - found["matrix products"]
    found["loss"] = microseconds(lambda: objective._of_loss(raw, batch.y, None, grad))
    found["penalty"] = microseconds(lambda: objective._penalize(batch.n_rows))
    found["optimizer"] = microseconds(
        lambda: run._optimizer_step(network.values, network.grads, run.state, 1e-9)
    )
    found["batches"] = microseconds(lambda: list(run.batches)) / run.batches.n_batches
    many = replace(work, epochs=max(1, 2000 // run.batches.n_batches))
    whole = min(processor_time(lambda: fit(many, dtype)) for _ in range(3)) * 1e3 / many.n_steps
    found["rest"] = whole - sum(found.values())
    return found, whole


def main():
    """Print a row for each data set and network."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=["numpy", "numba"], default="numpy")
    parser.add_argument("--dtype", choices=["float32", "float64"], default="float32")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    print(f"{PROCESSOR}, {args.engine}, {args.dtype}", end="\n\n")
    print(f"| data and layers | step, us | {' | '.join(PARTS)} |")
    print(f"|---|{'---:|' * (len(PARTS) + 1)}")
    with use_engine(args.engine):
        for work in works():
            found, whole = shares(work, args.dtype)
            cells = (f"{100 * found[part] / whole:.0f} %" for part in PARTS)
            print(f"| {work.name} | {whole:.3g} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
