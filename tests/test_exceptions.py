"""The tree of errors and warnings, as its docstring draws it."""

import pickle

import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import _param_validation

import sknn.exceptions
from sknn.exceptions import (
    AlikeUnitsWarning,
    DamagedCheckpointError,
    DamagedFileError,
    DivergenceError,
    DivergenceWarning,
    InterruptedFitWarning,
    InvalidParameterError,
    MissingExtraError,
    NoGradientWarning,
    NotOfferedError,
    NotStorableError,
    SknnError,
)

TREE = {
    SknnError: (Exception,),
    InvalidParameterError: (
        SknnError,
        ValueError,
        TypeError,
        _param_validation.InvalidParameterError,
    ),
    DivergenceError: (SknnError, ValueError),
    NotOfferedError: (SknnError, AttributeError, ValueError),
    MissingExtraError: (SknnError, ImportError),
    DamagedFileError: (SknnError, ValueError),
    DamagedCheckpointError: (DamagedFileError, ValueError),
    NotStorableError: (SknnError, ValueError, TypeError),
    DivergenceWarning: (ConvergenceWarning, UserWarning),
    InterruptedFitWarning: (UserWarning,),
    NoGradientWarning: (UserWarning,),
    AlikeUnitsWarning: (UserWarning,),
}


@pytest.mark.parametrize(("cls", "bases"), TREE.items())
def test_tree(cls, bases):
    for base in bases:
        assert issubclass(cls, base)
        with pytest.raises(base, match="the words"):
            raise cls("the words")


def test_an_interruption_is_no_question_of_convergence():
    assert not issubclass(InterruptedFitWarning, ConvergenceWarning)


def test_warnings_are_no_errors_of_ours():
    assert not issubclass(DivergenceWarning, SknnError)
    assert not issubclass(InterruptedFitWarning, SknnError)


def test_all_are_named_and_drawn():
    assert {cls.__name__ for cls in TREE} == set(sknn.exceptions.__all__)
    for cls in TREE:
        assert cls.__name__ in sknn.exceptions.__doc__
        assert cls.__doc__


@pytest.mark.parametrize("cls", TREE)
def test_pickles(cls):
    error = pickle.loads(pickle.dumps(cls("the words")))
    assert type(error) is cls
    assert error.args == ("the words",)
