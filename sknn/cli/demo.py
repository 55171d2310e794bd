"""``python -m sknn demo``: five steps from a table to a report."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from sknn.cli.data import Table, count, load_table
from sknn.cli.errors import InputError
from sknn.cli.insight import Insight, look
from sknn.cli.models import (
    GRID,
    Comparison,
    candidates,
    compare,
    n_candidates,
    prefix,
    quiet,
    ruler,
    search,
    split,
)
from sknn.cli.tables import comparison_table, search_table, show, spread, test_table
from sknn.cli.terminal import progress_bar, say, step
from sknn.optional import require

__all__ = ["Results", "run"]

LIBRARIES = ("pandas", "matplotlib", "jinja2", "tqdm")


@dataclass
class Results:
    """All that the demo found, for the terminal, the figures and the report."""

    table: Table
    n_train: int
    n_test: int
    comparison: Comparison
    search: GridSearchCV
    insight: Insight
    seed: int


def run(*, data: Path | None, target: str | None, output: Path, seed: int) -> Path:
    """Compare, tune and explain a network on a table, and write a report.

    Parameters
    ----------
    data, target : as in :func:`sknn.cli.data.load_table`
    output : Path
        Folder of the report; made where it is missing.
    seed : int
        Seed of all that is random.

    Returns
    -------
    report : Path
        The HTML file.

    Raises
    ------
    InputError
        If the table cannot be used.
    MissingExtraError
        If a library of the ``cli`` extra is missing.
    """
    for library in LIBRARIES:
        require(library, extra="cli", purpose="The demo")
    if output.exists() and not output.is_dir():
        raise InputError(f"--output {str(output)!r} is a file; a folder is needed")
    begin = time.perf_counter()

    step(1, "Data")
    table = load_table(data, target, seed)
    X, X_test, y, y_test = split(table, seed)
    tell_data(table, len(X), len(X_test))
    output.mkdir(parents=True, exist_ok=True)  # here, so that no work is lost

    step(2, "Compare with scikit-learn's network, same seed and parameters")
    compared = compare(table, X, y, seed, progress_bar)
    tell_comparison(table, compared)

    step(3, "Tune")
    say(f"{n_candidates()} candidates by {', '.join(GRID)}, each cross-validated ...")
    searched = search(table, X, y, seed, compared.seconds_per_fit)
    tell_search(table, searched)

    step(4, "Explain on the test rows")
    models = finalists(table, searched, X, y, seed)
    seen = look(table, models, X, X_test, y_test, seed)
    tell_insight(seen, table)

    step(5, "Report")
    from sknn.cli.report import write_report  # here: it needs the libraries of the extra

    results = Results(table, len(X), len(X_test), compared, searched, seen, seed)
    report = write_report(results, output, progress_bar)
    judged = write_judgement(
        table, searched.best_estimator_, (X, y), (X_test, y_test), output, seed
    )
    say(f"Figures, the model and the test rows: {output}")
    say(f"The model judged and explained: {judged}")
    say(f"Report:  {report}  (open it in a browser)")
    say(f"Done in {time.perf_counter() - begin:.0f} s.")
    return report


def finalists(table: Table, searched: GridSearchCV, X: Any, y: Any, seed: int) -> dict[str, Any]:
    """The tuned network, and the untuned one and the baseline to hold it against."""
    ours, _, baseline = candidates(table, seed).items()
    models = {"tuned network": searched.best_estimator_}
    with quiet():
        for name, model in (("network before tuning", ours[1]), baseline):
            models[name] = clone(model).fit(X, y)
    return models


def write_judgement(
    table: Table, model: Any, train: tuple[Any, Any], test: tuple[Any, Any], folder: Path, seed: int
) -> Path:
    """The tuned model as a file, the test rows as a table, and a report on both.

    ``python -m sknn explain`` makes the same report of such files.
    """
    import joblib  # as scikit-learn brings it

    from sknn.interpret import ModelReport

    joblib.dump(model, folder / "model.joblib")
    test[0].assign(**{table.target: test[1]}).to_csv(folder / "test.csv", index=False)
    report = ModelReport(
        model,
        *test,
        X_train=train[0],
        y_train=train[1],
        title=f"The tuned network for {table.title}",
        card={"target": table.target},
        random_state=seed,
    )
    path = folder / "model_report.html"
    with quiet():
        report.to_html(path)
    return path


# -- what is said on the way ----------------------------------------------------------------------


def tell_data(table: Table, n_train: int, n_test: int) -> None:
    task = "classification" if table.is_classification else "regression"
    say(f"{table.title}: {task} of {table.target!r}")
    say(
        f"{count(len(table.X), 'row')} ({n_train} to learn from, {n_test} set aside for the test), "
        f"{len(table.numeric)} numeric and {len(table.categorical)} categorical columns"
    )
    for note in table.notes:
        say(f"note: {note}")


def tell_comparison(table: Table, compared: Comparison) -> None:
    say(show(comparison_table(table, compared)))
    low, middle, high = np.quantile(compared.speedups, [0, 0.5, 1])
    say(
        f"fit time of scikit-learn's network / ours: {middle:.1f} "
        f"(median of {compared.n_folds} folds, {low:.1f} to {high:.1f}, on one BLAS thread)"
    )
    say(f"largest difference of their predictions: {compared.largest_difference:.1g}")


def tell_search(table: Table, searched: GridSearchCV) -> None:
    say(show(search_table(table, searched)))
    best = {
        name.removeprefix(prefix(table)): value for name, value in searched.best_params_.items()
    }
    found = ruler(table).sign * searched.best_score_
    say(f"best ({ruler(table).label} {found:.4g}): {best}")


def tell_insight(explained: Insight, table: Table) -> None:
    say(show(test_table(table, explained)))
    if explained.confusion is not None and len(explained.classes) <= 5:
        for label, row in zip(explained.classes, explained.confusion, strict=True):
            guesses = zip(row, explained.classes, strict=True)
            say(f"true {label}: predicted " + ", ".join(f"{n} x {guess}" for n, guess in guesses))
    say(f"most important columns ({explained.importance_of} when shuffled):")
    for column, values in zip(explained.columns[:4], explained.importance, strict=False):
        say(f"  {column}: {spread(values.mean(), values.std())}")
