"""How good the predictions are, and where they are wrong."""

from typing import Any

import numpy as np

from sknn.interpret.report import svg
from sknn.interpret.report.content import Figure, Section, Table
from sknn.interpret.report.study import Study
from sknn.interpret.report.telling import predicted
from sknn.interpret.words import number, percent, plain

__all__ = ["errors", "performance"]

#: Classes up to which a confusion table is drawn.
MOST_CLASSES = 12


def performance(study: Study) -> Section:
    """Every measure beside its interval, the training rows and the baselines."""
    section = Section("performance", "How good it is").add(_scores(study))
    if study.task in ("binary", "multiclass"):
        section.add(_confusion(study))
    if study.task == "regression":
        section.add(*_residuals(study))
    if study.task in ("multilabel", "multioutput"):
        section.add(_by_target(study))
    return section


def _scores(study: Study) -> Table:
    columns: list[tuple[str, list[float]]] = [("constant answer", study.score(study.constant))]
    if study.linear is not None:
        columns.append(("linear model", study.score(study.linear)))
    if study.scores_train is not None:
        columns.insert(0, ("training rows", study.scores_train))
    rows = []
    for i, (measure, value, low, high) in enumerate(study.scores):
        others = [values[i] for _, values in columns]
        rows.append([measure.label, measure.better, value, low, high, *others])
    weighted = "" if study.sample_weight is None else " Rows count by their weights."
    meanings = "; ".join(f"{m.label}: {m.words}" for m in study.measures)
    learned = "training" if study.y_train is not None else "test"
    source = "training rows" if study.train is not None else "other four fifths of the test rows"
    linear = (
        " The linear model (ridge or logistic regression, unit variance, one column per category) "
        f"learned from the {source}."
        if study.linear is not None
        else ""
    )
    return Table(
        "scores",
        "Scores on test rows",
        ["measure", "better", "test rows", "95% from", "to", *[name for name, _ in columns]],
        rows,
        f"{meanings}. Intervals: percentiles of {study.budget.n_bootstrap} bootstrap samples of "
        "the "
        f"{len(study.answers)} test rows; the model is taken as given. The constant answer is the "
        f"mean or the class frequencies of the {learned} rows.{linear}{weighted}",
    )


def _confusion(study: Study) -> Figure | None:
    answers = study.answers
    classes = np.asarray(answers.classes)
    if len(classes) > MOST_CLASSES:
        return None
    codes = answers.codes
    told = np.searchsorted(classes, answers.predicted)
    counts = np.zeros((len(classes), len(classes)))
    weight = np.ones(len(answers)) if study.sample_weight is None else study.weight * len(answers)
    known = codes >= 0
    np.add.at(counts, (codes[known], told[known]), weight[known])
    names = [plain(c) for c in classes]
    right = np.diag(counts).sum() / max(counts.sum(), 1e-300)
    head = ["true class", *[f"predicted {name}" for name in names], "share that is right"]
    shares = np.diag(counts) / np.maximum(counts.sum(axis=1), 1e-300)
    rows = [
        [name, *map(_count, row), float(s)]
        for name, row, s in zip(names, counts, shares, strict=True)
    ]
    return Figure(
        svg.confusion(
            "confusion",
            counts,
            names,
            title="True and predicted classes",
            description="A table of counts, shaded by the share of the true class; "
            f"{percent(right)} of the rows are on the diagonal, which means right.",
        ),
        Table(
            "confusion",
            "True and predicted classes",
            head,
            rows,
            "Counts of test rows; per cent are of the row's true class.",
            [len(head) - 1],
        ),
        "Each line is a true class; its cells say what was predicted.",
    )


def _count(value: float) -> Any:
    return int(value) if value == round(value) else float(value)


