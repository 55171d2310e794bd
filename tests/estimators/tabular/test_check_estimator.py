"""scikit-learn's estimator checks, without exceptions."""

import pytest
from sklearn.exceptions import SkipTestWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from sknn import TabularMLPClassifierX, TabularMLPRegressorX

pytestmark = [
    pytest.mark.filterwarnings("ignore", category=SkipTestWarning),
    pytest.mark.filterwarnings("ignore:A column-vector y was passed"),
]

SMALL = {"hidden_layer_sizes": (20, 20), "random_state": 0}


@parametrize_with_checks(
    [
        cls(effort, max_iter=max_iter, **SMALL)
        for cls in (TabularMLPClassifierX, TabularMLPRegressorX)
        for effort, max_iter in (("fast", 30), ("default", 12))
    ]
)
def test_estimator_checks(estimator, check):
    check(estimator)
