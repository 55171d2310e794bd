"""What must be true of an estimator that came out of a file.

A checksum tells that a file is what was written, not that an estimator wrote it. So all that
prediction relies on is looked at once, and the network predicts a row of zeros, before a user gets
it.
"""

from typing import Any

import numpy as np
from sklearn.base import is_classifier

from sknn.config import Config, check_value
from sknn.estimators.tabular.base import BaseTabularMLP
from sknn.nn.links import Link
from sknn.preprocessing import SmoothClipScaler, TableEncoder
from sknn.preprocessing.levels import Levels
from sknn.preprocessing.one_hot import OneHot
from sknn.uncertainty import CrossConformalIntervals, CrossConformalSets, Temperature

__all__ = ["check"]

#: Attributes that do not end in an underscore.
PRIVATE = {
    "_architecture", "_continuation", "_held_out_is_shared", "_intervals", "_label_kind", "_link",
    "_network", "_no_improvement_count", "_range", "_sets", "_sparse_labels",
}  # fmt: skip


def check(estimator: Any) -> None:
    """Raise ValueError for an estimator that :func:`~sknn.load` must not return."""
    _check_attributes(estimator)
    for name, rule in estimator._parameter_rules.items():
        value = getattr(estimator, name)
        check_value(name, type(estimator).__name__, value, rule)
        if isinstance(value, Config):
            value.check(f"{name}__", type(estimator).__name__)
    _check_names(estimator)
    if is_classifier(estimator):
        _check_classes(estimator)
    if isinstance(estimator, BaseTabularMLP):
        _check_tabular(estimator)
    else:
        _check_network(estimator)


def _require(holds: Any, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)


def _check_attributes(estimator: Any) -> None:
    known = estimator._parameter_rules.keys() | PRIVATE
    for name in vars(estimator):
        _require(name in known or name.endswith("_"), f"it has an attribute {name!r:.40}")


def _check_names(estimator: Any) -> None:
    n_features = estimator.n_features_in_
    _require(_is_count(n_features), f"n_features_in_ is {n_features!r:.40}")
    names = vars(estimator).get("feature_names_in_")
    if names is not None:
        _require(
            _is_array(names, (n_features,), "O") and all(type(name) is str for name in names),
            "feature_names_in_ are not the names of n_features_in_ columns",
        )


def _check_classes(estimator: Any) -> None:
    classes = estimator.classes_
    _require(isinstance(classes, np.ndarray) and classes.ndim == 1, "classes_ are no list")
    labels = estimator._labels
    enough = {"binary": len(classes) in (1, 2), "multiclass": len(classes) > 2}
    kind = labels.kind
    known = isinstance(kind, str) and kind in ("binary", "multiclass", "multilabel")
    _require(known and enough.get(kind, True), f"there are {len(classes)} classes of kind {kind!r}")


def _check_network(estimator: Any) -> None:
    architecture, network = estimator._architecture, estimator._fitted_network()
    _require(
        (network.n_features, network.n_outputs) == (estimator.n_features_in_, estimator.n_outputs_),
        "the network has other inputs or outputs than the estimator",
    )
    _require(network.n_outputs > 0, "the network has no outputs")
    _require(network.n_parameters == estimator.n_parameters_, "n_parameters_ is another number")
    _require(architecture["dtype"] == network.values.dtype.name, "the weights have another dtype")
    finite = np.isfinite(network.values).all() and np.isfinite(network.statistics).all()
    _require(finite, "a weight is not finite")
    link = estimator._link
    _require(isinstance(link, Link) and link.name == estimator.out_activation_, "its link is none")
    _require(network.n_outputs % link.per_target == 0, "outputs and predictions do not agree")
    if is_classifier(estimator):
        _require(network.n_outputs == estimator._labels.n_outputs, "classes and outputs disagree")
    else:
        n_targets = network.n_outputs // link.per_target
        scaled = [a for a in (estimator.y_mean_, estimator.y_scale_) if a is not None]
        _require(
            len(scaled) != 1 and all(_is_array(a, (n_targets,), "f") for a in scaled),
            "y_mean_ and y_scale_ do not fit the targets",
        )
    _check_record(estimator)
    _check_continuation(estimator, network)
    with np.errstate(all="ignore"):
        raw = network.raw_output(np.zeros((1, network.n_features), network.dtype))
        for answer in estimator._answers().values():
            answer(raw.copy())


def _check_record(estimator: Any) -> None:
    """That what is told of the training, and what further training adds to, can be read."""
    has = vars(estimator)
    history = has["history_"]
    _require(type(history) is dict, "history_ is no dict")
    _require(all(map(_is_numbers, history.values())), "history_ has what is no list of numbers")
    for name in ("loss_curve_", "validation_scores_"):
        _require(has.get(name) is None or _is_numbers(has[name]), f"{name} is no list of numbers")
    for name in ("n_iter_", "n_updates_", "t_"):
        _require(isinstance(has.get(name, 0), (int, np.integer)), f"{name} is no number")
    for name in ("loss_", "best_loss_"):
        _require(has.get(name) is None or _is_number(has[name]), f"{name} is no number")
    _require(isinstance(has["stop_reason_"], str), "stop_reason_ is no text")


