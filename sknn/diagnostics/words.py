"""The words of a diagnosis: what a symptom means, and what to try, as parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sknn.diagnostics.facts import Facts
from sknn.diagnostics.symptoms import Symptom
from sknn.diagnostics.thresholds import LEARNED, SCORE_FALL

__all__ = ["TITLES", "Remedy", "explained", "remedies"]

Numbers = dict[str, float]

TITLES = {
    "vanishing_gradients": "Vanishing gradients",
    "exploding_gradients": "Exploding gradients",
    "dead_units": "Dead units",
    "saturated_units": "Saturated units",
    "learning_rate_too_high": "Learning rate too high",
    "learning_rate_too_low": "Learning rate too low",
    "underfitting": "No better than a guess",
    "overfitting": "Overfitting",
    "not_converged": "Not converged",
    "unscaled_inputs": "Inputs of unlike scale",
}


@dataclass(frozen=True)
class Remedy:
    """Something to try.

    Parameters
    ----------
    params : dict
        For ``estimator.set_params(**params)``; empty where it is not a matter of parameters.
    why : str
        What it does.
    """

    params: dict[str, Any]
    why: str

    def __str__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{settings} ({self.why})" if settings else self.why


def explained(symptom: Symptom, facts: Facts, caused: bool) -> str:
    """What a symptom means, with its numbers; ``caused`` where something worse was found."""
    text = _TEXTS[symptom.kind](symptom.numbers, facts)
    return f"{text} The cause is likely what is said above." if caused else text


def remedies(symptom: Symptom, facts: Facts, caused: bool) -> tuple[Remedy, ...]:
    """What to try against a symptom; settings that the estimator has already are left out."""
    if symptom.severity == "note" or caused:
        return ()
    return tuple(
        remedy
        for remedy in _REMEDIES[symptom.kind](facts)
        if not remedy.params
        or any(facts.params.get(name) != value for name, value in remedy.params.items())
    )


# -- texts --------------------------------------------------------------------------------------


def _vanishing(n: Numbers, facts: Facts) -> str:
    return (
        f"Only {n['ratio']:.1e} of the gradient at the output arrives at the first of "
        f"{n['layers']:.0f} layers, since each layer on the way back makes it smaller. The "
        f"gradient of the first weights has the length {n['gradient_first']:.1e}, that of the "
        f"last {n['gradient_last']:.1e}. The first layers hardly learn."
    )


def _exploding(n: Numbers, facts: Facts) -> str:
    if n["non_finite"]:
        return f"The gradient left the finite numbers in {n['non_finite']:.0f} epoch(s)."
    text = (
        f"The gradient grows {n['ratio']:.1e} times on its way back through "
        f"{n['layers']:.0f} layers; over all weights it has the length {n['gradient']:.1e} in the "
        "first epoch. "
    )
    clip = facts.params.get("gradient_clip")
    if clip is None:
        return text + "Steps that suit the last layers throw the first ones off."
    return text + f"gradient_clip={clip!r} shortens it before each step."


def _dead(n: Numbers, facts: Facts) -> str:
    return (
        f"{n['share']:.0%} of the {n['units']:.0f} units in hidden layer {n['layer']:.0f} have the "
        f"derivative 0 for each of the {n['rows']:.0f} rows looked at. No gradient reaches their "
        "weights, so they do not come back."
    )


def _saturated(n: Numbers, facts: Facts) -> str:
    text = (
        f"{n['share']:.0%} of the values in hidden layer {n['layer']:.0f} lie where the activation "
        "is flat: its slope there is below 5% of its largest, and so is the gradient that passes."
    )
    learned = f" It did not keep the loss from falling by {n['fall']:.1%}."
    return text + learned if n["fall"] > LEARNED else text


def _too_high(n: Numbers, facts: Facts) -> str:
    text = []
    if n["slowdowns"]:
        text.append(
            f"Training diverged {n['slowdowns']:.0f} time(s) and went back to a lower rate."
        )
    elif n["diverged"]:
        text.append("Training diverged: the loss left the finite numbers.")
    if n["relapse"] > 0.1:
        text.append(f"The loss ends {n['relapse']:.0%} of its whole fall above its lowest point.")
    if not np.isnan(n["rises"]):
        text.append(f"In the second half the loss rose in {n['rises']:.0%} of the epochs.")
    if not np.isnan(n["update"]):
        text.append(
            f"A step moves the weights by {n['update']:.1e} of their length, where about 1e-3 is "
            "usual."
        )
    return " ".join([*text, f"learning_rate_init is {n['rate']:g}."])


def _too_low(n: Numbers, facts: Facts) -> str:
    text = (
        f"After {n['epochs']:.0f} epochs the loss still falls: {n['last_tenth']:.0%} of its whole "
        "fall came in the last tenth of them. "
    )
    if not np.isnan(n["update"]):
        text += (
            f"A step moves the weights by {n['update']:.1e} of their length, where about 1e-3 is "
            "usual. "
        )
    return text + f"learning_rate_init is {n['rate']:g}."


def _underfitting(n: Numbers, facts: Facts) -> str:
    text = []
    if not np.isnan(n["guess_loss"]):
        text.append(
            f"The loss ends at {n['loss']:.4g}; equal probabilities for all classes have "
            f"{n['guess_loss']:.4g}."
        )
    elif not np.isnan(n["fall"]):
        text.append(f"The loss fell by {n['fall']:.1%} of itself since the first epoch.")
    if not np.isnan(n["score"]):
        guess = "" if np.isnan(n["guess_score"]) else f", and a constant has {n['guess_score']:.3f}"
        text.append(f"The score on the given rows is {n['score']:.3f}{guess}.")
    if not np.isnan(n["validation_score"]):
        text.append(f"The validation score is {n['validation_score']:.3f}.")
    return " ".join(text)


def _overfitting(n: Numbers, facts: Facts) -> str:
    text = []
    if n["loss_rise"] > 0:
        text.append(
            f"The validation loss was lowest in epoch {n['best_epoch']:.0f} of {n['epochs']:.0f} "
            f"and is {n['loss_rise']:.0%} higher in the network that was kept."
        )
    if n["score_fall"] > 0.005:
        text.append(f"The validation score fell by {n['score_fall']:.3f} from its best.")
    if n["loss_rise"] > 0 and n["score_fall"] <= SCORE_FALL / 2:
        certain = ": the probabilities became too certain" if facts.classifier else ""
        text.append(f"The score hardly suffered{certain}.")
    if n["gap"] > 0:
        text.append(f"The score on the given rows is {n['gap']:.3f} above it.")
    return " ".join(text)


def _not_converged(n: Numbers, facts: Facts) -> str:
    return (
        f"Training ended after {n['epochs']:.0f} epochs since max_iter was reached, and the loss "
        f"still falls: {n['last_tenth']:.0%} of its whole fall came in the last tenth of them."
    )


def _unscaled(n: Numbers, facts: Facts) -> str:
    return (
        f"The columns of X have a root mean square between {n['smallest']:.2g} and "
        f"{n['largest']:.2g}. The large ones decide what the first layer sees, and no one learning "
        "rate suits them all."
    )


_TEXTS: dict[str, Callable[[Numbers, Facts], str]] = {
    "vanishing_gradients": _vanishing,
    "exploding_gradients": _exploding,
    "dead_units": _dead,
    "saturated_units": _saturated,
    "learning_rate_too_high": _too_high,
    "learning_rate_too_low": _too_low,
    "underfitting": _underfitting,
    "overfitting": _overfitting,
    "not_converged": _not_converged,
    "unscaled_inputs": _unscaled,
}


# -- remedies -----------------------------------------------------------------------------------

_HE = Remedy(
    {"activation": "relu", "initializer": "he_normal"},
    "keeps the gradient's size from layer to layer",
)
_XAVIER = Remedy({"initializer": "xavier_normal"}, "smaller weights to start from")
_NORMALIZE = Remedy({"normalization": "batch"}, "keeps each layer's values in one scale")
_CLIP = Remedy({"gradient_clip": 1.0}, "bounds the length of each gradient")
_LEAKY = Remedy({"activation": "leaky_relu"}, "a unit that is off keeps a small slope")
_SCALE_X = Remedy({}, "make_pipeline(StandardScaler(), estimator), so that columns have one scale")


def _rate(facts: Facts, factor: float, why: str) -> list[Remedy]:
    if facts.full_batch:
        return []
    rate = float(f"{facts.params['learning_rate_init'] * factor:.3g}")
    return [Remedy({"learning_rate_init": rate}, why)]


def _against_vanishing(facts: Facts) -> list[Remedy]:
    return [_HE, _NORMALIZE, *_shallower(facts)]


def _shallower(facts: Facts) -> list[Remedy]:
    hidden = facts.widths[1:-1]
    fewer = tuple(hidden[: max(len(hidden) // 4, 1)])
    per_layer = any(
        isinstance(facts.params[name], (list, tuple)) for name in ("activation", "dropout")
    )
    if len(hidden) < 4 or per_layer:
        return []
    return [Remedy({"hidden_layer_sizes": fewer}, "fewer layers to pass")]


def _against_exploding(facts: Facts) -> list[Remedy]:
    suited = {"tanh", "logistic", "softsign", "hard_tanh", "hard_sigmoid", "smht"}
    by_name = {str(activation).lower().split("(")[0] for activation in facts.activation_of}
    bounded = bool(by_name) and by_name <= suited
    start = _XAVIER if bounded else Remedy({"initializer": "he_normal"}, _HE.why)
    steps = [] if facts.full_batch else [_CLIP]
    return [start, _NORMALIZE, *steps, *_rate(facts, 0.1, "shorter steps")]


def _against_dead(facts: Facts) -> list[Remedy]:
    lower = _rate(facts, 0.1, "a long step may have thrown them off")
    return [_LEAKY, Remedy({"initializer": "he_normal"}, "a fresh start of the right size"), *lower]


def _against_saturation(facts: Facts) -> list[Remedy]:
    return [_XAVIER, _NORMALIZE, _SCALE_X, _HE]


def _against_high_rate(facts: Facts) -> list[Remedy]:
    rate = [*_rate(facts, 0.1, "shorter steps"), Remedy({"learning_rate": "cosine"}, "slows down")]
    return [*rate, _CLIP]


def _against_low_rate(facts: Facts) -> list[Remedy]:
    return _rate(facts, 10.0, "longer steps")


def _against_underfitting(facts: Facts) -> list[Remedy]:
    wider = tuple(2 * width for width in facts.widths[1:-1]) or (100,)
    scale = [Remedy({"standardize_y": True}, "targets of the scale that the network starts in")]
    return [
        *([] if facts.classifier else scale),
        *_rate(facts, 10.0, "longer steps, if the loss hardly moves"),
        Remedy({"hidden_layer_sizes": wider}, "more units"),
        _SCALE_X,
    ]


def _against_overfitting(facts: Facts) -> list[Remedy]:
    stop = Remedy({"early_stopping": True}, "keeps the best epoch by validation score")
    alpha = Remedy({"alpha": max(100.0 * facts.params["alpha"], 0.01)}, "shrinks the weights")
    drop = Remedy({"dropout": 0.2}, "no unit can rely on another")
    return [alpha] if facts.full_batch else [stop, alpha, drop]


def _against_early_end(facts: Facts) -> list[Remedy]:
    longer = Remedy({"max_iter": 5 * facts.params["max_iter"]}, "more epochs")
    return [longer, *_rate(facts, 3.0, "longer steps")]


def _against_unscaled(facts: Facts) -> list[Remedy]:
    return [_SCALE_X]


_REMEDIES: dict[str, Callable[[Facts], list[Remedy]]] = {
    "vanishing_gradients": _against_vanishing,
    "exploding_gradients": _against_exploding,
    "dead_units": _against_dead,
    "saturated_units": _against_saturation,
    "learning_rate_too_high": _against_high_rate,
    "learning_rate_too_low": _against_low_rate,
    "underfitting": _against_underfitting,
    "overfitting": _against_overfitting,
    "not_converged": _against_early_end,
    "unscaled_inputs": _against_unscaled,
}
