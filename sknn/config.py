"""Settings of parts: frozen value objects whose defaults and allowed ranges are stated once.

A part (an activation, a loss, an optimizer, ...) is a subclass of :class:`Config`. Its settings
are written as annotated class attributes with :func:`param`, and everything else follows:
constructor, ``repr``, equality, ``get_params`` for grid search, and the check before training.

>>> class Clipped(Config):
...     ceiling: float = param(6.0, Range(0, None, closed="neither"))
>>> Clipped(ceiling=2.0)
Clipped(ceiling=2.0)
>>> Clipped(ceiling=-1).check()
Traceback (most recent call last):
    ...
sknn.exceptions.InvalidParameterError: The 'ceiling' parameter of Clipped must be a float in the \
range (0, inf). Got -1 instead.
"""

import dataclasses
import difflib
import math
import sys
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any, ClassVar, Literal, Protocol, Self, dataclass_transform

import numpy as np

from sknn.exceptions import InvalidParameterError

__all__ = [
    "AnyOf",
    "Choice",
    "Config",
    "DType",
    "Each",
    "Exactly",
    "Flag",
    "Instance",
    "Range",
    "Rule",
    "check_value",
    "nearest",
    "param",
    "replaced",
    "split_nested",
]

Closed = Literal["left", "right", "both", "neither"]


def nearest(value: object, names: Iterable[str]) -> str:
    """A ``" Did you mean 'relu'?"`` for a misspelt name, or the empty string.

    >>> nearest("rleu", ["relu", "tanh"])
    " Did you mean 'relu'?"
    """
    if not isinstance(value, str):
        return ""
    known = list(names)
    close = difflib.get_close_matches(value.lower(), known, n=1, cutoff=0.5)
    close = close or [name for name in known if value and name.startswith(value.lower())]
    return f" Did you mean {close[0]!r}?" if close else ""


class Rule(Protocol):
    """What a value may be: a test, and the words that describe it."""

    def accepts(self, value: object) -> bool: ...

    def describe(self) -> str: ...

    def hint(self, value: object) -> str: ...


@dataclasses.dataclass(frozen=True)
class Range:
    """A number between two bounds; ``None`` is no bound."""

    low: float | None
    high: float | None
    closed: Closed = "left"
    integer: bool = False

    def accepts(self, value: object) -> bool:
        kinds = (Integral,) if self.integer else (Integral, float, np.floating)
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, kinds):
            return False
        number: Any = value
        if not self.integer and isinstance(value, int) and abs(value) > sys.float_info.max:
            return False  # there is no such float
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        at_low = self.low is not None and self.closed in ("left", "both") and number == low
        at_high = self.high is not None and self.closed in ("right", "both") and number == high
        return bool(low < number < high or at_low or at_high)

    def describe(self) -> str:
        left = "[" if self.low is not None and self.closed in ("left", "both") else "("
        right = "]" if self.high is not None and self.closed in ("right", "both") else ")"
        low = "-inf" if self.low is None else self.low
        high = "inf" if self.high is None else self.high
        return f"{'an int' if self.integer else 'a float'} in the range {left}{low}, {high}{right}"

    def hint(self, value: object) -> str:
        return ""


@dataclasses.dataclass(frozen=True)
class Choice:
    """One of several names."""

    names: tuple[str, ...]

    def accepts(self, value: object) -> bool:
        return isinstance(value, str) and value in self.names

    def describe(self) -> str:
        return f"a str among {{{', '.join(map(repr, self.names))}}}"

    def hint(self, value: object) -> str:
        return nearest(value, self.names)


@dataclasses.dataclass(frozen=True)
class Flag:
    """True or False."""

    def accepts(self, value: object) -> bool:
        return isinstance(value, (bool, np.bool_))

    def describe(self) -> str:
        return "an instance of 'bool'"

    def hint(self, value: object) -> str:
        return ""


@dataclasses.dataclass(frozen=True)
class Exactly:
    """One value and no other, such as None or infinity."""

    value: object

    def accepts(self, value: object) -> bool:
        return value is self.value or (isinstance(value, Real) and bool(value == self.value))

    def describe(self) -> str:
        return str(self.value)

    def hint(self, value: object) -> str:
        return ""


@dataclasses.dataclass(frozen=True)
class Instance:
    """An object of one of the given classes."""

    types: tuple[type, ...]
    words: str

    def accepts(self, value: object) -> bool:
        return isinstance(value, self.types)

    def describe(self) -> str:
        return self.words

    def hint(self, value: object) -> str:
        return ""


class DType:
    """The name or type of a floating-point precision."""

    def accepts(self, value: object) -> bool:
        try:
            name = np.dtype(value).name  # type: ignore[call-overload]
        except (TypeError, ValueError, SyntaxError):  # of strings such as "f4, f8", and dicts
            return False
        return value is not None and name in ("float32", "float64")

    def describe(self) -> str:
        return "'float32', 'float64'"

    def hint(self, value: object) -> str:
        return ""


class AnyOf:
    """A value that at least one of several rules accepts."""

    def __init__(self, *rules: Rule) -> None:
        self.rules = rules

    def accepts(self, value: object) -> bool:
        return any(rule.accepts(value) for rule in self.rules)

    def describe(self) -> str:
        *first, last = [rule.describe() for rule in self.rules]
        return f"{', '.join(first)} or {last}" if first else last

    def hint(self, value: object) -> str:
        return next(filter(None, (rule.hint(value) for rule in self.rules)), "")


