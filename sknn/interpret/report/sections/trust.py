"""How far to trust the predictions: probabilities that come true, groups, and noise."""

import numpy as np

from sknn.interpret.evaluation.reliability import reliability
from sknn.interpret.report import svg
from sknn.interpret.report.content import Figure, Section, Table, Text
from sknn.interpret.report.study import Study
from sknn.interpret.words import cell, number, plain

__all__ = ["calibration", "noise", "subgroups"]


def calibration(study: Study) -> Section | None:
    """Probabilities against what came of them."""
    curve = reliability(study.answers, study.weight)
    if curve is None or len(curve.counts) < 2:
        return None
    binary = study.task == "binary"
    assert study.answers.classes is not None
    of = (
        f"probability of {plain(study.answers.classes[1])}"
        if binary
        else ("probability of the predicted class")
    )
    rows = [
        list(row)
        for row in zip(
            curve.predicted.tolist(),
            curve.observed.tolist(),
            curve.low.tolist(),
            curve.high.tolist(),
            curve.counts.tolist(),
            strict=True,
        )
    ]
    figure = Figure(
        svg.calibration(
            "calibration",
            curve.predicted,
            curve.observed,
            curve.low,
            curve.high,
            curve.counts,
            title="Calibration",
            x_axis=f"predicted {of}",
            y_axis="share that came true",
            description=f"A line of {len(curve.counts)} points near the diagonal if probabilities "
            f"come true; the mean distance is {number(curve.error)}.",
        ),
        Table(
            "calibration",
            "Calibration",
            ["mean probability", "came true", "95% from", "to", "rows"],
            rows,
            "Test rows in bins of about the same number, by their probability; intervals of "
            "Wilson. "
            "Expected calibration error: the mean distance of both, weighted by rows; what chance "
            "makes of it is the mean if every probability were right.",
            [0, 1, 2, 3],
        ),
        "On the dashed line, what has a probability of 70% happens in 70% of the rows. Bars below "
        "show how many rows there are.",
    )
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
    section = Section("subgroups", "Groups")
    measure = study.measures[0]
    for name, groups in study.subgroups.items():
        rate = _rate(study, name)
        head = [
            "group",
            "rows",
            measure.label,
            "95% from",
            "to",
            *[m.label for m in study.measures[1:]],
            rate[0],
        ]
        rows = [
            [group, n, *told[0], *[t[0] for t in told[1:]], rate[1][group]]
            for group, n, told in groups
        ]
        values, lows, highs = zip(*[told[0] for _, _, told in groups], strict=True)
        overall = study.scores[0][1]
        shown = plain(name)
        section.add(
            Figure(
                svg.bars(
                    f"groups-{len(section.blocks)}",
                    [g for g, _, _ in groups],
                    values,
                    low=lows,
                    high=highs,
                    zero=False,
                    axis=measure.label,
                    reference=(overall, f"all rows {number(overall)}"),
                    title=f"{measure.label} for groups of {shown}",
                    description=f"Dots with intervals for {len(groups)} groups.",
                ),
                Table(
                    f"groups-{name}",
                    f"Groups of {shown}",
                    head,
                    rows,
                    f"On the test rows of each group; intervals: percentiles of "
                    f"{study.budget.n_bootstrap} bootstrap samples. A small group has wide ones.",
                    [len(head) - 1] if study.is_classification else [],
                ),
                "Groups whose intervals do not overlap differ for more than chance.",
            )
        )
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
            "noise",
            scale.tolist(),
            [value.tolist()],
            low=(value - deviation).tolist(),
            high=(value + deviation).tolist(),
            title="Scores under noise",
            width=460,
            x_axis="noise, in standard deviations of each column",
            y_axis=measure.label,
            description=f"The {measure.label} goes from {number(value[0])} without noise to "
            f"{number(value[-1])} at {cell(float(scale[-1]))} standard deviations.",
        ),
        Table(
            "noise",
            "Scores under noise",
            ["noise", measure.label, "standard deviation"],
            [[float(a), float(b), float(c)] for a, b, c in study.noise],
            "Normal noise on numbers, kept within their range and whole where they are; as "
            "large a "
            f"share of categories is drawn anew. Mean and standard deviation of {repeats} draws.",
        ),
        "Steep at the left means that small errors of measurement matter.",
    )
    return Section("noise", "Sensitivity to noise").add(figure)
