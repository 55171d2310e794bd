"""How the model was tuned: what was tried, what it found, and what mattered."""

from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.interpret.report import svg
from sknn.interpret.report.content import Figure, Section, Table, Text
from sknn.interpret.report.study import Study
from sknn.interpret.words import number, plain
from sknn.plots.search.history import best_so_far
from sknn.plots.search.trials import Trials, importances, trials_of

__all__ = ["tuning"]

#: Candidates that the table has.
MOST_CANDIDATES = 20


def tuning(study: Study) -> Section | None:
    """The best candidates, the course of the search, and the parameters that mattered."""
    search = _search_in(study.estimator)
    if search is None:
        return None
    trials = trials_of(search)
    n_candidates = len(set(trials.candidate.tolist()))
    n_splits = getattr(search, "n_splits_", 1)
    score = plain(trials.metric.replace("_", " "))
    best = getattr(search, "best_index_", None)
    section = Section("tuning", "How it was tuned")
    words = (
        f"{type(search).__name__} tried {n_candidates} candidates for the parameters, each scored "
        f"on {n_splits} folds of the training rows."
    )
    if best is not None:
        words += (
            f" The best has a mean {score} of {number(float(trials.scores[best]))} there. As the "
            "best of many tries that is a little too good; what to expect is told by the test rows."
        )
    section.add(Text(words))
    section.add(_candidates(search, trials, score), _course(trials, score), _importance(trials))
    return section


def _search_in(estimator: Any) -> Any:
    """The search that the estimator is, or that stands in a pipeline."""
    if hasattr(estimator, "cv_results_"):
        return estimator
    for _, step in getattr(estimator, "steps", []):
        if hasattr(step, "cv_results_"):
            return step
    return None


def _candidates(search: Any, trials: Trials, score: str) -> Table:
    results = search.cv_results_
    epochs = trials.n_epochs
    order = trials.ranked[:MOST_CANDIDATES]
    names = list(dict.fromkeys(name for params in results["params"] for name in params))
    rows: list[list[Any]] = []
    for place in order:
        params = results["params"][place]
        values = [plain(_shown(params[name])) if name in params else None for name in names]
        spread = float(results[f"std_test_{trials.metric}"][place])
        row = [_or_none(trials.scores[place]), _or_none(spread), *values]
        rows.append(row if epochs is None else [int(epochs[place]), *row])
    head = [f"mean {score}", "deviation", *map(plain, names)]
    left = len(trials.scores) - len(rows)
    return Table(
        "candidates",
        "The best candidates",
        head if epochs is None else ["epochs", *head],
        rows,
        "Mean and standard deviation over the folds; those that were trained longest first."
        + (f" {left} more are left out." if left else ""),
    )


def _course(trials: Trials, score: str) -> Figure | None:
    best = best_so_far(trials)
    seen = np.flatnonzero(np.isfinite(best))
    if len(seen) < 2:
        return None
    x, y = (seen + 1).astype(float).tolist(), best[seen].tolist()
    return Figure(
        svg.lines(
            "search-course",
            x,
            [y],
            title="Course of the search",
            description=f"The best mean {score} after each of {len(best)} candidates; it ends at "
            f"{number(y[-1])}.",
            x_axis="candidate",
            y_axis=f"best mean {score} so far",
        ),
        Table(
            "search-course",
            "Course of the search",
            ["candidate", "best so far"],
            [[int(a), b] for a, b in zip(x, y, strict=True)],
            "Of candidates that were trained for different times, the best of those that were "
            "trained longest.",
        ),
        "Where the line is level, more candidates found nothing better.",
        "half",
    )


def _importance(trials: Trials) -> Figure | None:
    try:
        shares = importances(trials)
    except InvalidParameterError:
        return None  # too few candidates to tell
    names, values = [plain(name) for name in shares], list(shares.values())
    if not any(values):
        return None
    return Figure(
        svg.bars(
            "parameter-importance",
            names,
            values,
            axis="share of what explains the score",
            title="Parameters that mattered",
            description=f"Bars for {len(names)} parameters, the longest for {names[0]}.",
        ),
        Table(
            "parameter-importance",
            "Parameters that mattered",
            ["parameter", "share"],
            [[name, value] for name, value in zip(names, values, strict=True)],
            "A forest learns the score from the parameters; a share is what its R² loses when the "
            "values of a parameter are shuffled, 20 times.",
            percent=(1,),
        ),
        "What mattered within the ranges that were searched.",
        "half",
    )


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float | np.floating) else str(value)


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
