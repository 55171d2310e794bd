"""What must be true of a tabular estimator: its encoder, its members, and what they are sure of."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from sknn.preprocessing import SmoothClipScaler, TableEncoder
from sknn.preprocessing.levels import Levels
from sknn.preprocessing.one_hot import OneHot
from sknn.storage.rules import is_array, require
from sknn.uncertainty import CrossConformalIntervals, CrossConformalSets, Temperature

__all__ = ["check_table"]

#: What the encoder finds out of the rest of it.
DERIVED = "origins_", "n_numeric_out_", "n_indicators_", "n_one_hot_", "n_codes_", "cardinalities_"


def check_table(estimator: Any, check: Callable[[Any], None]) -> None:
    """Raise ValueError for a tabular estimator that cannot predict.

    ``check`` does that for each of its members.
    """
    members, encoder = estimator.estimators_, estimator.encoder_
    require(type(encoder) is TableEncoder, "it has no encoder")
    require(encoder.n_features_in_ == estimator.n_features_in_, "the encoder has other columns")
    _check_encoder(encoder)
    each = [vars(one).get("feature_names_in_") for one in (estimator, encoder)]
    require(np.array_equal(*each), "the encoder has columns of other names")
    require(type(members) is list and len(members), "it has no members")
    n_columns, n_outputs = len(encoder.origins_), {member.n_outputs_ for member in members}
    for member in members:
        require(type(member) is estimator._Member, "a member is no network")
        check(member)
        require(member.n_features_in_ == n_columns, "a member has other columns than the encoder")
    require(len(n_outputs) == 1, "members have different outputs")
    shared = estimator._held_out_is_shared  # then their mean counts as one member
    require(type(shared) is bool, "it does not say whether members hold out the same rows")
    for conformal in _conformal_of(estimator):
        most = 1 if shared else len(members)
        require(1 <= conformal.n_members <= most, "the calibration is of other members")
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
        require(estimator._sets.keys() <= kinds, "it has sets of an unknown kind")
        folds = [scores for one in found for of_output in one.folds for scores in of_output]
    else:
        cls = CrossConformalIntervals
        found = [] if estimator._intervals is None else [estimator._intervals]
        folds = [scores for one in found for scores in one.folds]
    require(all(type(one) is cls for one in found), "its calibration is none")
    for each in folds:
        for scores, weight_from in zip(each.scores, each.weight_from, strict=True):
            require(
                len(scores) == len(weight_from) + 1 and (scores[:-1] <= scores[1:]).all(),
                "the errors on calibration rows are not in order",
            )
    return found


def _check_encoder(encoder: Any) -> None:
    """That what the encoder derives of itself is what it says, and that it can encode."""
    n = encoder.n_features_in_
    require(is_array(encoder.is_categorical_, (n,), "b"), "the kinds of columns are unknown")
    numeric, categorical = (
        np.flatnonzero(m) for m in (~encoder.is_categorical_, encoder.is_categorical_)
    )
    require(
        np.array_equal(encoder.numeric_, numeric)
        and np.array_equal(encoder.categorical_, categorical),
        "the kinds of columns contradict each other",
    )
    require(is_array(encoder._has_gaps, numeric.shape, "b"), "the gaps are of other columns")
    scaler = encoder.scaler_
    if len(numeric):
        require(type(scaler) is SmoothClipScaler, "its scaler is none")
        sound = all(is_array(a, numeric.shape, "f") for a in (scaler.center_, scaler.scale_))
        require(sound and scaler.max_abs > 0, "its scaler is of other columns")
    require(
        len(encoder._levels) == len(encoder._one_hots) == len(categorical), "levels are missing"
    )
    for levels, one_hot in zip(encoder._levels, encoder._one_hots, strict=True):
        require(type(levels) is Levels, "levels are none")
        if one_hot is None:
            continue
        rows = (3, 1) if one_hot.is_pair else (2, len(levels))
        require(
            type(one_hot) is OneHot
            and one_hot.is_pair == (len(levels) == 2 and not levels.has_missing)
            and one_hot.width == rows[1]
            and is_array(one_hot._values, rows, "f"),
            "the columns of a category are of another one",
        )
    said = {name: vars(encoder)[name] for name in DERIVED}
    encoder._describe_output()
    for name, value in said.items():
        require(np.array_equal(value, vars(encoder)[name]), f"{name} contradicts the columns")
