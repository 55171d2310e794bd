"""The same network in other libraries: each module trains it and predicts with it.

A module has ``NAME`` and a class ``Net`` with ``Net(work, dtype)``, ``train()``, which fits anew
for ``work.epochs`` epochs, and ``predict(X)``, which returns probabilities. ``train`` is None where
a library only predicts, ``predict`` where it is what another module does. Modules whose library is
not installed are left out.
"""

from importlib import import_module, util

__all__ = ["installed"]

#: Module, and the library that it needs.
MODULES = {
    "sknn_net": "sknn",
    "sknn_numba": "numba",
    "sknn_predictor": "sknn",
    "sklearn_net": "sklearn",
    "torch_net": "torch",
    "torch_compiled": "torch",
    "skorch_net": "skorch",
    "keras_net": "keras",
    "jax_net": "jax",
    "onnx_net": "onnxruntime",
}


def installed(names=None):
    """The modules that can be used here, of these names or all, in their order."""
    chosen = list(MODULES) if names is None else names
    found = [name for name in chosen if util.find_spec(MODULES[name]) is not None]
    return [import_module(f"{__name__}.{name}") for name in found]
