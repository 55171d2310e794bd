"""Milliseconds of processor time for a prediction of probabilities."""

from functools import partial

import numpy as np

from peer_tables import head, line, measured
from peer_tables.works import works

__all__ = ["table"]

ROWS = (1, 1000, 100_000)


def table(settings):
    """Rows for each network and number of rows, a column for each library."""
    columns = [(*column,) for column in settings.columns if column[1].Net.predict is not None]
    names = [name for name, *_ in columns]
    yield from head("network, rows", names)
    for work in [work for work in works() if work.batch == 200][: settings.first]:
        shape = work.name.rpartition(", batch")[0].rpartition(", ")[2]
        for n_rows in ROWS:
            found = predicted(work, columns, settings.rounds, n_rows)
            yield line(f"{shape}, {n_rows}", names, found)


def predicted(work, columns, rounds, n_rows):
    """Milliseconds of a prediction, and the ratio to ours, by column."""
    tasks, repeats = {}, max(1, 10_000 // n_rows)
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
