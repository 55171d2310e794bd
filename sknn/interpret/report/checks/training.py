"""Checks of how a network was trained."""

import numpy as np

from sknn.diagnostics.thresholds import DEAD, MOSTLY_DEAD
from sknn.interpret.report.content import Check
from sknn.interpret.report.ending import ending
from sknn.interpret.report.study import Study
from sknn.interpret.words import listed, percent, rows_of

__all__ = ["alive", "converged", "trained"]

#: What a diagnosis finds of training that has a check of its own.
CHECKED_ELSEWHERE = ("dead_units", "overfitting", "not_converged")
OF_SEVERITY = {"critical": "fail", "warning": "warn", "note": "pass"}


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
