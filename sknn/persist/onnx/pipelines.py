"""Networks inside of pipelines that skl2onnx converts."""

from typing import Any

import numpy as np
from sklearn.base import is_classifier

from sknn.estimators import (
    MLPClassifierX,
    MLPRegressorX,
    TabularMLPClassifierX,
    TabularMLPRegressorX,
)
from sknn.exceptions import InvalidParameterError
from sknn.optional import require
from sknn.persist.onnx.emit import LACKING, Emitter
from sknn.persist.program import program_of

__all__ = ["register_skl2onnx"]


def register_skl2onnx() -> None:
    """Tell skl2onnx how ``MLPClassifierX`` and ``MLPRegressorX`` are converted.

    After it, ``skl2onnx.to_onnx`` and ``convert_sklearn`` take pipelines, and searches, with a
    network in them. As for scikit-learn's classifiers, the option ``zipmap`` chooses between an
    array of probabilities and dicts, and ``raw_scores`` gives raw outputs in their place, one for
    each class: -s and s of two. A tabular estimator needs no pipeline, and is refused in one:
    :func:`to_onnx` takes it.

    Raises
    ------
    MissingExtraError
        Without the library skl2onnx.

    Examples
    --------
    >>> import numpy as np
    >>> import skl2onnx
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sknn import MLPClassifierX, register_skl2onnx
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(solver="lbfgs", max_iter=1000, random_state=0)
    >>> pipeline = make_pipeline(StandardScaler(), net).fit(X, y)
    >>> register_skl2onnx()
    >>> model = skl2onnx.to_onnx(
    ...     pipeline, X[:1].astype(np.float32), options={"zipmap": False}, target_opset=17
    ... )
    >>> [output.name for output in model.graph.output]
    ['label', 'probabilities']
    """
    skl2onnx = require("skl2onnx", extra="onnx", purpose="register_skl2onnx")
    register = skl2onnx.update_registered_converter
    options = {
        "zipmap": [True, False, "columns"],
        "nocl": [False],  # skl2onnx asks for it
        "output_class_labels": [False, True],
        "raw_scores": [True, False],
    }
    shapes = _classifier_shapes
    register(MLPClassifierX, "SknnMLPClassifierX", shapes, _convert, options=options)
    register(MLPRegressorX, "SknnMLPRegressorX", _regressor_shapes, _convert)
    for cls in (TabularMLPClassifierX, TabularMLPRegressorX):
        register(cls, f"Sknn{cls.__name__}", _refused, _convert)


def _refused(operator: Any) -> None:
    """A tabular estimator has an input for each raw column, which no step before it gives."""
    name = type(operator.raw_operator).__name__
    raise NotImplementedError(
        f"{name} cannot be part of a pipeline that skl2onnx converts. It takes raw tables, so that "
        "it needs no steps before it; convert it by itself with sknn.to_onnx."
    )


def _classifier_shapes(operator: Any) -> None:
    """Labels as texts or whole numbers, and a score for each class."""
    types = require("skl2onnx.common.data_types", extra="onnx", purpose="skl2onnx")
    estimator, n_rows = operator.raw_operator, operator.inputs[0].get_first_dimension()
    n_classes = len(estimator.classes_)
    each = [n_rows, n_classes] if estimator._labels.kind == "multilabel" else [n_rows]
    is_text = estimator.classes_.dtype.kind in "UO" and len(each) == 1
    kind = types.StringTensorType if is_text else types.Int64TensorType
    operator.outputs[0].type = kind(each)
    operator.outputs[1].type = _floats(operator)([n_rows, n_classes])


def _regressor_shapes(operator: Any) -> None:
    """Numbers for each row: those of all targets."""
    n_rows = operator.inputs[0].get_first_dimension()
    operator.outputs[0].type = _floats(operator)([n_rows, operator.raw_operator.n_outputs_])


def _floats(operator: Any) -> Any:
    """The type of floats in the precision of the input."""
    types = require("skl2onnx.common.data_types", extra="onnx", purpose="skl2onnx")
    is_double = isinstance(operator.inputs[0].type, types.DoubleTensorType)
    return types.DoubleTensorType if is_double else types.FloatTensorType


def _convert(scope: Any, operator: Any, container: Any) -> None:
    """Add the nodes of a network to the graph that skl2onnx builds."""
    types = require("skl2onnx.common.data_types", extra="onnx", purpose="skl2onnx")
    estimator, given = operator.raw_operator, operator.inputs[0]
    is_double = isinstance(given.type, types.DoubleTensorType)
    dtype = "float64" if is_double else "float32"
    emitter = Emitter(program_of(estimator, dtype, LACKING), container.target_opset)
    results = [emitter.name_of("predict")]
    if is_classifier(estimator):
        is_raw = container.get_options(estimator, {"raw_scores": False}).get("raw_scores")
        results = [_labels(emitter, estimator), _scores(emitter, estimator, is_raw)]
    names: dict[str, str] = {"X": scope.get_unique_variable_name("X")}

    def renamed(name: str) -> str:
        if name not in names:
            names[name] = scope.get_unique_variable_name(name)
        return names[name]

    kind = emitter.types.DOUBLE if is_double else emitter.types.FLOAT
    container.add_node(
        "Cast", given.full_name, names["X"], name=scope.get_unique_operator_name("Cast"), to=kind
    )
    onnx = require("onnx", extra="onnx", purpose="register_skl2onnx")
    helper, to_array = onnx.helper, onnx.numpy_helper.to_array
    for tensor in emitter.initializers:
        values = to_array(tensor).ravel().tolist()
        shape = list(tensor.dims)
        container.add_initializer(renamed(tensor.name), tensor.data_type, shape, values)
    for node in emitter.nodes:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        container.add_node(
            node.op_type,
            [renamed(name) for name in node.input],
            [renamed(name) for name in node.output],
            op_domain=node.domain,
            name=scope.get_unique_operator_name(node.op_type),
            **attributes,
        )
    for result, wanted in zip(results, operator.outputs, strict=True):
        container.add_node(
            "Identity",
            renamed(result),
            wanted.full_name,
            name=scope.get_unique_operator_name("Identity"),
        )


def _labels(emitter: Emitter, estimator: Any) -> str:
    """The labels, of the two types that skl2onnx has."""
    classes, name = estimator.classes_, emitter.name_of("predict")
    if classes.dtype.kind in "UO" or estimator._labels.kind == "multilabel":
        return name
    if not (classes.astype(np.int64) == classes).all():
        raise InvalidParameterError(
            "Labels must be texts or whole numbers below 2**63 for skl2onnx. Got "
            f"{classes[-1].item()!r}; sknn.to_onnx takes any."
        )
    return emitter.add("Cast", [name], "labels", to=emitter.types.INT64)


def _scores(emitter: Emitter, estimator: Any, is_raw: bool) -> str:
    """Probabilities, or raw outputs, one for each class."""
    if "predict_proba" in emitter.program.outputs and not is_raw:
        return emitter.name_of("predict_proba")
    name = emitter.name_of("decision_function")
    if estimator._labels.n_outputs == len(estimator.classes_):
        return name
    negative = emitter.add("Neg", [name], "negative")  # as for linear models
    return emitter.add("Concat", [negative, name], "both", axis=-1)
