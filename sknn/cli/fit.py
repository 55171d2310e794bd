"""``python -m sknn fit``: a tabular estimator trained on a table, and saved as a file."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from sklearn.dummy import DummyClassifier, DummyRegressor

from sknn import TabularMLPClassifierX, TabularMLPRegressorX
from sknn.cli.data import Table, count, load_table
from sknn.cli.errors import InputError
from sknn.cli.models import measures, quiet, split
from sknn.cli.tables import Cells, show
from sknn.cli.terminal import say
from sknn.optional import require

__all__ = ["run"]


def run(
    *,
    data: Path | None,
    target: str | None,
    output: Path,
    effort: str = "default",
    time_limit: float | None = None,
    jobs: int = 1,
    seed: int = 0,
) -> Any:
    """Train a tabular estimator on three quarters of a table, and score it on the others.

    Parameters
    ----------
    data, target : as in :func:`sknn.cli.data.load_table`
    output : Path
        Folder of the model and the test rows; made where it is missing.
    effort, time_limit, jobs, seed
        As in :class:`sknn.TabularMLPClassifierX`.

    Returns
    -------
    estimator : fitted estimator

    Raises
    ------
    InputError
        If the table or a setting cannot be used.
    MissingExtraError
        If a library is missing.
    """
    require("pandas", extra="cli", purpose="The fit command")
    if output.exists() and not output.is_dir():
        raise InputError(f"--output {str(output)!r} is a file; a folder is needed")
    begin = time.perf_counter()
    table = load_table(data, target, seed, sampled=False)
    X, X_test, y, y_test = split(table, seed)
    say(f"{table.title}: {count(len(X), 'row')} to learn from, {len(X_test)} set aside")
    for note in table.notes:
        say(f"note: {note}")
    cls = TabularMLPClassifierX if table.is_classification else TabularMLPRegressorX
    estimator = cls(
        effort,
        categorical_features=table.categorical,
        time_limit=time_limit,
        n_jobs=jobs,
        random_state=seed,
        verbose=sys.stderr.isatty(),
    )
    with quiet():
        estimator.fit(X, y)
    say(str(estimator.summary()))
    say(show(scores(table, estimator, (X, y), (X_test, y_test))))
    write(table, estimator, (X_test, y_test), output)
    say(f"Model and test rows: {output}")
    say(
        f"Explain it: python -m sknn explain {output / 'model.joblib'} {output / 'test.csv'} "
        f"--target {json.dumps(table.target)}"
    )
    say(f"Done in {time.perf_counter() - begin:.0f} s.")
    return estimator


def scores(table: Table, estimator: Any, train: tuple[Any, Any], test: tuple[Any, Any]) -> Cells:
    """The scores on the rows set aside, beside those of a model that looks at no column."""
    guess = (DummyClassifier() if table.is_classification else DummyRegressor()).fit(*train)
    names = {type(estimator).__name__: estimator, "a guess without columns": guess}
    both = measures(table)
    rows = [
        [name, *(f"{measure(model, *test):.4g}" for measure in both)]
        for name, model in names.items()
    ]
    return Cells(["on the rows set aside", *(measure.label for measure in both)], rows, best=0)


def write(table: Table, estimator: Any, test: tuple[Any, Any], folder: Path) -> None:
    """The model, and the rows that it has not seen."""
    import joblib  # as scikit-learn brings it

    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(estimator, folder / "model.joblib")
    test[0].assign(**{table.target: test[1]}).to_csv(folder / "test.csv", index=False)
