"""One table in every kind of storage."""

import numpy as np
import pandas as pd
import pytest

N_ROWS = 230
PIECES = (70, 20, 100, 40)


@pytest.fixture(scope="session")
def table():
    """Rows, labels and weights, in memory."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N_ROWS, 4)).astype(np.float32)
    y = (X[:, 0] + X[:, 1] > 0).astype(np.int64) + (X[:, 2] > 1)
    return X, y, rng.integers(1, 4, N_ROWS).astype(np.float64)


@pytest.fixture(scope="session")
def stored(table, tmp_path_factory):
    """Arguments X, y, sample_weight by kind of storage."""
    import dask.array as da
    import dask.dataframe as dd
    import pyarrow as pa
    import pyarrow.dataset
    import pyarrow.parquet as pq

    X, y, weight = table
    folder = tmp_path_factory.mktemp("stored")
    for name, array in (("X", X), ("y", y), ("weight", weight)):
        np.save(folder / f"{name}.npy", array)
    maps = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("X", "y", "weight")]
    frame = pd.DataFrame(X, columns=list("abcd")).assign(label=y, weight=weight)
    parts = np.split(np.arange(N_ROWS), np.cumsum(PIECES)[:-1])
    features = folder / "features.parquet"
    pq.write_table(pa.Table.from_pandas(frame[list("abcd")]), features, row_group_size=60)
    (folder / "parts").mkdir()
    for number, rows in enumerate(parts):
        # two row groups in each file
        pq.write_table(
            pa.Table.from_pandas(frame.iloc[rows], preserve_index=False),
            folder / "parts" / f"part-{number}.parquet",
            row_group_size=-(-len(rows) // 2),
        )
    names = ("label", "weight")
    frames = dd.from_map(lambda rows: frame.iloc[rows], parts)
    chunks = [da.from_array(array, chunks=(PIECES, *array.shape[1:])) for array in table]
    unknown = [frames[list("abcd")].to_dask_array(), *(frames[name].values for name in names)]
    return {
        "array": table,
        "memmap": maps,
        "npy": [str(folder / f"{name}.npy") for name in ("X", "y", "weight")],
        "npy and list": [folder / "X.npy", y.tolist(), weight.tolist()],
        "parquet folder": [folder / "parts", *names],
        "parquet glob": [str(folder / "parts" / "part-*.parquet"), *names],
        "parquet list": [sorted((folder / "parts").iterdir()), *names],
        "arrow dataset": [pyarrow.dataset.dataset(folder / "parts"), "label", "weight"],
        "parquet and npy": [features, folder / "y.npy", weight],
        "dask array": chunks,
        "dask array and array": [chunks[0], y, weight],
        "dask array, other chunks": [chunks[0], chunks[1].rechunk(30), chunks[2]],
        "dask array of unknown chunks": unknown,
        "dask frame": [frames, *names],
        "dask frame and array": [frames[list("abcd")], y, chunks[2]],
    }
