"""What the parameters of the tabular estimators may be."""

from typing import Any

from sknn.config import AnyOf, Choice, Exactly, Flag, Range, Rule, nearest
from sknn.estimators.scoring import IsScorer
from sknn.estimators.tabular.effort import EFFORTS
from sknn.estimators.validation import CLASSIFIER_RULES, COMMON_RULES, REGRESSOR_RULES
from sknn.nn.layers.embeddings import EMBEDDINGS
from sknn.registry import PartRule

__all__ = ["TABULAR_CLASSIFIER_RULES", "TABULAR_REGRESSOR_RULES"]


class Anything:
    """Accepts all, where another place checks."""

    def accepts(self, value: object) -> bool:
        return True

    def describe(self) -> str:
        return "anything"

    def hint(self, value: object) -> str:
        return ""


class MemberParams:
    """A dict of parameters of the members, without those that each member has its own of."""

    OWN = ("callbacks", "random_state")

    def __init__(self, member: str, rules: dict[str, Rule]) -> None:
        self.member, self.names = member, sorted(rules.keys() - set(self.OWN))

    def accepts(self, value: object) -> bool:
        return isinstance(value, dict) and value.keys() <= set(self.names)

    def describe(self) -> str:
        return f"a dict of parameters of {self.member} other than 'callbacks' and 'random_state'"

    def hint(self, value: object) -> str:
        wrong = (
            [name for name in value if name not in self.names] if isinstance(value, dict) else []
        )
        if not wrong:
            return ""
        if wrong[0] in self.OWN:
            return f" Give {wrong[0]!r} to the estimator itself."
        return nearest(wrong[0], self.names)


def _or_auto(rule: Any) -> AnyOf:
    return AnyOf(Choice(("auto",)), *getattr(rule, "rules", [rule]))


_COUNT = Range(1, None, integer=True)
_RULES: dict[str, Rule] = {
    "effort": Choice(tuple(EFFORTS)),
    "categorical_features": Anything(),  # the encoder checks it
    "max_one_hot": AnyOf(Range(0, None, integer=True), Exactly(None)),
    "hidden_layer_sizes": _or_auto(COMMON_RULES["hidden_layer_sizes"]),
    "activation": _or_auto(COMMON_RULES["activation"]),
    "embedding": _or_auto(AnyOf(PartRule(EMBEDDINGS), Exactly(None))),
    "dropout": _or_auto(Range(0, 1, closed="left")),
    "weight_decay": _or_auto(Range(0, None)),
    "learning_rate": _or_auto(COMMON_RULES["learning_rate"]),
    "learning_rate_init": _or_auto(COMMON_RULES["learning_rate_init"]),
    "batch_size": COMMON_RULES["batch_size"],
    "max_iter": _or_auto(COMMON_RULES["max_iter"]),
    "n_iter_no_change": _or_auto(COMMON_RULES["n_iter_no_change"]),
    "n_folds": _or_auto(_COUNT),
    "n_repeats": _or_auto(_COUNT),
    "validation_fraction": Range(0, 1, closed="neither"),
    "scoring": AnyOf(IsScorer(), Exactly(None)),
    "time_limit": AnyOf(Range(0, None, closed="neither"), Exactly(None)),
    "n_jobs": AnyOf(
        Range(None, -1, closed="right", integer=True), Range(1, None, integer=True), Exactly(None)
    ),
    "random_state": COMMON_RULES["random_state"],
    "verbose": COMMON_RULES["verbose"],
    "callbacks": COMMON_RULES["callbacks"],
}

TABULAR_CLASSIFIER_RULES: dict[str, Rule] = _RULES | {
    "loss": CLASSIFIER_RULES["loss"],
    "member_params": AnyOf(MemberParams("MLPClassifierX", CLASSIFIER_RULES), Exactly(None)),
    "class_weight": CLASSIFIER_RULES["class_weight"],
    "label_smoothing": CLASSIFIER_RULES["label_smoothing"],
    "calibrate": Flag(),
}

TABULAR_REGRESSOR_RULES: dict[str, Rule] = _RULES | {
    "loss": REGRESSOR_RULES["loss"],
    "member_params": AnyOf(MemberParams("MLPRegressorX", REGRESSOR_RULES), Exactly(None)),
    "clip": Flag(),
}
