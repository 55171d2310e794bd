"""The blueprint: which layers, in which order."""

import pytest

from sknn.nn.activations import Logistic, ReLU, Tanh
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.layers import NORMALIZATIONS, AlphaDropout, BatchNorm


def names(*args, **kwargs):
    return [type(layer).__name__ for layer in multilayer_perceptron(*args, **kwargs)]


def test_plain():
    assert names([5, 4], 2, [ReLU(), ReLU()]) == ["Dense", "Activate", "Dense", "Activate", "Dense"]


def test_everything():
    hidden = ["Dense", "BatchNormLayer", "Activate", "DropoutLayer"]
    layers = names([5, 4], 2, [ReLU(), ReLU()], BatchNorm(), dropout=[0.1, 0.2], input_dropout=0.1)
    assert layers == ["InputDropoutLayer", *hidden, *hidden, "Dense"]


def test_normalization_after_the_activation_is_before_dropout():
    layers = names([5], 2, [ReLU()], BatchNorm(position="after"), dropout=["alpha_dropout"])
    assert layers == ["Dense", "Activate", "BatchNormLayer", "AlphaDropoutLayer", "Dense"]


@pytest.mark.parametrize("cls", NORMALIZATIONS.values())
def test_every_normalization_goes_where_it_is_told(cls):
    for position, place in (("before", 1), ("after", 2)):
        layers = multilayer_perceptron([4], 1, [ReLU()], cls(position=position))
        assert type(layers[place]) is type(cls().layer())


def test_dropout_by_rate_name_and_object():
    layers = multilayer_perceptron(
        [5, 4, 3], 1, [ReLU()] * 3, dropout=[0.1, "dropout", AlphaDropout(0.2)]
    )
    assert [layer.rate for layer in layers[2::3]] == [0.1, 0.5, 0.2]


def test_input_dropout_of_a_linear_model():
    assert names([], 1, [], default_activation=ReLU(), input_dropout=0.5) == [
        "InputDropoutLayer",
        "Dense",
    ]


def test_a_rate_of_0_is_no_layer():
    assert names([5, 4], 1, [ReLU(), Tanh()], dropout=[0.0, 0.2]) == [
        "Dense",
        "Activate",
        "Dense",
        "Activate",
        "DropoutLayer",
        "Dense",
    ]


def test_units_and_activations_are_where_they_belong():
    layers = multilayer_perceptron([5, 4], 2, [ReLU(), Tanh()], dropout=[0.1, 0.2])
    dense, active, dropped = layers[0::3], layers[1::3], layers[2::3]
    assert [layer.units for layer in dense] == [5, 4, 2]
    assert [layer.activation for layer in dense] == [ReLU(), Tanh(), Tanh()]
    assert [layer.activation for layer in active] == [ReLU(), Tanh()]
    assert [layer.rate for layer in dropped] == [0.1, 0.2]


def test_a_linear_model_is_one_dense_layer():
    (layer,) = multilayer_perceptron([], 3, [], default_activation=Logistic())
    assert (layer.units, layer.activation) == (3, Logistic())


@pytest.mark.parametrize(
    "arguments",
    [{"activations": [ReLU()]}, {"activations": [ReLU(), ReLU()], "dropout": [0.1]}],
)
def test_one_entry_per_hidden_layer(arguments):
    with pytest.raises(ValueError, match="zip"):
        multilayer_perceptron([5, 4], 1, **arguments)


def test_layers_are_not_shared_between_networks():
    first, second = (multilayer_perceptron([5], 1, [ReLU()], BatchNorm()) for _ in range(2))
    assert not {id(layer) for layer in first} & {id(layer) for layer in second}
