"""Every activation with every solver and every normalization, and a search over every setting."""

import pickle
import warnings

import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX, MLPRegressorX
from sknn.estimators.validation import CLASSIFIER_RULES, REGRESSOR_RULES, registries
from sknn.nn.activations import ACTIVATIONS
from sknn.nn.layers import NORMALIZATIONS
from sknn.nn.optimizers import OPTIMIZERS

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

#: Learning rates of solvers that want another one than Adam.
RATES = {"sgd": 0.02, "adagrad": 0.1, "adadelta": 5.0, "lion": 0.003, "rprop": 0.01}
PARTS = [
    pytest.param(Estimator, name, cls, id=f"{Estimator.__name__}-{name}-{part}")
    for Estimator, rules in ((MLPClassifierX, CLASSIFIER_RULES), (MLPRegressorX, REGRESSOR_RULES))
    for name, registry in registries(rules).items()
    for part, cls in registry.items()
    if cls.rules()
]


def table(Estimator):
    """A real data set, standardized and small; targets are positive, which any loss takes."""
    load = load_iris if Estimator is MLPClassifierX else load_diabetes
    X, y = load(return_X_y=True)
    X, y = StandardScaler().fit_transform(X)[::2], y[::2]
    return X, y if Estimator is MLPClassifierX else y / y.std()


@pytest.mark.parametrize("normalization", [None, *NORMALIZATIONS])
@pytest.mark.parametrize("solver", OPTIMIZERS)
def test_training_lowers_the_loss(solver, normalization, variants):
    X, y = table(MLPClassifierX)
    params = {"hidden_layer_sizes": (8,), "max_iter": 8, "batch_size": 25, "random_state": 0}
    params |= {"learning_rate_init": RATES.get(solver, 0.01), "solver": solver}
    for cls in ACTIVATIONS.values():
        for activation in variants(cls):
            if not activation.has_gradient:
                continue
            net = MLPClassifierX(activation=activation, normalization=normalization, **params)
            net.fit(X, y)
            assert net.loss_curve_[-1] < 0.95 * net.loss_curve_[0], activation
        same = pickle.loads(pickle.dumps(clone(net).fit(X, y)))
        assert_array_equal(same.predict_proba(X), net.predict_proba(X))


@pytest.mark.parametrize(("Estimator", "parameter", "cls"), PARTS)
def test_grid_search_over_every_setting(Estimator, parameter, cls, variants, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # checkpoints are written where the tests may write
    X, y = table(Estimator)
    needs_rows = {"callbacks": {"early_stopping": True}}.get(parameter, {})
    net = Estimator(max_iter=3, random_state=0, hidden_layer_sizes=42, **needs_rows)
    default, *others = variants(cls)
    for setting in cls.rules():
        values = [getattr(default, setting)]
        values += [v for part in others if (v := getattr(part, setting)) not in values]
        search = GridSearchCV(
            net.set_params(**{parameter: default}),
            {f"{parameter}__{setting}": values},
            cv=2,
            error_score="raise",
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            search.fit(X, y)
        best = getattr(getattr(search.best_estimator_, parameter), setting)
        assert best == search.best_params_[f"{parameter}__{setting}"]
