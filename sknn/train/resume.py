"""What moves in a run, as plain values: taken at the end of an epoch, and put back.

Each object that moves tells of itself in ``remember`` and takes it back in ``recall``, so that a
new optimizer, schedule or callback is kept without a line here. What a run is made of (rows,
settings, layers) does not move: the run that goes on is made of it anew. Before anything is put
back it is compared with what the run that begins would remember itself. Where that is not all of
what there may be, as where None may become an array, an object tells the rest in ``may_be``.
"""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.nn import engine
from sknn.nn.optimizers import State
from sknn.nn.optimizers.base import PASSING
from sknn.train.callbacks.base import Callback
from sknn.train.history import packed
from sknn.train.likeness import FREE, Column, UpTo, is_ours, require_like
from sknn.train.run import Run

__all__ = ["recall", "remember", "take_engine"]

#: Numbers, flags and words of a run.
FIGURES = "rate", "epoch", "n_steps", "samples", "loss", "stopped", "diverged", "notice"
#: Objects in a run that move, and that not every run has.
PARTS = "objective", "batches", "plateau", "average", "recovery", "history", "evaluations"


def remember(run: Run) -> State:
    """All that moves in a run between two epochs.

    Returns
    -------
    kept : nested dict of plain values and arrays
        The arrays are those that move: to be written or copied before training goes on.
    """
    return {
        **{name: getattr(run, name) for name in FIGURES},
        "seconds": time.perf_counter() - run.began,
        "compiled": run.kernels is not None,
        "values": run.network.values,
        "statistics": run.network.statistics,
        "optimizer": {k: v for k, v in run.state.items() if k not in PASSING},
        "schedule": run.schedule_state,
        "loss_curve": packed(run.loss_curve),
        "validation_scores": packed(run.validation_scores),
        "parts": {name: part.remember() for name, part in _parts(run)},
        "callbacks": [
            [type(c).__qualname__, c.remember(run)] for c in run.callbacks if not c.only_shows
        ],
    }


def recall(run: Run, kept: State) -> None:
    """Put a run that has begun where another one was; see :func:`remember`.

    Callbacks go on with what those of the same class remembered, in their order.

    Raises
    ------
    ValueError
        If a run of this network and these settings does not remember such things.
    """
    require_like(kept, _may_be(run, kept["epoch"]), "run")
    callbacks = list(_of_callbacks(run, kept["callbacks"]))
    for name in FIGURES:
        setattr(run, name, kept[name])
    run.began = time.perf_counter() - kept["seconds"]
    run.steps_at_epoch = run.n_steps
    run.network.restore((kept["values"], kept["statistics"]))
    run.state.update(kept["optimizer"])
    run.schedule_state.update(kept["schedule"])
    run.loss_curve[:] = np.asarray(kept["loss_curve"]).tolist()
    run.validation_scores[:] = np.asarray(kept["validation_scores"]).tolist()
    for name, part in _parts(run):
        part.recall(kept["parts"][name])
    for callback, remembered in callbacks:
        callback.recall(run, remembered)


def take_engine(run: Run, kept: State) -> None:
    """Let the engine train that has trained before, since another one rounds differently.

    Raises
    ------
    InvalidParameterError
        If another one is asked for.
    """
    require_like(kept["compiled"], True, "run.compiled")
    before = "numba" if kept["compiled"] else "numpy"
    if before == ("numpy" if run.kernels is None else "numba"):
        return
    if engine.engine() != "auto":
        raise InvalidParameterError(
            f"The checkpoint comes from a fit by the engine {before!r}, and {engine.engine()!r} "
            "would go on with other bits. Set SKNN_ENGINE or use_engine as before."
        )
    run.kernels = engine.compiled() if kept["compiled"] else None
    run.engine = f"{before}: as before the checkpoint"


def _parts(run: Run) -> Iterator[tuple[str, Any]]:
    each = ((name, getattr(run, name)) for name in PARTS)
    return ((name, part) for name, part in each if part is not None)


def _may_be(run: Run, n_epochs: Any) -> State:
    """What a run that begins may have become after some epochs, as a pattern."""
    require_like(n_epochs, UpTo(run.max_iter), "run.epoch")
    n_scores = 0 if run.validate is None else n_epochs
    like = remember(run) | {
        "loss_curve": Column(len(run.loss_curve) + n_epochs),
        "validation_scores": Column(len(run.validation_scores) + n_scores),
        "callbacks": FREE,  # others, perhaps: see below
    }
    for name, part in _parts(run):
        if hasattr(part, "may_be"):
            like["parts"][name] = part.may_be(n_epochs)
    if run.average is not None and not is_ours(run.average.averaging):
        like["parts"]["average"] = FREE
    own = {"optimizer": run.optimizer, "schedule": run.schedule}
    return like | {name: FREE for name, part in own.items() if not is_ours(part)}


def _of_callbacks(run: Run, kept: Any) -> Iterator[tuple[Callback, Any]]:
    """Each callback with what it, or one of its class, remembered; nothing for one that shows."""
    remembered = list(kept)
    for each in remembered:
        require_like(each, ["", FREE], "run.callbacks")
    for callback in run.callbacks:
        place = _first_of(callback, remembered)
        if callback.only_shows:
            yield callback, {}
        elif place is not None:
            name, memory = remembered.pop(place)
            like = getattr(callback, "may_be", callback.remember)(run)
            like = like if is_ours(callback) else FREE
            require_like(memory, like, f"run.callbacks.{name}")
            yield callback, memory


def _first_of(callback: Callback, remembered: list[Any]) -> int | None:
    name = type(callback).__qualname__
    return next((i for i, (whose, _) in enumerate(remembered) if whose == name), None)
