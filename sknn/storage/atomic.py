"""A file that is replaced as a whole or not at all."""

import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

__all__ = ["atomic_file"]

#: Seconds after which a file that nobody has written to is what a killed process left. A folder may
#: be shared by machines and containers, so that no number of a process tells who lives.
LEFT_OVER_AFTER = 24 * 3600


@contextmanager
def atomic_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A new file for bytes, which takes the place of ``path`` when the block has ended well.

    Whatever happens, a power cut included, ``path`` is the whole old file or the whole new one.
    The bytes go to ``NAME.TOKEN.unfinished`` in the same folder, with a token drawn at random, are
    forced to the disk, and the name is changed in one step. Files of that kind that have not been
    written to for a day were left by killed processes, and are removed.

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
    unfinished = target.with_name(f"{target.name}.{secrets.token_hex(8)}.unfinished")
    _remove_left_over(target)
    try:
        unfinished.touch(exist_ok=False)
        try:
            with open(unfinished, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileNotFoundError):
                unfinished.chmod(target.stat().st_mode & 0o777)
            os.replace(unfinished, target)
        finally:
            with suppress(OSError):  # which would hide what went wrong; after success it is gone
                unfinished.unlink()
    except OSError as error:
        raise type(error)(error.errno, f"{error.strerror}, while writing", str(path)) from error
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
    """Remove unfinished files of this name that nobody has written to for long."""
    name = re.compile(re.escape(target.name) + r"\.[0-9a-f]{16}\.unfinished")
    oldest = time.time() - LEFT_OVER_AFTER
    with suppress(OSError):
        for entry in os.scandir(target.parent):
            with suppress(OSError):
                if name.fullmatch(entry.name) and entry.stat().st_mtime < oldest:
                    os.unlink(entry.path)
