"""The plot of a diagnosis."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from sknn import MLPClassifierX, diagnose
from sknn.nn.initializers import Normal


@pytest.fixture(autouse=True)
def no_window():
    before = matplotlib.get_backend()
    matplotlib.use("Agg")
    yield
    plt.close("all")
    matplotlib.use(before)


@pytest.fixture
def net(digits, fit):
    def fitted(**kwargs):
        kwargs = {"hidden_layer_sizes": (8, 6), "max_iter": 6, "random_state": 0} | kwargs
        return fit(MLPClassifierX(**kwargs), **digits)

    return fitted


def titles(axes):
    return [ax.get_title() for ax in axes.ravel()]


def names(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_with_a_record(net):
    fitted = net(callbacks=["gradient_health"])
    axes = diagnose(fitted).plot()
    assert axes.shape == (2, 2)
    assert titles(axes) == [
        "Loss",
        "Gradient of the weights",
        "Step beside the weights",
        "Dead units",
    ]
    assert names(axes[0, 0]) == ["training", "validation", "score"]
    assert names(axes[0, 1]) == ["layer 1", "layer 2", "output layer"]
    line = axes[0, 1].get_lines()[1]
    assert np.array_equal(line.get_ydata(), fitted.history_["gradient_norm_2"])
    assert list(line.get_xdata()) == [1, 2, 3, 4, 5, 6]
    assert all(ax.get_xlabel() == "epoch" and ax.get_ylabel() for ax in axes.ravel())
    axes[0, 0].figure.canvas.draw()


def test_saturation_is_drawn_where_it_has_a_meaning(net):
    axes = diagnose(net(callbacks=["gradient_health"], activation="tanh")).plot()
    assert axes[1, 1].get_title() == "Dead units, and saturated (dashed)"
    assert len(axes[1, 1].get_lines()) == 4


def test_with_rows(net, digits):
    axes = diagnose(net(activation="tanh"), digits["X"], digits["y"]).plot()
    assert titles(axes) == ["Loss", "Gradient of the weights", "Dead and saturated units"]
    assert titles(diagnose(net(), digits["X"]).plot()) == ["Loss", "Dead units"]


def test_the_curve_alone(net):
    (ax,) = diagnose(net(solver="lbfgs")).plot()
    assert ax.get_xlabel() == "iteration"


def test_many_layers_have_three_names(deep):
    axes = diagnose(deep(activation="logistic", solver="sgd", learning_rate_init=0.01)).plot()
    assert names(axes[0, 1]) == ["layer 1", "layer 7", "output layer"]
    assert axes[0, 1].get_yscale() == "log"


def test_on_axes_of_ones_own(net):
    figure = Figure()
    axes = figure.subplots(4)
    assert (diagnose(net(callbacks=["gradient_health"])).plot(axes) == axes).all()
    single = Figure().subplots()
    assert diagnose(net()).plot(single)[0] is single
    with pytest.raises(ValueError, match=r"needs 1 axes here\. Got 4 instead"):
        diagnose(net()).plot(axes)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"hidden_layer_sizes": ()},
        {"max_iter": 1},
        {"initializer": Normal(scale=100.0), "solver": "sgd", "early_stopping": True},
        {"initializer": "zeros"},
        {"hidden_layer_sizes": [30] * 12, "initializer": Normal(scale=0.7), "solver": "sgd"},
    ],
    ids=["linear", "one epoch", "diverged", "zeros", "huge"],
)
def test_extremes(net, kwargs):
    axes = diagnose(net(callbacks=["gradient_health"], **kwargs)).plot()
    axes[0, 0].figure.canvas.draw()  # no warning, which is an error here
