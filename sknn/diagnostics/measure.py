"""What given rows tell of a fitted network: gradients, units, score, and the scale of X."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import validate_data

from sknn.estimators.parts import build_network
from sknn.estimators.training import Start
from sknn.nn.layers import Step
from sknn.nn.typing import is_sparse
from sknn.train.health import Tally
from sknn.train.objective import Objective

__all__ = ["MOST_ROWS", "Rows", "measure"]

#: Rows that gradients and units are measured on, evenly spread over the given ones, so that the
#: working memory stays small.
MOST_ROWS = 5000


@dataclass(frozen=True)
class Rows:
    """Columns as ``GradientHealth`` records them, and what else the rows tell.

    Parameters
    ----------
    columns : dict
        Numbers by column name; those of gradients only with ``y``.
    scales : array
        Root mean square of each column of X that is not constant.
    score, guess_score : float
        The estimator's score, and that of the best constant; NaN without ``y``.
    """

    columns: dict[str, float]
    scales: npt.NDArray[np.float64]
    score: float
    guess_score: float


def measure(estimator: Any, X: Any, y: Any = None) -> Rows:
    """Measure a fitted estimator on rows; it is not changed.

    Raises
    ------
    ValueError
        If X or y do not fit the estimator.
    """
    network = build_network(estimator._architecture)
    network.restore(estimator._fitted_network().snapshot())
    score = guess = float("nan")
    target = None
    if y is None:
        X = validate_data(
            estimator, X, accept_sparse=["csr", "csc"], dtype=network.dtype, reset=False
        )
    else:
        score = float(estimator.score(X, y))
        X, y = estimator._validate(X, y, network.dtype, reset=False)
        y = estimator._meet_target(y, Start(continuing=True, incremental=True))
        guess = _guess_score(y) if hasattr(estimator, "classes_") else 0.0
        target = estimator._scaled(estimator._encode(y, network.dtype), network.dtype)
    X = X.tocsr() if is_sparse(X) else X
    scales = _scales(X)
    stride = -(-X.shape[0] // MOST_ROWS)
    tally, rng = Tally(network), np.random.default_rng(0)
    with np.errstate(all="ignore"):
        if target is None:
            rooms = network.room(len(range(0, X.shape[0], stride)), training=True)
            network.forward(X[::stride], rooms, Step(None, rng))
            tally.add_units(rooms)
        else:
            network.start_training()
            objective = Objective(network, estimator._loss())
            objective.value_and_grad(X[::stride], target[::stride], None)
            tally.add_units(objective.rooms)
            tally.add_gradients(objective.rooms)
    return Rows(tally.columns(), scales, score, guess)


def _scales(X: Any) -> npt.NDArray[np.float64]:
    """Root mean square of each column that is not constant."""
    if is_sparse(X):
        square = np.asarray(X.multiply(X).mean(axis=0), dtype=float).ravel()
        mean = np.asarray(X.mean(axis=0), dtype=float).ravel()
        varies = square - mean**2 > 1e-12 * square
    else:
        square = np.einsum("ij,ij->j", X, X, dtype=float) / len(X)
        varies = np.ptp(X, axis=0) > 0
    scales: npt.NDArray[np.float64] = np.sqrt(square[varies])
    return scales


def _guess_score(y: Any) -> float:
    """Accuracy of naming the most frequent class; NaN for several labels a row."""
    if y.ndim > 1:
        return float("nan")
    return float(np.unique(y, return_counts=True)[1].max() / len(y))
