"""Registries: the table from a part's name to its class, with a helping hand for misspelt names."""

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError

__all__ = ["PartRule", "Registry"]

PartT = TypeVar("PartT")


class Registry(Mapping[str, type[PartT]], Generic[PartT]):
    """The named parts of one kind.

    Parameters
    ----------
    kind : str
        What the parts are called in messages, such as ``"activation"``.
    base : type
        The class that every part of this kind derives from.
    **parts : type
        The table itself, one line a part.

    Examples
    --------
    >>> from sknn.nn.activations import ACTIVATIONS
    >>> ACTIVATIONS.resolve("relu")
    ReLU()
    >>> ACTIVATIONS["rele"]
    Traceback (most recent call last):
        ...
    sknn.exceptions.InvalidParameterError: Unknown activation 'rele'. Did you mean 'relu'?
    """

    def __init__(self, kind: str, base: type[PartT], **parts: type[PartT]) -> None:
        self.kind = kind
        self.base = base
        self._parts = parts

    def __getitem__(self, name: str) -> type[PartT]:
        try:
            return self._parts[name]
        except KeyError:
            hint = nearest(name, self._parts) or f" Known are: {', '.join(self._parts)}."
            raise InvalidParameterError(f"Unknown {self.kind} {name!r}.{hint}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def resolve(self, part: str | PartT) -> PartT:
        """The part itself: a name gives its class with default settings, an object passes."""
        return self[part]() if isinstance(part, str) else part


class PartRule(Generic[PartT]):
    """Accepts a registered name, or an object of the kind whose own settings are in range."""

    def __init__(self, registry: Registry[PartT]) -> None:
        self.registry: Registry[PartT] = registry

    def accepts(self, value: object) -> bool:
        return isinstance(value, self.registry.base) or (
            isinstance(value, str) and value in self.registry
        )

    def describe(self) -> str:
        names = ", ".join(map(repr, self.registry))
        return f"a str among {{{names}}} or a {self.registry.base.__name__} object"

    def hint(self, value: object) -> str:
        if isinstance(value, type) and issubclass(value, self.registry.base):
            return f" Did you mean {value.__name__}()?"
        return nearest(value, self.registry)
