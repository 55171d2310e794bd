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
from sknn.train.likeness import FREE, Maybe, require_like

__all__ = ["check_training"]

#: The attribute that training goes on from.
CONTINUATION = "_continuation"


def check_training(estimator: Any, network: Network) -> None:
    """Raise ValueError for a record that no training leaves behind."""
    _check_record(vars(estimator))
    if CONTINUATION in vars(estimator):
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
    like = {
        "incremental": False,
        "solver": "",
        "optimizer": FREE,
        "rate": 0.0,
        "initial_rate": 0.0,
        "schedule": FREE,
        "slowdown": 0.0,
        "epochs": 0,
        "average": Maybe({"t": 0, "mean": network.values}),
        "trained": Maybe((network.values, network.statistics)),
        "random_state": FREE,
        "order": FREE,
    }
    require_like(memory, like, CONTINUATION)
    for name in ("rate", "initial_rate"):
        require(0 <= memory[name] < np.inf, f"{name} is no number from 0 on")
    require(0 < memory["slowdown"] <= 1, "slowdown is no share")
    _check_optimizer(memory["solver"], memory["optimizer"], network)
    known: dict[str, Any] = {}
    for name in SCHEDULES:
        known |= SCHEDULES.resolve(name).start()
    _require_some_of(memory["schedule"], known, "schedule")
    rng, order = memory["random_state"], memory["order"]
    require(rng is None or isinstance(rng, np.random.RandomState), "random_state is no generator")
    if order is not None:
        rows = np.arange(np.size(order))
        ordered = is_array(order, rows.shape, "i") and np.array_equal(np.sort(order), rows)
        require(ordered, "the order of the rows is none")


def _check_optimizer(name: str, state: Any, network: Network) -> None:
    optimizers = {type(one).__name__: one for one in map(OPTIMIZERS.resolve, OPTIMIZERS)}
    require(name in optimizers, f"there is no optimizer {name!r:.40}")
    optimizer = optimizers[name]
    fresh = {}
    if isinstance(optimizer, StochasticOptimizer):
        fresh = optimizer.start(network.values, network.n_weights)
    _require_some_of(state, fresh, "optimizer")
    n_weights = state.get("n_weights", network.n_weights)
    require(n_weights == network.n_weights, "the optimizer counts other weights")


def _require_some_of(state: Any, known: dict[str, Any], where: str) -> None:
    """That a state is like some of the known entries; what settings it had is not told."""
    require(type(state) is dict and state.keys() <= known.keys(), f"{where} holds what is unknown")
    require_like(state, {name: known[name] for name in state}, f"{CONTINUATION}.{where}")
