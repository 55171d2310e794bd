"""Symptoms: which facts are a sign of trouble. Numbers in, numbers out; the words are elsewhere."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sknn.diagnostics import thresholds as at
from sknn.diagnostics.facts import Facts, Numbers

__all__ = ["CONSEQUENCES", "SYMPTOMS", "Severity", "Symptom", "symptoms"]

#: ``critical``: training cannot succeed as it is; ``warning``: it can be better; ``note``: good to
#: know, nothing to mend.
Severity = Literal["critical", "warning", "note"]


@dataclass(frozen=True)
class Symptom:
    """What was found: its kind, how bad it is, and the numbers it rests on."""

    kind: str
    severity: Severity
    numbers: dict[str, float]


#: What often follows from something else that was found.
CONSEQUENCES = ("underfitting", "not_converged")

Rule = Callable[[Facts], Symptom | None]


def symptoms(facts: Facts) -> list[Symptom]:
    """All symptoms: causes before consequences, the worst first, notes at the end."""
    found = [symptom for rule in SYMPTOMS if (symptom := rule(facts)) is not None]
    if {"learning_rate_too_low", "learning_rate_too_high"} & {s.kind for s in found}:
        # a wrong rate says it already, and longer steps are no help against long ones
        found = [symptom for symptom in found if symptom.kind != "not_converged"]
    return sorted(found, key=_rank)


def _rank(symptom: Symptom) -> tuple[bool, bool, bool]:
    severity = symptom.severity
    return severity == "note", symptom.kind in CONSEQUENCES, severity != "critical"


# -- layer by layer -----------------------------------------------------------------------------


def dead_units(facts: Facts) -> Symptom | None:
    units = facts.units
    if units is None or not units.dead.size or units.rows[-1] < at.ROWS_FOR_DEAD:
        return None
    shares = units.dead[-1]
    worst = int(np.nanargmax(shares))
    if shares[worst] <= at.DEAD:
        return None
    return Symptom(
        "dead_units",
        "critical" if shares[worst] >= at.MOSTLY_DEAD else "warning",
        {
            "layer": worst + 1,
            "share": float(shares[worst]),
            "units": facts.widths[worst + 1],
            "rows": float(units.rows[-1]),
        },
    )


def saturated_units(facts: Facts) -> Symptom | None:
    units = facts.units
    if units is None or np.isnan(units.saturated[-1]).all():
        return None
    shares = units.saturated[-1]
    worst = int(np.nanargmax(shares))
    if shares[worst] < at.SATURATED:
        return None
    fall = fall_of(facts.loss)
    return Symptom(
        "saturated_units",
        "note" if fall > at.LEARNED else "warning",
        {"layer": worst + 1, "share": float(shares[worst]), "fall": fall},
    )


def vanishing_gradients(facts: Facts) -> Symptom | None:
    layers = facts.layers
    if layers is None or (layers.dead.size and np.nanmax(layers.dead[-1]) >= at.ALL_DEAD):
        return None
    signal = late(layers.signal)
    if not signal < at.VANISHING:  # NaN is no sign
        return None
    gradient = layers.gradient[-1]
    return Symptom(
        "vanishing_gradients",
        "critical",
        {
            "ratio": signal,
            "layers": len(facts.widths) - 1,
            "gradient_first": float(gradient[0]),
            "gradient_last": float(gradient[-1]),
        },
    )


def exploding_gradients(facts: Facts) -> Symptom | None:
    """At the start, or in the later half: weights may grow too large on the way."""
    layers = facts.layers
    if layers is None or not layers.signal.size:
        return None
    lost = int(np.count_nonzero(~np.isfinite(layers.backprop[:, 0])))
    ratio = float(np.nanmax([layers.signal[0], late(layers.signal), 0.0]))
    if ratio < at.EXPLODING and not lost:
        return None
    total = layers.total_gradient
    clip = facts.params.get("gradient_clip")
    bound = getattr(clip, "max_norm", clip)
    held = clip is not None and (not isinstance(bound, (int, float)) or total[0] > bound)
    return Symptom(
        "exploding_gradients",
        "note" if held and not lost else "critical",
        {
            "ratio": ratio,
            "layers": len(facts.widths) - 1,
            "gradient": float(total[0]),
            "non_finite": lost,
        },
    )


# -- the learning rate --------------------------------------------------------------------------


def learning_rate_too_high(facts: Facts) -> Symptom | None:
    if facts.full_batch:
        return None
    loss = facts.loss
    update = late_update(facts)
    diverged = facts.slowdowns > 0 or (loss.size > 0 and not np.isfinite(loss[-1]))
    numbers = {
        "rate": float(facts.params["learning_rate_init"]),
        "update": update,
        "slowdowns": facts.slowdowns,
        "rises": float("nan"),
        "jumps": float("nan"),
        "relapse": float("nan"),
    }
    swings = relapsed = False
    if len(loss) >= 2 * at.FEWEST_EPOCHS and np.isfinite(loss).all():
        best = float(loss.min())
        numbers["relapse"] = float((loss[-1] - best) / max(loss[0] - best, 1e-300))
        relapsed = numbers["relapse"] > at.RELAPSE and fall_of(loss) > at.UNMOVED
        half = loss[len(loss) // 2 :]
        numbers["rises"] = float(np.mean(np.diff(half) > 0))
        numbers["jumps"] = float(np.mean(np.abs(np.diff(half))) / max(np.median(half), 1e-300))
        far = numbers["jumps"] > at.JUMPS if np.isnan(update) else update > at.UPDATE_LARGE
        swings = numbers["rises"] > at.RISES and numbers["jumps"] > at.STILL and far
    if not (diverged or swings or relapsed or update > at.UPDATE_TOO_LARGE):
        return None
    numbers["diverged"] = float(diverged)
    return Symptom("learning_rate_too_high", "critical" if diverged else "warning", numbers)


def learning_rate_too_low(facts: Facts) -> Symptom | None:
    share, update = end_of_fall(facts), late_update(facts)
    if facts.full_batch or not share > at.STILL_FALLING:
        return None  # whether max_iter ended it or tol, which small steps do not reach
    straight = share > at.STRAIGHT and not np.diff(facts.loss[len(facts.loss) // 2 :]).max() > 0
    if not (straight if np.isnan(update) else update < at.UPDATE_SMALL):
        return None
    return Symptom(
        "learning_rate_too_low",
        "warning",
        {
            "rate": float(facts.params["learning_rate_init"]),
            "update": update,
            "last_tenth": share,
            "epochs": len(facts.loss),
        },
    )


# -- the curves ---------------------------------------------------------------------------------


def underfitting(facts: Facts) -> Symptom | None:
    """The loss stays where it began, or where a guess has it; or the score does."""
    loss, score = facts.loss, facts.own_score
    judged = facts.judged_score
    validation = judged[facts.kept_epoch] if judged.size else float("nan")
    fall = fall_of(loss)
    last = float(loss[-1]) if len(loss) else float("nan")
    numbers = {
        "fall": fall,
        "loss": last,
        "guess_loss": facts.guess_loss,
        "score": score,
        "guess_score": facts.guess_score,
        "validation_score": float(validation),
    }
    if not np.isnan(score) and not np.isnan(facts.guess_score):
        poor = score - facts.guess_score < at.GUESSING * (1.0 - facts.guess_score)
    elif not facts.classifier and not np.isnan(validation):
        poor = validation < at.GUESSING and not fall > 0.5  # else it has learned, if by heart
    elif end_of_fall(facts) > at.STRAIGHT:
        poor = False  # it is on its way
    elif not np.isnan(facts.guess_loss):
        guess_score = math.exp(-facts.guess_loss)  # of the classes alike
        no_better = not validation - guess_score > 2 * at.GUESSING
        ended = len(loss) >= at.FEWEST_EPOCHS
        poor = ended and no_better and not last <= (1.0 - at.GUESSING) * facts.guess_loss
    else:
        poor = fall < at.UNMOVED and not validation > 0.5
    return Symptom("underfitting", "critical", numbers) if poor else None


def overfitting(facts: Facts) -> Symptom | None:
    kept = facts.kept_epoch
    score, loss = facts.judged_score, facts.validation_loss
    numbers = {
        "best_epoch": float("nan"),
        "epochs": len(facts.loss),
        "loss_rise": float("nan"),
        "score_fall": float("nan"),
        "gap": float("nan"),
    }
    if np.isfinite(score).any() and not facts.keeps_best:
        smooth = smoothed(score)
        best = int(np.nanargmax(smooth))
        numbers |= {"score_fall": float(smooth[best] - smooth[-1]), "best_epoch": best + 1}
    if np.isfinite(loss).any():
        best = int(np.nanargmin(loss))
        rise = float(loss[kept] / loss[best] - 1.0) if best < kept and loss[best] > 0 else 0.0
        numbers |= {"loss_rise": rise, "best_epoch": best + 1}
    if score.size:
        below = 0.0  # an R^2 below 0 has learned nothing to forget
        numbers["gap"] = max(facts.own_score, below) - max(float(score[kept]), below)
    falls = numbers["score_fall"] > at.SCORE_FALL or numbers["gap"] > at.SCORE_GAP
    if not (falls or numbers["loss_rise"] > at.VALIDATION_RISE):
        return None
    harmless = not falls and numbers["score_fall"] <= at.SCORE_FALL / 2
    return Symptom("overfitting", "note" if harmless else "warning", numbers)


def not_converged(facts: Facts) -> Symptom | None:
    share = end_of_fall(facts)
    if not facts.reached_max_iter or not share > at.STILL_FALLING:
        return None
    return Symptom("not_converged", "warning", {"last_tenth": share, "epochs": len(facts.loss)})


def unscaled_inputs(facts: Facts) -> Symptom | None:
    scales = facts.inputs
    if not scales.size:
        return None
    small, large = np.quantile(scales, [0.1, 0.9], method="nearest")
    unequal = float(large / small) if small > 0 else float("inf")
    if scales.max() < at.LARGE_INPUT and unequal < at.UNEQUAL_INPUTS:
        return None
    return Symptom(
        "unscaled_inputs",
        "warning",
        {"smallest": float(scales.min()), "largest": float(scales.max())},
    )


#: Causes first.
SYMPTOMS: tuple[Rule, ...] = (
    unscaled_inputs,
    exploding_gradients,
    dead_units,
    saturated_units,
    vanishing_gradients,
    learning_rate_too_high,
    learning_rate_too_low,
    underfitting,
    overfitting,
    not_converged,
)


# -- arithmetic ---------------------------------------------------------------------------------


def late(values: Numbers) -> float:
    """The median of the later half; NaN of nothing."""
    half = values[len(values) // 2 :]
    finite = half[np.isfinite(half)]
    return float(np.median(finite)) if finite.size else float("nan")


def fall_of(loss: Numbers) -> float:
    """Which share of itself the loss lost since the first epoch, at its lowest."""
    if len(loss) < at.FEWEST_EPOCHS or not np.isfinite(loss).all():
        return float("nan")
    return float((loss[0] - loss.min()) / max(abs(loss[0]), 1e-300))


def late_update(facts: Facts) -> float:
    """The update ratio in the later half of training, of the layer that moves most."""
    if facts.record is None:
        return float("nan")
    return max((late(column) for column in facts.record.update.T), default=float("nan"))


def end_of_fall(facts: Facts) -> float:
    """Which share of its whole fall the loss fell in the last tenth of the epochs."""
    loss = facts.loss
    if len(loss) < 2 * at.FEWEST_EPOCHS or not np.isfinite(loss).all():
        return float("nan")
    fall = float(loss[0] - loss[-1])
    tenth = max(len(loss) // 10, 1)
    return float(loss[-1 - tenth] - loss[-1]) / fall if fall > 0 else float("nan")


def smoothed(values: Numbers) -> Numbers:
    """The mean over each epoch and the up to four before it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of nothing but NaN
        return np.array([np.nanmean(values[max(i - 4, 0) : i + 1]) for i in range(len(values))])
