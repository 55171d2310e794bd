"""The public names, and what importing them costs."""

import inspect
import pickle
import subprocess
import sys

import pytest

import sknn

OPTIONAL = [
    "pandas",
    "matplotlib",
    "shap",
    "lime",
    "optuna",
    "jinja2",
    "tqdm",
    "onnx",
    "onnxruntime",
    "skl2onnx",
    "skops",
    "polars",
    "numba",
    "pyarrow",
    "dask",
    "distributed",
]


def test_names():
    tabular = ["TabularMLPClassifierX", "TabularMLPRegressorX"]
    classes = ["Layers", "MLPClassifierX", "MLPRegressorX", *tabular]
    functions = ["compile_predictor", "diagnose", "load", "register_skl2onnx", "save", "use_engine"]
    functions += ["use_threads"]
    functions += ["from_sklearn", "to_onnx", "to_python", "to_sklearn", "to_torch", "warm_up"]
    others = ["SKOPS_TRUSTED_TYPES", "__version__"]
    assert sorted(sknn.__all__) == sorted([*classes, *functions, *others])
    assert all(hasattr(sknn, name) for name in sknn.__all__)


@pytest.mark.parametrize("name", [n for n in sknn.__all__ if hasattr(getattr(sknn, n), "fit")])
def test_classes_belong_to_the_package(name):
    cls = getattr(sknn, name)
    assert inspect.isclass(cls)
    assert cls.__module__ == "sknn"
    assert cls.__name__ == name
    assert pickle.loads(pickle.dumps(cls)) is cls
    assert "{" not in cls.__doc__.split("Attributes")[0].split("Parameters\n")[0]
    assert "{common}" not in cls.__doc__
    for parameter in inspect.signature(cls).parameters:
        assert f"\n    {parameter} : " in cls.__doc__


def test_version():
    assert [part.isdigit() for part in sknn.__version__.split(".")[:2]] == [True, True]


def in_a_new_process(code):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout


def test_import_brings_no_optional_library():
    # scikit-learn itself imports pandas where it is installed
    code = f"""
import sys, sklearn.neural_network
before = set(sys.modules)
import sknn, sknn.interpret, sknn.persist, sknn.preprocessing, sknn.streaming, sknn.tuning
print(sorted((set(sys.modules) - before) & set({[*OPTIONAL, "torch"]!r})))
"""
    assert in_a_new_process(code) == "[]\n"


def test_works_without_the_optional_libraries():
    code = f"""
import sys
sys.modules.update(dict.fromkeys({OPTIONAL!r}))  # None makes the import of it fail
import sknn, sknn.interpret, sknn.persist, sknn.preprocessing, sknn.streaming, sknn.tuning
net = sknn.MLPClassifierX(solver="lbfgs", random_state=0).fit([[0.0], [1.0]], [0, 1])
print(net.predict([[0.0], [1.0]]))
net = sknn.MLPClassifierX(learning_rate_init=0.1, random_state=0)
net = sknn.streaming.fit_stream(net, [[0.0], [1.0]], [0, 1], epochs=50)
print(net.predict([[0.0], [1.0]]))
"""
    assert in_a_new_process(code) == "[0 1]\n" * 2
