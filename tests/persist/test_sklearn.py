"""Between scikit-learn's networks and ours."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX, MLPRegressorX, from_sklearn, to_sklearn
from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import BatchNorm
from sknn.nn.optimizers import SGD, Adam

from .models import BINARY, LABELS, NUMBER, POSITIVE, THREE, TWO, fitted
from .models import X as SINGLE

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X = SINGLE.astype(float)
TARGETS = {
    "two": BINARY, "texts": THREE, "labels": LABELS, "number": NUMBER, "numbers": TWO,
}  # fmt: skip


def is_number(y):
    return y.dtype.kind == "f"


def same(ours, theirs, rows=X):
    mine, others = ours.predict(rows), theirs.predict(rows)
    if is_number(mine):
        np.testing.assert_allclose(mine, others, rtol=1e-12)
    else:
        assert mine.tolist() == others.tolist()
    if hasattr(theirs, "predict_proba"):
        np.testing.assert_allclose(
            theirs.predict_proba(rows), ours.predict_proba(rows), rtol=1e-10, atol=1e-15
        )


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("name", TARGETS)
def test_there_and_back(name, solver):
    y = TARGETS[name]
    theirs, ours = (
        (MLPRegressor, MLPRegressorX) if is_number(y) else (MLPClassifier, MLPClassifierX)
    )
    given = {"hidden_layer_sizes": (4, 3), "solver": solver, "max_iter": 4, "random_state": 0}
    first = theirs(activation="tanh", **given).fit(X, y)
    made = from_sklearn(first)
    assert type(made) is ours
    same(made, first)
    again = to_sklearn(made)
    same(made, again)
    assert again.get_params() == first.get_params()
    learned = {name for name in vars(first) if name.endswith("_") and not name.startswith("_")}
    assert learned == {n for n in vars(again) if n.endswith("_") and not n.startswith("_")}
    for name in learned - {"coefs_", "intercepts_", "classes_"}:
        assert getattr(again, name) == getattr(first, name), name
    same(ours(**given).fit(X, y), to_sklearn(ours(**given).fit(X, y)))


@pytest.mark.parametrize("solver", [Adam(beta_1=0.8), SGD(momentum=0.5), SGD(momentum=0.0)])
def test_training_goes_on_alike(solver):
    """Each call of scikit-learn's partial_fit draws the same order again, so rows are in order."""
    settings = {"hidden_layer_sizes": (4,), "shuffle": False, "random_state": 0}
    ours = MLPRegressorX(solver=solver, **settings)
    for _ in range(3):
        ours.partial_fit(X, NUMBER)
    theirs = to_sklearn(ours)
    back = from_sklearn(theirs)
    for _ in range(4):
        for net in (ours, theirs, back):
            net.partial_fit(X, NUMBER)
    for mine, other, third in zip(ours.coefs_, theirs.coefs_, back.coefs_, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-6)
        np.testing.assert_allclose(mine, third, rtol=1e-9)


@pytest.mark.parametrize(
    "params",
    [
        {"normalization": "batch", "max_iter": 10},
        {"normalization": BatchNorm(position="after"), "max_iter": 10},
        {"input_scaling": True, "parametrization": "ntk"},
        {"dropout": 0.3, "input_dropout": 0.1, "averaging": "ema"},
        {"standardize_y": True, "loss": "huber"},
        {"hidden_layer_sizes": ()},
        {"dtype": "float32", "solver": "adamw", "batch_size": 0.5, "learning_rate": "cosine"},
    ],
    ids=str,
)
def test_what_can_be_folded_is_folded(params):
    net = MLPRegressorX(**({"hidden_layer_sizes": (5, 4), "max_iter": 3} | params)).fit(X, TWO)
    made = to_sklearn(net)
    tolerance = 1e-5 if params.get("dtype") else 1e-11
    np.testing.assert_allclose(made.predict(X), net.predict(X), rtol=tolerance)
    clone(made).fit(X, TWO)


