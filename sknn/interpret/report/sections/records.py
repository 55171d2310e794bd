"""For the record: the model card, the data, the model itself, checks, limits and methods."""

import platform
import re
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import scipy
import sklearn
from sklearn.base import BaseEstimator

from sknn.interpret.evaluation import profile
from sknn.interpret.report import svg
from sknn.interpret.report.content import Bullets, Check, Checks, Figure, Section, Table, Text
from sknn.interpret.report.ending import ending
from sknn.interpret.report.study import Study
from sknn.interpret.words import listed, number, plain, rows_of

__all__ = ["CARD", "card_section", "check_section", "data", "limits", "model", "versions"]

#: Fields of a model card, after Mitchell et al. (2019), "Model cards for model reporting".
CARD = {
    "purpose": "Purpose",
    "intended_use": "Intended use",
    "out_of_scope": "What it is not for",
    "target": "What is predicted",
    "unit": "Unit of the target",
    "population": "Population",
    "data_source": "Where the data comes from",
    "data_dates": "When it was collected",
    "owner": "Owner",
    "contact": "Contact",
    "version": "Version",
    "date": "Date",
    "license": "Licence",
    "ethics": "Ethical considerations",
}

NOT_PROVIDED = "not provided"


def check_section(checks: list[Check]) -> Section:
    """The checks, the worst first."""
    return Section("checks", "Checks").add(
        Text(
            "Bounds are rules of thumb: a check that passes is no proof, one that fails a question."
        ),
        Checks(checks),
    )


def card_section(card: dict[str, Any]) -> Section:
    """What its makers say of the model; nothing of it is computed."""
    rows = [[label, plain(card.get(key) or NOT_PROVIDED)] for key, label in CARD.items()]
    rows += [[plain(key), plain(value)] for key, value in card.items() if key not in CARD]
    table = Table(
        "card",
        "Told by its makers",
        ["field", "entry"],
        rows,
        "Free text, handed to the report as card={...}.",
    )
    return Section("card", "Model card").add(table)


def data(study: Study) -> Section:
    """Rows, gaps, ranges, drift between training and test rows, and columns that go together."""
    section = Section("data", "The data")
    said = f"{rows_of(study.test.n_rows, 'test row')}, {rows_of(study.test.n_columns, 'column')}."
    if study.train is not None:
        said += f" {rows_of(study.train.n_rows, 'training row')} were given."
        said += f" {rows_of(study.repeated or 0, 'test row')} occur in the training rows too."
    else:
        said += " No training rows were given, so nothing can be said of drift or overfitting."
    section.add(Text(said), *_target(study), _columns(study), *_pairs(study))
    return section


def _target(study: Study) -> list[Table]:
    answers = study.answers
    if study.task in ("binary", "multiclass") and answers.classes is not None:
        rows: list[list[Any]] = []
        for c in answers.classes:
            here = answers.y == c
            row = [plain(c), int(here.sum()), float(here.mean())]
            if study.y_train is not None:
                row.append(float(np.mean(np.asarray(study.y_train) == c)))
            rows.append(row)
        head = [
            "class",
            "test rows",
            "share",
            *["share of training rows"] * (study.y_train is not None),
        ]
        return [Table("classes", "The target", head, rows, "", [2, 3])]
    if study.task == "regression":
        head = ["rows", "smallest", "5%", "median", "95%", "largest", "mean"]
        rows = []
        sets = [("test", answers.y)]
        if study.y_train is not None:
            sets.append(("training", np.asarray(study.y_train, dtype=float).ravel()))
        for name, y in sets:
            rows.append([name, *map(float, np.percentile(y, [0, 5, 50, 95, 100])), float(y.mean())])
        return [Table("target", "The target", head, rows)]
    return []


def _columns(study: Study) -> Table:
    found = profile.columns_of(study.test, lambda v: number(float(v), 4))
    drift = {name: distance for name, distance, _ in study.drift or []}
    head = ["column", "kind", "missing", "different values", "range, or most frequent"]
    rows: list[list[Any]] = [
        [plain(c.name), c.kind, c.missing, c.n_different, plain(c.values)] for c in found
    ]
    method = "Test rows."
    if drift:
        head.append("distance to training rows")
        rows = [[*row, drift[c.name]] for row, c in zip(rows, found, strict=True)]
        method += (
            " Distance: of numbers the largest difference of both distribution functions "
            "(Kolmogorov and Smirnov), of categories half the sum of the differences of shares; 0 "
            "is alike and 1 has nothing in common."
        )
    return Table("columns", "Columns", head, rows, method, [2])


