"""Plain values in a file: what comes back, and what is refused."""

import gc
import hashlib
import json
import math
import pickle
import struct
import tracemalloc

import joblib
import numpy as np
import pytest

from sknn.exceptions import DamagedFileError, NotStorableError
from sknn.storage import FORMAT_VERSION, read, write
from sknn.storage.file import SIGNATURE, START

VALUES = [
    None,
    True,
    -3,
    10**40,
    0.1,
    -0.0,
    5e-324,
    math.inf,
    -math.inf,
    "",
    "a\n\0\U0001f600\ud83dé",
    [],
    (),
    [1, (2, [3, {}])],
    {"a": 1, "b": {"c": (None,)}},
    {1: "a", "x": 2, (1, 2): 3, None: 4},
    {"$array": 0},
    np.float32(0.1),
    np.int8(-5),
    np.bool_(True),
    np.str_("label"),
    np.datetime64("2020-02-29"),
    np.arange(6.0).reshape(2, 3),
    np.arange(6.0).reshape(2, 3).T,
    np.arange(10)[::3],
    np.zeros((0, 4), np.float32),
    np.array(2.5),
    np.array([True, False]),
    np.array(["a", "longer", "é"]),
    np.array([b"a", b"bc"]),
    np.array(["2020-01-01", "NaT"], dtype="datetime64[ns]"),
    np.array([np.nan, np.inf, -0.0], dtype=np.float16),
    np.array(["a", None, 1, 2.5, True], dtype=object),
    np.array([["a"], [None]], dtype=object),
    np.arange(3, dtype=">i4"),
    np.uint64(2**64 - 1),
]


def same(a, b):
    if isinstance(a, (np.ndarray, np.generic)):
        kind = a.dtype.newbyteorder("=")
        if type(b) is not type(a) or b.dtype != kind or b.shape != a.shape:
            return False
        if a.dtype == object:
            return all(map(same, a.ravel().tolist(), b.ravel().tolist()))
        return a.astype(kind).tobytes() == b.tobytes()
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return a == b and math.copysign(1, a) == math.copysign(1, b) if isinstance(a, float) else a == b


@pytest.fixture
def path(tmp_path):
    return tmp_path / "values.sknn"


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:30])
def test_values_come_back_as_they_were(path, value):
    write(path, value, "test", {"sknn": "0"})
    header, again = read(path, ["other", "test"])
    assert header == ("test", {"sknn": "0"})
    assert same(value, again)


def test_nan_comes_back(path):
    write(path, [float("nan")], "test", {})
    assert math.isnan(read(path, ["test"])[1][0])


def test_arrays_are_their_own_and_can_be_written(path):
    write(path, [np.arange(3.0)], "test", {})
    array = read(path, ["test"])[1][0]
    assert array.flags.writeable
    assert array.flags.aligned


def test_equal_values_make_equal_files(path, tmp_path):
    write(path, VALUES[:20], "test", {})
    write(tmp_path / "again", VALUES[:20], "test", {})
    assert path.read_bytes() == (tmp_path / "again").read_bytes()


class Own:
    def __repr__(self):
        return "Own()"


@pytest.mark.parametrize(
    "value",
    [Own(), print, {"a": [Own()]}, np.array([Own()]), 1j, np.array([1j]), np.longdouble(1), {1, 2}],
    ids=str,
)
def test_what_is_not_plain_is_refused_before_anything_is_written(path, value):
    path.write_bytes(b"old")
    with pytest.raises(NotStorableError, match=r"was not written: .* a file holds plain values"):
        write(path, value, "test", {})
    assert path.read_bytes() == b"old"


# -- damaged and foreign files --------------------------------------------------------------------


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "sound.sknn"
    write(path, {"a": np.arange(5.0), "b": ["x", None, (1.5,)]}, "test", {"sknn": "0"})
    return path.read_bytes()


def refused(path, content, match=""):
    path.write_bytes(content)
    with pytest.raises(DamagedFileError, match=rf"values\.sknn' cannot be loaded: .*{match}"):
        read(path, ["test"])


def test_a_file_that_was_cut_off_anywhere(path, sound):
    for length in range(len(sound)):
        refused(path, sound[:length])


