"""``python -m sknn tune``: a search on a table, and the best network as a file."""

import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring, get_scorer_names
from sklearn.pipeline import Pipeline

from sknn import MLPClassifierX, MLPRegressorX, TabularMLPClassifierX, TabularMLPRegressorX
from sknn.cli.data import Table, count, load_table
from sknn.cli.errors import InputError
from sknn.cli.models import columns, quiet, ruler, split, splitter
from sknn.cli.tables import Cells, show, spread
from sknn.cli.terminal import say
from sknn.config import nearest
from sknn.optional import require
from sknn.plots.search.trials import trials_of

__all__ = ["run"]

#: Epochs of a network.
MAX_EPOCHS = 81
#: Candidates of a grid above which a grid is the wrong way.
MOST_OF_A_GRID = 500
#: Lines about candidates on the terminal.
MOST_LINES = 5
#: Seconds to wait for a scheduler.
PATIENCE = 10


def run(
    *,
    data: Path | None,
    target: str | None,
    output: Path,
    model: str = "network",
    method: str | None = None,
    space: str = "default",
    n_iter: int = 30,
    max_epochs: int | None = None,
    folds: int = 3,
    scoring: str | None = None,
    timeout: float | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
    seed: int = 0,
) -> Any:
    """Search for the best parameters of a network on a table.

    Parameters
    ----------
    data, target : as in :func:`sknn.cli.data.load_table`
    output : Path
        Folder of the model, the candidates and the figures; made where it is missing.
    model : {"network", "tabular"}
        A single network after encoders, or an ensemble on the raw table.
    method : {"grid", "random", "bayes", "hyperband", "asha"}, optional
        By default ``"hyperband"``, and ``"bayes"`` for a tabular model, which is trained whole.
    space : {"small", "default", "wide"}
        As in :func:`sknn.tuning.search_space`.
    n_iter, folds, scoring, timeout, jobs
        As in the searches.
    max_epochs : int, optional
        Of a candidate; by default 81, and as many as its recipe says for a tabular model.
    scheduler : str, optional
        Address of a Dask cluster.
    seed : int
        Seed of all that is random.

    Returns
    -------
    search : fitted search

    Raises
    ------
    InputError
        If the table or a setting cannot be used.
    MissingExtraError
        If a library is missing.
    """
    for library in ("pandas", "matplotlib"):
        require(library, extra="cli", purpose="The tune command")
    if output.exists() and not output.is_dir():
        raise InputError(f"--output {str(output)!r} is a file; a folder is needed")
    if folds < 2:
        raise InputError(f"--folds must be at least 2, got {folds}")
    method = method or ("bayes" if model == "tabular" else "hyperband")
    if model == "tabular" and method in ("hyperband", "asha"):
        raise InputError(
            f"--method {method} trains a candidate in parts, but --model tabular is trained whole; "
            "use bayes, random or grid"
        )
    begin = time.perf_counter()
    table = load_table(data, target, seed, sampled=False)
    X, X_test, y, y_test = split(table, seed)
    scorer = scoring or ruler(table).scorer
    if scorer not in get_scorer_names():
        hint = nearest(scorer, get_scorer_names())
        raise InputError(f"--scoring {scorer!r} is no scorer of scikit-learn.{hint}")
    if model == "tabular":
        net = tabular(table, max_epochs, seed)
    else:
        max_epochs = max_epochs or MAX_EPOCHS
        net = network(table, max_epochs, seed)
    search = search_for(method, net, space, n_iter, max_epochs or 0, len(X))
    shown = {"cv": splitter(table, y, seed, most=folds), "scoring": scorer, "timeout": timeout}
    search.set_params(**shown, checkpoint=output / "checkpoint", verbose=int(sys.stderr.isatty()))
    if "random_state" in search.get_params(deep=False):
        search.set_params(random_state=seed)
    say(f"{table.title}: {count(len(X), 'row')} to learn from, {len(X_test)} set aside")
    for note in table.notes:
        say(f"note: {note}")
    output.mkdir(parents=True, exist_ok=True)
    with quiet(), ExitStack() as stack:
        if scheduler is None:
            search.set_params(n_jobs=jobs)
        else:
            search.set_params(backend=stack.enter_context(client_of(scheduler)))
        try:
            search.fit(X, y)
        except ValueError as error:  # no candidate could be trained and scored
            raise InputError(str(error)) from error
        search.set_params(backend=None)
        test = float(check_scoring(search.best_estimator_, scorer)(search, X_test, y_test))
    tell(search, scorer, test)
    write(search, (X_test, y_test), table, output, test)
    say(f"Model, candidates and figures: {output}")
    say(
        f"Explain it: python -m sknn explain {output / 'model.joblib'} {output / 'test.csv'} "
        f"--target {json.dumps(table.target)}"
    )
    say(f"Done in {time.perf_counter() - begin:.0f} s.")
    return search


