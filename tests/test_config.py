"""Configs and rules: what a value may be, and the message where it is not."""

import dataclasses
import inspect
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from sknn import MLPClassifierX
from sknn.config import (
    AnyOf,
    Choice,
    Config,
    Exactly,
    Flag,
    Instance,
    Range,
    check_value,
    nearest,
    param,
)
from sknn.exceptions import InvalidParameterError

INF, NAN = float("inf"), float("nan")


class Kettle(Config):
    """A kettle."""

    litres: float = param(1.5, Range(0, 3, closed="right"))
    colour: str = param("red", Choice(("red", "blue")))


# -- rules -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("closed", "at_low", "at_high"),
    [
        ("left", True, False),
        ("right", False, True),
        ("both", True, True),
        ("neither", False, False),
    ],
)
def test_range_at_its_bounds(closed, at_low, at_high):
    rule = Range(0, 1, closed=closed)
    assert rule.accepts(0) is rule.accepts(0.0) is rule.accepts(np.float32(0)) is at_low
    assert rule.accepts(1) is rule.accepts(1.0) is at_high
    assert rule.accepts(0.5)
    assert not rule.accepts(-1e-300)
    assert not rule.accepts(1 + 1e-15)
    left, right = "[" if at_low else "(", "]" if at_high else ")"
    assert rule.describe() == f"a float in the range {left}0, 1{right}"


@pytest.mark.parametrize("value", [NAN, np.float32("nan"), True, np.True_, "1", None, 1j, [1], {}])
def test_range_takes_numbers_only(value):
    assert not Range(None, None).accepts(value)
    assert not Range(0, 2, closed="both").accepts(value)
    assert not Range(None, None, integer=True).accepts(value)


@pytest.mark.parametrize("value", [1, 1.0, np.int8(1), np.float16(1), np.longdouble(1)])
def test_range_takes_numbers_of_any_make(value):
    assert Range(0, 2).accepts(value)


@pytest.mark.parametrize("value", [Decimal(1), Fraction(1), 10**400, -(10**400)])
def test_what_is_no_float_is_refused(value):
    assert not Range(None, None).accepts(value)


def test_integers():
    rule = Range(1, None, integer=True)
    assert rule.accepts(1)
    assert rule.accepts(np.int32(5))
    assert rule.accepts(10**30)
    assert not any(map(rule.accepts, [0, 1.0, 2.5, INF, NAN, True]))
    assert rule.describe() == "an int in the range [1, inf)"


def test_no_bound_is_infinity_and_infinity_is_outside():
    # as in scikit-learn, and as the words say: "[0, inf)"
    assert not Range(0, None).accepts(INF)
    assert not Range(None, 0, closed="neither").accepts(-INF)
    assert not Range(None, None, closed="neither").accepts(INF)
    assert Range(0, None).accepts(1e300)
    assert Range(None, 0).describe() == "a float in the range (-inf, 0)"


def test_choice():
    rule = Choice(("adam", "sgd"))
    assert rule.accepts("sgd")
    assert not any(map(rule.accepts, ["SGD", "", None, 1, b"sgd", ["sgd"]]))
    assert rule.describe() == "a str among {'adam', 'sgd'}"
    assert rule.hint("adamm") == " Did you mean 'adam'?"
    assert rule.hint("Adam") == " Did you mean 'adam'?"
    assert rule.hint("xyz") == rule.hint(3) == ""


def test_flag():
    assert Flag().accepts(True)
    assert Flag().accepts(np.False_)
    assert not any(map(Flag().accepts, [0, 1, None, "True"]))


def test_exactly():
    assert Exactly(None).accepts(None)
    assert not any(map(Exactly(None).accepts, [0, False, "None"]))
    assert Exactly(np.inf).accepts(INF)
    assert Exactly(np.inf).accepts(np.float32("inf"))
    assert not any(map(Exactly(np.inf).accepts, [1, -INF, NAN, "inf"]))
    assert Exactly(None).describe() == "None"


def test_instance():
    rule = Instance((dict, list), "a dict (a list of dicts)")
    assert rule.accepts({})
    assert rule.accepts([])
    assert not rule.accepts(dict)
    assert rule.describe() == "a dict (a list of dicts)"


def test_any_of():
    rule = AnyOf(Choice(("auto",)), Range(1, None, integer=True), Exactly(None))
    assert all(map(rule.accepts, ["auto", 3, None]))
    assert not any(map(rule.accepts, ["aut", 0, 2.5]))
    assert rule.describe() == "a str among {'auto'}, an int in the range [1, inf) or None"
    assert rule.hint("aut") == " Did you mean 'auto'?"
    assert rule.hint(0) == ""
    assert AnyOf(Flag()).describe() == Flag().describe()


def test_nearest():
    assert nearest("tahn", ["tanh", "relu"]) == " Did you mean 'tanh'?"
    assert nearest("RELU", ["tanh", "relu"]) == " Did you mean 'relu'?"
    assert nearest("qqq", ["tanh", "relu"]) == nearest(None, ["tanh"]) == nearest("tanh", []) == ""


