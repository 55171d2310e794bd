"""What a wrong command line or table raises: one line for the user, never a traceback."""

from sknn.exceptions import SknnError

__all__ = ["InputError"]


class InputError(SknnError, ValueError):
    """The user's options, file or table cannot be used; the message says what would do."""
