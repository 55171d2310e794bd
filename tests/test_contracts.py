"""What every part in every registry keeps to: settings, copies, words, and checks at fit."""

import copy
import dataclasses
import pickle
import re

import numpy as np
import pytest
from sklearn.base import clone

from sknn import MLPClassifierX, MLPRegressorX
from sknn.config import Config, Range
from sknn.estimators.validation import CLASSIFIER_RULES, REGRESSOR_RULES, registries
from sknn.exceptions import InvalidParameterError
from sknn.nn.activations import ACTIVATIONS
from sknn.nn.averaging import AVERAGINGS
from sknn.nn.clipping import CLIPPINGS
from sknn.nn.initializers import BIASES, INITIALIZERS
from sknn.nn.layers import DROPOUTS, EMBEDDINGS, MEMBERS, NORMALIZATIONS
from sknn.nn.losses import CLASSIFICATION_LOSSES, REGRESSION_LOSSES
from sknn.nn.optimizers import OPTIMIZERS
from sknn.nn.parametrizations import PARAMETRIZATIONS
from sknn.nn.schedules import SCHEDULES
from sknn.train import CALLBACKS, SAMPLINGS

#: Each registry, with an estimator and the parameter that takes its parts.
REGISTRIES = [
    (ACTIVATIONS, MLPClassifierX, "activation"),
    (CLASSIFICATION_LOSSES, MLPClassifierX, "loss"),
    (REGRESSION_LOSSES, MLPRegressorX, "loss"),
    (EMBEDDINGS, MLPRegressorX, "embedding"),
    (MEMBERS, MLPClassifierX, "members"),
    (NORMALIZATIONS, MLPClassifierX, "normalization"),
    (DROPOUTS, MLPClassifierX, "dropout"),
    (INITIALIZERS, MLPRegressorX, "initializer"),
    (BIASES, MLPRegressorX, "bias_initializer"),
    (PARAMETRIZATIONS, MLPClassifierX, "parametrization"),
    (OPTIMIZERS, MLPClassifierX, "solver"),
    (SCHEDULES, MLPRegressorX, "learning_rate"),
    (CLIPPINGS, MLPRegressorX, "gradient_clip"),
    (AVERAGINGS, MLPClassifierX, "averaging"),
    (SAMPLINGS, MLPClassifierX, "sampling"),
    (CALLBACKS, MLPClassifierX, "callbacks"),
]
PARTS = [
    pytest.param(cls, Estimator, parameter, id=f"{parameter}-{name}")
    for registry, Estimator, parameter in REGISTRIES
    for name, cls in registry.items()
]
#: What the ``repr`` of a part, and of a part inside it, may name.
BY_NAME = {cls.__name__: cls for registry, _, _ in REGISTRIES for cls in registry.values()}
SETTINGS = [
    pytest.param(cls, Estimator, parameter, setting, id=f"{cls.__name__}-{setting}")
    for registry, Estimator, parameter in REGISTRIES
    for cls in registry.values()
    for setting in cls.rules()
]
X, y = np.random.RandomState(0).normal(size=(12, 2)), np.arange(12) % 2


def out_of_range(rule):
    """Values on the wrong side of each bound, and what is no number of this kind."""
    values = [float("nan"), "1", None, True]
    if rule.low is not None:
        values.append(rule.low if rule.closed in ("right", "neither") else rule.low - 1)
    if rule.high is not None:
        values.append(rule.high if rule.closed in ("left", "neither") else rule.high + 1)
    if rule.integer:
        values.append(2.5)
    return values


def test_there_are_parts():
    assert len(PARTS) >= 25
    assert len(SETTINGS) >= 10


def test_every_registry_is_here():
    parameters = {(MLPClassifierX, name): r for name, r in registries(CLASSIFIER_RULES).items()}
    parameters |= {(MLPRegressorX, name): r for name, r in registries(REGRESSOR_RULES).items()}
    assert {id(registry) for registry, _, _ in REGISTRIES} == set(map(id, parameters.values()))
    assert all(parameters[Estimator, name] is r for r, Estimator, name in REGISTRIES)


