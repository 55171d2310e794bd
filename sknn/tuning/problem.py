"""What a search gives its workers: the problem, which all jobs share, and the jobs."""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Job", "Problem"]


@dataclass(frozen=True)
class Job:
    """What is to be done.

    Parameters
    ----------
    index : int
        Number of the candidate.
    params : dict
        Its parameters.
    fold : int
        Where it is trained and scored; the session makes a job for each.
    n_epochs : int
        Epochs that it is trained for, from its first on; 0 for a whole ``fit``.
    trained : int
        Epochs that the state has behind it.
    keep : bool
        Whether it may be trained on later.
    """

    index: int
    params: dict[str, Any]
    fold: int = 0
    n_epochs: int = 0
    trained: int = 0
    keep: bool = False


@dataclass
class Problem:
    """What all jobs of a search share.

    Parameters
    ----------
    X, y : array-like
        The data.
    splits : list of pairs of arrays
        Training and test rows of each fold, drawn once.
    fit_params, score_params : dict
        Metadata for ``fit`` or ``partial_fit``, and for the scorer.
    estimator : estimator
        Cloned for each candidate.
    scorer : callable
        As scikit-learn's searches have it.
    scores_transformed : bool
        Whether the scorer may be given the last step of a pipeline and transformed rows.
    error_score : float or "raise"
        Score of a fit that fails.
    return_train_score : bool
        Score the training rows too.
    timeout : float or None
        Seconds that a job may train.
    max_epochs : int
        Most epochs of a candidate that is trained in parts; 0 where each is trained by ``fit``.
    networks_alone : bool
        Whether the base estimator ends in a network of ours, with no metadata but weights, so that
        candidates may be trained side by side.
    config : dict
        scikit-learn's configuration, which workers do not have of themselves.
    seed : int
        Of random numbers that must be the same whenever they are drawn.
    transformed : dict
        Folds as the steps before the last leave them, for as long as the problem lives.
    """

    X: Any
    y: Any
    splits: list[tuple[Any, Any]]
    fit_params: dict[str, Any]
    score_params: dict[str, Any]
    estimator: Any
    scorer: Any
    scores_transformed: bool
    error_score: Any
    return_train_score: bool
    timeout: float | None
    max_epochs: int
    networks_alone: bool
    config: dict[str, Any]
    seed: int = 0
    transformed: dict[Any, Any] = field(default_factory=dict, repr=False)

    def split(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Large arrays, and everything else."""
        large = {"X", "y", "splits", "fit_params", "score_params"}
        values = {name: value for name, value in vars(self).items() if name != "transformed"}
        return (
            {name: value for name, value in values.items() if name in large},
            {name: value for name, value in values.items() if name not in large},
        )
