"""The file: a signature, a checksum, a header of JSON, and the arrays as they lie in memory.

::

    8 bytes    signature 89 53 4B 4E 4E 0D 0A 0A
    4 bytes    version of the format; like all numbers little-endian
    32 bytes   SHA-256 of all that follows
    8 bytes    length of the header
    header     JSON in UTF-8 with the keys kind, made_by, arrays and values
    arrays     one behind the other without gaps, row by row, in the order of the header

``arrays`` has ``[dtype, shape]`` of each. So no array has an offset that could be wrong, and their
lengths must add up to the end of the file. Nothing in a file is a name to import or code to run.
Before memory is asked for, the numbers that ask for it are compared with the size of the file.
"""

import hashlib
import json
import math
import os
import re
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sknn.exceptions import DamagedFileError, NotStorableError
from sknn.storage.atomic import atomic_file
from sknn.storage.values import from_json, is_storable, to_json

__all__ = ["FORMAT_VERSION", "Header", "read", "write"]

SIGNATURE = b"\x89SKNN\r\n\n"
FORMAT_VERSION = 1
#: Signature, version, checksum, length of the header.
START = struct.Struct("<8sI32sQ")
#: Bytes, bytes and number. A table with a million levels has a header of 15 to 40 million bytes.
LARGEST_HEADER, CHUNK, MOST_ARRAYS, MOST_AXES = 64_000_000, 1 << 20, 100_000, 8
#: How NumPy writes the dtypes that may be in a file.
DTYPE = re.compile(r"[<|]([biu][1248]|f[248]|[US]\d{1,6}|[mM]8(\[\w{1,8}\])?)")


class Header(NamedTuple):
    """What a file is.

    Parameters
    ----------
    kind : str
        Such as ``"estimator"``.
    made_by : dict of str
        The versions of the libraries that wrote it.
    """

    kind: str
    made_by: dict[str, str]


def write(path: str | os.PathLike[str], values: Any, kind: str, made_by: dict[str, str]) -> None:
    """Write plain values and arrays to a file, as a whole or not at all.

    Parameters
    ----------
    path : str or path
        The file; its folder must exist.
    values : nested lists, tuples and dicts of None, bool, int, float, str, arrays and NumPy scalars
        What is kept, bit for bit.
    kind, made_by : as in :class:`Header`

    Raises
    ------
    NotStorableError
        If there is something else among the values, or more than a file may have; nothing is
        written then.
    OSError
        If the file cannot be written; an old one stays.
    """
    arrays: list[npt.NDArray[Any]] = []
    try:
        tree = to_json(values, arrays)
    except TypeError as error:
        raise NotStorableError(f"{str(path)!r} was not written: {error}") from None
    arrays = [np.asarray(a, a.dtype.newbyteorder("<"), order="C") for a in arrays]
    each = [[a.dtype.str, list(a.shape)] for a in arrays]
    content = {"kind": kind, "made_by": made_by, "arrays": each, "values": tree}
    header = json.dumps(content, allow_nan=False, ensure_ascii=True, separators=(",", ":")).encode()
    try:  # what :func:`read` would refuse
        _require_room(len(header), LARGEST_HEADER, "bytes of values beside its arrays")
        _layout(each)
    except _Broken as broken:
        raise NotStorableError(f"{str(path)!r} was not written: {broken}") from None
    checksum = hashlib.sha256(struct.pack("<Q", len(header)) + header)
    for array in arrays:
        checksum.update(_bytes_of(array))
    with atomic_file(path) as file:
        file.write(START.pack(SIGNATURE, FORMAT_VERSION, checksum.digest(), len(header)))
        file.write(header)
        for array in arrays:
            file.write(_bytes_of(array))


def _bytes_of(array: npt.NDArray[Any]) -> Any:
    """The memory of an array; that of dates has no buffer of its own."""
    return array.reshape(-1).view(np.uint8).data if array.size else b""


def read(
    path: str | os.PathLike[str], kinds: Sequence[str], most_bytes: int | None = None
) -> tuple[Header, Any]:
    """Read the values of a file again.

    Parameters
    ----------
    path : str or path
        The file.
    kinds : sequence of str
        The kinds of file that are wanted.
    most_bytes : int, optional
        A larger file is refused unread.

    Returns
    -------
    header : Header
        What the file is.
    values : as in :func:`write`
        Equal to those that were written, in arrays of their own.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    DamagedFileError
        If it is not a file of this kind, of a newer version, or damaged. The message names it.
    """
    path = Path(path)
    try:
        return _read(path, kinds, most_bytes)
    except _Broken as broken:
        raise DamagedFileError(f"{str(path)!r} cannot be loaded: {broken}") from None


class _Broken(Exception):
    """What is wrong with a file, without its name."""


