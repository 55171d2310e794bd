"""Checks of the data: leaks, repeated rows, drift, rare classes, columns that tell the same."""

import numpy as np

from sknn.interpret.report.checks.status import status
from sknn.interpret.report.content import Check
from sknn.interpret.report.study import Study
from sknn.interpret.words import listed, number, percent, plain, rows_of

__all__ = ["balanced", "correlated", "drifted", "leaks", "repeats"]


def leaks(study: Study) -> Check | None:
    if not study.single_columns:
        return None
    name, best = max(study.single_columns, key=lambda pair: pair[1])
    return Check(
        "No column gives the answer away",
        status(best, 0.95, 0.995),
        best,
        "Passes up to 0.95 that one column alone scores (0 is guessing, 1 is perfect), fails above "
        "0.995.",
        f"The column that tells most by itself, {plain(name)}, scores {number(best)}.",
        "Ask whether this column is known before the answer is. If not, the model cheats.",
    )


def repeats(study: Study) -> Check | None:
    if study.repeated is None:
        return None
    share = study.repeated / study.test.n_rows
    return Check(
        "Test rows are new",
        status(share, 0.01, 0.1),
        share,
        "Passes up to 1% of test rows that are training rows too, fails above 10%.",
        f"{rows_of(study.repeated, 'test row')} ({percent(share)}) occur in the training data with "
        "the same values.",
        "Remove them from the test: the model has seen their answers.",
    )


def drifted(study: Study) -> Check | None:
    if study.drift is None:
        return None
    bound = 0.01 / len(study.drift)
    moved = [(name, d) for name, d, p in study.drift if p < bound]
    moved.sort(key=lambda pair: -pair[1])
    largest = moved[0][1] if moved else 0.0
    told = listed([f"{plain(name)} ({number(d, 2)})" for name, d in moved], 4)
    return Check(
        "Test rows are like training rows",
        status(largest, 0.1, 0.3),
        largest,
        "Passes up to a distance of 0.1 between the distributions of a column, fails above 0.3; "
        "distances that chance explains (1% over all columns) do not count.",
        f"Columns that differ, by their distance: {told}." if moved else "No column differs.",
        "Find out why these columns differ. The model is asked about rows unlike those that it "
        "learned from.",
    )


def balanced(study: Study) -> Check | None:
    if study.task not in ("binary", "multiclass") or study.answers.classes is None:
        return None
    shares = [
        float(study.weight[study.answers.codes == c].sum())
        for c in range(len(study.answers.classes))
    ]
    least = int(np.argmin(shares))
    return Check(
        "Every class has rows",
        "fail" if shares[least] == 0 else "warn" if shares[least] < 0.05 else "pass",
        shares[least],
        "Passes if the rarest class has 5% of the test rows or more, fails if it has none.",
        f"The rarest class, {plain(study.answers.classes[least])}, has {percent(shares[least])} of "
        "the test rows.",
        "Accuracy says little about a rare class. Look at the table of classes and at balanced "
        "accuracy.",
    )


def correlated(study: Study) -> Check | None:
    size = np.nan_to_num(np.abs(study.correlations))
    if study.test.n_columns < 2 or not np.isfinite(study.correlations).any():
        return None
    pairs = [(i, j) for i, j in zip(*np.nonzero(np.triu(size, 1) > 0.8), strict=True)]
    pairs.sort(key=lambda pair: -size[pair])
    names = study.test.names
    told = listed(
        [f"{plain(names[i])} and {plain(names[j])} ({number(size[i, j], 2)})" for i, j in pairs], 3
    )
    return Check(
        "Columns tell different things",
        "warn" if pairs else "pass",
        float(size.max()),
        "Passes if no two numeric columns have a rank correlation beyond 0.8.",
        f"Columns that tell much the same: {told}."
        if pairs
        else f"The largest rank correlation is {number(float(size.max()))}.",
        "They share their importance, and either may look dispensable. Judge them together; "
        "effects of such columns are shown as accumulated local effects.",
    )
