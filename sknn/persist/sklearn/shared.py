"""What is alike in scikit-learn's networks and ours."""

from typing import Any

from sknn.exceptions import InvalidParameterError
from sknn.nn.network import Network
from sknn.nn.typing import Array

__all__ = ["SHARED", "arrays_of", "refuse_one_class"]

#: Attributes that both have under the same name.
SHARED = (
    "n_features_in_", "feature_names_in_", "n_iter_", "t_", "loss_", "loss_curve_", "best_loss_",
    "validation_scores_", "best_validation_score_", "n_outputs_", "n_layers_", "out_activation_",
    "_no_improvement_count", "classes_",
)  # fmt: skip


def arrays_of(network: Network, vector: Array) -> list[Array]:
    """A flat vector of numbers as scikit-learn lists them, weights and then biases; views."""
    dense = [layer for layer in network.by_layer(vector) if "weight" in layer]
    return [layer[kind] for kind in ("weight", "bias") for layer in dense]


def refuse_one_class(function: str, classifier: Any) -> None:
    """Raise for a classifier that knows one class only.

    Ours is certain of it, and scikit-learn's gives two probabilities.

    Raises
    ------
    InvalidParameterError
    """
    if len(classifier.classes_) == 1:
        raise InvalidParameterError(
            f"{function} takes classifiers of two or more classes, since scikit-learn's network "
            f"is never certain of a single one. Got {classifier.classes_.tolist()!r} as classes_."
        )
