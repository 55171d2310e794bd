"""Microseconds of processor time for a step of training with Adam, over whole fits."""

from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
from turns import in_turns

from peer_tables import head, line, measured
from peer_tables.works import works

__all__ = ["table"]

#: Our name for nothing but the matrix products of a step: what no NumPy network can be faster than.
PRODUCTS = "matrix products alone"


def table(settings):
    """A row for each data set and network, a column for each library."""
    columns = [(*column,) for column in settings.columns if column[1].Net.train is not None]
    names = [PRODUCTS, *(name for name, *_ in columns)]
    yield from head("data and layers", names)
    for work in islice(works(), settings.first):
        yield line(work.name, names, trained(work, columns, settings.rounds, settings.seconds))


def trained(work, columns, rounds, seconds):
    """Microseconds of a step, and the ratio to ours, by column."""
    nets = {name: module.Net(work, dtype) for name, module, dtype in columns}
    once = in_turns([next(iter(nets.values())).train], 1)[0][0]
    epochs = max(int(1000 * seconds / max(once, 1e-3)), 1)
    if epochs > 1:
        work = replace(work, epochs=epochs)
        nets = {name: module.Net(work, dtype) for name, module, dtype in columns}
    tasks = [net.train for net in nets.values()]
    found = measured([*tasks, products(work)], rounds)
    return {
        name: (1e3 * time / work.n_steps, ratio)
        for name, (time, ratio) in zip([*nets, PRODUCTS], found, strict=True)
    }


def products(work, dtype="float32"):
    """A function that multiplies the matrices of all steps."""
    n_outputs = 1 if work.n_classes == 2 else work.n_classes
    widths = [work.X.shape[1], *work.hidden, n_outputs]
    rng = np.random.default_rng(0)

    def random(*shape):
        return rng.normal(size=shape).astype(dtype)

    values = [random(work.batch, width) for width in widths]
    weights = [random(*shape) for shape in pairwise(widths)]
    outputs, gradients = [v.copy() for v in values], [w.copy() for w in weights]

    def run():
        for _ in range(work.n_steps):
            for i, weight in enumerate(weights):
                np.dot(values[i], weight, out=outputs[i + 1])
            for i in range(len(weights) - 1, -1, -1):
                np.dot(values[i].T, values[i + 1], out=gradients[i])
                if i:
                    np.dot(values[i + 1], weights[i].T, out=outputs[i])

    return run
