"""What a search has tried, as numbers: one row per candidate, in the order of its trial."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.exceptions import NotFittedError
from sklearn.inspection import permutation_importance

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError

__all__ = ["Parameter", "Trials", "importances", "trials_of"]


@dataclass(frozen=True)
class Parameter:
    """The values of one parameter.

    Parameters
    ----------
    name : str
        Without the prefix that all parameters share.
    places : array of float
        A place for each row: the number, its logarithm where ``log``, or the number of the label;
        NaN where the parameter was not set.
    labels : list of str or None
        Of values that are no numbers.
    log : bool
        Whether the places are logarithms to the base 10.
    """

    name: str
    places: np.ndarray
    labels: list[str] | None = None
    log: bool = False


@dataclass(frozen=True)
class Trials:
    """Rows of ``cv_results_``.

    Parameters
    ----------
    metric : str
        Name of the score.
    scores : array of float
        Means over the folds.
    parameters : list of Parameter
        Those that took more than one value.
    candidate : array of int
        Number of each row's candidate.
    n_epochs : array of int or None
        Epochs behind each row, where the search gives candidates different ones.
    """

    metric: str
    scores: np.ndarray
    parameters: list[Parameter]
    candidate: np.ndarray
    n_epochs: np.ndarray | None

    @property
    def ranked(self) -> np.ndarray:
        """Rows, the best first of those that came furthest, then of the others."""
        furthest = np.zeros(len(self.scores)) if self.n_epochs is None else self.n_epochs
        scores = np.where(np.isfinite(self.scores), self.scores, -np.inf)
        return np.lexsort((-scores, -furthest))


def trials_of(search: Any, metric: str | None = None) -> Trials:
    """The trials of a fitted search.

    Parameters
    ----------
    search : estimator
        With ``cv_results_``: one of ours or of scikit-learn's.
    metric : str, optional
        By default the score, or the metric that ``refit`` names, or the first.

    Raises
    ------
    NotFittedError
        Before ``fit``.
    InvalidParameterError
        If it is no search, or has no such metric.
    """
    results = getattr(search, "cv_results_", None)
    if results is None:
        if hasattr(search, "cv") and hasattr(search, "estimator"):
            raise NotFittedError(f"This {type(search).__name__} is not fitted yet. Call fit first.")
        raise InvalidParameterError(
            "A display of a search needs a fitted search, such as BayesSearchCV or GridSearchCV. "
            f"Got {type(search).__name__} instead."
        )
    known = [n.removeprefix("mean_test_") for n in results if n.startswith("mean_test_")]
    if metric is None:
        metric = search.refit if getattr(search, "refit", None) in known else known[0]
    if metric not in known:
        raise InvalidParameterError(
            f"metric must be one of {', '.join(map(repr, known))}. Got {metric!r} "
            f"instead.{nearest(metric, known)}"
        )
    scores = np.asarray(results[f"mean_test_{metric}"], float)
    candidates, resources = results["params"], results.get("n_epochs", results.get("n_resources"))
    candidate = results.get("config_id", np.arange(len(scores)))
    if resources is not None and "config_id" not in results:  # scikit-learn's halving searches
        candidates = [
            {name: value for name, value in params.items() if name not in _resource(results)}
            for params in candidates
        ]
        candidate = [candidates.index(params) for params in candidates]
    return Trials(
        metric,
        scores,
        _parameters(candidates),
        np.asarray(candidate),
        None if resources is None else np.asarray(resources),
    )


def _resource(results: dict[str, Any]) -> set[str]:
    """The parameter that a halving search shares out, such as ``max_iter``."""
    rows = list(zip(results["params"], results["n_resources"], strict=True))
    names = set(results["params"][0])
    return {name for name in names if all(params.get(name) == n for params, n in rows)}


def _parameters(candidates: list[dict[str, Any]]) -> list[Parameter]:
    names = list(dict.fromkeys(name for candidate in candidates for name in candidate))
    prefixes = {name.rpartition("__")[0].partition("__")[0] for name in names}
    shared = f"{prefixes.pop()}__" if len(prefixes) == 1 else ""
    parameters = []
    for name in names:
        values = [candidate.get(name, _Unset) for candidate in candidates]
        if len({repr(value) for value in values}) > 1:
            parameters.append(_parameter(name.removeprefix(shared), values))
    return parameters


class _Unset:
    """Stands for a parameter that a candidate does not have."""


def _parameter(name: str, values: list[Any]) -> Parameter:
    given = [value for value in values if value is not _Unset]
    if all(isinstance(v, int | float | np.number) and not isinstance(v, bool) for v in given):
        places = np.array([np.nan if v is _Unset else v for v in values], float)
        low, high = np.nanmin(places), np.nanmax(places)
        if low > 0 and high / low >= 30:
            return Parameter(name, np.log10(places), log=True)
        return Parameter(name, places)
    labels = sorted({_word(value) for value in given})
    numbers = [np.nan if v is _Unset else labels.index(_word(v)) for v in values]
    return Parameter(name, np.array(numbers, float), labels)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)


def importances(trials: Trials) -> dict[str, float]:
    """How much each parameter has to do with the score: shares that add up to 1, largest first.

    A forest learns the score from the parameters, and from the epochs where they differ. The
    importance is how much of its R^2 is lost when the values of a parameter are shuffled.

    Raises
    ------
    InvalidParameterError
        With fewer than four scored rows.
    """
    scored = np.isfinite(trials.scores)
    if scored.sum() < 4 or not trials.parameters:
        raise InvalidParameterError(
            "Importances need at least 4 scored candidates, and a parameter with several values. "
            f"Got {scored.sum()} candidates and {len(trials.parameters)} such parameters."
        )
    columns = {parameter.name: parameter.places for parameter in trials.parameters}
    if trials.n_epochs is not None and len(set(trials.n_epochs)) > 1:
        columns["epochs"] = np.log10(trials.n_epochs)
    X = np.column_stack(list(columns.values()))[scored]
    low, high = np.min(X[np.isfinite(X)]), np.max(X[np.isfinite(X)])
    # not set is a value too, and so is infinite
    X = np.nan_to_num(X, nan=low - 1.0, posinf=high + 1.0, neginf=low - 2.0)
    y = trials.scores[scored]
    forest = RandomForestRegressor(200, min_samples_leaf=2, random_state=0).fit(X, y)
    lost = permutation_importance(forest, X, y, n_repeats=20, random_state=0).importances_mean
    lost = np.maximum(lost, 0.0)
    shares = lost / lost.sum() if lost.sum() else lost
    order = np.argsort(-shares, kind="stable")
    names = list(columns)
    return {names[i]: float(shares[i]) for i in order}
