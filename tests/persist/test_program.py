"""Programs: every part says as a formula what it predicts."""

import numpy as np
import pytest

from sknn.nn.activations import ACTIVATIONS, Activation, PReLU, ReLU
from sknn.nn.layers import BasisLayer, Dense, Layer
from sknn.nn.links import LINKS, IdentityLink, IncreasingLink
from sknn.persist.onnx.emit import Emitter
from sknn.persist.program import Column, NumpyOps, Program, evaluate, program_of

from .models import CASES, fitted

X = np.concatenate([np.linspace(-30, 30, 121), [-700.0, -1e-9, 0.0, 1e-9, 700.0]])[:, np.newaxis]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_say_what_they_do(name, dtype, variants):
    tolerance = 1e-6 if dtype == "float32" else 1e-13
    for activation in variants(ACTIVATIONS[name]):
        x = X.astype(dtype)
        with np.errstate(over="ignore"):
            said, done = activation.express(NumpyOps(dtype), x), activation(x)
        assert said.dtype == done.dtype
        np.testing.assert_allclose(
            said, done, rtol=tolerance, atol=tolerance, err_msg=repr(activation)
        )


@pytest.mark.parametrize("link", [*LINKS.values(), IncreasingLink(2)], ids=repr)
def test_links_say_what_they_do(link):
    raw = np.random.RandomState(0).standard_normal((4, 5, 6)) * 5
    done = np.empty((5, 6))
    link.inverse(raw[0].copy(), out=done)
    np.testing.assert_allclose(link.express(NumpyOps("f8"), raw[0], 6), done, rtol=1e-13)
    merged = link.express_merge(NumpyOps("f8"), raw, 6)
    np.testing.assert_allclose(merged, link.merge(raw), rtol=1e-9, atol=1e-12)


def inputs_of(program, rows):
    """What a program takes of some rows."""
    if program.inputs[0].kind == "matrix":
        return [np.asarray(rows)]
    columns = []
    for column in program.inputs:
        values = rows[column.name]
        if values.dtype.kind == "M":
            values = (values - np.datetime64(0, "s")) / np.timedelta64(1, "s")
        kind = object if column.kind == "category" else float
        columns.append(values.to_numpy(dtype=kind)[:, np.newaxis])
    return columns


@pytest.mark.parametrize("name", CASES)
def test_estimators_become_programs(name):
    estimator, rows = fitted(name)
    program = program_of(estimator)
    outputs = evaluate(program, inputs_of(program, rows))
    assert set(outputs) == {m for m in METHODS if hasattr(estimator, m)}
    tolerances = (2e-5, 1e-6) if program.dtype == np.float32 else (1e-9, 1e-12)
    for method, found in outputs.items():
        wanted = np.asarray(getattr(estimator, method)(rows))
        found = found.reshape(wanted.shape)
        if wanted.dtype.kind == "f":
            np.testing.assert_allclose(found, wanted, *tolerances)
        else:
            assert found.tolist() == wanted.tolist()


METHODS = "predict", "predict_proba", "decision_function"


class Silent(Activation):
    """An activation that does not say what it does."""

    def forward(self, x, out):
        np.copyto(out, x)

    def backward(self, x, y, grad):
        pass


def test_a_part_without_a_formula_is_named():
    with pytest.raises(
        NotImplementedError, match=r"Silent cannot be exported.* method express\(ops, x\), which"
    ):
        Silent().express(NumpyOps("f8"), X)