def network(table: Table, max_epochs: int, seed: int) -> Pipeline:
    """Preprocessing and a network that learns targets of any scale."""
    same: dict[str, Any] = {"max_iter": max_epochs, "random_state": seed}
    if table.is_classification:
        net: Any = MLPClassifierX(**same)
    else:
        net = MLPRegressorX(standardize_y=True, **same)
    return Pipeline([("columns", columns(table)), ("net", net)])


def tabular(table: Table, max_epochs: int | None, seed: int) -> Pipeline:
    """A quick ensemble on the raw columns, in a pipeline as the network is."""
    cls = TabularMLPClassifierX if table.is_classification else TabularMLPRegressorX
    how: dict[str, Any] = {"max_iter": max_epochs or "auto", "random_state": seed}
    return Pipeline([("net", cls("fast", categorical_features=table.categorical, **how))])


def search_for(
    method: str, model: Pipeline, space: str, n_iter: int, max_epochs: int, n_rows: int
) -> Any:
    """The search that was asked for."""
    from sknn.tuning import (  # here: --help answers at once
        BayesSearchCV,
        HyperbandSearchCV,
        PopulationGridSearchCV,
        PopulationRandomizedSearchCV,
        search_space,
    )

    ranges = search_space(model, space, n_samples=n_rows)
    if method == "grid":
        return PopulationGridSearchCV(model, grid_of(ranges))
    if method == "random":
        return PopulationRandomizedSearchCV(model, ranges, n_iter=n_iter)
    if method == "bayes":
        return BayesSearchCV(model, ranges, n_iter=n_iter)
    how: dict[str, Any] = {"strategy": "asha", "sampler": "tpe"} if method == "asha" else {}
    return HyperbandSearchCV(model, ranges, max_epochs=max_epochs, **how)


def grid_of(ranges: Any) -> dict[str, list[Any]]:
    """Three values of each range, and all of each list."""
    if not isinstance(ranges, dict):
        raise InputError("--space wide has several parts and no grid; use another --method")
    grid = {
        name: list(values) if isinstance(values, list) else three_of(values)
        for name, values in ranges.items()
    }
    n = int(np.prod([len(values) for values in grid.values()]))
    if n > MOST_OF_A_GRID:
        raise InputError(
            f"the grid would have {n} candidates; use --space small, or another --method"
        )
    return grid


def three_of(distribution: Any) -> list[float]:
    """A low, a middle and a high value of a distribution."""
    if hasattr(distribution, "otherwise"):
        return [distribution.otherwise, *three_of(distribution.distribution)[1:2]]
    return [float(f"{value:.2g}") for value in distribution.ppf([1 / 6, 1 / 2, 5 / 6])]


def client_of(scheduler: str) -> Any:
    """A client of a running Dask cluster."""
    distributed = require("distributed", extra="dask", purpose="--scheduler")
    try:
        return distributed.Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise InputError(f"there is no Dask scheduler at {scheduler!r}: {error}") from None


def told(params: dict[str, Any]) -> list[str]:
    """Names of parameters without those whose settings are there themselves."""
    return [name for name in params if not any(p.startswith(f"{name}__") for p in params)]


def tell(search: Any, scorer: str, test: float) -> None:
    """The best candidates in a few lines."""
    results = search.cv_results_
    order = trials_of(search).ranked[:MOST_LINES]
    names = told(search.best_params_)
    short = [name.removeprefix("net__").removeprefix("hidden_layer_sizes__") for name in names]
    rows = [
        [_shown(results["params"][place].get(name, "-")) for name in names]
        + [spread(results["mean_test_score"][place], results["std_test_score"][place])]
        for place in order
    ]
    say(show(Cells([*short, scorer], rows, best=0)))
    say(f"{scorer} of the best on the rows set aside: {test:.4g}")


def write(search: Any, test: tuple[Any, Any], table: Table, folder: Path, score: float) -> None:
    """The model, the rows that it has not seen, the candidates, the best in short, the figures."""
    import joblib
    import pandas

    from sknn.plots import ParameterImportanceDisplay, SearchHistoryDisplay

    joblib.dump(search.best_estimator_, folder / "model.joblib")
    test[0].assign(**{table.target: test[1]}).to_csv(folder / "test.csv", index=False)
    pandas.DataFrame(search.cv_results_).to_csv(folder / "candidates.csv", index=False)
    best = {name: _shown(search.best_params_[name]) for name in told(search.best_params_)}
    found = {"params": best, "cv_score": float(search.best_score_), "test_score": score}
    (folder / "best.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    figures: dict[str, Any] = {"history": SearchHistoryDisplay}
    if len(search.cv_results_["params"]) >= 4 and len(best) > 1:
        figures["importance"] = ParameterImportanceDisplay
    for name, display in figures.items():
        figure = display.from_estimator(search).figure_
        figure.savefig(folder / f"{name}.png", dpi=120)
        require("matplotlib.pyplot", extra="cli", purpose="The tune command").close(figure)


def _shown(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float | np.floating) else str(value)