def test_positive_means():
    net = MLPRegressorX(loss="gamma", hidden_layer_sizes=(3,), max_iter=3).fit(X, POSITIVE)
    made = to_sklearn(net)
    assert made.loss == "poisson"
    np.testing.assert_allclose(made.predict(X), net.predict(X), rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: MLPClassifierX(activation="mish"), "nothing like Mish"),
        (lambda: MLPClassifierX((3, 3), activation=("relu", "tanh")), "same activation"),
        (lambda: MLPClassifierX(normalization="layer"), "nothing like LayerNorm"),
        (lambda: MLPClassifierX(embedding="pbld"), "nothing like Embed"),
        (lambda: MLPClassifierX(members="packed"), "nothing like Split"),
        (lambda: MLPClassifierX(loss="hinge"), "loss='hinge'"),
    ],
)
def test_what_scikit_learn_does_not_have_is_named(make, match):
    net = make().set_params(max_iter=1).fit(X, BINARY)
    with pytest.raises(InvalidParameterError, match=match):
        to_sklearn(net)


def test_a_single_class_is_refused():
    """Of which ours is certain, and scikit-learn's gives two probabilities."""
    y = np.full(60, "a")
    with pytest.raises(InvalidParameterError, match=r"to_sklearn takes .* two or more.*\['a'\]"):
        to_sklearn(MLPClassifierX(max_iter=1).fit(X, y))
    with pytest.raises(InvalidParameterError, match=r"from_sklearn takes .* two or more.*\['a'\]"):
        from_sklearn(MLPClassifier(max_iter=1).fit(X, y))


@pytest.mark.parametrize(
    "params",
    [
        {"early_stopping": True},
        {"early_stopping": True, "early_stopping_scoring": "loss"},
        {"early_stopping": True, "refit": True},
        {"early_stopping": True, "solver": "sgd", "learning_rate": "adaptive"},
        {"n_iter_no_change": 50, "averaging": "ema"},
        {"normalization": "batch"},
    ],
    ids=str,
)
def test_a_warm_start_goes_on_from_the_weights(params):
    settings = {"max_iter": 60, "learning_rate_init": 0.1, "random_state": 0}
    net = MLPClassifierX((4,), **settings).set_params(**params).fit(X, BINARY)
    made = to_sklearn(net).set_params(warm_start=True, learning_rate_init=1e-12, max_iter=3)
    before = made.predict_proba(X)
    made.fit(X, BINARY)
    np.testing.assert_allclose(made.predict_proba(X), before, rtol=1e-6)


def test_quantiles_and_other_estimators_are_refused():
    with pytest.raises(InvalidParameterError, match="Got increasing, of loss=Quantile"):
        to_sklearn(fitted("quantiles")[0])
    with pytest.raises(InvalidParameterError, match="Got TabularMLPClassifierX"):
        to_sklearn(fitted("table of two")[0])
    with pytest.raises(InvalidParameterError, match="Got Ridge"):
        from_sklearn(Ridge())
    for unfitted in (lambda: to_sklearn(MLPClassifierX()), lambda: from_sklearn(MLPRegressor())):
        with pytest.raises(NotFittedError):
            unfitted()


def test_pipelines():
    pipeline = make_pipeline(StandardScaler(), MLPClassifier(max_iter=3)).fit(X, THREE)
    ours = from_sklearn(pipeline)
    assert type(ours[-1]) is MLPClassifierX
    assert type(pipeline[-1]) is MLPClassifier
    theirs = to_sklearn(ours)
    assert theirs.predict(X).tolist() == pipeline.predict(X).tolist()


def test_what_was_made_does_not_know_of_us(tmp_path):
    net = MLPClassifierX((3,), max_iter=3, random_state=0, solver=Adam()).partial_fit(
        X, THREE, classes=np.unique(THREE)
    )
    (tmp_path / "net.pickle").write_bytes(pickle.dumps(to_sklearn(net)))
    code = """
import sys, pickle
sys.modules["sknn"] = None
import numpy as np
net = pickle.load(open("net.pickle", "rb"))
print(net.partial_fit(np.zeros((2, 3)), ["low", "top"]).predict(np.zeros((1, 3))))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout.strip() in ("['low']", "['mid']", "['top']")


def test_ours_can_do_what_theirs_cannot():
    made = from_sklearn(MLPRegressor(max_iter=3, random_state=0).fit(X, NUMBER))
    assert made.input_gradient(X).shape == (60, 3)
    assert "803" not in str(made.summary())
    assert pickle.loads(pickle.dumps(made)).predict(X).tolist() == made.predict(X).tolist()
    made.partial_fit(X, NUMBER)
    assert made.history_["epoch"] == [1, 2, 3, 4]
