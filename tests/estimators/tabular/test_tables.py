"""Raw tables of every kind go in, and what goes in at prediction may be stranger still."""

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sknn.exceptions import NotOfferedError

from .conftest import quick_classifier, quick_regressor


def test_a_raw_frame_with_strange_rows_at_prediction(quick, raw, target):
    X, _, _ = raw
    net = quick().fit(X, target)
    strange = X.iloc[:4].copy()
    strange.loc[0, "city"] = "Atlantis"
    strange.loc[1, "age"] = -np.inf
    strange["grade"] = strange["grade"].astype(object)
    strange.loc[2, "grade"] = None
    predicted = net.predict(strange)
    assert predicted.shape == (4,)
    if quick is quick_regressor:
        assert np.isfinite(predicted).all()
    else:
        assert np.isfinite(net.predict_log_proba(strange)).all()
    assert net.n_features_in_ == 7
    assert list(net.feature_names_in_) == list(X.columns)
    assert net.encoder_.cardinalities_  # the streets are embedded


def test_polars_is_the_same_as_pandas(quick, raw, target):
    polars = pytest.importorskip("polars")
    X = raw[0].drop(columns="grade")
    columns = {name: X[name].astype(object).where(X[name].notna(), None).to_list() for name in X}
    frame = polars.DataFrame(columns)
    net = quick().fit(X, target)
    again = quick().fit(frame, target)
    assert_array_equal(net.predict(X), again.predict(frame))


@pytest.mark.parametrize("n_rows", [1, 2, 4, 5, 7, 20])
def test_few_rows(quick, raw, target, n_rows):
    X = raw[0].iloc[:n_rows]
    net = quick(n_folds="auto", n_repeats="auto").fit(X, target[:n_rows])
    assert len(net.predict(X)) == n_rows
    method = net.predict_set if quick is quick_classifier else net.predict_interval
    if n_rows < 5:
        with pytest.raises(NotOfferedError, match="Give a validation set"):
            method(X)


def test_nothing_but_constants(quick, target):
    X = np.ones((80, 3))
    predicted = quick().fit(X, target).predict(X)
    assert len(np.unique(predicted)) == 1


def test_one_class(raw):
    X = raw[0]
    net = quick_classifier().fit(X, np.ones(len(X)))
    assert_array_equal(net.predict_proba(X), np.ones((len(X), 1)))


def test_order_of_rows_and_repeats_do_not_matter(quick, raw, target):
    X, rng = raw[0], np.random.RandomState(3)
    weight = rng.randint(0, 3, len(X))
    rows = rng.permutation(np.repeat(np.arange(len(X)), weight))
    by_weight = quick().fit(X, target, sample_weight=weight)
    by_rows = quick().fit(X.iloc[rows], target[rows])
    assert_array_equal(by_weight.predict(X), by_rows.predict(X))
    for mine, theirs in zip(by_weight.estimators_, by_rows.estimators_, strict=True):
        assert_array_equal(mine.coefs_[0], theirs.coefs_[0])


@pytest.mark.parametrize("width", [4, 300])
def test_jobs_do_not_matter(quick, raw, target, width):
    alone, together = (
        quick(hidden_layer_sizes=width, n_jobs=n).fit(raw[0], target) for n in (1, 2)
    )
    for mine, theirs in zip(alone.estimators_, together.estimators_, strict=True):
        assert_array_equal(mine.coefs_[0], theirs.coefs_[0])


def test_copies_predict_the_same_and_hold_no_rows(quick, raw, target):
    X = raw[0]
    net = quick(max_iter=2).fit(X, target)
    expected = net.predict(X)
    packed = pickle.dumps(net)
    assert_array_equal(pickle.loads(packed).predict(X), expected)
    assert_array_equal(clone(net).fit(X, target).predict(X), expected)
    many = pd.concat([X] * 20, ignore_index=True)
    many["age"] += np.arange(len(many)) / 100  # no two rows alike
    of_many = quick(max_iter=2).fit(many, np.tile(target, 20))
    # calibration keeps a few numbers for each held-out row, and nothing keeps the table
    assert len(pickle.dumps(of_many)) - len(packed) < 400 * len(many)


def test_in_a_pipeline_and_a_search(raw):
    X, y, _ = raw
    pipeline = make_pipeline(
        FunctionTransformer(lambda X: X.drop(columns="constant")), quick_classifier()
    )
    assert cross_val_score(pipeline, X, y, cv=2).shape == (2,)
    search = GridSearchCV(
        quick_classifier(), {"dropout": [0.0, 0.3], "embedding": [None, "pbld"]}, cv=2
    )
    assert search.fit(X, y).best_score_ > 0.3


def test_blocks_of_rows(quick, raw, target, monkeypatch):
    X = raw[0]
    net = quick().fit(X, target)
    expected = net.predict(X)
    monkeypatch.setattr("sknn.estimators.tabular.base.BLOCK", 30)
    predicted = np.concatenate([net.predict(X), net.predict(X.iloc[11:12])])
    again = np.append(expected, expected[11])
    if quick is quick_classifier:
        assert_array_equal(predicted, again)
    else:
        assert_allclose(predicted, again, rtol=1e-12)
