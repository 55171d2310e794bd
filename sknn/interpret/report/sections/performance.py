"""How good the predictions are: scores, errors, calibration, groups, and noise."""

from typing import Any

import numpy as np

from sknn.interpret.report import svg
from sknn.interpret.report.content import Figure, Section, Table, Text
from sknn.interpret.report.reliability import reliability
from sknn.interpret.report.study import Study
from sknn.interpret.report.telling import predicted
from sknn.interpret.report.words import cell, number, percent, plain, rows_of

__all__ = ["calibration", "errors", "noise", "performance", "subgroups"]

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
        rows.append([f"{measure.label} ({measure.better} is better)", value, low, high, *others])
    weighted = "" if study.sample_weight is None else " Rows count by their weights."
    meanings = "; ".join(f"{m.label}: {m.words}" for m in study.measures)
    learned = "training" if study.y_train is not None else "test"
    linear = (
        " The linear model (ridge or logistic regression, unit variance, one column per category) "
        "learned from the training rows." if study.linear is not None else ""
    )  # fmt: skip
    return Table(
        "scores",
        "Scores on test rows",
        ["measure", "test rows", "95% from", "to", *[name for name, _ in columns]],
        rows,
        f"{meanings}. Intervals: percentiles of {study.budget.n_bootstrap} bootstrap samples of the "
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
    rows = [[name, *map(_count, row), float(s)]
            for name, row, s in zip(names, counts, shares, strict=True)]  # fmt: skip
    return Figure(
        svg.confusion(
            "confusion",
            counts,
            names,
            title="True and predicted classes",
            description=f"A table of counts, shaded by the share of the true class; {percent(right)} "
            "of the rows are on the diagonal, which means right.",
        ),
        Table("confusion", "True and predicted classes", head, rows,
              "Counts of test rows; per cent are of the row's true class.", [len(head) - 1]),
        "Each line is a true class; its cells say what was predicted.",
    )  # fmt: skip


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
        rows.append([float(predicted_[at == b].mean()), len(here), float(here.mean()), error,
                     float(np.abs(here).mean())])  # fmt: skip
    method = "Test rows in tenths by their prediction; residual is truth less prediction."
    head = ["mean prediction", "rows", "mean residual", "standard error", "mean absolute residual"]
    thinned = study._some(len(answers), 800, 20)
    low, high = np.percentile(rest, [5, 95])
    half, tail = np.abs(rest), number(float(np.quantile(np.abs(rest), 0.9)))
    quantiles = [50, 75, 90, 95, 99, 100]
    return [
        Figure(
            svg.scatter(
                "residuals", predicted_, rest, level=0.0, thinned=thinned,
                title="Residuals", x_axis="prediction", y_axis="truth less prediction",
                description=f"Dots of the prediction and the residual; 90% of the residuals are "
                f"between {number(low)} and {number(high)}.",
            ),
            Table("residuals", "Residuals", head, rows, method),
            "They should lie evenly about the line, as wide at every prediction.", "half",
        ),
        Figure(
            svg.scatter(
                "truth", predicted_, answers.y, diagonal=True, thinned=thinned,
                title="Truth and prediction", x_axis="prediction", y_axis="truth",
                description="Dots of the prediction and the truth about the diagonal.",
            ),
            Table(
                "absolute-errors", "Truth and prediction", ["per cent of rows", "error up to"],
                [[q, float(np.percentile(half, q))] for q in quantiles],
                "Percentiles of the absolute error over the test rows.",
            ),
            f"On the line, the prediction is right. For 9 of 10 rows it is off by up to {tail}.",
            "half",
        ),
    ]  # fmt: skip


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
    head = (["label", "share of rows", "label accuracy"] if study.task == "multilabel"
            else ["target", "R²", "mean absolute error"])  # fmt: skip
    percents = [1, 2] if study.task == "multilabel" else []
    return Table("targets", "Each target by itself", head, rows, "On the test rows.", percents)


def errors(study: Study) -> Section:
    """Where it errs: slices of the rows, and the worst rows."""
    section = Section("errors", "Where it errs")
    loss = {"regression": "mean absolute error", "multioutput": "mean absolute error"}.get(
        study.task, "share of wrong answers" if study.answers.p is None else "log loss"
    )
    shown = study.slices[:10]
    if shown:
        rows = [[s.words, len(s.rows), len(s.rows) / len(study.answers), s.loss, s.others, s.p_value]
                for s in shown]  # fmt: skip
        section.add(
            Table(
                "slices",
                "Slices of the rows, the most suspicious first",
                ["slice", "rows", "share", loss, "of the other rows", "p"],
                rows,
                f"Quarters of numeric columns and categories, {rows_of(len(study.slices), 'slice')} "
                "in all. p: one-sided test that the loss is no larger than that of the other rows, "
                "after Holm's correction. Slices were not chosen beforehand; combinations of columns "
                "were not looked at.",
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


def calibration(study: Study) -> Section | None:
    """Probabilities against what came of them."""
    curve = reliability(study.answers, study.weight)
    if curve is None or len(curve.counts) < 2:
        return None
    binary = study.task == "binary"
    assert study.answers.classes is not None
    of = f"probability of {plain(study.answers.classes[1])}" if binary else (
        "probability of the predicted class")  # fmt: skip
    rows = [list(row) for row in zip(curve.predicted.tolist(), curve.observed.tolist(),
            curve.low.tolist(), curve.high.tolist(), curve.counts.tolist(), strict=True)]  # fmt: skip
    figure = Figure(
        svg.calibration(
            "calibration", curve.predicted, curve.observed, curve.low, curve.high, curve.counts,
            title="Calibration", x_axis=f"predicted {of}", y_axis="share that came true",
            description=f"A line of {len(curve.counts)} points near the diagonal if probabilities "
            f"come true; the mean distance is {number(curve.error)}.",
        ),
        Table(
            "calibration", "Calibration",
            ["mean probability", "came true", "95% from", "to", "rows"], rows,
            "Test rows in bins of about the same number, by their probability; intervals of Wilson. "
            "Expected calibration error: the mean distance of both, weighted by rows; what chance "
            "makes of it is the mean if every probability were right.", [0, 1, 2, 3],
        ),
        "On the dashed line, what has a probability of 70% happens in 70% of the rows. Bars below "
        "show how many rows there are.",
    )  # fmt: skip
    return Section("calibration", "Calibration").add(
        Text(
            f"Probabilities and what came of them differ by {number(curve.error)} on average "
            f"(expected calibration error); for so many rows chance alone would make "
            f"{number(curve.by_chance)}."
        ),
        figure,
    )


def subgroups(study: Study) -> Section | None:
    """The measures of each group of the sensitive columns."""
    if not study.subgroups:
        return None
    section = Section("subgroups", "Groups of people")
    measure = study.measures[0]
    for name, groups in study.subgroups.items():
        rate = _rate(study, name)
        head = ["group", "rows", measure.label, "95% from", "to",
                *[m.label for m in study.measures[1:]], rate[0]]  # fmt: skip
        rows = [[group, n, *told[0], *[t[0] for t in told[1:]], rate[1][group]]
                for group, n, told in groups]  # fmt: skip
        values, lows, highs = zip(*[told[0] for _, _, told in groups], strict=True)
        overall = study.scores[0][1]
        shown = plain(name)
        section.add(
            Figure(
                svg.bars(
                    f"groups-{len(section.blocks)}", [g for g, _, _ in groups], values,
                    low=lows, high=highs, zero=False, axis=measure.label,
                    reference=(overall, f"all rows {number(overall)}"),
                    title=f"{measure.label} for groups of {shown}",
                    description=f"Dots with intervals for {len(groups)} groups.",
                ),
                Table(
                    f"groups-{name}", f"Groups of {shown}", head, rows,
                    f"On the test rows of each group; intervals: percentiles of "
                    f"{study.budget.n_bootstrap} bootstrap samples. A small group has wide ones.",
                    [len(head) - 1] if study.is_classification else [],
                ),
                "Groups whose intervals do not overlap differ for more than chance.",
            )
        )  # fmt: skip
    section.add(
        Text(
            "Equal scores do not make a model fair, and unequal ones may have reasons in the data. "
            "Which kind of equality is owed is not for a report to say.",
            "note",
        )
    )
    return section


def _rate(study: Study, name: str) -> tuple[str, dict[str, float]]:
    """What each group gets: how often the second or first class, or the mean prediction."""
    groups, told = study.groups[name], study.answers.predicted
    label = "mean prediction"
    if study.task == "binary" and study.answers.classes is not None:
        label = f"share predicted {plain(study.answers.classes[1])}"
        told = told == study.answers.classes[1]
    elif study.is_classification and told.ndim == 1:
        label = "share of right answers"
        told = told == study.answers.y
    told = told.astype(float).reshape(len(told), -1).mean(axis=1)
    return label, {str(g): float(told[groups == g].mean()) for g in np.unique(groups)}


def noise(study: Study) -> Section | None:
    """How scores fall when columns are measured less exactly."""
    if not study.noise:
        return None
    measure = study.measures[0]
    scale, value, deviation = (np.array(column) for column in zip(*study.noise, strict=True))
    repeats = study.budget.noise_repeats
    figure = Figure(
        svg.lines(
            "noise", scale.tolist(), [value.tolist()], low=(value - deviation).tolist(),
            high=(value + deviation).tolist(), title="Scores under noise", width=460,
            x_axis="noise, in standard deviations of each column", y_axis=measure.label,
            description=f"The {measure.label} goes from {number(value[0])} without noise to "
            f"{number(value[-1])} at {cell(float(scale[-1]))} standard deviations.",
        ),
        Table(
            "noise", "Scores under noise", ["noise", measure.label, "standard deviation"],
            [[float(a), float(b), float(c)] for a, b, c in study.noise],
            f"Normal noise on numbers, kept within their range and whole where they are; as large a "
            f"share of categories is drawn anew. Mean and standard deviation of {repeats} draws.",
        ),
        "Steep at the left means that small errors of measurement matter.",
    )  # fmt: skip
    return Section("noise", "Sensitivity to noise").add(figure)