def test_check_value():
    check_value("depth", "Pool", 2, Range(0, None))
    with pytest.raises(InvalidParameterError) as error:
        check_value("tint", "Pool", "bleu", Choice(("blue", "green")))
    assert str(error.value) == (
        "The 'tint' parameter of Pool must be a str among {'blue', 'green'}. "
        "Got 'bleu' instead. Did you mean 'blue'?"
    )


def test_the_message_of_an_estimator_is_that_of_scikit_learn():
    with pytest.raises(InvalidParameterError) as error:
        MLPClassifierX(alpha=-1).fit([[0.0], [1.0]], [0, 1])
    assert str(error.value) == (
        "The 'alpha' parameter of MLPClassifierX must be a float in the range [0.0, inf). "
        "Got -1 instead."
    )


# -- configs -----------------------------------------------------------------------------------


def test_a_config_is_a_frozen_value():
    assert Kettle() == Kettle(1.5, "red") == Kettle(colour="red")
    assert Kettle() != Kettle(litres=2.0)
    assert len({Kettle(), Kettle(), Kettle(colour="blue")}) == 2
    assert repr(Kettle(colour="blue")) == "Kettle(litres=1.5, colour='blue')"
    with pytest.raises(dataclasses.FrozenInstanceError):
        Kettle().litres = 2.0


def test_settings_of_a_subclass_come_after_those_of_its_base():
    class Samovar(Kettle):
        """A bigger kettle."""

        litres: float = param(5.0, Range(0, 30))
        taps: int = param(1, Range(1, None, integer=True))

    assert list(inspect.signature(Samovar).parameters) == ["litres", "colour", "taps"]
    assert Samovar().get_params() == {"litres": 5.0, "colour": "red", "taps": 1}
    assert Samovar.rules()["litres"].high == 30
    assert Samovar(litres=1.5) != Kettle()


def test_with_params_is_a_changed_copy():
    kettle = Kettle()
    assert kettle.with_params(litres=2) == Kettle(litres=2)
    assert kettle == Kettle()
    with pytest.raises(
        ValueError, match=r"Invalid parameter 'color' for Kettle.*Did you mean 'col"
    ):
        kettle.with_params(color="red")
    with pytest.raises(ValueError, match=r"Valid parameters are: \['colour', 'litres'\]\."):
        kettle.with_params(zzz=1)


def test_settings_are_checked_when_asked():
    wrong = Kettle(litres=4, colour="green")
    with pytest.raises(InvalidParameterError, match=r"^The 'litres' parameter of Kettle must be"):
        wrong.check()
    with pytest.raises(
        InvalidParameterError, match=r"^The 'pot__litres' parameter of Kitchen must"
    ):
        wrong.check(prefix="pot__", owner="Kitchen")
    with pytest.raises(InvalidParameterError, match="colour"):
        wrong.with_params(litres=3).check()
    Kettle(litres=3, colour="blue").check()


# -- parts inside parts ------------------------------------------------------------------------


class Stove(Config):
    """A stove with a kettle on it."""

    heat: float = param(1.0, Range(0, None))
    kettle: Config = param(Kettle(), Instance((Kettle,), "a Kettle object"))


def test_settings_of_a_part_inside_are_reached():
    stove = Stove()
    assert stove.get_params(deep=False) == {"heat": 1.0, "kettle": Kettle()}
    assert stove.get_params()["kettle__litres"] == 1.5
    changed = stove.with_params(heat=2.0, kettle__colour="blue")
    assert changed == Stove(heat=2.0, kettle=Kettle(colour="blue"))
    assert stove == Stove(), "the part itself stays as it was"
    assert stove.with_params(kettle=Kettle(0.5), kettle__colour="blue").kettle.litres == 0.5
    assert stove.with_params(**stove.get_params()) == stove


def test_a_wrong_setting_of_a_part_inside_is_named():
    with pytest.raises(InvalidParameterError, match="The 'oven__kettle__litres' parameter of Cook"):
        Stove(kettle=Kettle(litres=9)).check("oven__", "Cook")
    with pytest.raises(ValueError, match="Did you mean 'litres'"):
        Stove().with_params(kettle__litre=1.0)
    with pytest.raises(ValueError, match="Invalid parameter 'pot'"):
        Stove().with_params(pot__litres=1.0)
    with pytest.raises(ValueError, match=r"heat=1\.0 has no settings, so heat__high"):
        Stove().with_params(heat__high=1.0)


@pytest.mark.parametrize("number", [np.float64(0.5), np.float32(0.5), np.int64(2), np.True_])
def test_numbers_of_numpy_become_plain_ones(number):
    for kettle in (Kettle(litres=number), Kettle().with_params(litres=number)):
        assert kettle == Kettle(litres=number.item())
        assert type(kettle.litres) in (float, int, bool)
        assert "np." not in repr(kettle)
