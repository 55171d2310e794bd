"""What every estimator takes: rows of any kind, and tables at the edge of sense."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse

from sknn import MLPClassifierX, MLPRegressorX, TabularMLPClassifierX, TabularMLPRegressorX

from .situations import ALL, LABELS, NUMBERS, PLAIN, TABULAR, X, make

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

WHOLE = np.round(X * 3)
SAME_BITS = {
    "list": lambda a: a.tolist(),
    "big-endian": lambda a: a.astype(">f8"),
    "Fortran": np.asfortranarray,
    "strided": lambda a: np.repeat(a, 2, axis=1)[:, ::2],
    "backwards": lambda a: a[:, ::-1].copy()[:, ::-1],
    "objects": lambda a: a.astype(object),
    "nullable": lambda a: pd.DataFrame(a).astype("Float64").rename(columns="c{}".format),
    "pandas": lambda a: pd.DataFrame(a, columns=list("abcd")),
    "polars": lambda a: pl.DataFrame(a, schema=list("abcd")),
    "masked nowhere": lambda a: np.ma.masked_array(a, False),
    "long double": lambda a: a.astype(np.longdouble),
}
OF_WHOLE_NUMBERS = {
    "int8": lambda a: a.astype(np.int8),
    "int64": lambda a: a.astype(np.int64),
    "float16": lambda a: a.astype(np.float16),
    "whole objects": lambda a: a.astype(int).astype(object),
    "nullable ints": lambda a: pd.DataFrame(a.astype(int)).astype("Int64").rename(columns=str),
}


def prediction(net, rows):
    return np.asarray(
        net.predict_proba(rows) if hasattr(net, "predict_proba") else net.predict(rows)
    )


@pytest.fixture(scope="module")
def plain():
    return {
        (cls, table): prediction(make(cls).fit(rows, y), rows)
        for table, rows in {"numbers": X, "whole": WHOLE}.items()
        for cls, y in ALL.items()
    }


@pytest.mark.parametrize("cls", ALL)
@pytest.mark.parametrize("kind", [*SAME_BITS, *OF_WHOLE_NUMBERS])
def test_rows_of_any_kind(plain, kind, cls):
    table, rows = ("numbers", X) if kind in SAME_BITS else ("whole", WHOLE)
    given = (SAME_BITS | OF_WHOLE_NUMBERS)[kind](rows)
    y = LABELS if cls in (MLPClassifierX, TabularMLPClassifierX) else NUMBERS
    net = make(cls).fit(given, y)
    np.testing.assert_allclose(prediction(net, given), plain[cls, table], rtol=1e-6, atol=1e-9)
    if kind in ("list", "big-endian"):
        assert (prediction(net, given) == plain[cls, table]).all()


@pytest.mark.parametrize("cls", PLAIN)
@pytest.mark.parametrize("kind", ["csr_matrix", "csc_matrix", "coo_matrix", "csr_array"])
def test_sparse_rows(plain, kind, cls):
    given = getattr(scipy.sparse, kind)(X)
    found = prediction(make(cls).fit(given, ALL[cls]), given)
    np.testing.assert_allclose(found, plain[cls, "numbers"], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("cls", ALL)
def test_memory_maps_and_arrays_that_cannot_be_written(plain, tmp_path, cls):
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    locked, y = X.copy(), ALL[cls].copy()
    locked.flags.writeable = y.flags.writeable = False
    for rows in (mapped, locked):
        assert (prediction(make(cls).fit(rows, y), rows) == plain[cls, "numbers"]).all()


@pytest.mark.parametrize("cls", ALL)
def test_truths(cls):
    net = make(cls).fit(X > 0, ALL[cls])
    found = prediction(net, X > 0)
    np.testing.assert_allclose(found, prediction(net, (X > 0).astype(float)), rtol=1e-6)


@pytest.mark.parametrize("cls", PLAIN)
def test_single_precision_stays(cls):
    net = make(cls).fit(X.astype(np.float32), ALL[cls])
    assert {array.dtype.name for array in [*net.coefs_, *net.intercepts_]} == {"float32"}
    assert prediction(net, X.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize("cls", TABULAR)
def test_gaps_of_any_kind_are_one(cls):
    gaps = X.copy()
    gaps[X > 1] = np.nan
    net = make(cls).fit(gaps, TABULAR[cls])
    wanted = prediction(net, gaps)
    none, masked = np.where(X > 1, None, X), np.ma.masked_array(X, X > 1)
    nullable = pd.DataFrame(gaps).astype("Float64").to_numpy()
    for rows in (none, masked, nullable):
        np.testing.assert_allclose(prediction(net, rows), wanted, rtol=1e-6)
    again = make(cls).fit(masked, TABULAR[cls])
    np.testing.assert_allclose(prediction(again, masked), wanted, rtol=1e-6)


# -- at the edge of sense -------------------------------------------------------------------------

TABLES = {
    "zeros": np.zeros((60, 4)),
    "constant": np.full((60, 4), 7.5),
    "denormal": np.full((60, 4), 5e-320),
    "one column": X[:, :1],
    "more columns than rows": np.random.RandomState(0).normal(size=(6, 50)),
    "one row": X[:1],
    "two rows": X[:2],
    "equal rows": np.repeat(X[:3], 20, axis=0),
}


@pytest.mark.parametrize("cls", ALL)
@pytest.mark.parametrize("name", TABLES)
def test_tables_at_the_edge(name, cls):
    rows = TABLES[name]
    y = ALL[cls][: len(rows)]
    found = prediction(make(cls, n_iter_no_change=np.inf).fit(rows, y), rows)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("cls", [MLPClassifierX, TabularMLPClassifierX])
def test_every_row_a_class_of_its_own(cls):
    net = make(cls).fit(X[:20], np.arange(20))
    assert net.predict_proba(X[:20]).shape == (20, 20)


@pytest.mark.parametrize("cls", ALL)
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("size", [1e-29, 1e29])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_of_any_size(cls, solver, size, dtype):
    weight = np.random.RandomState(0).uniform(0.5, 1.0, size=60) * size
    params = {} if cls in TABULAR else {"solver": solver, "alpha": 0.0}
    net = make(cls, **params).fit(X.astype(dtype), ALL[cls], sample_weight=weight)
    assert np.isfinite(prediction(net, X)).all()
    assert cls in TABULAR or np.isfinite(net.loss_)


@pytest.mark.parametrize("cls", ALL)
@pytest.mark.parametrize("size", [1e-320, 1e-45])
def test_weights_that_vanish_are_none(cls, size):
    vanishing, none = (np.where(np.arange(60) < 20, 1.0, w) for w in (size, 0.0))
    found = prediction(make(cls).fit(X, ALL[cls], sample_weight=vanishing), X)
    wanted = prediction(make(cls).fit(X, ALL[cls], sample_weight=none), X)
    np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("cls", ALL)
def test_batches_without_any_weight(cls):
    weight = np.where(np.arange(60) < 2, 1.0, 0.0)
    net = make(cls, batch_size=1).fit(X, ALL[cls], sample_weight=weight)
    assert np.isfinite(prediction(net, X)).all()


@pytest.mark.parametrize("cls", PLAIN)
def test_odd_parameters(cls):
    deep = make(cls, hidden_layer_sizes=(3,) * 100, max_iter=np.int64(2)).fit(X, PLAIN[cls])
    assert deep.n_layers_ == 102
    with pytest.warns(UserWarning, match="It is going to be clipped"):
        make(cls, batch_size=1000, alpha=np.float32(0.1)).fit(X, PLAIN[cls])
    assert make(cls, hidden_layer_sizes=()).fit(X, PLAIN[cls]).n_layers_ == 2
    assert make(cls, hidden_layer_sizes=np.int32(3)).fit(X, PLAIN[cls]).n_layers_ == 3


@pytest.mark.parametrize("cls", ALL)
def test_a_column_vector_of_targets_warns(cls):
    from sklearn.exceptions import DataConversionWarning

    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        make(cls).fit(X, ALL[cls][:, np.newaxis])


@pytest.mark.parametrize("cls", [MLPRegressorX, TabularMLPRegressorX])
def test_targets_of_any_kind(cls):
    wanted = make(cls).fit(WHOLE, WHOLE[:, 0]).predict(WHOLE)
    for y in (WHOLE[:, 0].astype(int), WHOLE[:, 0].tolist(), WHOLE[:, 0].astype(object)):
        np.testing.assert_allclose(make(cls).fit(WHOLE, y).predict(WHOLE), wanted, rtol=1e-6)
