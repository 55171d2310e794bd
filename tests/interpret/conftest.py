"""Tables and models that tests of explanations share."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sknn import MLPClassifierX


def mixed_frame(n_rows=120, seed=0):
    """A frame with float, int, string, bool, category, nullable and missing columns."""
    rng = np.random.default_rng(seed)
    income = rng.normal(40.0, 10.0, n_rows)
    income[::9] = np.nan
    rooms = pd.array(rng.integers(1, 6, n_rows), dtype="Int64")
    rooms[::11] = pd.NA
    return pd.DataFrame(
        {
            "income": income,
            "age": rng.integers(18, 80, n_rows),
            "rooms": rooms,
            "city": rng.choice(["Oslo", "Rome", "Bonn"], n_rows),
            "owner": rng.random(n_rows) < 0.5,
            "size": pd.Categorical(
                rng.choice(["S", "M", "L"], n_rows), categories=["S", "M", "L"], ordered=True
            ),
        }
    )


def mixed_target(frame):
    """Classes that depend on all kinds of columns."""
    score = (
        frame["income"].fillna(40.0) / 10.0
        + 2.0 * (frame["city"] == "Rome")
        + frame["owner"]
        + frame["size"].cat.codes
    )
    return np.where(score > score.median(), "yes", "no")


def preprocessing():
    """Scaled numbers, and categories as columns of zeros and ones."""
    return make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), ["income", "age", "rooms"]),
        (OneHotEncoder(handle_unknown="ignore"), ["city", "owner", "size"]),
    )


@pytest.fixture(scope="session")
def frame():
    return mixed_frame()


@pytest.fixture(scope="session")
def frame_target(frame):
    return mixed_target(frame)


@pytest.fixture(scope="session")
def pipeline(frame, frame_target):
    """A network of ours behind an encoder of raw columns."""
    net = MLPClassifierX(hidden_layer_sizes=(8,), solver="lbfgs", tol=0.01, random_state=0)
    return make_pipeline(preprocessing(), net).fit(frame, frame_target)