class Each:
    """A list, tuple, range or array whose elements all follow one rule."""

    def __init__(self, rule: Rule, words: str) -> None:
        self.rule = rule
        self.words = words

    def accepts(self, value: object) -> bool:
        if isinstance(value, np.ndarray):
            return value.ndim == 1 and all(self.rule.accepts(item) for item in value)
        return isinstance(value, (list, tuple, range)) and all(self.rule.accepts(v) for v in value)

    def describe(self) -> str:
        return self.words

    def hint(self, value: object) -> str:
        items: Iterable[object] = value if isinstance(value, (list, tuple, np.ndarray)) else ()
        wrong = (item for item in items if not self.rule.accepts(item))
        return next(filter(None, map(self.rule.hint, wrong)), "")


def check_value(name: str, owner: str, value: object, rule: Rule) -> None:
    """Raise the one error message for a parameter that its rule does not accept."""
    if not rule.accepts(value):
        raise InvalidParameterError(
            f"The {name!r} parameter of {owner} must be {rule.describe()}. "
            f"Got {value!r} instead.{rule.hint(value)}"
        )


def split_nested(params: dict[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Parameters by name, and those of parts: ``solver__beta_1`` is under ``solver``.

    >>> split_nested({"alpha": 1, "solver__beta_1": 0.8})
    ({'alpha': 1}, {'solver': {'beta_1': 0.8}})
    """
    direct: dict[str, Any] = {}
    nested: dict[str, dict[str, Any]] = {}
    for key, value in params.items():
        name, _, setting = key.partition("__")
        if setting:
            nested.setdefault(name, {})[setting] = value
        else:
            direct[key] = value
    return direct, nested


def replaced(name: str, part: object, settings: dict[str, Any]) -> "Config":
    """A copy of a part with some settings changed; parts are never changed in place.

    Raises
    ------
    ValueError
        If ``part`` is a name or a number, which has no settings.
    """
    if not isinstance(part, Config):
        raise ValueError(
            f"{name}={part!r} has no settings, so {name}__{next(iter(settings))} cannot be "
            f"set. Pass the part as an object, such as solver=Adam() in place of solver='adam'."
        )
    return part.with_params(**settings)


def param(default: Any, rule: Rule, kw_only: bool = False) -> Any:
    """A setting of a part: its default and the values that it may take.

    With ``kw_only`` it is given by name, so that it does not come before a subclass's settings.
    """
    return dataclasses.field(default=default, metadata={"rule": rule}, kw_only=kw_only)


@dataclass_transform(frozen_default=True, field_specifiers=(param,))
class Config:
    """A frozen value object: the settings of a part, and nothing else.

    Settings are checked by :meth:`check`, which the estimators call before any work, so a search
    may build a wrong part and be told at fit, as with scikit-learn's own parameters.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # the rest of a frozen dataclass is below: written anew for each of 130 classes it takes
        # 40 ms of the import
        dataclasses.dataclass(repr=False, eq=False)(cls)

    def __repr__(self) -> str:
        settings = (f"{name}={value!r}" for name, value in self.get_params(deep=False).items())
        return f"{type(self).__qualname__}({', '.join(settings)})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.get_params(deep=False) == other.get_params(deep=False)

    def __hash__(self) -> int:
        return hash((type(self), *self.get_params(deep=False).values()))

    def __setattr__(self, name: str, value: Any) -> None:
        if name in vars(self) or name not in self.__dataclass_fields__:  # set once, by __init__
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def __post_init__(self) -> None:
        # a search draws NumPy numbers, and one of float64 would turn float32 arrays into float64
        for name, value in vars(self).copy().items():
            if isinstance(value, np.generic):
                object.__setattr__(self, name, value.item())

    @classmethod
    def rules(cls) -> dict[str, Rule]:
        """The rule of each setting, by name."""
        fields: Any = dataclasses.fields(cls)  # type: ignore[arg-type]
        return {field.name: field.metadata["rule"] for field in fields if "rule" in field.metadata}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The settings by name, as scikit-learn's ``get_params`` returns them.

        With ``deep``, those of parts inside this part too, as ``schedule__factor``.
        """
        fields: Any = dataclasses.fields(self)  # type: ignore[arg-type]
        params = {field.name: getattr(self, field.name) for field in fields}
        if deep:
            for name, part in list(params.items()):
                if isinstance(part, Config):
                    inner = part.get_params()
                    params |= {f"{name}__{setting}": inner[setting] for setting in inner}
        return params

    def with_params(self, **params: Any) -> Self:
        """A copy with some settings changed, also those of a part inside: ``schedule__factor``.

        Raises
        ------
        ValueError
            If a name is not a setting of this part.
        """
        known = self.get_params(deep=False)
        direct, nested = split_nested(params)
        for name in [*direct, *nested]:
            if name not in known:
                raise ValueError(
                    f"Invalid parameter {name!r} for {type(self).__name__}. "
                    f"Valid parameters are: {sorted(known)!r}.{nearest(name, known)}"
                )
        known |= direct
        for name, settings in nested.items():
            known[name] = replaced(name, known[name], settings)
        return type(self)(**known)

    def check(self, prefix: str = "", owner: str | None = None) -> None:
        """Raise :class:`~sknn.exceptions.InvalidParameterError` for a setting out of its range."""
        owner = owner or type(self).__name__
        for name, rule in self.rules().items():
            value = getattr(self, name)
            check_value(prefix + name, owner, value, rule)
            if isinstance(value, Config):
                value.check(f"{prefix}{name}__", owner)
