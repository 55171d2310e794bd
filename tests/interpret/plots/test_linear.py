"""The linear model near a row as bars: its weights, and where it ends."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import Ridge

from sknn import MLPClassifierX
from sknn.exceptions import InvalidParameterError
from sknn.interpret import LocalLinearDisplay, local_linear_model

X, Y = load_iris(return_X_y=True, as_frame=True)


def test_bars_are_the_weights():
    net = MLPClassifierX(hidden_layer_sizes=6, solver="lbfgs", tol=0.01, random_state=0)
    result = local_linear_model(net.fit(X, Y), X[:1])
    display = result.plot(target="2")
    assert isinstance(display, LocalLinearDisplay)
    coef = result.coef[:, 2]
    order = np.argsort(-np.abs(coef))
    np.testing.assert_allclose([bar.get_width() for bar in display.bars_], coef[order])
    assert display.feature_names_ == [X.columns[j] for j in order]
    assert f"{result.distance:.3g} away" in display.ax_.get_title()
    with pytest.raises(InvalidParameterError, match="Pass target="):
        result.plot()


def test_a_linear_model_has_no_end():
    result = local_linear_model(Ridge().fit(X, Y), X[:1])
    display = result.plot(max_features=2)
    assert "linear everywhere" in display.ax_.get_title()
    assert "(2 more columns)" in display.ax_.get_xlabel()
