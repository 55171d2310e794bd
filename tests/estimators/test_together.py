"""Settings that do not go together: one error before any work, which names both and a way out."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import AlphaDropout, Dropout, GroupNorm
from sknn.nn.optimizers import LBFGS
from sknn.nn.parametrizations import NTK, Standard

X = np.random.RandomState(0).normal(size=(60, 4))
Y = (X[:, 0] > 0).astype(int)

WRONG = [
    ({"solver": "lbfgs", "dropout": 0.1}, "with dropout=0.1. Use another solver, such as 'adam'"),
    ({"solver": LBFGS(), "dropout": "dropout"}, "or dropout=0"),
    ({"solver": "lbfgs", "dropout": AlphaDropout(0.1)}, "the same loss each time"),
    ({"solver": "lbfgs", "hidden_layer_sizes": (5, 4), "dropout": (0.0, 0.1)}, "the same loss"),
    ({"solver": "lbfgs", "dropout": np.array([0.1])}, "the same loss"),
    ({"solver": "lbfgs", "input_dropout": 0.1}, "with input_dropout=0.1. Use another solver"),
    ({"solver": "lbfgs", "parametrization": NTK()}, r"with parametrization=NTK\(.*'standard'"),
    ({"solver": "lbfgs", "max_norm": 2.0}, "with max_norm=2.0. Use another solver"),
    (
        {"hidden_layer_sizes": (12, 9, 10), "normalization": GroupNorm(3)},
        r"hidden layer 3 \(width 10\). Got GroupNorm\(.*\), but .*; n_groups=2 or n_groups=5 would",
    ),
    ({"hidden_layer_sizes": 7, "normalization": "group"}, "Got 'group', but .*n_groups=1 would do"),
    ({"hidden_layer_sizes": (5, 1), "normalization": "layer"}, "hidden layer 2 .* is 0, whatever"),
    ({"hidden_layer_sizes": 1, "normalization": "rms"}, "hidden layer 1 .* bare sign"),
]


@pytest.mark.parametrize(("params", "message"), WRONG)
@pytest.mark.parametrize("Estimator", [MLPClassifierX, MLPRegressorX])
def test_is_told_before_any_work(Estimator, params, message):
    net = Estimator(**params)
    with pytest.raises(InvalidParameterError, match=message):
        net.fit([["not even looked at"]], None)
    assert not [attribute for attribute in vars(net) if attribute.endswith("_")]


@pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)
@pytest.mark.parametrize(
    "params",
    [
        {"solver": "lbfgs", "dropout": (0.0,), "input_dropout": 0.0, "l1": 0.1},
        {"solver": "lbfgs", "dropout": AlphaDropout(0.0)},
        {"solver": "lbfgs", "dropout": Dropout(0.0, "flat_cosine")},
        {"solver": "lbfgs", "parametrization": Standard(), "input_scaling": True},
        {"solver": "lbfgs", "normalization": "group"},
        {"hidden_layer_sizes": (), "normalization": "group", "input_dropout": 0.1},
        {"hidden_layer_sizes": (12, 9), "normalization": GroupNorm(3), "dropout": (0.1, "dropout")},
    ],
)
def test_what_goes_together_is_trained(params):
    assert MLPClassifierX(max_iter=3, random_state=0, **params).fit(X, Y).n_iter_ == 3