#: What a formula may write, and what it is.
FORMULAS = {
    "whole numbers": lambda ops, x: (1 - x) * 2 + ops.maximum(x, 0) / 3,
    "a whole number in a case": lambda ops, x: ops.where(x > 0, x, 0),
    "two in both cases": lambda ops, x: ops.where(x > 0, 1, 0) * x,
    "an array of whole numbers": lambda ops, x: x * ops.constant(np.array([2])) + np.array([3]),
    "a truth": lambda ops, x: (x > 0) * x,
    "whole numbers of the rows": lambda ops, x: ops.to_int(ops.floor(ops.abs(x))) * 2 + x,
    "truths side by side with floats": lambda ops, x: ops.sum(ops.concat([x > 0, x], -1), -1),
    "equality": lambda ops, x: ops.where(x == 0, 7.0, x),
    "and": lambda ops, x: ops.where(ops.logical_and(x > -10, x < 10) & (x >= -5), x, 5),
    "a power": lambda ops, x: (x / 30) ** 3 - x**2.0,
    "signs": lambda ops, x: +abs(-x),
    "a product of matrices": lambda ops, x: x @ np.array([[0.5]]),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_mean_the_same_everywhere(name, dtype):
    onnx, onnxruntime = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    formula, x = FORMULAS[name], np.clip(X, -40, 40).astype(dtype)
    wanted = formula(NumpyOps(dtype), x)
    program = Program(dtype)
    program.outputs["y"] = formula(program, program.input(Column("X", "matrix", 1))).number
    found = evaluate(program, [x])["y"]
    assert found.dtype == dtype
    np.testing.assert_allclose(found, wanted, rtol=1e-5)
    emitter = Emitter(program, 17)
    output = onnx.helper.make_tensor_value_info(emitter.name_of("y"), emitter.float_type, None)
    graph = onnx.helper.make_graph(
        emitter.nodes, "formula", emitter.inputs, [output], emitter.initializers
    )
    domains = [onnx.helper.make_opsetid("", 17)]
    model = onnx.helper.make_model(graph, opset_imports=domains, ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    np.testing.assert_allclose(session.run(None, {"X": x})[0], wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("formula", "match"),
    [
        (lambda ops, x: ops.where(-0.5 < x < 0.5, x, 0.0), r"a < x < b.*ops\.logical_and\("),
        (lambda ops, x: ops.where(x > 0 and x < 1, x, 0.0), r"if, and, or.*ops\.logical_and\("),
        (lambda ops, x: ops.where(not x > 0, x, 0.0), r"not.*ops\.where\("),
        (lambda ops, x: x if x > 0 else 0.0 * x, r"if.*ops\.where\("),
        (lambda ops, x: max(x, 0.0), r"max.*ops\.maximum"),
        (lambda ops, x: ops.where(x != 0, x, 1.0), "!=.*ops.where"),
        (lambda ops, x: ops.where(~(x > 0), x, 1.0), "~.*ops.where"),
        (
            lambda ops, x: ops.where((x > 0) | (x < -1), x, 1.0),
            r"cannot use \|.*ops\.where\(a, x, ",
        ),
        (lambda ops, x: x**0.5, r"\*\* 0\.5.*ops\.sqrt\(x\)"),
        (lambda ops, x: x**x, r"cannot use \*\*.*ops\.exp"),
        (lambda ops, x: 2**x, r"\*\* with x as exponent"),
        (lambda ops, x: x // 2, r"//.*ops\.floor"),
        (lambda ops, x: x % 2, r"%.*ops\.floor"),
        (lambda ops, x: x[:, :1], r"\[\].*ops\.columns"),
    ],
)
def test_operators_that_would_say_something_else_are_refused(formula, match):
    program = Program("float64")
    with pytest.raises(TypeError, match=match):
        formula(program, program.input(Column("X", "matrix", 1)))


class Steeper(ReLU):
    """A rectifier with another slope that says nothing new of itself."""

    def forward(self, x, out):
        np.multiply(np.maximum(x, 0), 2, out=out)

    def backward(self, x, y, grad):
        grad *= 2 * (y > 0)


class Said(Steeper):
    """The same with its formula."""

    def express(self, ops, x):
        return ops.maximum(x, 0.0) * 2.0


class Renamed(ReLU):
    """A rectifier by another name."""


def test_what_is_computed_anew_is_not_exported_by_the_formula_of_its_parent():
    class Flipped(ReLU):
        def forward(self, x, out):
            np.minimum(x, 0, out=out)

    class Explained(Flipped):
        def forward(self, x, out):
            np.minimum(x, 0, out=out)

        def express(self, ops, x):
            return ops.minimum(x, 0.0)

    ops = NumpyOps("f8")
    with pytest.raises(NotImplementedError, match="Flipped cannot be exported"):
        Flipped().express(ops, X)
    np.testing.assert_array_equal(Explained().express(ops, X), Explained()(X))
    with pytest.raises(NotImplementedError, match="Steeper cannot be exported"):
        Steeper().express(ops, X)
    np.testing.assert_array_equal(Said().express(ops, X), Steeper()(X))
    np.testing.assert_array_equal(Renamed().express(ops, X), ReLU()(X))


def test_layers_and_learned_activations_that_compute_anew_need_their_own_formula():
    class OtherLayer(Dense):
        def forward(self, x, room, step):
            return -super().forward(x, room, step)

    class OtherSlope(PReLU):
        def forward_with(self, learned, x, out):
            np.copyto(out, x)

    message = r"OtherSlope cannot be exported.* method express_with\(ops, learned, x\), which"
    with pytest.raises(NotImplementedError, match=message):
        OtherSlope().express(NumpyOps("f8"), X)
    assert OtherLayer.express is Layer.express


def test_links_and_embeddings_of_ones_own_work_without_formulas():
    class Halved(IdentityLink):
        def inverse(self, raw, out):
            np.multiply(raw, 0.5, out=out)

        def merge(self, raw):
            return raw.mean(axis=0)

    class Square(BasisLayer):
        def expand(self, room):
            np.square(room.x, out=room.phi[..., 0, :])

        def slope(self, dphi, room, learning):
            return 2 * room.x * dphi[..., 0, :]

    ops = NumpyOps("f8")
    with pytest.raises(NotImplementedError, match=r"Halved .* express\(ops, raw, n_outputs\)"):
        Halved().express(ops, X, 1)
    with pytest.raises(NotImplementedError, match=r"express_merge\(ops, raw, n_outputs\)"):
        Halved().express_merge(ops, X[np.newaxis], 1)
    with pytest.raises(NotImplementedError, match=r"Square .* express_basis\(ops, x\)"):
        Square(1, 1).express_basis(ops, X)
