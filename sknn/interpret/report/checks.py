"""Named checks of a model: what was measured, what would pass, and what to do otherwise."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sknn.diagnostics.thresholds import DEAD, MOSTLY_DEAD
from sknn.interpret.evaluation.measures import Measure
from sknn.interpret.evaluation.reliability import reliability
from sknn.interpret.report.content import Check
from sknn.interpret.report.ending import ending
from sknn.interpret.report.study import Study
from sknn.interpret.words import listed, number, percent, plain, rows_of

__all__ = ["checks_of"]

#: What is expected of a prediction, before the column's name.
EXPECTED = {"increasing": "rises with", "decreasing": "falls with", "none": "does not depend on"}

#: Groups of fewer rows are shown but not compared.
FEWEST_OF_GROUP = 20


def checks_of(study: Study) -> list[Check]:
    """All checks that apply to a model and its data."""
    found: list[Check] = []
    for check in CHECKS:
        outcome = check(study)
        if isinstance(outcome, Check):
            found.append(outcome)
        elif outcome:
            found.extend(outcome)
    return found


def _status(value: float, warn: float, fail: float) -> str:
    """Worse as the value grows."""
    return "fail" if value > fail else "warn" if value > warn else "pass"


def _skill(measure: Measure, value: float, constant: float) -> float:
    """How much of the way from a constant answer a score has gained."""
    return measure.sign * (value - constant)


def beats_constant(study: Study) -> Check:
    measure, value, low, high = study.scores[0]
    constant = study.score(study.constant)[0]
    worst = low if measure.better == "higher" else high
    clear, better = _skill(measure, worst, constant) > 0, _skill(measure, value, constant) > 0
    return Check(
        "Better than a constant answer",
        "pass" if clear else "warn" if better else "fail",
        _skill(measure, value, constant),
        f"Passes if the whole 95% interval of the {measure.label} is better than the best "
        "constant answer.",
        f"The {measure.label} is {number(value)} ({number(low)} to {number(high)}); the best "
        f"constant answer has {number(constant)}.",
        "Do not use the model: it tells less than a constant. Look for columns that tell more, and "
        "for mistakes in the data.",
    )


def beats_linear(study: Study) -> Check | None:
    if study.linear is None:
        return None
    measure, value, low, high = study.scores[0]
    linear = study.score(study.linear)[0]
    ahead = _skill(measure, value, linear)
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
    gained = _skill(measure, train, constant)
    gap = measure.sign * (train - value)
    share = gap / gained if gained > 0 else 0.0
    return Check(
        "As good on new rows as on those it learned from",
        _status(share, 0.2, 0.5),
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
        _status(largest, 0.1, 0.3),
        largest,
        "Passes up to a distance of 0.1 between the distributions of a column, fails above 0.3; "
        "distances that chance explains (1% over all columns) do not count.",
        f"Columns that differ, by their distance: {told}." if moved else "No column differs.",
        "Find out why these columns differ. The model is asked about rows unlike those that it "
        "learned from.",
    )


def repeats(study: Study) -> Check | None:
    if study.repeated is None:
        return None
    share = study.repeated / study.test.n_rows
    return Check(
        "Test rows are new",
        _status(share, 0.01, 0.1),
        share,
        "Passes up to 1% of test rows that are training rows too, fails above 10%.",
        f"{rows_of(study.repeated, 'test row')} ({percent(share)}) occur in the training data with "
        "the same values.",
        "Remove them from the test: the model has seen their answers.",
    )


def leaks(study: Study) -> Check | None:
    if not study.single_columns:
        return None
    name, best = max(study.single_columns, key=lambda pair: pair[1])
    return Check(
        "No column gives the answer away",
        _status(best, 0.95, 0.995),
        best,
        "Passes up to 0.95 that one column alone scores (0 is guessing, 1 is perfect), fails above "
        "0.995.",
        f"The column that tells most by itself, {plain(name)}, scores {number(best)}.",
        "Ask whether this column is known before the answer is. If not, the model cheats.",
    )


def calibrated(study: Study) -> Check | None:
    curve = reliability(study.answers, study.weight)
    if curve is None:
        return None
    excess = max(curve.error - curve.by_chance, 0.0)
    return Check(
        "Probabilities come true",
        _status(excess, 0.03, 0.1),
        curve.error,
        "Passes up to a calibration error of 0.03 beyond what chance makes, fails above 0.1.",
        f"Probabilities and what came of them differ by {number(curve.error)} on average; chance "
        f"alone would make {number(curve.by_chance)}.",
        "Calibrate the model on other rows (CalibratedClassifierCV) before its probabilities are "
        "used as such.",
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


def stable(study: Study) -> Check | None:
    result = study.importance
    if result is None or result.importances.shape[1] < 2 or len(result.feature_names) < 2:
        return None
    # columns that tell nothing change places by chance, and should
    clear = study.drivers
    agreement = _same_order(result.importances[clear]) if clear else 0.0
    n_repeats = result.importances.shape[1]
    return Check(
        "The ranking of columns is stable",
        "pass" if agreement > 0.8 else "warn",
        agreement,
        "Passes if at least one column matters for certain, and two repeats agree on the order of "
        "two of the first such columns in more than 80% of the cases.",
        f"Two of {n_repeats} repeats agree on the order of two of the first "
        f"{rows_of(len(clear), 'column')} in {percent(agreement)} of the cases."
        if clear
        else "No column matters for certain.",
        "Take the order of columns whose intervals overlap for chance; use more rows or repeats.",
    )


def _same_order(importances: Any) -> float:
    """How often two repeats agree on which of two columns is more important."""
    if len(importances) < 2:
        return 1.0
    i, j = np.triu_indices(len(importances), 1)
    above = (importances[i] > importances[j]).mean(axis=1)  # in which share of the repeats
    n = importances.shape[1]
    agree = (above * (n * above - 1) + (1 - above) * (n * (1 - above) - 1)) / (n - 1)
    return float(agree.mean())


def adds_up(study: Study) -> Check | None:
    found = study.explanation
    if found is None:
        return None
    spread = float(np.ptp(found.predictions)) or 1.0
    share = found.additivity_gap / spread
    return Check(
        "Contributions add up to predictions",
        _status(share, 1e-3, 0.05),
        share,
        "Passes up to a gap of 0.1% of the range of the predictions, fails above 5%.",
        f"The largest gap is {number(found.additivity_gap, 2)}.",
        "Do not use these contributions: they leave a part of the predictions unexplained.",
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
    gained = _skill(measure, start, study.score(study.constant)[0])
    lost = measure.sign * (start - at) / gained if gained > 0 else 0.0
    return Check(
        "Bears small noise",
        _status(lost, 0.1, 0.3),
        lost,
        "Passes if noise of a tenth of each column's standard deviation costs up to 10% of the "
        "gain over a constant answer, fails above 30%.",
        f"The {measure.label} goes from {number(start)} to {number(at)}: "
        f"{percent(max(lost, 0))} of the gain.",
        "Small errors of measurement change predictions. Regularize more, or smooth the inputs.",
    )


def converged(study: Study) -> Check | None:
    last = ending(study.estimator)
    curve, most = getattr(last, "loss_curve_", None), getattr(last, "max_iter", None)
    n_iter = getattr(last, "n_iter_", None)
    if curve is None or not isinstance(most, int) or not isinstance(n_iter, (int, np.integer)):
        return None
    reached = n_iter >= most
    told = f"Training ended after {rows_of(int(n_iter), 'epoch')} of at most {most}."
    return Check(
        "Training came to rest",
        "warn" if reached else "pass",
        float(n_iter),
        "Passes if training stopped before its largest number of epochs.",
        told,
        "Look at the curve of training: if it still falls, allow more epochs (max_iter).",
    )


#: What a diagnosis finds of training that has a check of its own.
CHECKED_ELSEWHERE = ("dead_units", "overfitting", "not_converged")
OF_SEVERITY = {"critical": "fail", "warning": "warn", "note": "pass"}


def alive(study: Study) -> Check | None:
    """Units that are off for every row."""
    diagnosis = study.diagnosis
    units = None if diagnosis is None else diagnosis.facts.units
    if diagnosis is None or units is None or not units.dead.size:
        return None
    shares = np.nan_to_num(units.dead[-1])
    worst = int(np.argmax(shares))
    found = [f for f in diagnosis.findings if f.kind == "dead_units"]
    tries = [str(remedy) for f in found for remedy in f.remedies[:2]]
    return Check(
        "No dead units",
        OF_SEVERITY[found[0].severity] if found else "pass",
        float(shares[worst]),
        f"Passes up to {percent(DEAD)} of units in a hidden layer whose slope is 0 at every row, "
        f"fails from {percent(MOSTLY_DEAD)}.",
        f"Of hidden layer {worst + 1}, {percent(float(shares[worst]))} of the units are dead."
        if shares[worst] > 0
        else "No unit is dead.",
        _retry(tries),
    )


def trained(study: Study) -> Check | None:
    """What else went wrong in training."""
    diagnosis = study.diagnosis
    if diagnosis is None:
        return None
    found = [f for f in diagnosis.findings if f.kind not in CHECKED_ELSEWHERE]
    found = [f for f in found if f.severity != "note"]
    tries = [str(remedy) for f in found for remedy in f.remedies[:1]]
    return Check(
        "Training went well",
        OF_SEVERITY[found[0].severity] if found else "pass",
        float(len(found)),
        "Passes if gradients, saturated units, the learning rate and the scale of the columns show "
        "nothing that needs mending.",
        " ".join(f"{f.title}: {f.text}" for f in found) or "Nothing needs mending.",
        _retry(tries),
    )


def _retry(tries: list[str]) -> str:
    more = "sknn.diagnose(estimator, X, y) tells more."
    return f"Train again. What to try: {listed(tries, 3)}. {more}" if tries else more


def expected(study: Study) -> list[Check]:
    out = []
    for name, output, direction, share in study.expected:
        of = (
            f" of {plain(output)}" if len(study.expectations) and study.task == "multiclass" else ""
        )
        if direction == "none":
            status = "pass" if share == 0 else "fail"
            said = "no row's prediction moves with it" if share == 0 else "predictions move with it"
            bound = "Passes if no prediction changes with the column."
        else:
            status = _status(share, 0.01, 0.1)
            said = f"{percent(share)} of all moves of the prediction{of} go against it"
            bound = "Passes up to 1% of all moves against it, fails above 10%."
        out.append(
            Check(
                f"As expected: the prediction{of} {EXPECTED[direction]} {plain(name)}",
                status,
                share,
                bound,
                f"The prediction of single rows was followed over the values of {plain(name)}: "
                f"{said}.",
                "Ask whether the expectation or the model is wrong. Some networks and boosted "
                "trees can be held to it by constraints.",
            )
        )
    return out


#: Each gives a check, several, or None where it does not apply.
CHECKS: tuple[Callable[[Study], Check | list[Check] | None], ...] = (
    beats_constant,
    beats_linear,
    overfits,
    enough_rows,
    leaks,
    repeats,
    drifted,
    balanced,
    calibrated,
    useful,
    fair,
    expected,
    robust,
    stable,
    adds_up,
    correlated,
    converged,
    alive,
    trained,
)
