"""Which rows each member of an ensemble trains on, and which it validates on."""

import numpy as np
import numpy.typing as npt

from sknn.nn.typing import Array, IndexArray

__all__ = ["FEWEST_TO_SPLIT", "Cut", "cuts_of", "fold_numbers", "splits"]

#: Fewest rows of which some can be held out.
FEWEST_TO_SPLIT = 5
#: Rows that a member trains on and rows that it validates on; None where it has all.
Cut = tuple[IndexArray, IndexArray] | None


def cuts_of(
    targets: Array, n_folds: int, n_repeats: int, share: float, rng: np.random.RandomState
) -> list[Cut]:
    """The rows of each member: of every cut into folds, each fold is held out by one.

    Parameters
    ----------
    targets : array of shape (n_rows, n_targets)
        Folds are alike in them.
    n_folds : int >= 1
        With 1, all members hold out the same rows.
    n_repeats : int >= 1
        Cuts into folds.
    share : float in (0, 1)
        About which share of the rows is held out where there is one fold.
    rng : RandomState

    Examples
    --------
    >>> each = cuts_of(np.arange(6.0)[:, np.newaxis], 3, 1, 0.2, np.random.RandomState(0))
    >>> [(len(train), len(validate)) for train, validate in each]
    [(4, 2), (4, 2), (4, 2)]
    """
    n_rows = len(targets)
    if n_rows < FEWEST_TO_SPLIT:
        return [None]
    key: npt.NDArray[np.generic] = targets[:, 0]
    if targets.shape[1] > 1:
        key = np.unique(targets, axis=0, return_inverse=True)[1].ravel()
    if n_folds == 1:
        n_parts = max(2, round(1.0 / max(share, 1.0 / n_rows)))
        return [splits(fold_numbers(key, n_parts, rng), n_parts)[0]] * n_repeats
    n_folds = min(n_folds, n_rows)
    each: list[Cut] = []
    for _ in range(n_repeats):
        each += splits(fold_numbers(key, n_folds, rng), n_folds)
    return each


def fold_numbers(
    key: npt.NDArray[np.generic], n_folds: int, rng: np.random.RandomState
) -> IndexArray:
    """The fold of each row: of equal size up to one row, and alike in ``key``.

    Of every ``n_folds`` rows in a row by ``key``, each goes to another fold, by chance. So classes
    have their shares in every fold, and numbers their distribution.

    >>> fold = fold_numbers(np.array(list("aabbaabb")), 2, np.random.RandomState(0))
    >>> [int((fold[[0, 1, 4, 5]] == j).sum()) for j in (0, 1)]
    [2, 2]
    """
    n_rows = len(key)
    order = rng.permutation(n_rows)
    order = order[np.argsort(key[order], kind="stable")]
    n_blocks = -(-n_rows // n_folds)
    chance = rng.uniform(size=(n_blocks, n_folds))
    fold = np.empty(n_rows, np.intp)
    fold[order] = chance.argsort(axis=1).ravel()[:n_rows]
    return fold


def splits(fold: IndexArray, n_folds: int) -> list[tuple[IndexArray, IndexArray]]:
    """For each fold the rows outside, to train on, and those inside, to validate on.

    All have the same number of training rows, so that they can be trained in step: where the rows
    do not divide by the folds, some leave one out.
    """
    inside = [np.flatnonzero(fold == j) for j in range(n_folds)]
    n_train = len(fold) - max(map(len, inside))
    return [(np.flatnonzero(fold != j)[:n_train], rows) for j, rows in enumerate(inside)]
