"""A file that is replaced as a whole or not at all."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

__all__ = ["atomic_file"]

#: What an unfinished file is called: the target's name, the process that writes it with a number
#: that tells its threads apart, and this.
UNFINISHED = ".unfinished"
_numbers = itertools.count()


@contextmanager
def atomic_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A new file for bytes, which takes the place of ``path`` when the block has ended well.

    Whatever happens, a power cut included, ``path`` is the whole old file or the whole new one.
    The bytes go to ``NAME.PID-N.unfinished`` in the same folder, are forced to the disk, and the
    name is changed in one step. What killed processes left of that kind is removed.

    Parameters
    ----------
    path : str or path
        The file; its folder must exist.

    Raises
    ------
    OSError
        If the folder does not exist, cannot be written to or has no room; ``path`` stays as it was.
        The error names ``path``.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with atomic_file(folder / "numbers") as file:
    ...     file.write(b"1 2 3")
    5
    >>> (folder / "numbers").read_bytes()
    b'1 2 3'
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"A file cannot be written to {str(path)!r}: it is a folder.")
    if path.exists() and not path.is_file():
        raise OSError(f"A file cannot be written to {str(path)!r}: it is a device or a pipe.")
    target = path.resolve()  # a link goes on pointing to the file
    unfinished = target.with_name(f"{target.name}.{os.getpid()}-{next(_numbers)}{UNFINISHED}")
    _remove_left_over(target)
    try:
        with open(unfinished, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            unfinished.chmod(target.stat().st_mode & 0o777)
        os.replace(unfinished, target)
    except OSError as error:
        raise type(error)(error.errno, f"{error.strerror}, while writing", str(path)) from error
    finally:
        unfinished.unlink(missing_ok=True)
    _settle(target.parent)


def _settle(folder: Path) -> None:
    """Force the new name itself to the disk, where the system lets a folder be opened."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _remove_left_over(target: Path) -> None:
    """Remove what processes that are no more left of unfinished files of this name."""
    with suppress(OSError):
        for entry in os.listdir(target.parent):
            if not (entry.startswith(f"{target.name}.") and entry.endswith(UNFINISHED)):
                continue
            number = entry[len(target.name) + 1 : -len(UNFINISHED)].partition("-")[0]
            if number.isdecimal() and not _is_alive(int(number)):
                with suppress(OSError):
                    (target.parent / entry).unlink()


def _is_alive(process: int) -> bool:
    """Whether a process of this number runs; yes, too, where that cannot be told."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