def _residuals(study: Study) -> list[Figure]:
    answers = study.answers
    if len(answers) < 2:
        return []
    predicted_, rest = answers.predicted, answers.y - answers.predicted
    edges = np.unique(np.quantile(predicted_, np.linspace(0, 1, 11)))
    at = np.clip(np.searchsorted(edges, predicted_, side="right") - 1, 0, max(len(edges) - 2, 0))
    rows = []
    for b in np.unique(at):
        here = rest[at == b]
        error = float(here.std(ddof=1) / np.sqrt(len(here))) if len(here) > 1 else None
        rows.append(
            [
                float(predicted_[at == b].mean()),
                len(here),
                float(here.mean()),
                error,
                float(np.abs(here).mean()),
            ]
        )
    method = "Test rows in tenths by their prediction; residual is truth less prediction."
    head = ["mean prediction", "rows", "mean residual", "standard error", "mean absolute residual"]
    thinned = study._some(len(answers), 800, 20)
    low, high = np.percentile(rest, [5, 95])
    half, tail = np.abs(rest), number(float(np.quantile(np.abs(rest), 0.9)))
    quantiles = [50, 75, 90, 95, 99, 100]
    return [
        Figure(
            svg.scatter(
                "residuals",
                predicted_,
                rest,
                level=0.0,
                thinned=thinned,
                title="Residuals",
                x_axis="prediction",
                y_axis="truth less prediction",
                description=f"Dots of the prediction and the residual; 90% of the residuals are "
                f"between {number(low)} and {number(high)}.",
            ),
            Table("residuals", "Residuals", head, rows, method),
            "They should lie evenly about the line, as wide at every prediction.",
            "half",
        ),
        Figure(
            svg.scatter(
                "truth",
                predicted_,
                answers.y,
                diagonal=True,
                thinned=thinned,
                title="Truth and prediction",
                x_axis="prediction",
                y_axis="truth",
                description="Dots of the prediction and the truth about the diagonal.",
            ),
            Table(
                "absolute-errors",
                "Truth and prediction",
                ["per cent of rows", "error up to"],
                [[q, float(np.percentile(half, q))] for q in quantiles],
                "Percentiles of the absolute error over the test rows.",
            ),
            f"On the line, the prediction is right. For 9 of 10 rows it is off by up to {tail}.",
            "half",
        ),
    ]


def _by_target(study: Study) -> Table:
    answers = study.answers
    rows: list[list[Any]] = []
    for k in range(answers.y.shape[1]):
        y, told = answers.y[:, k], answers.predicted[:, k]
        if study.task == "multilabel":
            right = float(study.weight @ (y == told))
            rows.append([f"label {k}", float(study.weight @ y), right])
        else:
            error = float(study.weight @ np.abs(y - told))
            mean = float(study.weight @ y)
            spread = float(study.weight @ (y - mean) ** 2)
            r2 = 1 - float(study.weight @ (y - told) ** 2) / spread if spread else None
            rows.append([f"y{k}", r2, error])
    head = (
        ["label", "share of rows", "label accuracy"]
        if study.task == "multilabel"
        else ["target", "R²", "mean absolute error"]
    )
    percents = [1, 2] if study.task == "multilabel" else []
    return Table("targets", "Each target by itself", head, rows, "On the test rows.", percents)


def errors(study: Study) -> Section:
    """Where it errs: slices of the rows, and the worst rows."""
    section = Section("errors", "Where it errs")
    loss = study.loss_name
    shown = study.slices[:10]
    if shown:
        rows = [
            [
                s.words,
                len(s.rows),
                len(s.rows) / len(study.answers),
                s.loss,
                s.others,
                s.constant,
                s.p_value,
            ]
            for s in shown
        ]
        section.add(
            Table(
                "slices",
                "Slices of the rows, the most suspicious first",
                ["slice", "rows", "share", loss, "of other rows", "of a constant answer", "p"],
                rows,
                f"Quarters of numeric columns and categories, {len(study.slices)} slices "
                "in all. p: one-sided test that the loss is no larger than that of the other rows, "
                "after Holm's correction. Slices were not chosen beforehand; combinations of "
                "columns were not looked at.",
                [2],
            )
        )
    worst = np.argsort(-study.answers.loss, kind="stable")[:10]
    section.add(
        Table(
            "worst",
            "The rows with the largest errors",
            ["row", loss, "what happened"],
            [[int(i), float(study.answers.loss[i]), predicted(study, int(i))] for i in worst],
            "Rows are numbered from 0 in the order of the test data. They are explained under "
            "“Single rows”.",
        )
    )
    return section
