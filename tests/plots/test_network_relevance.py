"""The drawing of a prediction: what each unit and connection carried of it."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from numpy.testing import assert_allclose
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.plots import NetworkDisplay

POSITIVE, NEGATIVE = "#0072b2", "#d55e00"
data = load_iris(as_frame=True)
X, y = data.data, data.target_names[data.target]
HOW = {"hidden_layer_sizes": (6, 5), "solver": "lbfgs", "tol": 0.1, "random_state": 0}


@pytest.fixture(scope="module")
def pipeline():
    return make_pipeline(StandardScaler(), MLPClassifierX(**HOW)).fit(X, y)


@pytest.fixture
def display(pipeline):
    return NetworkDisplay.from_estimator(pipeline, x=X.iloc[[120]], background=X)


def texts(labels):
    return [label.get_text() for label in labels]


def test_lines_are_what_connections_carried(display, pipeline):
    inside = pipeline[0].transform(X)
    relevance = pipeline[-1].relevance(inside[120], inside)
    largest = max(np.abs(each).max() for each in relevance.connections)
    for lines, carried in zip(display.connections_, relevance.connections, strict=True):
        colours = [POSITIVE if value >= 0 else NEGATIVE for value in carried.ravel()]
        assert [to_hex(colour) for colour in lines.get_colors()] == colours
        share = np.abs(carried.ravel()) / largest
        assert_allclose(np.corrcoef(share, lines.get_linewidths())[0, 1], 1.0)
        assert (lines.get_alpha()[share == 0] < 0.05).all()


def test_circles_are_what_units_carried(display):
    for circles, values in zip(display.units_, display.relevance.units, strict=True):
        tints = [1 - np.mean(circle.get_facecolor()[:3]) for circle in circles]
        shown = np.abs(values) > 1e-9
        assert_allclose(np.array(tints)[~shown], 0, atol=1e-6)
        for sign in (-1, 1):
            same = np.sign(values) == sign
            order = np.argsort(np.abs(values[same]))
            assert (np.diff(np.array(tints)[same][order]) >= -1e-9).all()
    numbers = [f"{value:.2g}" for values in display.relevance.units[:-1] for value in values]
    assert texts(display.bias_labels_)[: len(numbers)] == numbers


def test_words(display):
    relevance = display.relevance
    assert display.ax_.get_title() == (
        f"What moved the raw output 'virginica' from {relevance.base:.3g} (the mean of 150 rows) "
        f"to {relevance.value:.3g}"
    )
    assert texts(display.ax_.get_legend().get_texts()) == [
        "DeepLIFT contribution > 0",
        "DeepLIFT contribution < 0",
    ]
    assert texts(display.name_labels_)[2] == "petal length (cm) = 5.7"  # as the user has it


def test_other_outputs_are_faint(display):
    faint = [circle.get_alpha() for circle in display.units_[-1]]
    assert faint == [0.35, 0.35, None]
    assert texts(display.bias_labels_)[-3:-1] == ["", ""]


def test_no_words_overlap(display, boxes, overlapping):
    display.figure_.draw_without_rendering()
    assert not overlapping(boxes([*display.captions_, *display.name_labels_, display.ax_.title]))


@pytest.mark.parametrize("output", ["setosa", 0])
def test_an_output_of_ones_own(pipeline, output):
    display = NetworkDisplay.from_estimator(pipeline, x=X.iloc[[120]], output=output)
    assert "raw output 'setosa'" in display.ax_.get_title()
    assert "(a row of zeros)" in display.ax_.get_title()
    assert display.relevance.output == 0


def test_an_output_that_is_not_there(pipeline):
    with pytest.raises(InvalidParameterError, match=r"from 0 to 2\. Got 'tulip'"):
        NetworkDisplay.from_estimator(pipeline, x=X.iloc[[120]], output="tulip")


def test_of_large_layers_the_most_relevant_units_are_shown():
    net = MLPRegressorX(**HOW | {"hidden_layer_sizes": 30}).fit(X.to_numpy(), X.iloc[:, 0])
    display = NetworkDisplay.from_estimator(net, x=X.iloc[3].to_numpy(), max_units=5)
    carried = np.abs(display.relevance.units[1])
    kept = np.sort(np.argsort(-carried)[:5])
    assert texts(display.bias_labels_)[4:9] == [
        f"{value:.2g}" for value in display.relevance.units[1][kept]
    ]
    assert texts(display.captions_)[1] == "hidden 1\nReLU\nthe largest\n5 of 30"
    assert display.ax_.get_title().startswith("What moved the prediction 'y' from")
    assert texts(display.name_labels_)[0].startswith("x0 = 4.6")


def test_through_a_search():
    frame = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0] * 5, "b": [1.0, 0.0] * 10})
    net = MLPRegressorX(hidden_layer_sizes=3, solver="lbfgs", tol=0.1, random_state=0)
    search = GridSearchCV(make_pipeline(StandardScaler(), net), {"standardscaler": ["passthrough"]})
    search.fit(frame, frame["a"])
    display = NetworkDisplay.from_estimator(search, x=frame.iloc[[2]], background=frame)
    assert texts(display.name_labels_) == ["a = 2", "b = 1", "y"]


def test_weights_only_when_asked_for(pipeline):
    how = {"x": X.iloc[[0]], "background": X}
    assert NetworkDisplay.from_estimator(pipeline, **how).weight_labels_ == []
    bare = NetworkDisplay.from_estimator(pipeline, **how, show_weights=False)
    assert bare.bias_labels_ == []
    full = NetworkDisplay.from_estimator(pipeline, **how, show_weights=True)
    assert len(full.weight_labels_) == 4 * 6 + 6 * 5 + 5 * 3


def test_several_rows_are_refused(pipeline):
    with pytest.raises(InvalidParameterError, match=r"relevance is that of one row\. Got 150"):
        NetworkDisplay.from_estimator(pipeline, x=X)


def test_scikit_learns_own_tell_no_relevance():
    net = MLPRegressor(hidden_layer_sizes=2, solver="lbfgs", tol=1e9).fit(
        X.to_numpy(), np.arange(150.0)
    )
    with pytest.raises(InvalidParameterError, match="draws how a prediction came about"):
        NetworkDisplay.from_estimator(net, x=X.iloc[0].to_numpy())
