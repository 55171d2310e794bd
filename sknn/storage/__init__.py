"""Plain values and arrays in one file that holds no code."""

from sknn.storage.atomic import atomic_file
from sknn.storage.file import FORMAT_VERSION, Header, read, write

__all__ = ["FORMAT_VERSION", "Header", "atomic_file", "read", "write"]
