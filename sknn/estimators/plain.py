"""Estimators as plain values: dicts, lists, texts, numbers and arrays, and back again.

What pickle, skops and :func:`sknn.save` keep of an estimator is the same: its attributes, in which
each object of this package is a dict ``{"@": name, "state": ...}``. The names are those of a table
that is made here from the package's own classes, so that no name in a file is ever looked up
elsewhere, and a class may move to another module. An object that is not in the table stays as it
is: pickle takes it along, and ``save`` says that it cannot.
"""

import functools
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np

from sknn.config import Config
from sknn.nn.links import LINKS, IncreasingLink, Link
from sknn.preprocessing import SmoothClipScaler, TableEncoder
from sknn.preprocessing.levels import Levels
from sknn.preprocessing.one_hot import OneHot
from sknn.train import Callback
from sknn.uncertainty import CrossConformalIntervals, CrossConformalSets
from sknn.uncertainty.folds import FoldScores

__all__ = ["check_names", "flatten", "is_known", "is_plain", "storable", "unflatten"]

State = dict[str, Any]
#: Attributes that scikit-learn's callbacks and metadata routing leave on an estimator, and what
#: predictions make anew.
PASSING = "_skl_callbacks", "_metadata_request", "_in_double"
#: The longest range.
MOST_NUMBERS = 1_000_000


class Kept(NamedTuple):
    """How objects of a class are kept.

    Parameters
    ----------
    name : str
        What the class is called in a file, for ever.
    state : callable
        From an object to its state, in which there may be objects.
    build : callable
        From the state to an equal object; raises ValueError for one that cannot be.
    """

    name: str
    state: Callable[[Any], State]
    build: Callable[[State], Any]


def flatten(value: Any) -> Any:
    """A copy of nested values with each object of the package as a plain dict.

    Examples
    --------
    >>> from sknn.nn.activations import ELU
    >>> flatten([ELU(alpha=0.5), "tanh"])
    [{'@': 'ELU', 'state': {'alpha': 0.5}}, 'tanh']
    """
    if type(value) is dict:
        plain = {key: flatten(item) for key, item in value.items()}
        if "@" not in plain and all(type(key) in (str, int) for key in plain):  # as JSON has them
            return plain
        return {"@": "dict", "state": {"items": list(plain.items())}}
    if type(value) in (list, tuple):
        return type(value)(map(flatten, value))
    kept = _kept(value)
    return value if kept is None else {"@": kept.name, "state": flatten(kept.state(value))}


def storable(state: State) -> State:
    """The state of an estimator without what is of a process or a pipeline, not of the model."""
    return {name: value for name, value in state.items() if name not in PASSING} | {
        "callbacks": None
    }


def unflatten(value: Any) -> Any:
    """The values with objects that :func:`flatten` was given.

    Raises
    ------
    ValueError
        If a dict names no class of the package, or gives it a state that it cannot have.

    Examples
    --------
    >>> unflatten({"@": "ELU", "state": {"alpha": 0.5}})
    ELU(alpha=0.5)
    """
    if type(value) in (list, tuple):
        return type(value)(map(unflatten, value))
    if type(value) is not dict:
        return value
    if "@" not in value:
        return {key: unflatten(item) for key, item in value.items()}
    name, state = value["@"], value.get("state")
    if set(value) != {"@", "state"} or type(state) is not dict or name not in _by_name():
        raise ValueError(f"there is no {name!r:.40} that can be made of {state!r:.60}")
    try:
        return _by_name()[name].build(unflatten(state))
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ValueError(f"a {name} cannot be made of {state!r:.60}: {error}") from error


def is_known(value: Any) -> bool:
    """Whether an object is of a class of the package, of which :func:`flatten` keeps the state."""
    return _kept(value) is not None


def is_plain(value: Any) -> bool:
    """Whether there are only plain values and arrays in what :func:`flatten` has made.

    >>> is_plain({"loss": "huber", "scale": [1.0, None]}), is_plain([print])
    (True, False)
    """
    if type(value) is dict:
        return all(map(is_plain, value.values()))
    if type(value) in (list, tuple):
        return all(map(is_plain, value))
    if isinstance(value, np.ndarray) and value.dtype == object:
        return is_plain(value.ravel().tolist())
    return value is None or isinstance(value, (bool, int, float, str, np.ndarray, np.generic))


def _kept(value: Any) -> Kept | None:
    if isinstance(value, np.dtype):
        return _DTYPE
    if isinstance(value, type):
        return _SCALAR_TYPE if issubclass(value, np.floating) else None
    if isinstance(value, np.random.RandomState):
        twister = value.get_state(legacy=False)["bit_generator"] == "MT19937"
        return _by_class()[np.random.RandomState] if twister else None
    return _by_class().get(type(value))


