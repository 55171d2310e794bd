"""Registries: a mapping from names to classes, with a helping hand."""

import pytest

from sknn.config import Config, Range, param
from sknn.exceptions import InvalidParameterError
from sknn.registry import PartRule, Registry


class Fruit(Config):
    """A fruit."""


class Apple(Fruit):
    """An apple."""

    weight: float = param(0.2, Range(0, None))


class Banana(Fruit):
    """A banana."""


FRUIT = Registry("fruit", Fruit, apple=Apple, banana=Banana)


def test_is_a_mapping():
    assert list(FRUIT) == ["apple", "banana"]
    assert dict(FRUIT.items()) == {"apple": Apple, "banana": Banana}
    assert len(FRUIT) == 2
    assert "apple" in FRUIT
    assert "cherry" not in FRUIT
    assert FRUIT["banana"] is Banana


def test_resolve():
    mine = Apple(weight=1.0)
    assert FRUIT.resolve("apple") == Apple()
    assert FRUIT.resolve(mine) is mine


@pytest.mark.parametrize("ask", [FRUIT.__getitem__, FRUIT.resolve])
def test_a_misspelt_name_gets_the_nearest(ask):
    with pytest.raises(
        InvalidParameterError, match=r"Unknown fruit 'aple'. Did you mean 'apple'\?"
    ):
        ask("aple")
    with pytest.raises(InvalidParameterError, match=r"Did you mean 'banana'\?"):
        ask("BANANA")


def test_a_strange_name_gets_all():
    with pytest.raises(
        InvalidParameterError, match=r"^Unknown fruit 'xyz'. Known are: apple, banana.$"
    ):
        FRUIT["xyz"]


def test_the_error_has_no_cause():
    with pytest.raises(InvalidParameterError) as error:
        FRUIT["xyz"]
    assert error.value.__suppress_context__


@pytest.mark.parametrize(
    ("value", "accepted"),
    [("apple", True), (Apple(), True), ("aple", False), (Apple, False), (None, False), ([], False)],
)
def test_rule(value, accepted):
    assert PartRule(FRUIT).accepts(value) is accepted


def test_rule_has_words():
    rule = PartRule(FRUIT)
    assert rule.describe() == "a str among {'apple', 'banana'} or a Fruit object"
    assert rule.hint("banan") == " Did you mean 'banana'?"
    assert rule.hint(Apple) == " Did you mean Apple()?"
    assert rule.hint(3) == rule.hint(int) == ""