def _pairs(study: Study) -> list[Table]:
    size = np.nan_to_num(np.abs(study.correlations))
    i, j = np.triu_indices(len(size), 1)
    order = [o for o in np.argsort(-size[i, j], kind="stable")[:10] if size[i[o], j[o]] > 0.5]
    if not order:
        return []
    names = [plain(name) for name in study.test.names]
    rows = [[names[i[o]], names[j[o]], float(study.correlations[i[o], j[o]])] for o in order]
    return [
        Table(
            "correlations",
            "Columns that go together",
            ["column", "with", "rank correlation"],
            rows,
            "Spearman's, of numeric columns of the test rows; beyond 0.5.",
        )
    ]


def model(study: Study) -> Section:
    """Steps, parameters, layers, the curve of training, and versions."""
    section = Section("model", "The model")
    last = ending(study.estimator)
    section.add(
        _steps(study.estimator), _layers(last), _members(last), *_training(last), _parameters(last)
    )
    rows = [[name, number_] for name, number_ in versions().items()]
    section.add(Table("versions", "Versions", ["library", "version"], rows))
    return section


def _steps(estimator: Any) -> Table | None:
    steps = getattr(estimator, "steps", None)
    if not steps:
        return None
    rows = [[plain(name), _shown(step)] for name, step in steps]
    return Table("steps", "Steps", ["name", "step"], rows)


def _layers(last: Any) -> Table | None:
    coefs = getattr(last, "coefs_", None)
    if not isinstance(coefs, list) or not all(np.ndim(c) == 2 for c in coefs):
        return None
    biases = getattr(last, "intercepts_", [None] * len(coefs))
    rows: list[list[Any]] = []
    for k, (coef, bias) in enumerate(zip(coefs, biases, strict=False)):
        n = int(np.size(coef) + (np.size(bias) if bias is not None else 0))
        output = k == len(coefs) - 1
        kind = getattr(last, "out_activation_", "") if output else getattr(last, "activation", "")
        kind = kind[k] if isinstance(kind, (tuple, list)) and k < len(kind) else kind
        largest = float(np.abs(coef).max(initial=0.0))
        rows.append(
            ["output" if output else f"hidden {k + 1}", *coef.shape, _shown(kind), n, largest]
        )
    total = getattr(last, "n_parameters_", sum(row[4] for row in rows))
    return Table(
        "layers",
        "Layers",
        ["layer", "inputs", "units", "activation", "parameters", "largest weight"],
        rows,
        f"{total} parameters in all.",
    )


def _members(last: Any) -> Table | None:
    """The members of an ensemble of networks."""
    members = getattr(last, "estimators_", None)
    if not isinstance(members, list) or not hasattr(last, "n_parameters_"):
        return None
    rows: list[list[Any]] = [
        [
            number,
            "-".join(str(n) for n in (m.coefs_[0].shape[-2], *(c.shape[-1] for c in m.coefs_))),
            m.best_epoch_ or m.n_iter_,
            m.n_parameters_,
        ]
        for number, m in enumerate(members)
    ]
    return Table(
        "members",
        "Members",
        ["member", "units", "epoch", "parameters"],
        rows,
        f"{last.n_parameters_} parameters in all. Units are those of the first dense layer's input "
        "and of each layer after it; the epoch is that whose network was kept.",
    )