def test_a_byte_that_was_changed_anywhere(path, sound):
    for place in range(len(sound)):
        changed = bytearray(sound)
        changed[place] ^= 1 << (place % 8)
        refused(path, bytes(changed))


def test_bytes_at_the_end(path, sound):
    refused(path, sound + b"\0", "checksum")


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "not a file of sknn.save"),
        (pickle.dumps([1]), "pickle"),
        (b"PK\x03\x04", "skops"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "not a file"),
        (SIGNATURE, "cut off"),
    ],
)
def test_a_file_of_another_kind(path, content, match):
    refused(path, content, match)


def test_a_file_of_joblib(path):
    joblib.dump([1], path)
    refused(path, path.read_bytes(), "joblib")


def test_no_file_or_a_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"):
        read(tmp_path / "absent", ["test"])
    with pytest.raises(IsADirectoryError, match="is a folder"):
        read(tmp_path, ["test"])


def test_another_kind_of_content(path, sound):
    path.write_bytes(sound)
    with pytest.raises(DamagedFileError, match="it holds 'test', and not 'estimator' or 'run'"):
        read(path, ["estimator", "run"])


def test_a_file_that_is_too_large(path, sound):
    path.write_bytes(sound)
    with pytest.raises(DamagedFileError, match=f"has {len(sound)} bytes, and 10 are allowed"):
        read(path, ["test"], most_bytes=10)


def test_a_newer_version_is_named(path, sound):
    newer = sound[:8] + struct.pack("<I", FORMAT_VERSION + 1) + sound[12:]
    refused(path, newer, rf"version {FORMAT_VERSION + 1} .* up to {FORMAT_VERSION}\. Install")


# -- hostile files: a right checksum over what no writer makes -------------------------------------


def sealed(header, body=b""):
    """A file with a right checksum."""
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    rest = struct.pack("<Q", len(header)) + header + body
    start = START.pack(SIGNATURE, FORMAT_VERSION, hashlib.sha256(rest).digest(), len(header))
    return start + header + body


def content(values=None, arrays=(), **others):
    return {"kind": "test", "made_by": {}, "arrays": list(arrays), "values": values} | others


def test_the_seal_of_the_tests_is_right(path):
    path.write_bytes(sealed(content([{"$array": 0}], [["<f8", [1]]]), struct.pack("<d", 2.5)))
    assert read(path, ["test"])[1][0][0] == 2.5


DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    "arrays",
    [
        [["<f8", [10**15]]],
        [["<f8", [2**62, 4]]],
        [["<f8", [-1]]],
        [["<f8", [-1, -8]]],
        [["<f8", [True]]],
        [["<f8", [1.0]]],
        [["<f8", 1]],
        [["<f8", [1] * 40]],
        [["<f8", [0, 10**30]]],
        [["<f8", [0] + [2**47] * 6]],
        [["|O", [1]]],
        [["<U999999", [10**9]]],
        [["<U0", [2**40]], ["<f8", [2]]],
        [["|S0", [2**40]], ["<f8", [2]]],
        [["<U0", [4]], ["<f8", [2]]],
        [["|b2", [8]]],
        [["f8,f8", [1]]],
        [["<c16", [1]]],
        [["<M8[ns]", [3]]],
        [["<M8[years]", [1]]],
        [["<f16", [1]]],
        [[None, [1]]],
        ["<f8"],
        "arrays",
        [["<f8", [0]]] * 100_001,
    ],
    ids=lambda arrays: str(arrays)[:30],
)
def test_arrays_that_cannot_be(path, arrays):
    refused(path, sealed(content(arrays=[]) | {"arrays": arrays}, bytes(16)))


