"""Methods that exist only under some settings."""

from collections.abc import Callable
from types import MethodType
from typing import Any

__all__ = ["offered_if"]


class offered_if:
    """Offer a method only where ``check(estimator)`` raises nothing.

    Like ``sklearn.utils.metaestimators.available_if``, but the error that the check raises
    reaches the caller as it is. It must be an ``AttributeError``, so that ``hasattr`` is False.

    Parameters
    ----------
    check : callable
        Given the estimator, raises :class:`~sknn.exceptions.NotOfferedError` or nothing.
    """

    def __init__(self, check: Callable[[Any], None]) -> None:
        self.check = check

    def __call__(self, method: Callable[..., Any]) -> Any:
        self.method = method
        self.__doc__ = method.__doc__
        return self

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self.method
        self.check(instance)
        return MethodType(self.method, instance)
