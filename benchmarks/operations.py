"""What single array operations cost, in pairs of the plain form and the one that sknn uses.

    python benchmarks/operations.py

Least of seven rounds, microseconds of wall time, one BLAS thread, printed as a table of Markdown.
"""

import timeit

from turns import PROCESSOR  # isort: skip - it limits threads before NumPy is imported

import numpy as np
import scipy.linalg.blas
import scipy.special

#: What is done, the plain statement, and the one that is used.
PAIRS = (
    ("ReLU, 200 x 100", "np.maximum(x, 0.0, out=out)", "np.maximum(x, zeros, out=out)"),
    ("bias gradient, 200 x 100", "x.sum(axis=0)", "np.dot(ones, x, bias)"),
    (
        "running mean, 4801 numbers",
        "np.multiply(flat, 0.999999, out=flat)",
        "sscal(0.999999, flat)",
    ),
    (
        "add a multiple, 4801 numbers",
        "np.add(flat, 1e-9 * other, out=flat)",
        "saxpy(other, flat, a=1e-9)",
    ),
    ("sum of squares, 4801 numbers", "float(np.dot(flat, flat))", "sdot(flat, flat)"),
    ("a batch, 32 x 8", "X[rows]", "X.take(rows, axis=0, out=batch, mode='clip')"),
    ("logistic, 200 x 100", "expit(x, out=out)", "logistic(x, out)"),
    (
        "dropout decisions, 200 x 100",
        "rng.random(dtype=np.float32, out=out) >= 0.1",
        "rng.bit_generator.random_raw(5000).view(np.uint16) >= 6554",
    ),
    ("GELU's P(x), 200 x 100", "ndtr(x, out=out)", "np.divide(gelu, x, out=out)"),
    (
        "slopes 1 and 0.01, 200 x 100",
        "np.multiply(x, 0.01, out=out, where=below)",
        "np.multiply(x, np.maximum((x > zeros).astype(x.dtype), 0.01), out=out)",
    ),
)


def logistic(x, out):
    """1 / (1 + exp(-x)) by tanh, in place."""
    np.multiply(x, 0.5, out=out)
    np.tanh(out, out=out)
    out += 1.0
    out *= 0.5


def arrays():
    """The names that the statements use."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 100)).astype(np.float32)
    names = {"np": np, "rng": rng, "x": x, "out": np.empty_like(x), "zeros": np.zeros_like(x)}
    names |= {"gelu": x * scipy.special.ndtr(x), "below": x < 0, "logistic": logistic}
    names |= {"ones": np.ones(200, np.float32), "bias": np.empty(100, np.float32)}
    names |= {"flat": rng.random(4801, np.float32), "other": rng.random(4801, np.float32)}
    names |= {"X": rng.random((20_000, 8), np.float32), "batch": np.empty((32, 8), np.float32)}
    names |= {name: getattr(scipy.linalg.blas, name) for name in ("sscal", "saxpy", "sdot")}
    names |= {name: getattr(scipy.special, name) for name in ("expit", "ndtr")}
    return names | {"rows": rng.integers(0, 20_000, 32)}


def microseconds(statement):
    """Of one execution."""
    timer = timeit.Timer(statement, globals=arrays())
    often = max(1, int(0.02 / (timer.timeit(10) / 10)))
    return 1e6 * min(timer.repeat(7, often)) / often


def main():
    """Print a row for each pair."""
    print(f"{PROCESSOR}, NumPy {np.__version__}, float32", end="\n\n")
    print("| | plain | us | used | us |")
    print("|---|---|---:|---|---:|")
    for name, plain, used in PAIRS:
        cells = f"`{plain}` | {microseconds(plain):.2f} | `{used}` | {microseconds(used):.2f}"
        print(f"| {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
