"""Fitted estimators of every kind, small, for the tests of files and of exports."""

import functools
import re

import numpy as np
import pandas as pd

from sknn import MLPClassifierX, MLPRegressorX, TabularMLPClassifierX, TabularMLPRegressorX
from sknn.nn.activations import ACTIVATIONS, ELU, Parametric, SiLU
from sknn.nn.blueprint import Layers
from sknn.nn.initializers import INITIALIZERS
from sknn.nn.layers import EMBEDDINGS, MEMBERS, NORMALIZATIONS, Dropout
from sknn.nn.layers.embeddings import Category, PiecewiseLinear
from sknn.nn.losses import CLASSIFICATION_LOSSES, REGRESSION_LOSSES, Quantile
from sknn.nn.optimizers import OPTIMIZERS, SGD, AdamW
from sknn.nn.parametrizations import PARAMETRIZATIONS
from sknn.nn.schedules import SCHEDULES, OneCycle
from sknn.train import SAMPLINGS

rng = np.random.RandomState(0)
X = rng.standard_normal((60, 3)).astype(np.float32)
X[:, 2] = rng.randint(3, size=60)
BINARY = (X[:, 0] > 0).astype(int)
THREE = np.array(["low", "mid", "top"])[np.digitize(X[:, 1], [-0.5, 0.5])]
LABELS = np.stack([X[:, 0] > 0, X[:, 1] > 0, X[:, 0] > X[:, 1]], axis=1).astype(int)
NUMBER = X[:, 0].astype(float) * 3 + 5
TWO = np.stack([NUMBER, np.exp(X[:, 1])], axis=1)
POSITIVE = np.exp(X[:, 1]).astype(float)
FRAME = pd.DataFrame(
    {
        "area": np.where(X[:, 1] > 1.2, np.nan, X[:, 0]),
        "city": np.array(["Rome", "Oslo", None, "Lima"], dtype=object)[np.arange(60) % 4],
        "day": pd.date_range("2020-01-01", periods=60),
        "street": [f"s{i % 12}" for i in range(60)],
    }
)


def classifier(y=BINARY, **params):
    settings = {"hidden_layer_sizes": (5,), "max_iter": 2, "random_state": 0} | params
    return MLPClassifierX(**settings), X, y


def regressor(y=NUMBER, **params):
    settings = {"hidden_layer_sizes": (5,), "max_iter": 2, "random_state": 0} | params
    return MLPRegressorX(**settings), X, y


def table(cls, y, **params):
    settings = {"effort": "fast", "max_iter": 2, "hidden_layer_sizes": (8,), "random_state": 0}
    return cls(**(settings | params)), FRAME, y


def target_of(loss):
    """Targets that a loss of a regressor takes."""
    return POSITIVE if loss().support != "real" else NUMBER


#: By name: what makes an estimator, its rows and its targets.
CASES = {
    "binary": lambda: classifier(),
    "classes": lambda: classifier(THREE),
    "labels": lambda: classifier(LABELS),
    "one class": lambda: classifier(np.zeros(60, int)),
    "yes and no": lambda: classifier(BINARY.astype(bool)),
    "objects": lambda: classifier(THREE.astype(object)),
    "number": lambda: regressor(),
    "numbers": lambda: regressor(TWO, standardize_y=True),
    "quantiles": lambda: regressor(TWO, loss=Quantile((0.1, 0.5, 0.9))),
    "linear": lambda: classifier(THREE, hidden_layer_sizes=()),
    "float64": lambda: classifier(dtype=np.float64, solver="lbfgs"),
    "rich": lambda: classifier(
        THREE,
        hidden_layer_sizes=Layers(2, 4),
        activation=(ELU(0.5), Parametric(SiLU())),
        solver=AdamW(),
        learning_rate=OneCycle(),
        normalization="batch",
        dropout=(0.1, Dropout(0.2, schedule="flat_cosine")),
        embedding=(PiecewiseLinear(columns=(0, 1)), Category(columns=2, n_levels=(3,))),
        input_scaling=True,
        parametrization="ntk",
        averaging="ema",
        early_stopping=True,
        class_weight={"low": 2.0, "mid": 1.0, "top": 1.0},
        gradient_clip=1.0,
        random_state=np.random.RandomState(3),
    ),
    "members": lambda: regressor(TWO, members="tabm", loss="huber"),
    "averaged, to go on": lambda: regressor(averaging="polyak", warm_start=True, solver=SGD()),
    "table of two": lambda: table(TabularMLPClassifierX, np.array(["no", "yes"])[BINARY]),
    "table of classes": lambda: table(TabularMLPClassifierX, THREE, n_folds=2),
    "table of labels": lambda: table(TabularMLPClassifierX, LABELS),
    "table of numbers": lambda: table(TabularMLPRegressorX, NUMBER, n_folds=2, n_repeats=2),
    "table of quantiles": lambda: table(TabularMLPRegressorX, TWO, loss=Quantile((0.2, 0.8))),
}
CASES |= {
    f"{kind} {name}": functools.partial(make, **{kind: name})
    for kind, registry, make in [
        ("activation", ACTIVATIONS, regressor),
        ("normalization", NORMALIZATIONS, functools.partial(classifier, hidden_layer_sizes=(8,))),
        ("members", MEMBERS, classifier),
        ("solver", OPTIMIZERS, regressor),
        ("learning_rate", SCHEDULES, regressor),
        ("initializer", INITIALIZERS, regressor),
        ("parametrization", PARAMETRIZATIONS, regressor),
        ("sampling", SAMPLINGS, regressor),
    ]
    for name in registry
}
CASES |= {
    f"loss {name}": functools.partial(classifier, THREE, loss=name)
    for name in CLASSIFICATION_LOSSES
}
CASES |= {
    f"loss {name} of numbers": functools.partial(regressor, target_of(loss), loss=name)
    for name, loss in REGRESSION_LOSSES.items()
    if name != "custom"
}
CASES |= {
    f"embedding {name}": functools.partial(
        classifier,
        embedding=(cls(columns=2, n_levels=(3,)) if cls is Category else cls(columns=(0, 1))),
    )
    for name, cls in EMBEDDINGS.items()
}


@functools.cache
def fitted(name):
    """The estimator of a case, fitted once, and its rows."""
    import warnings

    estimator, rows, y = CASES[name]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of two epochs
        return estimator.fit(rows, y), rows


def answers(estimator, rows):
    """All that an estimator says of rows, by method."""
    methods = ["predict", "predict_proba", "decision_function", "predict_spread"]
    has = {name: getattr(estimator, name)(rows) for name in methods if hasattr(estimator, name)}
    if hasattr(estimator, "predict_set"):
        has["predict_set"] = estimator.predict_set(rows)
    if hasattr(estimator, "predict_interval") and estimator.loss == "squared_error":
        has["predict_interval"] = estimator.predict_interval(rows)
    return has


def same_text(estimator):
    """The estimator in words, without the address of a RandomState."""
    return re.sub("0x[0-9A-F]+", "", repr(estimator))


def same_answers(one, other, rows):
    mine, theirs = answers(one, rows), answers(other, rows)
    assert mine.keys() == theirs.keys()
    for name in mine:
        np.testing.assert_array_equal(np.asarray(mine[name]), np.asarray(theirs[name]), name)
