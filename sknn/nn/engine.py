"""Which engine does the arithmetic of training: NumPy, or kernels that Numba has compiled.

The kernels need Numba (``pip install 'sknn[fast]'``) and are compiled once on a machine, which
takes a few seconds; from then on they are loaded from Numba's cache on disk. So that nobody waits
for a compiler unasked, ``"auto"`` takes them only where they are compiled already, or where a fit
is long enough to win the time back. Results are the same to rounding.
"""

import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError, MissingExtraError
from sknn.optional import require

__all__ = ["ENGINES", "VARIABLE", "compiled", "engine", "kernels", "use_engine", "warm_up"]

ENGINES = ("auto", "numpy", "numba")
#: The environment variable that chooses; worker processes inherit it.
VARIABLE = "SKNN_ENGINE"
#: Steps of training that win back the time that compiling takes: about 5 s, at 25 us a step.
WORTH_COMPILING = 200_000

_chosen: str | None = None
_loaded: ModuleType | None = None


def engine() -> str:
    """The engine that is asked for: ``"auto"``, ``"numpy"`` or ``"numba"``.

    By :func:`use_engine` before the environment variable ``SKNN_ENGINE``, and ``"auto"`` without
    either.

    Raises
    ------
    InvalidParameterError
        If the environment variable holds anything else.
    """
    return _checked(_chosen or os.environ.get(VARIABLE) or "auto")


@contextmanager
def use_engine(name: str) -> Iterator[None]:
    """Choose the engine of all training inside a ``with`` block.

    Parameters
    ----------
    name : {"auto", "numpy", "numba"}
        ``"numba"`` compiles the kernels where that has not been done; ``"auto"`` takes them where
        they are compiled already, or where a fit is long.

    Raises
    ------
    InvalidParameterError
        If ``name`` is none of them.

    Notes
    -----
    The choice is one of this process. Worker processes of joblib take theirs from the environment
    variable ``SKNN_ENGINE``.

    Examples
    --------
    >>> from sknn import MLPRegressorX, use_engine
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> with use_engine("numpy"):
    ...     model = MLPRegressorX(solver="lbfgs", random_state=0, max_iter=100000).fit(X, y)
    >>> model.summary().facts["engine"]
    'numpy: chosen by use_engine or SKNN_ENGINE'
    """
    global _chosen
    before, _chosen = _chosen, _checked(name)
    try:
        yield
    finally:
        _chosen = before


def kernels(n_steps: int = 0) -> tuple[ModuleType | None, str]:
    """The compiled kernels, or None for NumPy, and in words why.

    Parameters
    ----------
    n_steps : int
        The most steps that the training at hand may take.

    Raises
    ------
    MissingExtraError
        If ``"numba"`` is asked for and is not installed.
    """
    asked = engine()
    if asked == "numpy":
        return None, "chosen by use_engine or SKNN_ENGINE"
    if asked == "numba" or _loaded is not None:
        return _load(), ""
    if not _is_installed():
        return None, "Numba is not installed"
    if n_steps < WORTH_COMPILING and not is_warm():
        return None, "sknn.warm_up() has not been called to compile the kernels"
    try:
        return _load(), ""
    except MissingExtraError:  # such as a Numba that is too old for this NumPy
        return None, "Numba is installed, but cannot be imported"


def compiled() -> ModuleType:
    """The compiled kernels; they are compiled where that has not been done.

    Raises
    ------
    MissingExtraError
        If Numba is not installed.
    """
    return _load()


def warm_up() -> None:
    """Compile the kernels for this machine, once, so that later training takes them by itself.

    Takes a few seconds, and less than one where it has been done before. The compiled code stays
    in Numba's cache on disk.

    Raises
    ------
    MissingExtraError
        If Numba is not installed.
    """
    _load()


def is_warm() -> bool:
    """Whether the kernels are known to be compiled, without importing Numba, which takes 0.4 s."""
    return _loaded is not None or _stamp().exists()


def _load() -> ModuleType:
    global _loaded
    if _loaded is None:
        require("numba", extra="fast", purpose="The engine 'numba'")
        from sknn.nn.compiled import kernels

        kernels.compile_all()
        try:
            _stamp().parent.mkdir(parents=True, exist_ok=True)
            _stamp().touch()
        except OSError:
            pass  # a home that cannot be written to: "auto" stays with NumPy, "numba" works
        _loaded = kernels
    return _loaded


@functools.cache  # it takes 50 us, and a fit of a few rows 1000
def _is_installed() -> bool:
    return importlib.util.find_spec("numba") is not None


@functools.cache  # it takes 1000 us
def _stamp() -> Path:
    """The file that says that these kernels were compiled, for these versions of all."""
    source = Path(__file__).parent / "compiled" / "kernels.py"
    made_of = (
        str(source),
        str(source.stat().st_mtime_ns),
        sys.version,
        importlib.metadata.version("numba"),
        importlib.metadata.version("numpy"),
        os.environ.get("NUMBA_CACHE_DIR", ""),
    )
    name = hashlib.sha256("|".join(made_of).encode()).hexdigest()[:16]
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "sknn" / f"kernels-{name}"


def _checked(name: str) -> str:
    if name not in ENGINES:
        hint = nearest(name, ENGINES)
        raise InvalidParameterError(
            f"The engine must be one of {', '.join(map(repr, ENGINES))}. Got {name!r} "
            f"instead.{hint}"
        )
    return name
