"""Estimates by the shap package, on tables of any kind, and without its side effects.

The explainers of shap want numbers, and some of them the state of NumPy's global random numbers.
So they are given the number of a row in place of each value, of the first row that has this value,
and what they ask is decoded into rows of the table. Their seed is set in the global state, which is
put back as it was.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.model import Model
from sknn.interpret.players import Players
from sknn.interpret.shapley.game import coded
from sknn.interpret.table import Table
from sknn.optional import require

__all__ = ["PACKAGED", "package_values"]

Array = npt.NDArray[Any]


def package_values(
    technique: str,
    model: Model,
    table: Table,
    background: Table,
    weight: Array,
    players: Players,
    rng: np.random.Generator,
    options: dict[str, Any],
) -> Array:
    """Shapley values by an explainer of the shap package, shape (n, p, k).

    Parameters
    ----------
    technique : str
        One of :data:`PACKAGED`.
    model, table, background, weight, players, rng
        As in :class:`~sknn.interpret.shapley.game.Game`.
    options : dict
        What the explainer itself takes, such as ``nsamples``.

    Raises
    ------
    MissingExtraError
        If shap is not installed.
    InvalidParameterError
        If the background rows have different weights, which these explainers do not know.
    """
    purpose = f"shap_values(method={technique!r})"
    shap = require("shap", extra="interpret", purpose=purpose)
    used = weight > 0
    if np.ptp(weight[used]) > 1e-12 * weight.max():
        raise InvalidParameterError(
            f"{purpose} cannot weigh the rows of the background. Give it rows of equal weight, "
            "or choose method='permutation', which can."
        )
    both = Table.stacked([table, background.take(np.flatnonzero(used))])
    codes = _places(both, players)

    def predict(asked: Array) -> Array:
        sources = np.rint(np.asarray(asked, dtype=float)).astype(np.intp)[:, players.owner]
        answer = model(both.pick(sources)).astype(np.float64)
        return answer[:, 0] if model.single else answer

    rows, behind = codes[: table.n_rows], codes[table.n_rows :]
    before = np.random.get_state()
    np.random.seed(int(rng.integers(2**31)))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of things inside of it
            found = np.asarray(PACKAGED[technique](shap, predict, rows, behind, options))
    finally:
        np.random.set_state(before)
    return found[:, :, np.newaxis] if found.ndim == 2 else found


def _places(table: Table, players: Players) -> Array:
    """For each row and player, the first row that has the same values."""
    codes = coded(table)
    places = np.empty((table.n_rows, players.n))
    for j, columns in enumerate(players.columns):
        _, first, which = np.unique(
            codes[:, columns], axis=0, return_index=True, return_inverse=True
        )
        places[:, j] = first[which.ravel()]
    return places


def _kernel(shap: Any, predict: Any, rows: Array, behind: Array, options: dict[str, Any]) -> Any:
    explainer = shap.KernelExplainer(predict, behind)
    return explainer.shap_values(rows, silent=True, **({"l1_reg": 0} | options))


def _sampling(shap: Any, predict: Any, rows: Array, behind: Array, options: dict[str, Any]) -> Any:
    return shap.SamplingExplainer(predict, behind).shap_values(rows, silent=True, **options)


def _partition(shap: Any, predict: Any, rows: Array, behind: Array, options: dict[str, Any]) -> Any:
    masker = shap.maskers.Partition(behind, max_samples=len(behind))
    explainer = shap.PartitionExplainer(predict, masker)
    return explainer(rows, silent=True, **options).values


#: Explainers of shap by the name of the method here.
PACKAGED: dict[str, Callable[..., Any]] = {
    "kernel": _kernel,
    "sampling": _sampling,
    "partition": _partition,
}
