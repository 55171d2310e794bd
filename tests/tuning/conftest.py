"""What the tests of the searches share."""

import numpy as np
import pytest
from sklearn.datasets import make_classification


@pytest.fixture(scope="session")
def small():
    """A table with two classes."""
    return make_classification(120, 5, n_informative=3, random_state=0)


@pytest.fixture(scope="session")
def same_table():
    """A function: check that two ``cv_results_`` are equal, except for times."""

    def check(one, other):
        assert list(one) == list(other)
        for name in one:
            if "_time" not in name:
                np.testing.assert_array_equal(one[name], other[name], err_msg=name)

    return check
