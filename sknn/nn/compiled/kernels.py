"""The arithmetic of a training step as functions that Numba compiles to machine code.

Each function does in one pass over memory what NumPy does in several, and calls BLAS itself, so
that a layer costs one call from Python. The formulas are those of the NumPy code they stand in
for, which is named in each docstring; results agree to rounding. This is the only module that
imports Numba.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit, types

__all__ = ["KERNELS", "compile_all"]

#: Sums in any order and fused multiply-adds let a loop fill the vector registers; that a number
#: may be infinite or not a number stays respected.
FAST = {"reassoc", "contract", "nsz", "arcp"}

#: What each kernel is compiled for, by its name; see :func:`compile_all`.
KERNELS: dict[str, Any] = {}

Signature = Callable[[Any], tuple[Any, ...]]


def _kernel(signature: Signature) -> Callable[[Any], Any]:
    """Register a function with what its arguments are, given the type of a number."""

    def register(function: Any) -> Any:
        compiled: Any = njit(cache=True, fastmath=FAST, error_model="numpy")(function)
        compiled.signature_for = signature
        KERNELS[function.__name__] = compiled
        return compiled

    return register


def _vector(number: Any) -> Any:
    return types.Array(number, 1, "C")


def _matrix(number: Any) -> Any:
    return types.Array(number, 2, "C")


def _data(number: Any, n_axes: int) -> Any:
    """What comes from the user, and may be a map of a file that cannot be written to."""
    return types.Array(number, n_axes, "C", readonly=True)


@_kernel(lambda f: (_matrix(f), _vector(f), f))
def bend(z: Any, bias: Any, slope: Any) -> None:
    """Y = f(z + b) in place of z, where f(x) = x for x >= 0 and slope * x below.

    ``z += bias`` of Dense and the forward pass of ReLU (slope 0), LeakyReLU and Identity (1).
    """
    n_rows, n_units = z.shape
    zero = z.dtype.type(0)
    for i in range(n_rows):
        for j in range(n_units):
            x = z[i, j] + bias[j]
            z[i, j] = x * slope if x < zero else x  # nan stays nan


@_kernel(lambda f: (_matrix(f), _matrix(f), f, _vector(f)))
def unbend(y: Any, grad: Any, slope: Any, dbias: Any) -> None:
    """From the gradient at y to that at z, in place, and its sum over the rows.

    The backward pass of the same activations, and ``np.dot(ones, grad, dbias)`` of Dense.
    """
    n_rows, n_units = grad.shape
    zero, one = grad.dtype.type(0), grad.dtype.type(1)
    for j in range(n_units):
        dbias[j] = zero
    if slope == one:
        for i in range(n_rows):
            for j in range(n_units):
                dbias[j] += grad[i, j]
        return
    for i in range(n_rows):
        for j in range(n_units):
            g = grad[i, j] if y[i, j] > zero else grad[i, j] * slope
            grad[i, j] = g
            dbias[j] += g


@_kernel(lambda f: (_data(f, 2), _matrix(f), _vector(f), f, _matrix(f)))
def dense_forward(x: Any, weight: Any, bias: Any, slope: Any, y: Any) -> None:
    """Y = f(x W + b): Dense and the rectifier after it."""
    np.dot(x, weight, y)
    bend(y, bias, slope)


@_kernel(
    lambda f: (_data(f, 2), _matrix(f), _matrix(f), f, _matrix(f), _vector(f)),
)
def dense_backward(x: Any, y: Any, grad: Any, slope: Any, dweight: Any, dbias: Any) -> None:
    """The gradients of the weights and biases, and in place of ``grad`` that at z = x W + b."""
    unbend(y, grad, slope, dbias)
    np.dot(x.T, grad, dweight)


@_kernel(lambda f: (_matrix(f), _matrix(f), _matrix(f)))
def input_gradient(grad: Any, weight: Any, dx: Any) -> None:
    """Dx = dz W^T."""
    np.dot(grad, weight.T, dx)


@_kernel(lambda f: (_data(f, 1), types.int64))
def total_weight(weight: Any, n_rows: int) -> float:
    """The sum of the weights; an empty ``weight`` counts all rows alike."""
    if len(weight) == 0:
        return float(n_rows)
    total = 0.0
    for i in range(n_rows):
        total += weight[i]
    return total


@_kernel(lambda f: (_matrix(f), _data(types.int64, 1), _data(f, 1), _matrix(f), types.float64))
def exclusive_log_loss(raw: Any, y: Any, weight: Any, grad: Any, smoothing: float) -> float:
    """The weighted mean of LogLoss for one of several classes, and its gradient.

    An empty ``weight`` counts all rows alike.
    """
    n_rows, n_classes = raw.shape
    one = raw.dtype.type(1)
    least, largest = np.finfo(raw.dtype).eps, one - np.finfo(raw.dtype).eps
    rest = raw.dtype.type(smoothing / n_classes)
    kept = raw.dtype.type(1.0 - smoothing)
    total = total_weight(weight, n_rows)
    loss = 0.0
    for i in range(n_rows):
        highest = raw[i, 0]
        for j in range(1, n_classes):
            highest = max(highest, raw[i, j])
        mass = raw.dtype.type(0)
        for j in range(n_classes):
            e = math.exp(raw[i, j] - highest)
            grad[i, j] = e
            mass += e
        share = raw.dtype.type((weight[i] if len(weight) else one) / total)
        truth = y[i]
        if smoothing > 0.0:
            mean = 0.0
            for j in range(n_classes):
                mean += raw[i, j] - highest
            own = raw[i, truth] - highest
            each = math.log(mass) - kept * own - smoothing * mean / n_classes
        else:
            each = -math.log(min(max(grad[i, truth] / mass, least), largest))
        loss += share * each
        for j in range(n_classes):
            p = grad[i, j] / mass - rest
            grad[i, j] = (p - kept if j == truth else p) * share
    return loss


@_kernel(lambda f: (_matrix(f), _data(types.boolean, 2), _data(f, 1), _matrix(f), types.float64))
def binary_log_loss(raw: Any, y: Any, weight: Any, grad: Any, smoothing: float) -> float:
    """The weighted mean of LogLoss for yes/no outputs, and its gradient."""
    n_rows, n_outputs = raw.shape
    one = raw.dtype.type(1)
    least, largest = np.finfo(raw.dtype).eps, one - np.finfo(raw.dtype).eps
    half, kept = raw.dtype.type(0.5 * smoothing), raw.dtype.type(1.0 - smoothing)
    total = total_weight(weight, n_rows)
    loss = 0.0
    for i in range(n_rows):
        share = raw.dtype.type((weight[i] if len(weight) else one) / total)
        for k in range(n_outputs):
            r = raw[i, k]
            p = one / (one + math.exp(-r))
            target = (kept if y[i, k] else raw.dtype.type(0)) + half
            if smoothing > 0.0:
                each = math.log1p(math.exp(-abs(r))) + max(r, raw.dtype.type(0)) - target * r
            else:
                each = -math.log(min(max(p if y[i, k] else one - p, least), largest))
            loss += share * each
            grad[i, k] = (p - target) * share
    return loss


@_kernel(lambda f: (_matrix(f), _data(f, 2), _data(f, 1), _matrix(f)))
def squared_error(raw: Any, y: Any, weight: Any, grad: Any) -> float:
    """The weighted mean of SquaredError, and its gradient."""
    n_rows, n_outputs = raw.shape
    one = raw.dtype.type(1)
    total = total_weight(weight, n_rows)
    loss = 0.0
    for i in range(n_rows):
        share = raw.dtype.type((weight[i] if len(weight) else one) / total)
        squares = raw.dtype.type(0)
        for k in range(n_outputs):
            residual = raw[i, k] - y[i, k]
            squares += residual * residual
            grad[i, k] = residual * share
        loss += 0.5 * share * squares
    return loss


@_kernel(lambda f: (_vector(f), _vector(f), types.float64))
def l2(weights: Any, grads: Any, strength: float) -> float:
    """|W|^2, and ``strength`` * W added to the gradient: L2."""
    a, squares = weights.dtype.type(strength), weights.dtype.type(0)
    for i in range(len(weights)):
        grads[i] += a * weights[i]
        squares += weights[i] * weights[i]
    return float(squares)


@_kernel(lambda f: (*(_vector(f),) * 4, *(types.float64,) * 4))
def adam(
    w: Any, g: Any, m: Any, v: Any, rate: float, beta_1: float, beta_2: float, epsilon: float
) -> None:
    """A step of Adam; ``rate`` holds the bias correction."""
    one = w.dtype.type(1)
    lr, eps = w.dtype.type(rate), w.dtype.type(epsilon)
    b1, b2 = w.dtype.type(beta_1), w.dtype.type(beta_2)
    for i in range(len(w)):
        m[i] = b1 * m[i] + (one - b1) * g[i]
        v[i] = b2 * v[i] + (one - b2) * g[i] * g[i]
        w[i] -= lr * m[i] / (math.sqrt(v[i]) + eps)


@_kernel(lambda f: (*(_vector(f),) * 3, types.float64, types.float64, types.boolean))
def momentum(w: Any, g: Any, v: Any, rate: float, momentum: float, nesterov: bool) -> None:
    """A step of SGD with momentum."""
    lr, mu = w.dtype.type(rate), w.dtype.type(momentum)
    for i in range(len(w)):
        step = lr * g[i]
        v[i] = mu * v[i] - step
        w[i] += mu * v[i] - step if nesterov else v[i]


def compile_all() -> None:
    """Compile each kernel for float32 and float64, or load it from Numba's cache on disk."""
    for kernel in KERNELS.values():
        for number in (types.float32, types.float64):
            kernel.compile(kernel.signature_for(number))
        kernel.disable_compile()  # from now on other arguments are converted, or an error
