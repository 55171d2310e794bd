"""Every error and warning that sknn raises itself, in one tree.

::

    SknnError
    ├── InvalidParameterError   a wrong parameter or setting            (ValueError, TypeError)
    ├── DivergenceError         training left the finite numbers        (ValueError)
    ├── NotOfferedError         a method that these settings rule out   (AttributeError, ValueError)
    ├── DamagedFileError        a file is broken, or none of ours       (ValueError)
    │   └── DamagedCheckpointError  that of a search or of a fit        (ValueError)
    ├── NotStorableError        something that a file cannot hold       (ValueError, TypeError)
    └── MissingExtraError       an optional library is not installed    (ImportError)

    DivergenceWarning           training diverged, earlier weights kept (ConvergenceWarning)
    InterruptedFitWarning       Ctrl-C ended training early             (UserWarning)
    NoGradientWarning           layers that cannot learn anything       (UserWarning)
    AlikeUnitsWarning           hidden units that stay the same         (UserWarning)

Wrong data raises scikit-learn's own messages as plain ``ValueError`` and ``TypeError``.
"""

from sklearn.exceptions import ConvergenceWarning

try:  # so that ``except InvalidParameterError`` written for scikit-learn catches ours too
    from sklearn.utils._param_validation import InvalidParameterError as _SklearnInvalidParameter
except ImportError:  # pragma: no cover - scikit-learn moved its private class

    class _SklearnInvalidParameter(ValueError, TypeError):  # type: ignore[no-redef]
        pass


__all__ = [
    "AlikeUnitsWarning",
    "DamagedCheckpointError",
    "DamagedFileError",
    "DivergenceError",
    "DivergenceWarning",
    "InterruptedFitWarning",
    "InvalidParameterError",
    "MissingExtraError",
    "NoGradientWarning",
    "NotOfferedError",
    "NotStorableError",
    "SknnError",
]


class SknnError(Exception):
    """Base of all errors that sknn raises itself."""


class InvalidParameterError(SknnError, _SklearnInvalidParameter):
    """A parameter of an estimator, or a setting of a part, is not allowed."""


class DivergenceError(SknnError, ValueError):
    """The loss or the weights became infinite or NaN during training."""


class NotOfferedError(SknnError, AttributeError, ValueError):
    """A method that the estimator's settings rule out.

    It is an ``AttributeError``, so ``hasattr`` answers False, and a ``ValueError``, which
    scikit-learn raises from ``partial_fit`` under ``early_stopping=True``.
    """


class DamagedFileError(SknnError, ValueError):
    """A file is damaged, not one of sknn's, or says what cannot be."""


class DamagedCheckpointError(DamagedFileError):
    """The checkpoint of a search or of a fit cannot be read."""


class NotStorableError(SknnError, ValueError, TypeError):
    """An estimator holds something that cannot be kept in a file, such as a function."""


class MissingExtraError(SknnError, ImportError):
    """A feature needs a library that is not installed."""


class DivergenceWarning(ConvergenceWarning):
    """Training diverged and the best earlier weights were kept."""


class InterruptedFitWarning(UserWarning):
    """Training was interrupted by the user; the model holds the weights so far."""


class NoGradientWarning(UserWarning):
    """An activation has derivative 0 everywhere, so the layers up to it cannot learn."""


class AlikeUnitsWarning(UserWarning):
    """All units of a hidden layer start with the same weights, and so stay the same."""
