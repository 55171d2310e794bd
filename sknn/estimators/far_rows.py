"""Rows so far from those of training that numbers overflow on their way through the network."""

from typing import Any

import numpy as np

from sknn.nn.network import Network
from sknn.nn.typing import Array, is_sparse
from sknn.train.prediction import of_rows

__all__ = ["check_finite", "without_overflow"]


def without_overflow(network: Network, X: Any, raw: Array) -> Array:
    """Raw outputs of which those that overflowed are those of the row on a smaller scale.

    What a classifier says far out depends on the direction of the row: a network of straight lines
    says the same along it, and units that have an end are at their end.

    Parameters
    ----------
    network : Network
    X : array or sparse matrix of shape (n_rows, n_features)
        Finite.
    raw : array of shape (n_rows, n_outputs)
        Its raw output; changed in place.

    Raises
    ------
    ValueError
        If they overflow all the same, or the weights are not finite.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> from sknn.nn.layers import Dense
    >>> network = Network([Dense(1, ReLU())], n_features=2, dtype="float64")
    >>> network.coefs[0][...] = 3.0
    >>> X = np.array([[1e308, 1e308], [1.0, 1.0]])
    >>> bool(without_overflow(network, X, np.array([[np.inf], [6.0]]))[0, 0] > 1e77)
    True
    """
    wrong = np.flatnonzero(~np.isfinite(raw).all(axis=1))
    if wrong.size:
        far = X.tocsr()[wrong].toarray() if is_sparse(X) else X[wrong]
        largest = float(np.finfo(network.dtype).max) ** 0.25
        scale = largest / np.maximum(np.abs(far).max(axis=1, keepdims=True), largest)
        near = (far * scale).astype(network.dtype)
        raw[wrong] = of_rows(network.raw_output, network, near)
        check_finite(raw, X)
    return raw


def check_finite(found: Array, X: Any) -> None:
    """Raise where a number that was found for a row of X is not finite.

    Parameters
    ----------
    found : array of shape (n_rows, ...)
    X : array-like of shape (n_rows, ...)

    Raises
    ------
    ValueError
        Naming the first such row.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(np.add.reduce(found, axis=None)):
            return
    finite = np.isfinite(found.reshape(len(found), -1)).all(axis=1)
    if not finite.all():
        number = int(np.flatnonzero(~finite)[0])
        raise ValueError(
            f"What the network makes of row {number} of X overflows {found.dtype.name}. Its values "
            f"are too far from those of training: {_excerpt(X, number)}. Scale or correct them, or "
            "leave the row out."
        )


def _excerpt(X: Any, number: int) -> str:
    """The largest value of a row."""
    rows = X.tocsr() if is_sparse(X) else np.asarray(X)
    row = np.asarray(rows[number].toarray() if is_sparse(X) else rows[number], np.float64).ravel()
    column = int(np.abs(row).argmax())
    return f"column {column} has {row[column]:g}"
