"""``python -m sknn explain``: a report on a model that was fitted and saved before."""

import importlib.util
import sys
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from sknn.cli.data import count, names, read_csv
from sknn.cli.errors import InputError
from sknn.cli.terminal import say
from sknn.config import nearest
from sknn.exceptions import SknnError
from sknn.optional import require

__all__ = ["run"]


def run(
    *,
    model: Path,
    data: Path,
    target: str,
    report: Path,
    train: Path | None = None,
    sensitive: Sequence[str] = (),
    audience: str = "technical",
    budget: str = "normal",
    seed: int = 0,
    title: str | None = None,
    json: Path | None = None,
) -> Path:
    """Load a model, ask it about the rows of a CSV file, and write a report.

    Parameters
    ----------
    model : Path
        A file written by joblib or pickle. Loading it runs code that is in it.
    data, train : Path
        CSV files with a header line: rows to judge the model by, and those that it learned from.
    target : str
        The column that is predicted.
    report, json : Path
        The files to write.
    sensitive : sequence of str
        Columns of groups; the model need not know them.
    audience, budget, seed, title : as in :class:`sknn.interpret.ModelReport`

    Returns
    -------
    report : Path

    Raises
    ------
    InputError
        If a file cannot be read, or the model does not fit the table.
    MissingExtraError
        If pandas or jinja2 is missing.
    """
    for library in ("pandas", "jinja2"):
        require(library, extra="cli", purpose="The explain command")
    from sknn.interpret.report import ModelReport  # here: --help answers at once

    for path in (report, *([json] if json else [])):
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise InputError(f"{str(path)!r} cannot be written: its folder must be there")
    begin = time.perf_counter()
    estimator = load(model)
    rows, y, frame = table_for(estimator, data, target, sensitive)
    more: dict[str, Any] = {}
    if train is not None:
        more["X_train"], more["y_train"], _ = table_for(estimator, train, target, sensitive)
    groups = {name: frame[has(name, frame, data)].to_numpy(object) for name in sensitive}
    say(f"{type(estimator).__name__} on {count(len(frame), 'row')} of {data.name} ...")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the model, once for each of thousands of calls
        try:
            found = ModelReport(
                estimator,
                rows,
                y,
                **more,
                sensitive=groups or None,
                title=title or f"{model.stem}: {target}",
                card={"target": target},
                audience=audience,
                budget=budget,
                random_state=seed,
                progress=sys.stderr.isatty() and importlib.util.find_spec("tqdm") is not None,
            )
        except SknnError:
            raise
        except (AttributeError, TypeError, ValueError) as error:  # of the model, asked to predict
            raise InputError(
                f"{model.name} cannot predict the rows of {data.name}: {error}"
            ) from None
        found.to_html(report)
        if json is not None:
            found.to_json(json)
    tell(found, report, json)
    say(f"Done in {time.perf_counter() - begin:.0f} s.")
    return report


def load(path: Path) -> Any:
    """A fitted estimator from a file."""
    import joblib  # here, as scikit-learn brings it

    if not path.is_file():
        raise InputError(f"there is no model file {str(path)!r}")
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            estimator = joblib.load(path)
    except Exception as error:  # whatever the code in a file raises
        raise InputError(
            f"{path.name} cannot be loaded as a model saved by joblib or pickle: "
            f"{type(error).__name__}: {error}"
        ) from None
    for note in {str(warning.message).split(". ")[0] for warning in said}:
        say(f"note: {note}")
    if not hasattr(estimator, "predict"):
        raise InputError(
            f"{path.name} holds a {type(estimator).__name__}, which has no predict; a fitted "
            "estimator or pipeline is needed"
        )
    return estimator


def table_for(
    estimator: Any, path: Path, target: str, sensitive: Sequence[str]
) -> tuple[Any, Any, Any]:
    """The columns that a model knows, in its order, the targets, and the frame with all columns."""
    frame = read_csv(path)
    y = frame[has(target, frame, path)].replace(["", " "], np.nan)
    missing = int(y.isna().sum())
    if missing:
        say(f"note: {count(missing, 'row')} of {path.name} without a value of {target!r} left out")
        frame, y = frame[y.notna()], y.dropna()
    if not len(frame):
        raise InputError(f"{path.name} has no row with a value of {target!r}")
    frame = frame.reset_index(drop=True)
    rows = columns_for(estimator, frame, path, target, sensitive)
    return rows, labels_for(estimator, y, target), frame


def has(name: str, frame: Any, path: Path) -> str:
    """A column's name, or an error that tells the others."""
    if name not in frame.columns:
        raise InputError(
            f"{path.name} has no column {name!r}.{nearest(name, frame.columns)} "
            f"Its columns are {names(frame)}"
        )
    return name


def columns_for(
    estimator: Any, frame: Any, path: Path, target: str, sensitive: Sequence[str]
) -> Any:
    """A frame for a model that was fitted on one, else an array with names."""
    from sknn.interpret.table import Table

    known = getattr(estimator, "feature_names_in_", None)
    if known is not None:
        missing = [name for name in known if name not in frame.columns]
        if missing:
            raise InputError(f"{path.name} lacks columns that the model knows: {names(missing)}")
        return frame[list(known)]
    X = frame.drop(columns=target)
    n_known = getattr(estimator, "n_features_in_", X.shape[1])
    if n_known == X.shape[1] - len(set(sensitive) & set(X)):
        X = X.drop(columns=list(set(sensitive) & set(X)))
    if n_known != X.shape[1]:
        raise InputError(
            f"the model knows {count(n_known, 'column')} without names, but {path.name} has "
            f"{X.shape[1]} beside {target!r}: {names(X)}"
        )
    if Counter(X.dtypes.map(lambda dtype: dtype.kind in "iufb"))[False]:
        return X
    return Table.of(X.to_numpy(dtype=float), names=list(X))


def labels_for(estimator: Any, y: Any, target: str) -> Any:
    """Targets of the kind that the model predicts."""
    if not is_classifier(estimator):
        try:
            return y.astype(float).to_numpy()
        except ValueError as error:
            raise InputError(
                f"the model predicts numbers, but {target!r} holds others: {error}"
            ) from None
    classes = np.asarray(getattr(estimator, "classes_", np.unique(y)))
    labels = y.to_numpy()
    if classes.dtype.kind in "OUS" and all(isinstance(c, str) for c in classes.tolist()):
        labels = np.array([str(value).strip() for value in labels], dtype=object)
    unknown = sorted({str(value) for value in labels if value not in set(classes.tolist())})
    if len(unknown) == len({str(value) for value in labels}):
        raise InputError(
            f"no value of {target!r} is a class of the model. It has {names(unknown)}; the classes "
            f"are {names(classes.tolist())}"
        )
    if unknown:
        say(f"note: the model has never seen the class {names(unknown)} of {target!r}")
    return labels if unknown else labels.astype(classes.dtype)


def tell(found: Any, report: Path, json: Path | None) -> None:
    """The checks in a few lines, and where the files are."""
    counts = Counter(check.status for check in found.checks)
    say(f"{counts['pass']} checks passed, {counts['warn']} to look at, {counts['fail']} failed")
    for status in ("fail", "warn"):
        for check in found.checks:
            if check.status == status:
                say(f"  {status}: {check.name}. {check.sentence}")
    if json is not None:
        say(f"Numbers: {json}")
    say(f"Report:  {report}  (open it in a browser)")
