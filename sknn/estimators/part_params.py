"""Parameters that may be parts, whose own settings are parameters too."""

from typing import Any, Self

from sklearn.base import BaseEstimator

from sknn.config import Rule, replaced, split_nested

__all__ = ["PartParams"]


class PartParams(BaseEstimator):
    """Base of the estimators whose parameters may be parts. Not to be used directly."""

    _parameter_rules: dict[str, Rule]

    def _take(self, given: dict[str, Any]) -> None:
        """Keep the constructor's arguments as they are."""
        for name in self._parameter_rules:
            setattr(self, name, given[name])

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also the settings of a part: ``solver__beta_1=0.8``.

        Parts are never changed in place; the estimator gets a changed copy.

        Raises
        ------
        ValueError
            For a name that is not a parameter, or a setting of something that has none.
        """
        direct, nested = split_nested(params)
        unknown = [name for name in nested if name not in self._parameter_rules]
        super().set_params(**direct, **dict.fromkeys(unknown))  # raises for an unknown name
        for name, settings in nested.items():
            setattr(self, name, replaced(name, getattr(self, name), settings))
        return self
