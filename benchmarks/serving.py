"""The ways to serve a fitted model, side by side: times and sizes of one run.

    python benchmarks/serving.py [--rounds 9] [--output table.md]

Probabilities of 1, 100 and 10 000 rows, by the method of the estimator, compile_predictor, the
module of to_python, onnxruntime and, where there is one, scikit-learn's estimator of to_sklearn.
They take turns on one thread each; the table shows the median of processor time, and of its ratio
to the method of the estimator in the same round.
"""

import argparse
import importlib.util
import pathlib
import pickle
import platform
import tempfile
import warnings
from functools import partial

from turns import PROCESSOR  # isort: skip - it limits threads before NumPy is imported

import numpy as np
import onnxruntime
import pandas as pd
import sklearn
from peer_tables import measured
from sklearn.datasets import load_digits

import sknn

ROWS = (1, 100, 10_000)


def digits():
    """A network of numbers, 64-100-10, and its rows, in single precision."""
    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32)
    return sknn.MLPClassifierX(max_iter=20, random_state=0).fit(X, y), X


def table():
    """A tabular estimator of eight numbers and four categories, and its raw rows."""
    rng = np.random.RandomState(0)
    frame = pd.DataFrame(rng.standard_normal((2000, 8)), columns=[f"number_{j}" for j in range(8)])
    for j in range(4):
        frame[f"city_{j}"] = np.array(["Rome", "Oslo", "Lima", "Bonn", "Cork"])[
            rng.randint(5, size=2000)
        ]
    y = (frame["number_0"] + (frame["city_0"] == "Rome") > 0).to_numpy().astype(int)
    return sknn.TabularMLPClassifierX(effort="fast", random_state=0).fit(frame, y), frame


def array():
    """The same with numbers for the categories, as an array."""
    frame = table()[1]
    rows = frame.apply(lambda c: c if c.dtype.kind == "f" else pd.factorize(c)[0]).to_numpy(float)
    y = (rows[:, 0] + (rows[:, 8] == 0) > 0).astype(int)
    net = sknn.TabularMLPClassifierX(
        effort="fast", categorical_features=[8, 9, 10, 11], random_state=0
    )
    return net.fit(rows, y), rows


def ways(net, folder):
    """For each way a function of rows, by name, and the size in bytes of what it needs."""
    sknn.save(net, folder / "model.sknn")
    saved = (folder / "model.sknn").stat().st_size
    sknn.to_python(net, folder / "model.py")
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = sknn.to_onnx(net, folder / "model.onnx", dtype="float32")
    yield "method of the estimator", net.predict_proba, saved
    yield "`compile_predictor`", sknn.compile_predictor(net), saved
    yield "`to_python`", module.predict_proba, (folder / "model.py").stat().st_size
    yield "onnxruntime", onnx_predictor(model), (folder / "model.onnx").stat().st_size
    if isinstance(net, sknn.MLPClassifierX):
        twin = sknn.to_sklearn(net)
        yield "scikit-learn, `to_sklearn`", twin.predict_proba, len(pickle.dumps(twin))


def onnx_predictor(model):
    """Probabilities from a session of onnxruntime on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    inputs = session.get_inputs()

    def predict(X):
        if len(inputs) == 1:
            given = {"X": X}
        else:
            kinds = [object if i.type == "tensor(string)" else np.float32 for i in inputs]
            columns = X.T if isinstance(X, np.ndarray) else [X[c].to_numpy() for c in X]
            each = zip(inputs, columns, kinds, strict=True)
            given = {i.name: c.astype(kind)[:, np.newaxis] for i, c, kind in each}
        return session.run(["probabilities"], given)[0]

    return predict


def repeated(predict, block, times):
    """Predict several times, so that a short call can be timed."""
    for _ in range(times):
        predict(block)


def lines(name, net, rows, rounds):
    """Rows of the table: one for each way."""
    with tempfile.TemporaryDirectory() as folder:
        names, functions, sizes = zip(*ways(net, pathlib.Path(folder)), strict=True)
    cells = [[] for _ in names]
    for n_rows in ROWS:
        places = np.arange(n_rows) % len(rows)
        block = rows.iloc[places] if hasattr(rows, "iloc") else rows[places]
        wanted = functions[0](block)
        for function in functions:
            np.testing.assert_allclose(function(block), wanted, rtol=1e-3, atol=1e-4)
        times = max(1, 2000 // n_rows)
        found = measured([partial(repeated, f, block, times) for f in functions], rounds)
        for place, (milliseconds, ratio) in enumerate(found):
            cells[place].append(f"{1e3 * milliseconds / times:,.0f} ({ratio:.2f})")
    for way, times, size in zip(names, cells, sizes, strict=True):
        yield f"| {name} | {way} | {' | '.join(times)} | {size / 1000:,.0f} |"


def main():
    """Measure, print each row as it comes, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--output", type=pathlib.Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    written = [
        f"sknn {sknn.__version__}, onnxruntime {onnxruntime.__version__}, scikit-learn "
        f"{sklearn.__version__}, NumPy {np.__version__}, Python {platform.python_version()}, "
        f"{PROCESSOR}; one thread each, median of {args.rounds} interleaved rounds.",
        "",
        f"| model | way | {' | '.join(f'{n:,} rows'.replace('1 rows', '1 row') for n in ROWS)} "
        "| kB |",
        "|---|---|---:|---:|---:|---:|",
    ]
    print("\n".join(written), flush=True)
    for name, make in [("64-100-10", digits), ("table", table), ("array", array)]:
        for line in lines(name, *make(), args.rounds):
            written.append(line)
            print(line, flush=True)
    if args.output:
        args.output.write_text("\n".join(written) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