def _check_continuation(estimator: Any, network: Any) -> None:
    """That the optimizer's memory is that of this network."""
    memory = vars(estimator).get("_continuation")
    if memory is None:
        return
    arrays = [*memory["optimizer"].values(), *(memory["average"] or {}).values()]
    shapes = {a.shape for a in arrays if isinstance(a, np.ndarray) and a.ndim}
    _require(shapes <= {network.values.shape}, "the optimizer's memory is of another network")
    order = memory["order"]
    if order is not None:
        _require(
            isinstance(order, np.ndarray)
            and order.dtype.kind == "i"
            and np.array_equal(np.sort(order), np.arange(len(order))),
            "the order of the rows is none",
        )


def _check_tabular(estimator: Any) -> None:
    members, encoder = estimator.estimators_, estimator.encoder_
    _require(isinstance(encoder, TableEncoder), "it has no encoder")
    _require(encoder.n_features_in_ == estimator.n_features_in_, "the encoder has other columns")
    _check_encoder(encoder)
    each = [vars(one).get("feature_names_in_") for one in (estimator, encoder)]
    _require(np.array_equal(*each), "the encoder has columns of other names")
    _require(type(members) is list and len(members), "it has no members")
    n_columns, n_outputs = len(encoder.origins_), {member.n_outputs_ for member in members}
    for member in members:
        _require(type(member) is estimator._Member, "a member is no network")
        check(member)
        _require(member.n_features_in_ == n_columns, "a member has other columns than the encoder")
    _require(len(n_outputs) == 1, "members have different outputs")
    for conformal in _conformal_of(estimator):
        _require(conformal.n_members == len(members), "the calibration is of other members")
    if is_classifier(estimator):
        Temperature(estimator.temperature_)  # raises
    _rehearse(estimator)


def _rehearse(estimator: Any) -> None:
    """Predict a row without values, by a copy that asks for no names of columns."""
    actor, encoder = object.__new__(type(estimator)), object.__new__(TableEncoder)
    for double, original in ((actor, estimator), (encoder, estimator.encoder_)):
        double.__dict__.update(vars(original))
        double.__dict__.pop("feature_names_in_", None)
    actor.encoder_ = encoder
    row = np.full((1, estimator.n_features_in_), None, dtype=object)
    with np.errstate(all="ignore"):
        actor.predict(row)
        if vars(actor).get("_sets"):
            actor.predict_set(row)
        if vars(actor).get("_intervals"):
            actor.predict_interval(row)


def _conformal_of(estimator: Any) -> list[Any]:
    """What holds the errors on calibration rows, with each of them checked."""
    if is_classifier(estimator):
        cls: type = CrossConformalSets
        found = list(estimator._sets.values())
        kinds = {(score, by_class) for score in ("threshold", "adaptive") for by_class in (0, 1)}
        _require(estimator._sets.keys() <= kinds, "it has sets of an unknown kind")
        folds = [scores for one in found for of_output in one.folds for scores in of_output]
    else:
        cls = CrossConformalIntervals
        found = [] if estimator._intervals is None else [estimator._intervals]
        folds = [scores for one in found for scores in one.folds]
    _require(all(type(one) is cls for one in found), "its calibration is none")
    for each in folds:
        for scores, weight_from in zip(each.scores, each.weight_from, strict=True):
            _require(
                len(scores) == len(weight_from) + 1 and (scores[:-1] <= scores[1:]).all(),
                "the errors on calibration rows are not in order",
            )
    return found


def _check_encoder(encoder: Any) -> None:
    """That what the encoder derives of itself is what it says, and that it can encode."""
    n = encoder.n_features_in_
    _require(_is_array(encoder.is_categorical_, (n,), "b"), "the kinds of columns are unknown")
    numeric, categorical = (
        np.flatnonzero(m) for m in (~encoder.is_categorical_, encoder.is_categorical_)
    )
    _require(
        np.array_equal(encoder.numeric_, numeric)
        and np.array_equal(encoder.categorical_, categorical),
        "the kinds of columns contradict each other",
    )
    _require(_is_array(encoder._has_gaps, numeric.shape, "b"), "the gaps are of other columns")
    scaler = encoder.scaler_
    if len(numeric):
        _require(type(scaler) is SmoothClipScaler, "its scaler is none")
        sound = all(_is_array(a, numeric.shape, "f") for a in (scaler.center_, scaler.scale_))
        _require(sound and scaler.max_abs > 0, "its scaler is of other columns")
    _require(
        len(encoder._levels) == len(encoder._one_hots) == len(categorical), "levels are missing"
    )
    for levels, one_hot in zip(encoder._levels, encoder._one_hots, strict=True):
        _require(type(levels) is Levels, "levels are none")
        if one_hot is None:
            continue
        rows = (3, 1) if one_hot.is_pair else (2, len(levels))
        _require(
            type(one_hot) is OneHot
            and one_hot.is_pair == (len(levels) == 2 and not levels.has_missing)
            and one_hot.width == rows[1]
            and _is_array(one_hot._values, rows, "f"),
            "the columns of a category are of another one",
        )
    said = {name: vars(encoder)[name] for name in DERIVED}
    encoder._describe_output()
    for name, value in said.items():
        _require(np.array_equal(value, vars(encoder)[name]), f"{name} contradicts the columns")


DERIVED = "origins_", "n_numeric_out_", "n_indicators_", "n_one_hot_", "n_codes_", "cardinalities_"


def _is_count(value: Any) -> bool:
    return type(value) is int and value > 0


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating))


def _is_numbers(value: Any) -> bool:
    return type(value) is list and all(one is None or _is_number(one) for one in value)


def _is_array(value: Any, shape: tuple[int, ...], kinds: str) -> bool:
    return isinstance(value, np.ndarray) and value.shape == shape and value.dtype.kind in kinds
