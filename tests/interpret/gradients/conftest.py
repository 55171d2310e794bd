"""Networks of every kind, alone and behind the steps of a pipeline."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sknn import MLPClassifierX, MLPRegressorX

X, y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
HOW = {
    "hidden_layer_sizes": (7, 5),
    "activation": "tanh",
    "solver": "lbfgs",
    "alpha": 1.0,
    "tol": 0.1,
    "random_state": 0,
}

#: Name of the case: network, targets and the scales that it has.
CASES = {
    "binary": (MLPClassifierX(**HOW), (y == 1), ("logit", "proba", "raw")),
    "multiclass": (MLPClassifierX(**HOW), y, ("logit", "proba", "raw")),
    "multilabel": (
        MLPClassifierX(**HOW),
        make_multilabel_classification(150, 4, n_classes=3, random_state=0)[1],
        ("logit", "proba", "raw"),
    ),
    "hinge": (MLPClassifierX(**HOW, loss="hinge"), y, ("raw",)),
    "regressor": (MLPRegressorX(**HOW), 10.0 + y + X[:, 1], ("prediction",)),
    "standardized": (MLPRegressorX(**HOW, standardize_y=True), 100.0 + 30 * y, ("prediction",)),
    "two targets": (MLPRegressorX(**HOW), np.stack([y, X[:, 1]], axis=1), ("prediction",)),
    "poisson": (MLPRegressorX(**HOW, loss="poisson"), y + 0.5, ("prediction",)),
}
SCALES = [(name, output) for name, (_, _, outputs) in CASES.items() for output in outputs]


@pytest.fixture(scope="session", params=SCALES, ids=lambda pair: "-".join(pair))
def case(request):
    """A fitted network, its rows and the scale to explain it on."""
    name, output = request.param
    network, targets, _ = CASES[name]
    return network.fit(X, targets), X, output


@pytest.fixture(scope="session")
def people():
    """A frame of numbers and words, a pipeline that ends in a network, and the targets."""
    rng = np.random.RandomState(0)
    frame = pd.DataFrame(
        {
            "age": rng.uniform(20, 60, 80),
            "city": rng.choice(["Rome", "Oslo", "Lima"], 80),
            "income": rng.lognormal(3, 0.5, 80),
        }
    )
    targets = 0.1 * frame["age"] + 2.0 * (frame["city"] == "Rome") * np.log(frame["income"])
    steps = make_column_transformer(
        (OneHotEncoder(sparse_output=False), ["city"]), (StandardScaler(), ["age", "income"])
    )
    network = MLPRegressorX(**HOW | {"activation": "relu", "alpha": 0.1})
    return make_pipeline(steps, network).fit(frame, targets), frame


@pytest.fixture(scope="session")
def iris():
    """The scaled table and the classes."""
    return X, y
