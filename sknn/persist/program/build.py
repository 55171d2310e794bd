"""From a fitted estimator to a program."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import check_is_fitted

from sknn.config import AnyOf, Choice, Exactly
from sknn.estimators.base import BaseMLP
from sknn.estimators.classifier import CERTAIN
from sknn.estimators.tabular.base import BaseTabularMLP
from sknn.exceptions import InvalidParameterError
from sknn.nn.network import Network
from sknn.persist.program.graph import Column, Program
from sknn.persist.program.symbol import Symbol
from sknn.persist.program.table import encoded

__all__ = ["PRECISION", "program_of"]

#: What the precision of a program may be.
PRECISION = AnyOf(Choice(("float32", "float64")), Exactly(None))


def program_of(
    estimator: Any,
    dtype: str | None = None,
    lacking: Sequence[str] = (),
    is_encoded: bool = False,
) -> Program:
    """A program that predicts what the estimator does.

    Parameters
    ----------
    estimator : MLPClassifierX, MLPRegressorX, TabularMLPClassifierX or TabularMLPRegressorX
        Fitted.
    dtype : {"float32", "float64"}, optional
        The precision; by default that of the network, and float64 for a tabular estimator.
    lacking : sequence of str, default=()
        Operations to do without; see :class:`Program`.
    is_encoded : bool, default=False
        Take the table of a tabular estimator as its encoder makes it, as one matrix.

    Returns
    -------
    program : Program
        Its outputs are two-dimensional, ``"predict"`` of a regressor; ``"decision_function"``,
        ``"predict_proba"`` where the estimator has it, and ``"predict"`` of a classifier. The
        latter has the labels, shape (n,), or 0 and 1 for each of several labels.

    Raises
    ------
    NotFittedError
        Before ``fit``.
    NotImplementedError
        If a part of your own has no ``express``.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> from sknn.persist.program import evaluate
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(solver="lbfgs", max_iter=1000, random_state=0).fit(X, y)
    >>> evaluate(program_of(net), [X[:1]])["predict_proba"].round(3)
    array([[1., 0., 0.]])
    """
    if not isinstance(estimator, (BaseMLP, BaseTabularMLP)):
        raise InvalidParameterError(
            f"An estimator of sknn is needed here. Got {type(estimator).__name__} instead."
        )
    check_is_fitted(estimator)
    if isinstance(estimator, BaseTabularMLP):
        program = Program(dtype or "float64", lacking)
        width = len(estimator.encoder_.origins_)
        x = (
            program.input(Column("X", "matrix", width))
            if is_encoded
            else encoded(program, estimator.encoder_)
        )
        outputs = _tabular(program, estimator, x)
    else:
        network = estimator._fitted_network()
        program = Program(dtype or network.dtype.name, lacking)
        x = program.input(Column("X", "matrix", network.n_features))
        raw = _network(program, network, x)
        outputs = _plain(program, estimator, raw)
    program.outputs = {name: symbol.number for name, symbol in outputs.items()}
    return program


def _network(program: Program, network: Network, x: Symbol, scope: str = "") -> Symbol:
    """The raw output."""
    for place, layer in enumerate(network.layers):
        program.scope = f"{scope}layer_{place}_"
        x = layer.express(program, x)
    return x


def _plain(program: Program, estimator: Any, raw: Symbol) -> dict[str, Symbol]:
    if not is_classifier(estimator):
        return {"predict": _in_units(program, estimator, raw)}
    outputs = {"predict": _labels(program, estimator, raw), "decision_function": raw}
    if hasattr(estimator, "predict_proba"):
        outputs["predict_proba"] = _probability(program, estimator, raw)
    return outputs


def _tabular(program: Program, estimator: Any, x: Symbol) -> dict[str, Symbol]:
    """Outputs of all members, calibrated and averaged."""
    members, networks = estimator.estimators_, estimator._networks.networks
    each = [_network(program, net, x, f"member_{i}_") for i, net in enumerate(networks)]
    if not is_classifier(estimator):
        return {
            "predict": _mean(
                [_bounded(program, estimator, *of) for of in zip(members, each, strict=True)]
            )
        }
    if not hasattr(estimator, "predict_proba"):
        margin = _mean(each)
        return {"predict": _labels(program, estimator, margin), "decision_function": margin}
    first = members[0]  # all have the same classes and link
    cooled = [raw / estimator.temperature_ for raw in each]
    p = _mean([_probability(program, first, raw) for raw in cooled])
    logits = _logits(program, estimator, p)
    predicted = _labels(program, estimator, logits)
    return {"predict": predicted, "decision_function": logits, "predict_proba": p}


def _mean(each: list[Symbol]) -> Symbol:
    total = each[0]
    for one in each[1:]:
        total = total + one
    return total / float(len(each)) if len(each) > 1 else total


def _logits(program: Program, estimator: Any, p: Symbol) -> Symbol:
    """The raw output that probabilities would have."""
    if len(estimator.classes_) == 1:
        return p * 0.0
    kind = estimator._labels.kind
    if kind == "multiclass":
        return program.log(p)
    if kind == "binary":
        return program.log(program.columns(p, [1])) - program.log(program.columns(p, [0]))
    p = program.minimum(p, 1.0 - float(np.finfo(program.dtype).epsneg))
    return program.log(p) - program.log1p(-p)


def _labels(program: Program, estimator: Any, raw: Symbol) -> Symbol:
    """The classes that a raw output stands for; 0 and 1 for each of several labels."""
    kind, classes = estimator._labels.kind, estimator.classes_
    if kind == "multilabel":
        return program.to_int(raw > 0.0)
    if kind == "multiclass":
        return program.labels(program.argmax(raw, -1), classes)
    place = program.reshape(program.to_int(raw > 0.0), (-1,))
    return program.labels(place * 0 if len(classes) == 1 else place, classes)


def _probability(program: Program, estimator: Any, raw: Symbol) -> Symbol:
    """The probability of each class, as ``predict_proba`` tells it."""
    labels, link = estimator._labels, estimator._fitted_link
    p: Symbol = link.express(program, raw, estimator.n_outputs_)
    if len(estimator.classes_) == 1:
        return p * 0.0 + 1.0
    if labels.kind == "binary":
        p = program.concat([1.0 - p, p], -1)
    least, most = (float(bound) for bound in CERTAIN[program.dtype])
    p = program.minimum(program.maximum(p, least), most)
    if labels.exclusive and estimator.out_activation_ != "softmax":
        p = p / program.sum(p, -1)
    return p


def _in_units(program: Program, estimator: Any, raw: Symbol) -> Symbol:
    """Predictions in the units of the targets, shape (n, n_targets times predictions of each)."""
    link = estimator._fitted_link
    predicted: Symbol = link.express(program, raw, estimator.n_outputs_)
    if vars(estimator).get("y_mean_") is None:
        return predicted
    mean, scale = (np.repeat(a, link.per_target) for a in (estimator.y_mean_, estimator.y_scale_))
    return predicted * program.constant(scale) + program.constant(mean)


def _bounded(program: Program, estimator: Any, member: Any, raw: Symbol) -> Symbol:
    """The prediction of a member, within the targets that were seen where that is asked for."""
    predicted = _in_units(program, member, raw)
    if not estimator.clip:
        return predicted
    per_target = member._fitted_link.per_target
    low, high = (program.constant(np.repeat(end, per_target)) for end in estimator._range)
    return program.minimum(program.maximum(predicted, low), high)
