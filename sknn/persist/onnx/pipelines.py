"""Networks inside of pipelines that skl2onnx converts."""

from typing import Any

from sklearn.base import is_classifier

from sknn.estimators import MLPClassifierX, MLPRegressorX
from sknn.optional import require
from sknn.persist.onnx.emit import LACKING, Emitter
from sknn.persist.program import program_of

__all__ = ["register_skl2onnx"]


def register_skl2onnx() -> None:
    """Tell skl2onnx how ``MLPClassifierX`` and ``MLPRegressorX`` are converted.

    After it, ``skl2onnx.to_onnx`` and ``convert_sklearn`` take pipelines, and searches, with a
    network in them. As for scikit-learn's classifiers, the option ``zipmap`` chooses between an
    array of probabilities and dicts. A tabular estimator needs no pipeline: :func:`to_onnx`.

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
    shapes = require("skl2onnx.common.shape_calculator", extra="onnx", purpose="skl2onnx")
    options = {
        "zipmap": [True, False, "columns"],
        "nocl": [True, False],
        "output_class_labels": [False, True],
        "raw_scores": [True, False],
    }
    skl2onnx.update_registered_converter(
        MLPClassifierX,
        "SknnMLPClassifierX",
        shapes.calculate_linear_classifier_output_shapes,
        _convert,
        options=options,
    )
    skl2onnx.update_registered_converter(
        MLPRegressorX, "SknnMLPRegressorX", _regressor_shapes, _convert
    )


def _regressor_shapes(operator: Any) -> None:
    """Numbers for each row: those of all targets."""
    types = require("skl2onnx.common.data_types", extra="onnx", purpose="skl2onnx")
    n_rows = operator.inputs[0].get_first_dimension()
    is_double = isinstance(operator.inputs[0].type, types.DoubleTensorType)
    kind = types.DoubleTensorType if is_double else types.FloatTensorType
    operator.outputs[0].type = kind([n_rows, operator.raw_operator.n_outputs_])


def _convert(scope: Any, operator: Any, container: Any) -> None:
    """Add the nodes of a network to the graph that skl2onnx builds."""
    types = require("skl2onnx.common.data_types", extra="onnx", purpose="skl2onnx")
    estimator, given = operator.raw_operator, operator.inputs[0]
    is_double = isinstance(given.type, types.DoubleTensorType)
    dtype = "float64" if is_double else "float32"
    emitter = Emitter(program_of(estimator, dtype, LACKING), container.target_opset)
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
    outputs = ["predict"]
    if is_classifier(estimator):
        raw = container.get_options(estimator, {"raw_scores": False}).get("raw_scores")
        has_probabilities = "predict_proba" in emitter.program.outputs and not raw
        outputs.append("predict_proba" if has_probabilities else "decision_function")
    for output, wanted in zip(outputs, operator.outputs, strict=False):
        container.add_node(
            "Identity",
            renamed(emitter.name_of(output)),
            wanted.full_name,
            name=scope.get_unique_operator_name("Identity"),
        )