def _training(last: Any) -> list[Figure]:
    curves: dict[str, Any] = {}
    loss = getattr(last, "loss_curve_", None)
    if loss is not None and len(loss) > 1:
        curves["training loss"] = np.asarray(loss, dtype=float)
    history = getattr(last, "history_", None)
    if isinstance(history, dict):
        for name in ("validation_loss", "val_loss"):
            if len(history.get(name) or []) == len(curves.get("training loss", [])) > 1:
                curves["validation loss"] = np.asarray(history[name], dtype=float)
    for name, words in (
        ("train_score_", "training score"),
        ("validation_score_", "validation score"),
    ):
        scores: Any = getattr(last, name, None)
        if not curves.keys() & {"training loss"} and np.ndim(scores) == 1 and np.size(scores) > 1:
            curves[words] = np.asarray(scores, dtype=float)
    if not curves:
        return []
    longest = max(map(len, curves.values()))
    every = np.unique(np.linspace(0, longest - 1, min(longest, 150)).astype(int))
    lines = [np.append(c, [np.nan] * (longest - len(c)))[every] for c in curves.values()]
    first = next(iter(curves.values()))
    names = list(curves)
    return [
        Figure(
            svg.lines(
                "training",
                (every + 1).tolist(),
                lines,
                names=names,
                title="Training",
                x_axis="epoch" if "training loss" in curves else "iteration",
                y_axis=listed(names),
                description=f"The {names[0]} goes from {number(first[0])} to {number(first[-1])}.",
                width=460,
            ),
            Table(
                "training",
                "Training",
                ["epoch", *names],
                [[int(e) + 1, *[float(line[i]) for line in lines]] for i, e in enumerate(every)],
                "As the estimator noted it while it was fitted.",
            ),
            f"The {names[0]} goes from {number(first[0])} to {number(first[-1])} in {longest} "
            "steps.",
        )
    ]


def _parameters(last: Any) -> Table | None:
    if not isinstance(last, BaseEstimator):
        return None
    try:
        defaults = type(last)().get_params(deep=False)
    except TypeError:  # arguments that have no default
        defaults = {}
    rows = []
    for name, value in sorted(last.get_params(deep=False).items()):
        same = name in defaults and _shown(defaults[name]) == _shown(value)
        rows.append([plain(name), _shown(value), not same])
    return Table(
        "parameters",
        f"Parameters of {type(last).__name__}",
        ["parameter", "value", "set"],
        rows,
        "“Set” means: other than the default.",
    )


def _shown(value: Any) -> str:
    """A value in letters that are the same each time."""
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", plain(repr(value) if value != "" else ""))
    text = text[1:-1] if isinstance(value, str) and len(text) > 1 else text
    return text if len(text) <= 160 else text[:159] + "…"


def limits(study: Study) -> Section:
    """What to beware of, with the cases that apply here named."""
    names = study.test.names
    size = np.nan_to_num(np.abs(study.correlations))
    pairs = int((np.triu(size, 1) > 0.8).sum())
    items = [
        "Attribution is not causation: importances, effects and contributions tell how the model "
        "uses columns, and not what would happen if they were changed in the world.",
        "Columns that tell much the same share their importance. Shuffling one makes rows that do "
        "not occur, about which the model may say anything. "
        + (
            f"Here {rows_of(pairs, 'pair')} of columns have a rank correlation beyond 0.8."
            if pairs
            else "Here no pair of numeric columns has a rank correlation beyond 0.8."
        ),
        "Shapley values here are interventional: columns that take no part get values of other "
        "rows regardless of the rest. They are true to the model; conditional ones would be true "
        "to the data, and would give credit to columns that the model never uses.",
    ]
    found = study.explanation
    if found is not None and found.output == "logit":
        items.append(
            "Contributions are in log-odds, where they add up: 0 is a probability of 50%, 2 of "
            "88%, -2 of 12%. The same step moves probabilities near 0 or 1 less. Effects are in "
            "probabilities."
        )
    items += [
        "Intervals tell what other test rows, or other random numbers, would have given for this "
        "very model. A model that was fitted anew on other rows may differ by more.",
        "Many things were looked at. Of 20 intervals of 95%, one misses on average.",
        f"Contributions are compared with {rows_of(study.background.n_rows)} drawn from the "
        f"{study.background_source}; other ones give other contributions.",
    ]
    missing = [plain(n) for j, n in enumerate(names) if _gaps(study, j) > 0.2]
    if missing:
        items.append(f"More than 20% of the values are missing in {listed(missing, 5)}.")
    section = Section("limits", "Limits and traps").add(Bullets(items))
    if study.missing:
        section.add(
            Text("Not in this report", "heading"),
            Text("What could not be computed for this model, and why:"),
            Bullets(
                [f"{plain(what)}: {plain(why)}" for what, why in sorted(study.missing.items())]
            ),
        )
    return section


def _gaps(study: Study, column: int) -> float:
    values = study.test.column(column)
    return float(np.mean([v is None or v != v for v in values.tolist()]))


def versions() -> dict[str, str]:
    """Of what computed the report."""
    try:
        own = version("sknn")
    except PackageNotFoundError:  # pragma: no cover - used from a folder that is not installed
        own = "unknown"
    return {
        "sknn": own,
        "Python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
    }
