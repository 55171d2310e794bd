"""Optional libraries: imported when a feature asks for them, or one clear message."""

import importlib
import warnings
from types import ModuleType

from sknn.exceptions import MissingExtraError

__all__ = ["require"]


def require(module: str, *, extra: str, purpose: str) -> ModuleType:
    """Import an optional library, or say which extra brings it.

    Parameters
    ----------
    module : str
        Import name, such as ``"matplotlib.pyplot"``.
    extra : str
        The extra of sknn that installs it.
    purpose : str
        What needs it, as the subject of the message.

    Raises
    ------
    MissingExtraError
        If the library, or something that it needs, cannot be imported.

    Examples
    --------
    >>> require("math", extra="cli", purpose="The example").sqrt(9.0)
    3.0
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # what a library says of itself is not the user's affair
            return importlib.import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        raise MissingExtraError(
            f"{purpose} needs the library {library!r}, which could not be imported ({error}). "
            f"Install it with: pip install 'sknn[{extra}]'"
        ) from error
