"""Counterfactuals as bars: as long as the change, with what changes from and to."""

import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from sknn.interpret import CounterfactualDisplay, counterfactuals

X, Y = load_iris(return_X_y=True, as_frame=True)
MODEL = LogisticRegression(max_iter=1000).fit(X, Y)


def test_bars_are_the_changes():
    result = counterfactuals(MODEL, X.iloc[[0]], X, target=1, random_state=0)
    display = result.plot()
    assert isinstance(display, CounterfactualDisplay)
    widths = [[bar.get_width() for bar in bars] for bars in display.bars_]
    for drawn, sizes in zip(widths, result.sizes, strict=True):
        np.testing.assert_allclose(drawn, sizes)
    labels = [text.get_text() for text in display.ax_.get_yticklabels()]
    assert labels[0].startswith("1: 1 (")
    assert labels[1] == result.changes[0][0][0]
    assert "→" in display.texts_[0].get_text()
    display.figure_.canvas.draw()


def test_what_was_not_reached_says_so():
    result = counterfactuals(lambda rows: rows["petal width (cm)"], X.iloc[[0]], X, target=99)
    assert "goal not reached" in result.plot().ax_.get_yticklabels()[0].get_text()
