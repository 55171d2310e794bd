"""What must be true of what a file tells of the training, and goes on from.

Nothing of it is needed to predict: it is what ``summary()`` shows, and what ``partial_fit`` and
``warm_start`` begin with.
"""

from typing import Any

import numpy as np

from sknn.nn.network import Network
from sknn.nn.optimizers import OPTIMIZERS
from sknn.nn.optimizers.base import StochasticOptimizer
from sknn.nn.schedules import SCHEDULES
from sknn.storage.rules import is_array, is_index, is_number, is_numbers, require

__all__ = ["check_training"]

#: More divisions of a learning rate than this would take a while, and leave nothing of it.
MOST_DIVISIONS = 10_000


def check_training(estimator: Any, network: Network) -> None:
    """Raise ValueError for a record that no training leaves behind."""
    _check_record(vars(estimator))
    if "_continuation" in vars(estimator):
        _check_memory(estimator._continuation, network)


def _check_record(has: dict[str, Any]) -> None:
    history = has["history_"]
    require(type(history) is dict, "history_ is no dict")
    require(all(type(name) is str for name in history), "history_ has a column without a name")
    require(all(map(is_numbers, history.values())), "history_ has what is no list of numbers")
    require(
        all(map(is_index, history.get("iterations", []))), "iterations are no numbers from 0 on"
    )
    require(is_numbers(has["loss_curve_"]), "loss_curve_ is no list of numbers")
    scores = has["validation_scores_"]
    require(scores is None or is_numbers(scores), "validation_scores_ is no list of numbers")
    for name in ("n_iter_", "n_updates_", "t_", "_no_improvement_count"):
        require(is_index(has[name]), f"{name} is no number from 0 on")
    if has["best_epoch_"] is not None:
        sound = is_index(has["best_epoch_"]) and is_number(has["best_validation_score_"])
        require(sound, "best_epoch_ is no epoch with a score")
    require(is_number(has["loss_"]), "loss_ is no number")
    for name in ("best_loss_", "best_validation_score_"):
        require(has[name] is None or is_number(has[name]), f"{name} is no number")
    for name in ("stop_reason_", "engine_"):
        require(type(has[name]) is str, f"{name} is no text")


def _check_memory(memory: Any, network: Network) -> None:
    """That what training goes on from is of this network."""
    require(type(memory) is dict, "what training goes on from is no dict")
    require(type(memory["incremental"]) is bool, "incremental is neither True nor False")
    for name in ("rate", "initial_rate", "slowdown"):
        value = memory[name]
        require(is_number(value) and 0 <= value < np.inf, f"{name} is no number from 0 on")
    require(0 < memory["slowdown"] <= 1, "slowdown is no share")
    require(is_index(memory["epochs"]), "epochs is no number from 0 on")
    _check_optimizer(memory["solver"], memory["optimizer"], network)
    _check_schedule(memory["schedule"])
    _check_average(memory["average"], memory["trained"], network)
    rng, order = memory["random_state"], memory["order"]
    require(rng is None or isinstance(rng, np.random.RandomState), "random_state is no generator")
    if order is not None:
        rows = np.arange(np.size(order))
        ordered = is_array(order, rows.shape, "i") and np.array_equal(np.sort(order), rows)
        require(ordered, "the order of the rows is none")


def _check_optimizer(name: Any, state: Any, network: Network) -> None:
    optimizers = {type(one).__name__: one for one in map(OPTIMIZERS.resolve, OPTIMIZERS)}
    require(type(name) is str and name in optimizers, f"there is no optimizer {name!r:.40}")
    optimizer = optimizers[name]
    fresh = {}
    if isinstance(optimizer, StochasticOptimizer):
        fresh = optimizer.start(network.values, network.n_weights)
    require(type(state) is dict and state.keys() <= fresh.keys(), "the optimizer's memory is none")
    sound = all(_is_like(value, fresh[name]) for name, value in state.items())
    require(sound, "the optimizer's memory is of another network")
    n_weights = state.get("n_weights", network.n_weights)
    require(n_weights == network.n_weights, "the optimizer counts other weights")


def _check_schedule(state: Any) -> None:
    known: dict[str, Any] = {}
    for name in SCHEDULES:
        known |= SCHEDULES.resolve(name).start()
    require(
        type(state) is dict
        and state.keys() <= known.keys()
        and all(_is_like(value, known[name]) for name, value in state.items())
        and state.get("n_divisions", 0) <= MOST_DIVISIONS,
        "the schedule's memory is none",
    )


def _check_average(state: Any, trained: Any, network: Network) -> None:
    fresh = {"t": 0, "mean": network.values}
    if state is not None:
        sound = type(state) is dict and state.keys() == fresh.keys()
        sound = sound and all(_is_like(value, fresh[name]) for name, value in state.items())
        require(sound, "the average is of another network")
    if trained is not None:
        sound = type(trained) is tuple and len(trained) == 2
        sound = sound and all(map(_is_like, trained, (network.values, network.statistics)))
        require(sound, "the weights that are trained are of another network")


def _is_like(value: Any, fresh: Any) -> bool:
    """Whether a value is one that a fresh one becomes by training."""
    if isinstance(fresh, np.ndarray):
        return is_array(value, fresh.shape, "f") and value.dtype == fresh.dtype
    return is_index(value) if type(fresh) is int else is_number(value)
