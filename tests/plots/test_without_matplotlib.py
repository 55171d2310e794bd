"""Matplotlib is asked for when something is drawn, and missed with one clear message."""

import subprocess
import sys

import pytest

from sknn import MLPRegressorX
from sknn.exceptions import MissingExtraError
from sknn.plots import ActivationDisplay, LossCurveDisplay, NetworkDisplay
from sknn.style import colours

DRAWINGS = [
    lambda net: NetworkDisplay.from_estimator(net),
    lambda net: LossCurveDisplay.from_estimator(net),
    lambda net: ActivationDisplay.from_activation("relu"),
    lambda net: ActivationDisplay.all(),
]


@pytest.fixture
def net():
    net = MLPRegressorX(hidden_layer_sizes=2, solver="lbfgs", random_state=0)
    return net.fit([[0.0], [1.0]], [0, 1])


@pytest.fixture
def without_matplotlib(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)  # None makes the import of it fail


@pytest.mark.parametrize("draw", DRAWINGS)
def test_one_clear_message_where_it_is_missing(draw, net, without_matplotlib):
    net = MLPRegressorX(hidden_layer_sizes=2, solver="lbfgs", random_state=0).fit(
        [[0.0], [1.0]], [0, 1]
    )
    with pytest.raises(MissingExtraError, match=r"Display needs the library 'matplotlib'") as error:
        draw(net)
    assert str(error.value).endswith("Install it with: pip install 'sknn[plots]'")


def test_importing_the_displays_does_not_import_it():
    code = "import sys, sknn.plots; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_nothing_is_shown(net, monkeypatch):
    from matplotlib import pyplot

    monkeypatch.setattr(pyplot, "show", lambda *args, **kwargs: pytest.fail("shown"))
    net = MLPRegressorX(hidden_layer_sizes=2, solver="lbfgs", random_state=0).fit(
        [[0.0], [1.0]], [0, 1]
    )
    for draw in DRAWINGS:
        draw(net)


@pytest.mark.parametrize("number", [1, 2, 6, 7, 30])
def test_colours_differ(number):
    assert len(set(colours(number))) == number