@pytest.mark.parametrize(
    "values",
    [
        {"$array": 0},
        {"$array": -1},
        {"$array": True},
        {"$scalar": 5},
        {"$tuple": 1},
        {"$float": "1e5"},
        {"$objects": [[2], ["a"]]},
        {"$objects": [[-1, -1], ["a"]]},
        {"$objects": [["x"], ["a"]]},
        {"$dict": [["a"]]},
        {"$dict": [[[], 1]]},
        {"$eval": "1"},
        {"$tuple": [], "$float": "nan"},
        {"a": 1, "$b": 2},
    ],
    ids=str,
)
def test_values_that_cannot_be(path, values):
    refused(path, sealed(content(values)), "its values are none that sknn writes")


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"kind": NaN}',
        b'{"kind": "test", "kind": "test"}',
        b'{"kind": "test"}',
        DEEP,
        b"1" * 10_000,
        b'{"kind":"test","made_by":{},"arrays":[],"values":' + DEEP + b"}",
        b'{"kind":"test","made_by":{},"arrays":[],"values":' + b"[" * 70 + b"]" * 70 + b"}",
        b'{"kind":"test","made_by":{"sknn":1},"arrays":[],"values":1}',
        b'{"kind":{},"made_by":{},"arrays":[],"values":1}',
    ],
    ids=lambda header: str(header[:20]),
)
def test_headers_that_cannot_be(path, header):
    refused(path, sealed(header))


def test_a_header_that_says_it_is_longer_than_the_file(path):
    start = START.pack(SIGNATURE, FORMAT_VERSION, bytes(32), 2**63)
    refused(path, start + bytes(10), "too few")


def test_what_is_neither_true_nor_false_and_what_is_no_text(path):
    refused(path, sealed(content(arrays=[["|b1", [1]]]), b"\x02"), "True and False")
    refused(path, sealed(content(arrays=[["<U1", [1]]]), b"\xff\xff\xff\xff"), "no text")


def test_an_array_that_is_used_twice(path):
    """Members that share one array would each make a network of it."""
    twice = content([{"$array": 0}, {"$array": 0}], [["<f8", [1]]])
    refused(path, sealed(twice, bytes(8)), "array 0 is there twice")
    twice = content([{"$scalar": 0}, {"$array": 0}], [["<f8", []]])
    refused(path, sealed(twice, bytes(8)), "array 0 is there twice")
    shared = np.arange(3.0)
    write(path, [shared, shared], "test", {})
    one, other = read(path, ["test"])[1]
    assert not np.shares_memory(one, other)


def test_many_small_values_take_a_bounded_multiple_of_their_bytes(path):
    """Measured: 22 times for empty lists, 36 times where there is one in each."""
    path.write_bytes(sealed(content([[[]] for _ in range(50_000)])))
    gc.collect()
    tracemalloc.start()
    read(path, ["test"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 45 * path.stat().st_size


def nested(depth, of):
    value = 1
    for _ in range(depth):
        value = of(value)
    return value


@pytest.mark.parametrize(
    ("value", "match"),
    [
        ("x" * 2000, "it has 20.. bytes of values beside its arrays, and 1000 are allowed"),
        ([np.arange(2)] * 4, "it has 4 arrays, and 3 are allowed"),
        (np.zeros([1] * 9), "an array that is described as"),
        (np.array(["x" * 1_000_000]), "an array that is described as"),
        (np.full((1, 1, 1), None), "a file holds plain"),
        (nested(61, lambda v: [v]), "nested deeper than 60"),
        (nested(61, lambda v: {"a": v}), "nested deeper than 60"),
        (nested(31, lambda v: {1: v}), "nested deeper than 60"),
        (nested(61, lambda v: (v,)), "nested deeper than 60"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_could_not_be_read_is_not_written(path, monkeypatch, value, match):
    monkeypatch.setattr("sknn.storage.file.LARGEST_HEADER", 1000)
    monkeypatch.setattr("sknn.storage.file.MOST_ARRAYS", 3)
    with pytest.raises(NotStorableError, match=rf"values\.sknn' was not written: .*{match}"):
        write(path, value, "test", {})
    assert not path.exists()


@pytest.mark.parametrize(
    "of", [lambda v: [v], lambda v: {"a": v}, lambda v: (v,), lambda v: {"$": v}, lambda v: {1: v}]
)
def test_what_is_nested_as_deep_as_may_be_written_can_be_read(path, of):
    for depth in range(20, 62):
        try:
            write(path, nested(depth, of), "test", {})
        except NotStorableError:
            break
        assert read(path, ["test"])[1] == nested(depth, of)
    assert 29 <= depth <= 61


def test_a_header_that_is_too_long_for_any_file(path, sound, monkeypatch):
    monkeypatch.setattr("sknn.storage.file.LARGEST_HEADER", 50)
    refused(path, sound, "bytes of values beside its arrays, and 50 are allowed")
