"""Parameters whose values are parts with settings of their own, as ``solver__beta_1``."""

from typing import Any, Self

from sknn.config import Rule, replaced, split_nested

__all__ = ["NestedParams"]


class NestedParams:
    """Settings of parts as parameters; a base class that comes before ``BaseEstimator``."""

    _parameter_rules: dict[str, Rule]

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
        # raises for an unknown name
        super().set_params(**direct, **dict.fromkeys(unknown))  # type: ignore[misc]
        for name, settings in nested.items():
            setattr(self, name, replaced(name, getattr(self, name), settings))
        return self
