"""One epoch for all members, picked by what they score together on the rows they do not train on.

The score of one member on a fifth of a small table is mostly noise. The mean over all members is
far less so, and members of one epoch are alike in how sure they are, so that one temperature suits
them all.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sknn.estimators.base import BaseMLP
from sknn.nn.network import Snapshot
from sknn.nn.typing import Array
from sknn.storage.rules import is_index, require
from sknn.train import Callback, Run
from sknn.train.likeness import FREE, require_like

__all__ = ["Ensemble", "Snapshots", "best_epoch", "restore"]

#: Bytes of snapshots that are kept for all members together.
MOST_BYTES = 256 * 1024 * 1024
#: By how much the mean loss of the picked epoch may lie above the least one: an average of members
#: gains from members that have learned more than would be best for each alone.
TOLERANCE = 0.01


class Snapshots(Callback):
    """Keeps a member's network of each epoch, or of every so many where they are large.

    Parameters
    ----------
    n_members : int
        Members that keep snapshots.
    """

    def __init__(self, n_members: int) -> None:
        self.n_members = n_members
        self.by_epoch: dict[int, Snapshot] = {}

    def on_fit_begin(self, run: Run) -> None:
        n_bytes = run.network.values.nbytes * run.max_iter * self.n_members
        self.every = -(-n_bytes // MOST_BYTES)

    def on_epoch_end(self, run: Run) -> bool:
        if not run.diverged and (run.epoch % self.every == 0 or run.epoch == run.max_iter):
            self.by_epoch[run.epoch] = run.network.snapshot()
        return False

    def remember(self, run: Run) -> dict[str, Any]:
        return {"by_epoch": self.by_epoch}

    def may_be(self, run: Run) -> dict[str, Any]:
        """What :meth:`remember` may tell; see :mod:`sknn.train.likeness`."""
        return {"by_epoch": FREE}

    def recall(self, run: Run, kept: dict[str, Any]) -> None:
        for epoch, snapshot in kept["by_epoch"].items():
            require(is_index(epoch) and 1 <= epoch <= run.epoch, f"{epoch!r:.20} is no epoch")
            require_like(snapshot, run.network.snapshot(), "a network")
        self.by_epoch = dict(kept["by_epoch"])


def best_epoch(scores: Sequence[Sequence[float]], epochs: Sequence[int], is_loss: bool) -> int:
    """The epoch of the best mean score, or the last whose mean loss is hardly above the least.

    Parameters
    ----------
    scores : sequence of sequence of float
        For each member the score of each epoch, the larger the better.
    epochs : sequence of int
        Epochs to choose from, counted from 1; all members have reached them.
    is_loss : bool
        Whether the scores are negative losses.

    Examples
    --------
    >>> scores = [[-3.0, -1.0, -2.0, -2.5], [-3.0, -2.0, -1.0, -2.5]]
    >>> best_epoch(scores, [1, 2, 3, 4], is_loss=True)
    3
    """
    chosen = np.asarray(epochs) - 1
    mean: Array = np.mean([np.asarray(of_member)[chosen] for of_member in scores], axis=0)
    mean = np.where(np.isnan(mean), -np.inf, mean)
    if not is_loss:
        return int(epochs[int(np.argmax(mean))])
    loss = -mean
    close = loss <= loss.min() + TOLERANCE * abs(loss.min())
    return int(epochs[int(np.flatnonzero(close)[-1])])


def restore(
    members: Sequence[BaseMLP], snapshots: Sequence[Snapshots], is_loss: bool
) -> tuple[int | None, float]:
    """Put the networks of the epoch that is best for all into the members.

    Returns
    -------
    epoch : int or None
        None where the time was too short for a whole epoch.
    score : float
        The mean score of that epoch.
    """
    shared = set.intersection(*(set(kept.by_epoch) for kept in snapshots))
    if not shared:
        return None, -math.inf
    scores: list[Any] = [member.validation_scores_ for member in members]
    epoch = best_epoch(scores, sorted(shared), is_loss)
    for member, kept in zip(members, snapshots, strict=True):
        member._fitted_network().restore(kept.by_epoch[epoch])
        member.best_epoch_ = epoch
        member.best_validation_score_ = member.validation_scores_[epoch - 1]
    score = float(np.mean([of_member[epoch - 1] for of_member in scores]))
    return epoch, score if math.isfinite(score) else -math.inf


class Ensemble(NamedTuple):
    """Members at the epoch that is best for all.

    Parameters
    ----------
    members : list of estimator
    epoch : int or None
        That epoch, where there were rows to validate on.
    score : float
        Their mean score.
    """

    members: list[BaseMLP]
    epoch: int | None
    score: float