def _read(path: Path, kinds: Sequence[str], most_bytes: int | None) -> tuple[Header, Any]:
    if path.is_dir():
        raise IsADirectoryError(f"{str(path)!r} is a folder, not a file.")
    if path.exists() and not path.is_file():  # opening a pipe would wait for ever
        raise OSError(f"{str(path)!r} is a device or a pipe, not a file.")
    with open(path, "rb") as file:
        n_bytes = os.fstat(file.fileno()).st_size
        if most_bytes is not None:
            _require_room(n_bytes, most_bytes, "bytes")
        start = file.read(START.size)
        if not start.startswith(SIGNATURE):
            raise _Broken(_what_else(start))
        if len(start) < START.size:
            raise _Broken("it ends within its first bytes. It was cut off; copy it anew.")
        _, version, checksum, length = START.unpack(start)
        if version > FORMAT_VERSION:
            raise _Broken(
                f"it has version {version} of the format, and this sknn reads versions up to "
                f"{FORMAT_VERSION}. Install a newer sknn."
            )
        rest = n_bytes - START.size
        if version < 1 or length > rest:
            raise _Broken(f"it has {n_bytes} bytes, too few for what it says it holds. {CUT_OFF}")
        _require_room(length, LARGEST_HEADER, "bytes of values beside its arrays")
        _verify(file, start[-8:], checksum)
        file.seek(START.size)
        content = _header(file.read(length))
        header = _checked_header(content, kinds)
        arrays = _arrays(file, content["arrays"], rest - length)
    try:
        return header, from_json(content["values"], arrays)
    except (ValueError, RecursionError) as error:
        raise _Broken(f"its values are none that sknn writes: {error}.") from None


CUT_OFF = "It was cut off or changed; take it from a backup, or save the estimator again."


def _what_else(start: bytes) -> str:
    """What a file is that is none of ours."""
    if not start:
        return "it is empty."
    known = {
        b"\x80": "a pickle, which joblib.load or pickle.load reads",
        b"PK": "a zip archive, as skops.io.load reads",
        b"\x08": "perhaps an ONNX model, which onnxruntime reads",
    }
    guess = next(
        (f" It looks like {what}." for b, what in known.items() if start.startswith(b)), ""
    )
    return f"it is not a file of sknn.save.{guess}"


def _verify(file: Any, first: bytes, checksum: bytes) -> None:
    """Compare the checksum with the file, a piece at a time."""
    digest = hashlib.sha256(first)
    while piece := file.read(CHUNK):
        digest.update(piece)
    if digest.digest() != checksum:
        raise _Broken(f"its checksum does not agree with its contents. {CUT_OFF}")


def _header(header: bytes) -> dict[str, Any]:
    try:
        content = json.loads(header.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no)
    except (ValueError, RecursionError) as error:
        raise _Broken(f"its header is no JSON that sknn writes: {error!s:.100}.") from None
    if not isinstance(content, dict) or not {"kind", "made_by", "arrays", "values"} <= set(content):
        raise _Broken("its header lacks what every file of sknn has.")
    return content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _no(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _checked_header(content: dict[str, Any], kinds: Sequence[str]) -> Header:
    kind, made_by = content["kind"], content["made_by"]
    texts = made_by.items() if isinstance(made_by, dict) else [(None, None)]
    if not all(isinstance(text, str) for pair in texts for text in pair):
        raise _Broken("its header does not say which versions wrote it.")
    if kind not in kinds:
        wanted = " or ".join(map(repr, kinds))
        raise _Broken(f"it holds {kind!r:.40}, and not {wanted}.")
    return Header(kind, made_by)


def _arrays(file: Any, each: Any, n_bytes: int) -> list[npt.NDArray[Any]]:
    """The arrays, once their lengths add up to what is left of the file."""
    layout = _layout(each)
    total = sum(dtype.itemsize * math.prod(shape) for dtype, shape in layout)
    if total != n_bytes:
        raise _Broken(f"its arrays take {total} bytes, and it has {n_bytes} for them. {CUT_OFF}")
    arrays = []
    for dtype, shape in layout:
        try:
            array = np.empty(shape, dtype)
        except ValueError:  # no numbers at all, but more rows of them than there can be
            raise _Broken(f"it has an array of the shape {shape}.") from None
        if array.size and file.readinto(_bytes_of(array)) != array.nbytes:
            raise _Broken(f"it ends within an array. {CUT_OFF}")
        if dtype.kind == "b" and (array.view(np.uint8) > 1).any():
            raise _Broken("an array of True and False holds something else.")
        if dtype.kind == "U" and (array.reshape(-1).view(np.uint32) > 0x10FFFF).any():
            raise _Broken("an array of texts holds what is no text.")
        arrays.append(array.astype(dtype.newbyteorder("="), copy=False))
    return arrays


def _require_room(n: int, most: int, what: str) -> None:
    if n > most:
        raise _Broken(f"it has {n} {what}, and {most} are allowed.")


def _layout(each: Any) -> list[tuple[np.dtype[Any], tuple[int, ...]]]:
    """Dtype and shape of each array."""
    if not isinstance(each, list):
        raise _Broken("its list of arrays is none that sknn writes.")
    _require_room(len(each), MOST_ARRAYS, "arrays")
    return [_dtype_and_shape(entry) for entry in each]


def _dtype_and_shape(entry: Any) -> tuple[np.dtype[Any], tuple[int, ...]]:
    if isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], list):
        name, shape = entry
        sizes = all(type(n) is int and 0 <= n < 1 << 48 for n in shape) and len(shape) <= MOST_AXES
        if isinstance(name, str) and DTYPE.fullmatch(name) and sizes:
            try:
                dtype = np.dtype(name)
                sound = np.empty(0, dtype).dtype == dtype and dtype.itemsize > 0
            except (TypeError, ValueError):
                raise _Broken(f"it has an array of {name!r:.40}.") from None
            if sound and is_storable(dtype):  # NumPy makes texts of no length longer
                return dtype, tuple(shape)
    raise _Broken(f"it has an array that is described as {entry!r:.60}.")
