"""Small raw tables, and settings under which a fit takes a few hundredths of a second."""

import numpy as np
import pandas as pd
import pytest

from sknn import TabularMLPClassifierX, TabularMLPRegressorX

QUICK = {
    "hidden_layer_sizes": 8,
    "max_iter": 6,
    "n_folds": 2,
    "n_repeats": 2,
    "random_state": 0,
}


def quick_classifier(**params):
    return TabularMLPClassifierX(**(QUICK | params))


def quick_regressor(**params):
    return TabularMLPRegressorX(**(QUICK | params))


@pytest.fixture(params=[quick_classifier, quick_regressor], ids=["classifier", "regressor"])
def quick(request):
    """Makes a classifier or a regressor."""
    return request.param


@pytest.fixture
def raw():
    """A DataFrame with each kind of column, a class and a number."""
    rng = np.random.RandomState(0)
    n = 80
    X = pd.DataFrame(
        {
            "age": rng.normal(40, 10, n).round(),
            "income": np.exp(rng.normal(10, 3, n)),
            "city": rng.choice(["Rome", "Oslo", "Lima"], n),
            "street": [f"street {i}" for i in rng.randint(0, 30, n)],
            "member": rng.uniform(size=n) < 0.5,
            "grade": pd.Categorical(rng.choice(["a", "b"], n)),
            "constant": 7.0,
        }
    )
    X.loc[3, "age"] = np.nan
    X.loc[4, "city"] = None
    X.loc[5, "income"] = np.inf
    number = 1000 * (X["age"].fillna(40) + 20 * (X["city"] == "Rome")) + rng.normal(0, 100, n)
    return X, np.where(number > number.median(), "high", "low"), number.to_numpy()


@pytest.fixture
def target(quick, raw):
    """The target of ``raw`` for the estimator that ``quick`` makes."""
    return raw[1] if quick is quick_classifier else raw[2]


@pytest.fixture
def table():
    """Numbers, a class and a number that follow from them."""
    rng = np.random.RandomState(0)
    X = rng.normal(size=(80, 3))
    return X, (X[:, 0] > 0).astype(int), 3 * X[:, 0] + rng.normal(size=80)


@pytest.fixture
def y(quick, table):
    """The target of ``table`` for the estimator that ``quick`` makes."""
    return table[1] if quick is quick_classifier else table[2]
