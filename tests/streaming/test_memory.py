"""Memory: that of some blocks, however long the file is."""

import gc
import subprocess
import sys
import weakref

import numpy as np
import pytest

from sknn import MLPClassifierX, MLPRegressorX

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="reads the peak from /proc"
)

#: Trains through the file in a new process, and tells by how many bytes the peak rose.
CODE = """
import sys
import numpy as np
from sknn import MLPClassifierX
from sknn.streaming import fit_stream

def peak():
    status = open("/proc/self/status").read().split()
    return int(status[status.index("VmHWM:") + 1]) * 1024

def net():
    return MLPClassifierX(2, batch_size=1000, random_state=0)

kind, X, y = sys.argv[1:]
small = np.zeros((20000, 50), np.float32)
fit_stream(net(), small, np.arange(20000) % 2, block_rows=5000)
if kind == "map":
    X, y = np.load(X, mmap_mode="r"), np.load(y)
if kind in ("chunks", "parquet"):  # what they import is no memory of rows
    import dask.array as da, pyarrow.dataset, pandas
def chunks(file):
    # not da.from_array, which would copy the file into its graph
    shape, dtype = (array := np.load(file, mmap_mode="r")).shape, array.dtype
    def read(block_info):
        start, stop = block_info[None]["array-location"][0]
        return np.array(np.load(file, mmap_mode="r")[start:stop])
    sizes = (5000,) * (shape[0] // 5000)
    return da.map_blocks(read, chunks=(sizes, *((n,) for n in shape[1:])), dtype=dtype)

if kind == "chunks":
    X, y = chunks(X), chunks(y)
    da.zeros(3).compute()
if kind == "parquet":
    fit_stream(net(), X.replace("rows", "first"), y, epochs=2)
before = peak()
sized = {} if kind in ("chunks", "parquet") else {"block_rows": 5000}
fit_stream(net(), X, y, validation=0.1, window=2, **sized)
if kind == "whole":
    whole = np.load(X)
print(peak() - before)
"""

#: A block of 5000 rows takes 1 MB, the file 150 MB.
FILE = 150 * 10**6


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = tmp_path_factory.mktemp("large")
    X = np.lib.format.open_memmap(folder / "X.npy", "w+", np.float32, (FILE // 200, 50))
    X[:] = np.random.default_rng(0).random(50, dtype=np.float32)
    y = np.arange(len(X)) % 2
    np.save(folder / "y.npy", y)
    names = [f"c{number}" for number in range(50)]
    part = pa.table([pa.array(X[:5000, 0])] * 50 + [pa.array(y[:5000])], [*names, "y"])
    for name, times in (("first", 3), ("rows", FILE // 10**6)):
        with pq.ParquetWriter(folder / f"{name}.parquet", part.schema) as writer:
            for _ in range(times):
                writer.write_table(part)
    return {
        "npy": (folder / "X.npy", folder / "y.npy"),
        "parquet": (folder / "rows.parquet", "y"),
    }


def rise(kind, X, y):
    command = [sys.executable, "-c", CODE, kind, str(X), str(y)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.parametrize("kind", ["map", "chunks", "parquet"])
def test_memory_is_that_of_some_blocks(kind, files):
    assert rise(kind, *files["parquet" if kind == "parquet" else "npy"]) < FILE / 2


def test_the_measure_sees_a_file_that_is_read_whole(files):
    assert rise("whole", *files["npy"]) > 0.9 * FILE


@pytest.mark.parametrize("make", [MLPClassifierX, MLPRegressorX])
@pytest.mark.parametrize("callbacks", [None, ["gradient_health"]])
def test_a_network_lets_go_of_the_rows_at_once(make, callbacks):
    X, y = np.zeros((100, 3)), np.arange(100) % 2
    net = make(hidden_layer_sizes=3, max_iter=2, tol=0.0, callbacks=callbacks)
    gc.collect()
    gc.disable()  # what refers to itself in a circle would wait for it
    try:
        rows = weakref.ref(X)
        net.partial_fit(X, y, **({"classes": [0, 1]} if make is MLPClassifierX else {}))
        del X
        assert rows() is None
    finally:
        gc.enable()
