"""Sources: the same rows in the same order, whatever they are stored in."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse

from sknn.exceptions import InvalidParameterError, MissingExtraError
from sknn.streaming.sources import as_source

KINDS = [
    "array", "memmap", "npy", "npy and list", "parquet folder", "parquet glob", "parquet list",
    "arrow dataset", "parquet and npy", "dask array", "dask array and array",
    "dask array, other chunks", "dask array of unknown chunks", "dask frame",
    "dask frame and array",
]  # fmt: skip


def as_arrays(block):
    return [np.asarray(block.X), np.asarray(block.y).ravel(), np.asarray(block.weight)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("block_rows", [27, 64, 500])
def test_blocks_are_the_rows_in_memory(kind, block_rows, stored, table):
    source = as_source(*stored[kind], block_rows=block_rows)
    assert source.n_rows == len(table[0])
    assert source.n_blocks == -(-len(table[0]) // block_rows)
    order = np.random.default_rng(1).permutation(source.n_blocks)
    for number, block in zip(order, source.blocks(order), strict=True):
        rows = slice(number * block_rows, (number + 1) * block_rows)
        for found, expected in zip(as_arrays(block), table, strict=True):
            np.testing.assert_array_equal(found, expected[rows])
        assert as_arrays(block)[0].dtype == np.float32


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_as_they_are_stored(kind, stored, table):
    source = as_source(*stored[kind])
    blocks = [as_arrays(block) for block in source.blocks()]
    assert len(blocks) == source.n_blocks
    for found, expected in zip(zip(*blocks, strict=True), table, strict=True):
        np.testing.assert_array_equal(np.concatenate(found), expected)
    targets = [np.asarray(part).ravel() for part in source.targets()]
    np.testing.assert_array_equal(np.concatenate(targets), table[1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_reads_the_same(kind, stored, table):
    import cloudpickle  # what Dask falls back to

    source = cloudpickle.loads(cloudpickle.dumps(as_source(*stored[kind], block_rows=50)))
    (block,) = source.blocks([2])
    np.testing.assert_array_equal(np.asarray(block.X), table[0][100:150])


def test_a_file_is_named_in_a_pickle_and_not_carried_along(stored, table):
    assert len(pickle.dumps(as_source(*stored["npy"]))) < table[0].nbytes / 4
    assert len(pickle.dumps(as_source(*stored["array"]))) > table[0].nbytes


def test_the_pieces_of_the_storage(stored):
    assert as_source(*stored["parquet folder"]).n_blocks == 8
    assert as_source(*stored["dask array"]).n_blocks == 4
    assert as_source(*stored["dask frame"]).n_rows is None
    assert as_source(*stored["dask frame"], block_rows=60).n_rows == 230
    pieces = as_source(*stored["dask array"], block_rows=40).pieces
    assert pieces.tolist() == [0, 0, 1, 2, 2, 3]  # blocks begin at 0, 40, 80, 120, 160, 200


@pytest.mark.parametrize("kind", ["parquet folder", "dask frame"])
def test_a_frame_keeps_the_names_and_kinds_of_its_columns(kind, stored):
    block = next(as_source(*stored[kind]).blocks())
    assert list(block.X.columns) == list("abcd")
    assert set(block.X.dtypes) == {np.dtype(np.float32)}


def test_a_piece_is_read_once_for_blocks_that_follow_each_other(stored, monkeypatch):
    source = as_source(*stored["parquet folder"], block_rows=10)
    read = []
    original = source._read
    monkeypatch.setattr(source, "_read", lambda piece: read.append(piece) or original(piece))
    assert sum(block.n_rows for block in source.blocks()) == 230
    assert read == list(range(8))


def test_a_folder_whose_names_are_values(table, tmp_path):
    X, y, _ = table
    frame = pd.DataFrame(X, columns=list("abcd")).assign(label=y)
    for year in (2024, 2025):
        (tmp_path / f"year={year}").mkdir()
        frame.to_parquet(tmp_path / f"year={year}" / "part.parquet")
    blocks = list(as_source(tmp_path, "label").blocks())
    assert [set(block.X["year"]) for block in blocks] == [{2024}, {2025}]
    assert list(blocks[0].X.columns) == [*"abcd", "year"]


def test_default_blocks_are_whole_batches():
    X = np.zeros((3 * 2**20, 4), np.float32)
    source = as_source(X, multiple=200)
    sizes = [block.n_rows for block in source.blocks()]
    assert sizes[0] == 2**25 // 16 // 200 * 200
    assert sum(sizes) == len(X)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, scipy.sparse.csr_matrix])
def test_frames_and_sparse_matrices_in_memory(frame, table):
    X = frame(table[0].astype(np.float64))
    blocks = list(as_source(X, table[1], block_rows=100).blocks())
    assert [block.n_rows for block in blocks] == [100, 100, 30]
    assert isinstance(blocks[0].X, type(X))


def test_a_private_map_keeps_its_changes(stored):
    path = stored["npy"][0]
    private = np.load(path, mmap_mode="c")
    private[:] = 7.0
    source = as_source(private, block_rows=50)
    assert all((block.X == 7.0).all() for _ in range(2) for block in source.blocks())


def test_a_part_of_a_map_is_read_as_that_part(stored, table):
    part = stored["memmap"][0][100:, 1:]
    (block,) = as_source(np.asarray(part)).blocks()
    np.testing.assert_array_equal(block.X, table[0][100:, 1:])
    assert not isinstance(block.X, np.memmap)
    assert block.X.base is None


def test_functions(table):
    X, y, weight = table

    def blocks():
        return ((X[at : at + 50], y[at : at + 50], weight[at : at + 50]) for at in (0, 50))

    source = as_source(blocks)
    assert source.n_blocks is None
    assert [block.n_rows for _ in range(2) for block in source.blocks()] == [50] * 4
    assert [len(part) for part in source.targets()] == [50, 50]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rows.csv",), "X must be an array or memory map.*Got 'rows.csv' instead"),
        ((iter([1]),), "Got 'list_iterator'.*pass a function that makes it"),
        (("none-*.parquet",), "X must name files that are there. Got 'none-"),
        (("none.parquet",), "Got 'none.parquet', where there are none"),
        ((np.zeros(5),), r"X must have rows and columns. Got the shape \(5,\)"),
        ((np.zeros((0, 5)),), "X must have rows to train on. Got none"),
        ((np.zeros((5, 2)), np.zeros(4)), "y must have one entry for each of the 5 rows.*Got 4"),
        ((np.zeros((5, 2)), None, np.zeros(6)), "sample_weight must have one entry.*Got 6"),
        ((np.zeros((5, 2)), "label"), "y must be an array.*column goes with X as Parquet"),
        ((list, np.zeros(5)), "y must be None where X is a function"),
    ],
)
def test_what_is_refused(arguments, message):
    with pytest.raises(InvalidParameterError, match=message):
        as_source(*arguments)


@pytest.mark.parametrize("kind", ["parquet folder", "dask frame"])
def test_a_column_that_is_not_there(kind, stored):
    X = stored[kind][0]
    with pytest.raises(InvalidParameterError, match=r"'lable' instead. Did you mean 'label'\?"):
        as_source(X, "lable")
    with pytest.raises(InvalidParameterError, match="sample_weight must name a column"):
        as_source(X, "label", "w")


def test_lengths_that_do_not_agree(stored, table):
    X, y, _ = stored["dask array"]
    with pytest.raises(InvalidParameterError, match=r"each of the 230 rows of X. Got 200"):
        as_source(X, y[:200])
    with pytest.raises(InvalidParameterError, match=r"each of the 230 rows of X. Got 229"):
        as_source(X, table[1][1:])
    frame, *_ = stored["dask frame"]
    with pytest.raises(InvalidParameterError, match=r"has 4. Got 5 instead"):
        as_source(frame[["a"]], frame["label"].repartition(npartitions=5))


@pytest.mark.parametrize("given", [[1, 2], ["X"], 3])
def test_what_a_function_must_make(given):
    with pytest.raises(InvalidParameterError, match="must make tuples"):
        next(as_source(lambda: iter([given])).blocks())


def test_an_iterator_that_is_used_up():
    used = iter([(np.zeros((1, 1)), [0])])
    source = as_source(lambda: used)
    list(source.blocks())
    with pytest.raises(InvalidParameterError, match="is it the same iterator as before"):
        list(source.blocks())


@pytest.mark.parametrize(
    ("kind", "library", "extra"),
    [
        ("parquet folder", "pyarrow.dataset", "stream"),
        ("parquet folder", "pandas", "stream"),
        ("dask array", "dask", "dask"),
    ],
)
def test_a_library_that_is_not_installed(kind, library, extra, stored, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, library, None)
    with pytest.raises(MissingExtraError, match=rf"pip install 'sknn\[{extra}\]'"):
        as_source(*stored[kind])
