"""scikit-learn's estimator checks, without exceptions."""

import pytest
from sklearn.base import clone
from sklearn.exceptions import SkipTestWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from sknn import TabularMLPClassifierX, TabularMLPRegressorX

pytestmark = [
    pytest.mark.filterwarnings("ignore", category=SkipTestWarning),
    pytest.mark.filterwarnings("ignore:A column-vector y was passed"),
]

SMALL = {"hidden_layer_sizes": (20, 20), "random_state": 0}
#: The checks that ask how well an estimator has learned; of all others two epochs show as much.
LEARNED = (
    "check_class_weight_classifiers",
    "check_classifiers_classes",
    "check_classifiers_train",
    "check_regressors_train",
)


@parametrize_with_checks(
    [
        cls(effort, max_iter=max_iter, **SMALL)
        for cls in (TabularMLPClassifierX, TabularMLPRegressorX)
        for effort, max_iter in (("fast", 30), ("default", 12))
    ]
)
def test_estimator_checks(estimator, check):
    if not check.func.__name__.startswith(LEARNED):
        estimator = clone(estimator).set_params(max_iter=2)
    check(estimator)
