"""Models and tables to report on, small enough to be quick."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from sknn import MLPRegressorX
from sknn.interpret import ModelReport

SCRIPT, IMAGE = "<script>alert(1)</script>", '"><img src=x>'


@pytest.fixture(scope="session")
def mixed(frame, frame_target):
    """A report on boosted trees behind an encoder, on a frame with columns of all kinds."""
    encode = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["city", "owner", "size"]),
        ("passthrough", ["income", "age"]),
    )
    model = make_pipeline(encode, HistGradientBoostingClassifier(max_iter=10, random_state=0))
    model.fit(frame[:60], frame_target[:60])
    return ModelReport(
        model,
        frame[60:],
        frame_target[60:],
        X_train=frame[:60],
        y_train=frame_target[:60],
        sensitive="city",
        expectations={"income": "increasing"},
        budget="fast",
    )


@pytest.fixture(scope="session")
def regression():
    """A report on a network of ours on an array."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 4))
    X[:, 3] = X[:, 0] + 0.1 * X[:, 3]  # goes with the first
    y = 10 * X[:, 0] - 5 * X[:, 1] * X[:, 2] + rng.normal(size=300)
    model = MLPRegressorX(hidden_layer_sizes=(8,), solver="lbfgs", tol=1.0, random_state=0)
    model.fit(X[:200], y[:200])
    return ModelReport(
        model,
        X[200:],
        y[200:],
        X_train=X[:200],
        y_train=y[:200],
        card={"target": "height", "unit": "cm"},
        budget="fast",
    )


@pytest.fixture(scope="session")
def evil():
    """A report whose every text is what a page, a table or a spreadsheet must not obey."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            SCRIPT: rng.normal(size=120),
            "=cmd|' /C calc'!A0": rng.normal(size=120),
            "a|b *c* `d`": rng.choice([IMAGE, "=1+1", "x\ny"], 120),
            "\x00\x1bctl\u202e": rng.normal(size=120),
        }
    )
    y = np.where(frame[SCRIPT] > 0, IMAGE, "</svg></style><b>")
    encode = make_column_transformer((OneHotEncoder(), [2]), remainder="passthrough")
    return ModelReport(
        make_pipeline(encode, LogisticRegression()).fit(frame, y),
        frame,
        y,
        X_train=frame,
        y_train=y,
        sensitive="a|b *c* `d`",
        title="</title><b>",
        card={"purpose": "<u>", "<i>": IMAGE, "target": "</h1>"},
        budget="fast",
    )
