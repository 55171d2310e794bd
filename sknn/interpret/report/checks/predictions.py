"""Checks of predictions: against baselines, on new rows, for every slice and group."""

from sknn.interpret.evaluation.reliability import reliability
from sknn.interpret.report.checks.status import gain, status
from sknn.interpret.report.content import Check
from sknn.interpret.report.study import Study
from sknn.interpret.words import number, percent, plain, rows_of

__all__ = [
    "beats_constant",
    "beats_linear",
    "calibrated",
    "enough_rows",
    "fair",
    "overfits",
    "robust",
    "useful",
]

#: Groups of fewer rows are shown but not compared.
FEWEST_OF_GROUP = 20


def beats_constant(study: Study) -> Check:
    measure, value, low, high = study.scores[0]
    constant = study.score(study.constant)[0]
    worst = low if measure.better == "higher" else high
    clear, better = gain(measure, worst, constant) > 0, gain(measure, value, constant) > 0
    return Check(
        "Better than a constant answer",
        "pass" if clear else "warn" if better else "fail",
        gain(measure, value, constant),
        f"Passes if the whole 95% interval of the {measure.label} is better than the best "
        "constant answer.",
        f"The {measure.label} is {number(value)} ({number(low)} to {number(high)}); the best "
        f"constant answer has {number(constant)}.",
        "It may be no better than a constant: try it on more rows before you use it, and look for "
        "columns that tell more."
        if better
        else "Do not use the model: it tells less than a constant. Look for columns that tell "
        "more, and for mistakes in the data.",
    )


def beats_linear(study: Study) -> Check | None:
    if study.linear is None:
        return None
    measure, value, low, high = study.scores[0]
    linear = study.score(study.linear)[0]
    ahead = gain(measure, value, linear)
    width = abs(high - low) / 2
    return Check(
        "Better than a linear model",
        "pass" if ahead > 0 else "warn" if ahead > -width else "fail",
        ahead,
        "Passes if the model scores better than a linear model of the same columns; fails if it is "
        "worse by more than half of its interval.",
        f"The {measure.label} is {number(value)}; a linear model has {number(linear)}.",
        "A linear model does as well here and is easier to explain. Use it, or tune this one.",
    )


def overfits(study: Study) -> Check | None:
    if study.scores_train is None:
        return None
    measure, value, *_ = study.scores[0]
    train, constant = study.scores_train[0], study.score(study.constant)[0]
    gained = gain(measure, train, constant)
    gap = measure.sign * (train - value)
    share = gap / gained if gained > 0 else 0.0
    return Check(
        "As good on new rows as on those it learned from",
        status(share, 0.2, 0.5),
        share,
        "Passes up to 20% and fails above 50% of the gain over a constant answer that is lost on "
        "new rows.",
        f"The {measure.label} is {number(train)} on training rows and {number(value)} on test "
        f"rows: {percent(max(share, 0))} of the gain is lost.",
        "The model learned its training rows by heart to a part. Regularize more, stop earlier, or "
        "give it more rows.",
    )


def enough_rows(study: Study) -> Check:
    n = study.test.n_rows
    return Check(
        "Enough test rows",
        "fail" if n < 30 else "warn" if n < 200 else "pass",
        float(n),
        "Passes from 200 rows and fails below 30.",
        f"There are {rows_of(n, 'test row')}.",
        "All figures of this report are uncertain; their intervals tell how much.",
    )


def calibrated(study: Study) -> Check | None:
    curve = reliability(study.answers, study.weight)
    if curve is None:
        return None
    excess = max(curve.error - curve.by_chance, 0.0)
    return Check(
        "Probabilities come true",
        status(excess, 0.03, 0.1),
        curve.error,
        "Passes up to a calibration error of 0.03 beyond what chance makes, fails above 0.1.",
        f"Probabilities and what came of them differ by {number(curve.error)} on average; chance "
        f"alone would make {number(curve.by_chance)}.",
        "Calibrate the model on other rows (CalibratedClassifierCV) before its probabilities are "
        "used as such.",
    )


def useful(study: Study) -> Check | None:
    if not study.slices:
        return None
    useless = study.useless_slices
    worst = useless[0] if useless else max(study.slices, key=lambda s: s.loss - s.constant)
    ratio = worst.loss / worst.constant if worst.constant > 0 else 1.0
    return Check(
        "Of use for every slice of the rows",
        "fail" if useless else "pass",
        ratio,
        "Passes if there is no quarter of a column, and no category, for whose rows errors are "
        "clearly larger than those of the best constant answer (p < 0.05 after Holm's correction).",
        f"Where {worst.words}, errors are {number(ratio)} times those of a constant answer."
        if useless
        else "There is no slice where a constant answer is clearly better.",
        "Do not rely on the model for these rows. More of them to learn from, or a column that "
        "tells them apart, may help.",
    )


def fair(study: Study) -> list[Check]:
    measure, out = study.measures[0], []
    for name, groups in study.subgroups.items():
        scores = {group: told[0] for group, n, told in groups if n >= FEWEST_OF_GROUP}
        if len(scores) < 2:
            continue
        worst = min(scores, key=lambda group: measure.sign * scores[group][0])
        best = max(scores, key=lambda group: measure.sign * scores[group][0])
        value, low, high = scores[worst]
        top, top_low, top_high = scores[best]
        apart = high < top_low if measure.better == "higher" else low > top_high
        out.append(
            Check(
                f"Alike for groups of {plain(name)}",
                "warn" if apart else "pass",
                abs(value - top),
                f"Passes if the intervals of the {measure.label} of all groups of "
                f"{FEWEST_OF_GROUP} or more rows overlap.",
                f"The {measure.label} is {number(value)} for {plain(worst)} and {number(top)} for "
                f"{plain(best)}.",
                "Find out why the groups differ before the model decides about people of both.",
            )
        )
    return out


def robust(study: Study) -> Check | None:
    if not study.noise:
        return None
    measure = study.measures[0]
    start = study.noise[0][1]
    at = next(value for scale, value, _ in study.noise if scale == 0.1)
    gained = gain(measure, start, study.score(study.constant)[0])
    lost = measure.sign * (start - at) / gained if gained > 0 else 0.0
    return Check(
        "Bears small noise",
        status(lost, 0.1, 0.3),
        lost,
        "Passes if noise of a tenth of each column's standard deviation costs up to 10% of the "
        "gain over a constant answer, fails above 30%.",
        f"The {measure.label} goes from {number(start)} to {number(at)}: "
        f"{percent(max(lost, 0))} of the gain.",
        "Small errors of measurement change predictions. Regularize more, or smooth the inputs.",
    )
