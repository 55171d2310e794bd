"""scikit-learn's own tests of its multi-layer perceptrons, run on ours.

The test file of the installed scikit-learn is loaded with its two classes replaced, so that
whatever it pins down, in whatever version, ours must keep.
"""

import pathlib
import warnings

import pytest
import sklearn.neural_network

# The one test that cannot run: it calls a private method with scikit-learn's private buffers.
# tests/nn/test_gradients.py checks the same gradients, and more of them.
LEFT_OUT = {"test_gradient"}

path = pathlib.Path(sklearn.neural_network.__file__).parent / "tests" / "test_mlp.py"
if path.exists():
    source = path.read_text(encoding="utf-8")
    original = "from sklearn.neural_network import MLPClassifier, MLPRegressor"
    assert original in source, "scikit-learn's test file imports its classes in a new way"
    ours = "from sknn import MLPClassifierX as MLPClassifier, MLPRegressorX as MLPRegressor"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(source.replace(original, ours), str(path), "exec"), globals())
    for name in LEFT_OUT:
        globals().pop(name, None)

# scikit-learn runs its tests without turning warnings into errors
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def global_random_seed():
    """The seed that scikit-learn's own conftest provides."""
    return 42


def test_the_suite_was_found():
    assert sum(name.startswith("test_") for name in globals()) > 30