@pytest.mark.parametrize(("cls", "Estimator", "parameter"), PARTS)
class TestPart:
    def test_is_a_config_with_defaults_in_range(self, cls, Estimator, parameter):
        part = cls()
        assert isinstance(part, Config)
        part.check()
        for name, rule in cls.rules().items():
            assert rule.accepts(getattr(part, name))
        assert set(cls.rules()) == set(part.get_params(deep=False))

    def test_is_frozen(self, cls, Estimator, parameter):
        part = cls()
        for name in [*part.get_params(), "anything"]:
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(part, name, 1.0)

    def test_is_a_value(self, cls, Estimator, parameter, variants):
        parts = variants(cls)
        assert len(set(parts)) == len(parts)
        assert parts[0] == cls()
        assert hash(parts[0]) == hash(cls())

    def test_copies_are_equal(self, cls, Estimator, parameter, variants):
        for part in variants(cls):
            for same in (
                pickle.loads(pickle.dumps(part)),
                copy.deepcopy(part),
                copy.copy(part),
                clone(part, safe=False),
                eval(repr(part), BY_NAME),
                part.with_params(),
                cls(**part.get_params(deep=False)),
                cls().with_params(**part.get_params()),
            ):
                assert type(same) is cls
                assert same == part
                assert repr(same) == repr(part)

    def test_has_a_docstring(self, cls, Estimator, parameter):
        assert cls.__doc__, "a part tells what it is"
        first_line = cls.__doc__.strip().splitlines()[0]
        assert first_line.endswith(".")
        assert len(first_line) > 20
        assert not first_line.startswith(f"{cls.__name__}(")  # what dataclasses writes by itself
        assert cls.__module__.startswith(("sknn.nn.", "sknn.train."))

    def test_unknown_settings_are_refused(self, cls, Estimator, parameter):
        for name in cls.rules():
            with pytest.raises(ValueError, match=f"Did you mean '{name}'") as error:
                cls().with_params(**{name + "x": 1.0})
            assert cls.__name__ in str(error.value)
        with pytest.raises(ValueError, match="Invalid parameter 'zzz'"):
            cls().with_params(zzz=1.0)
        with pytest.raises(TypeError):
            cls(zzz=1.0)

    def test_an_estimator_takes_it_and_is_cloned_with_it(self, cls, Estimator, parameter):
        net = Estimator(**{parameter: cls()})
        same = clone(net)
        assert getattr(same, parameter) == cls()
        for setting in cls.rules():
            assert f"{parameter}__{setting}" in net.get_params()


@pytest.mark.parametrize(("cls", "Estimator", "parameter", "setting"), SETTINGS)
class TestSetting:
    def test_can_be_set_through_an_estimator(self, cls, Estimator, parameter, setting, variants):
        for part in variants(cls):
            original = cls()
            net = Estimator(**{parameter: original})
            net.set_params(**{f"{parameter}__{setting}": getattr(part, setting)})
            assert getattr(getattr(net, parameter), setting) == getattr(part, setting)
            assert original == cls()

    def test_out_of_range_is_refused_at_fit(self, cls, Estimator, parameter, setting):
        rule = cls.rules()[setting]
        values = out_of_range(rule) if isinstance(rule, Range) else [1j]
        for value in values:
            net = Estimator(**{parameter: cls(**{setting: value})})  # nothing said so far
            message = (
                f"The '{parameter}__{setting}' parameter of {Estimator.__name__} must be "
                f"{rule.describe()}. Got {value!r} instead."
            )
            with pytest.raises(InvalidParameterError, match=re.escape(message)):
                net.fit(X, y)


@pytest.mark.parametrize(("registry", "Estimator", "parameter"), REGISTRIES)
class TestRegistry:
    def test_names_are_identifiers_in_lower_case(self, registry, Estimator, parameter):
        assert len(registry) == len(set(registry.values())) > 0
        assert all(name.isidentifier() and name == name.lower() for name in registry)
        assert all(issubclass(cls, registry.base) for cls in registry.values())

    def test_a_misspelt_name_gets_the_nearest(self, registry, Estimator, parameter):
        for name in registry:
            typo = name[:-1] + "_" if len(name) > 3 else name + "_"
            with pytest.raises(InvalidParameterError, match="Did you mean '") as error:
                Estimator(**{parameter: typo}).fit(X, y)
            assert f"The '{parameter}' parameter of {Estimator.__name__}" in str(error.value)

    def test_a_class_is_not_a_part(self, registry, Estimator, parameter):
        for cls in registry.values():
            with pytest.raises(InvalidParameterError, match=rf"Did you mean {cls.__name__}\(\)\?"):
                Estimator(**{parameter: cls}).fit(X, y)

    def test_a_part_of_another_kind_is_refused(self, registry, Estimator, parameter):
        other = next(r for r, _, _ in REGISTRIES if not issubclass(r.base, registry.base))
        part = next(iter(other.values()))()
        with pytest.raises(InvalidParameterError, match=registry.base.__name__):
            Estimator(**{parameter: part}).fit(X, y)