@functools.cache
def _by_class() -> dict[type, Kept]:
    # not at the top, since the estimators themselves are kept by this module
    from sknn.estimators.classifier import MLPClassifierX
    from sknn.estimators.regressor import MLPRegressorX
    from sknn.estimators.tabular import TabularMLPClassifierX, TabularMLPRegressorX

    estimators = MLPClassifierX, MLPRegressorX, TabularMLPClassifierX, TabularMLPRegressorX
    records = FoldScores, CrossConformalSets, CrossConformalIntervals
    plain = OneHot, SmoothClipScaler, TableEncoder
    table: dict[type, Kept] = {
        range: Kept("range", _range_state, _range_from),
        Levels: Kept("Levels", _levels_state, lambda state: Levels.of(**state)),
        np.random.RandomState: Kept("RandomState", _random_state, _random_from),
    }
    table |= {type(link): Kept("Link", _link_state, _link_from) for link in LINKS.values()}
    table |= {IncreasingLink: Kept("Link", _link_state, _link_from)}
    table |= {cls: Kept(cls.__name__, _settings, _part_from(cls)) for cls in _parts()}
    table |= {cls: Kept(cls.__name__, _fields_of, _record_from(cls)) for cls in records}
    table |= {cls: Kept(cls.__name__, lambda o: dict(vars(o)), _object_from(cls)) for cls in plain}
    table |= {cls: Kept(cls.__name__, _estimator_state, _estimator_from(cls)) for cls in estimators}
    return table


@functools.cache
def _by_name() -> dict[str, Kept]:
    others = Kept("dict", dict, _dict_from), _DTYPE, _SCALAR_TYPE
    return {kept.name: kept for kept in (*_by_class().values(), *others)}


def _parts(base: type[Config] = Config) -> Iterator[type[Config]]:
    """The parts that this package defines; without callbacks, which write files and print."""
    for cls in base.__subclasses__():
        if cls.__module__.startswith("sknn.") and not issubclass(cls, Callback):
            if not cls.__name__.startswith("_"):
                yield cls
            yield from _parts(cls)


def _part_from(cls: type[Config]) -> Callable[[State], Any]:
    def build(state: State) -> Config:
        part = cls(**state)
        part.check()
        return part

    return build


def _settings(part: Config) -> State:
    return part.get_params(deep=False)


def _fields_of(record: Any) -> State:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _record_from(cls: type) -> Callable[[State], Any]:
    return lambda state: cls(**state)


def _object_from(cls: type) -> Callable[[State], Any]:
    def build(state: State) -> Any:
        check_names(cls, state)
        made: Any = object.__new__(cls)
        vars(made).update(state)
        return made

    return build


def check_names(cls: type, state: State) -> None:
    """Raise ValueError where an attribute would take the place of a method."""
    for name in state:
        if hasattr(cls, name) or not name.isidentifier():
            raise ValueError(f"a {cls.__name__} has no attribute {name!r:.40} of its own")


def _estimator_state(estimator: Any) -> State:
    state: State = estimator._state()
    return state


def _estimator_from(cls: type) -> Callable[[State], Any]:
    def build(state: State) -> Any:
        check_names(cls, state)
        estimator = cls()  # with the defaults of parameters that the file does not know
        estimator._become(state)
        return estimator

    return build


def _link_state(link: Link) -> State:
    return {"name": link.name, "per_target": link.per_target}


def _link_from(state: State) -> Link:
    name, per_target = state["name"], state["per_target"]
    if name == IncreasingLink.name and type(per_target) is int and per_target > 1:
        return IncreasingLink(per_target)
    if per_target != 1:
        raise ValueError(f"a link {name!r} has one prediction for each target")
    return LINKS[name]


def _levels_state(levels: Levels) -> State:
    return {"values": levels.values, "totals": levels.totals}


def _range_state(numbers: range) -> State:
    return {"bounds": (numbers.start, numbers.stop, numbers.step)}


def _range_from(state: State) -> range:
    numbers = range(*state["bounds"])
    if numbers[MOST_NUMBERS:]:  # a few bytes must not become hours, or gigabytes
        raise ValueError(f"a range has more than {MOST_NUMBERS} numbers")
    return numbers


def _random_state(generator: np.random.RandomState) -> State:
    return {"state": generator.get_state()}


def _random_from(state: State) -> np.random.RandomState:
    name, key, position, has_gauss, gauss = state["state"]
    sound = isinstance(key, np.ndarray) and key.dtype == np.uint32 and key.shape == (624,)
    if not sound or type(position) is not int or not 0 <= position <= 624:
        raise ValueError("a RandomState has 624 numbers and a position among them")
    generator = np.random.RandomState(0)
    generator.set_state((name, key, position, int(has_gauss), float(gauss)))
    return generator


def _dict_from(state: State) -> dict[Any, Any]:
    return dict(map(tuple, state["items"]))


def _dtype_from(state: State) -> np.dtype[Any]:
    if state["name"] not in ("float32", "float64"):
        raise ValueError(f"the precision {state['name']!r:.40} is not offered")
    return np.dtype(state["name"])


_DTYPE = Kept("dtype", lambda dtype: {"name": dtype.name}, _dtype_from)
_SCALAR_TYPE = Kept(
    "scalar type",
    lambda cls: {"name": np.dtype(cls).name},
    lambda state: _dtype_from(state).type,
)
