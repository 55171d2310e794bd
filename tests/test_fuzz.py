"""Any parameters on any data: a fit ends well, or says what was wrong and changes nothing.

``SKNN_FUZZ=2000 pytest tests/test_fuzz.py`` tries 2000 new cases of each estimator in place of
the same few; what it finds is printed as a line that makes it fail again.
"""

import linecache
import os
import pickle
import warnings
from pathlib import Path

import joblib
import numpy as np
import pytest
import scipy.sparse
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError

import sknn
from sknn import MLPClassifierX, MLPRegressorX, TabularMLPClassifierX, TabularMLPRegressorX

from .strategies import problems

N_CASES = int(os.environ.get("SKNN_FUZZ", 0))
many = settings(
    max_examples=N_CASES or 60,
    derandomize=not N_CASES,
    print_blob=True,
    phases=set(Phase) - {Phase.explain},
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
OURS = str(Path(sknn.__file__).parent)
#: What is no answer to a user, though some are of a class that would be.
ACCIDENTS = (IndexError, AttributeError, ZeroDivisionError, KeyError, UnicodeError, Warning)


def fingerprint(value):
    """What is in an argument, which a fit must not change."""
    if hasattr(value, "columns"):
        return list(value.columns), list(value.dtypes), repr(value.to_numpy(object).tolist())
    if scipy.sparse.issparse(value):
        return [array.tobytes() for array in (value.data, value.indices, value.indptr)]
    return repr(value) if isinstance(value, list) else joblib.hash(value)


def is_told(error):
    """Whether an error was raised on purpose, by us or by scikit-learn's checks of arguments.

    One that only passed through, such as NumPy's for shapes that do not fit, ends at a line that
    does not raise.
    """
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    file = trace.tb_frame.f_code.co_filename
    raised = linecache.getline(file, trace.tb_lineno).strip().startswith("raise ")
    return f"{os.sep}sklearn{os.sep}" in file or (file.startswith(OURS) and raised)


def check_refusal(error):
    assert isinstance(error, (ValueError, TypeError, MemoryError)), repr(error)
    assert not isinstance(error, ACCIDENTS), repr(error)
    assert is_told(error), repr(error)
    assert len(str(error)) > 20


def answers(net, X):
    """What an estimator says of rows, by method, or the words in which it declines."""
    found = {}
    for method in ("predict", "predict_proba", "decision_function"):
        if hasattr(net, method):
            try:
                found[method] = np.asarray(getattr(net, method)(X))
            except (ValueError, TypeError) as error:
                check_refusal(error)
                found[method] = np.array(str(error))
    return found


def check_answers(net, found, n_rows):
    found = {method: values for method, values in found.items() if values.ndim}  # no words
    for method, values in found.items():
        assert len(values) == n_rows
        if values.dtype.kind == "f":
            assert np.isfinite(values).all(), method
    if is_classifier(net) and "predict" in found:
        expected = net.classes_ if found["predict"].ndim == 1 else [0, 1]
        assert np.isin(found["predict"], expected).all()
    if "predict_proba" in found:
        proba = found["predict_proba"]
        assert (proba >= 0).all()
        assert (proba <= 1 + 1e-6).all()
        if found["predict"].ndim == 1:
            np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)


def same_bits(one, other):
    assert one.keys() == other.keys()
    for method in one:
        np.testing.assert_array_equal(one[method], other[method], method)


def check_problem(net, X, y, weight):
    """A fit and all that is promised of it."""
    before, params = [*map(fingerprint, (X, y, weight))], repr(net.get_params())
    fitted = clone(net)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of convergence, batches, columns
        try:
            assert fitted.fit(X, y, weight) is fitted
        except Exception as error:
            event(f"refused by {type(error).__name__}")
            check_refusal(error)
            with pytest.raises(NotFittedError):
                fitted.predict(X)
            assert vars(fitted).keys() == vars(net).keys()
        else:
            found = answers(fitted, X)
            check_answers(fitted, found, len(y))
            same_bits(answers(clone(net).fit(X, y, weight), X), found)
            same_bits(answers(pickle.loads(pickle.dumps(fitted)), X), found)
            same_bits(answers(fitted, X), found)
    assert [*map(fingerprint, (X, y, weight))] == before
    assert repr(net.get_params()) == params


@pytest.mark.parametrize(
    "cls", [MLPClassifierX, MLPRegressorX, TabularMLPClassifierX, TabularMLPRegressorX]
)
@many
@given(st.data())
def test_any_parameters_on_any_data(cls, data):
    check_problem(*data.draw(problems(cls)))
