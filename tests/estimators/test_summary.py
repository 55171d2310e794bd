"""The summary: the numbers of the course's networks, the table as text and as HTML."""

import pickle
from html.parser import HTMLParser

import numpy as np
import pytest
from sklearn.datasets import make_classification, make_regression
from sklearn.exceptions import NotFittedError

from sknn import MLPClassifierX, MLPRegressorX
from sknn.nn.activations import ELU
from sknn.nn.initializers import GivenWeights
from sknn.nn.layers import NORMALIZATIONS, Layer

X, y = make_regression(n_samples=20, n_features=3, random_state=0)


@pytest.mark.parametrize(
    ("sizes", "n_targets", "parameters"),
    [
        ((5,), 1, [20, 6]),  # 3-5-1
        ((4,), 2, [16, 10]),  # 3-4-2
        ((4, 4), 1, [16, 20, 5]),  # 3-4-4-1
        ((), 1, [4]),
        ((1,), 1, [4, 2]),
    ],
)
def test_counts_parameters_as_the_course_does(sizes, n_targets, parameters):
    net = MLPRegressorX(
        hidden_layer_sizes=sizes, solver="lbfgs", random_state=0, max_iter=3, tol=1e9
    )
    net.fit(X, np.column_stack([y] * n_targets) if n_targets > 1 else y)
    summary = net.summary()
    counted = [layer.n_parameters for layer in summary.layers if layer.n_parameters]
    assert counted == parameters
    assert summary.n_parameters == net.n_parameters_ == sum(parameters)
    assert summary.n_parameters == sum(a.size for a in [*net.coefs_, *net.intercepts_])
    assert summary.n_bytes == 8 * sum(parameters)
    units = "-".join(map(str, [3, *sizes, n_targets]))
    assert f"{len(sizes) + 1}-layer network {units} (the input is not counted)" in str(summary)
    assert net.n_layers_ == len(sizes) + 2  # scikit-learn counts the input
    assert f" {sum(parameters)} " in str(summary)


def test_the_two_networks_have_26_and_41_parameters():
    X, labels = make_classification(
        n_samples=20, n_features=3, n_informative=3, n_redundant=0, random_state=0
    )
    small = MLPClassifierX(5, max_iter=1, n_iter_no_change=1, tol=1e9, solver="lbfgs")
    deep = MLPClassifierX((4, 4), max_iter=1, n_iter_no_change=1, tol=1e9, solver="lbfgs")
    assert small.fit(X, labels).summary().n_parameters == 26
    assert deep.fit(X, labels).summary().n_parameters == 41


@pytest.fixture(scope="module")
def net():
    """A network with each kind of layer."""
    return MLPClassifierX(
        (6, 4),
        activation=("tanh", ELU(alpha=0.5)),
        normalization="batch",
        dropout=(0.0, 0.25),
        early_stopping=True,
        n_iter_no_change=1,
        tol=1.0,
        batch_size=10,
        dtype="float32",
        random_state=0,
    ).fit(X, np.array(["a", "b", "c", "a"])[np.arange(20) % 4])


def test_each_layer_has_its_line(net):
    told = [(layer.group, layer.part, layer.n_units) for layer in net.summary().layers]
    assert told == [
        ("input", "", 3),
        ("hidden 1", "Dense(units=6)", 6),
        ("hidden 1", "BatchNorm(position='before', momentum=0.1, epsilon=1e-05)", 6),
        ("hidden 1", "Tanh()", 6),
        ("hidden 2", "Dense(units=4)", 4),
        ("hidden 2", "BatchNorm(position='before', momentum=0.1, epsilon=1e-05)", 4),
        ("hidden 2", "ELU(alpha=0.5)", 4),
        ("hidden 2", "Dropout(rate=0.25)", 4),
        ("output", "Dense(units=3)", 3),
        ("output", "link: softmax", 3),
    ]


def test_statistics_are_counted_apart(net):
    summary = net.summary()
    network = net._fitted_network()
    assert summary.n_parameters == network.values.size == net.n_parameters_
    assert summary.n_statistics == network.statistics.size > 0
    assert summary.n_bytes == network.values.nbytes + network.statistics.nbytes
    assert f"+ {summary.n_statistics} running statistics" in str(summary)


def test_tells_how_the_network_was_trained(net):
    facts = net.summary().facts
    assert facts["solver"] == "Adam(beta_1=0.9, beta_2=0.999, epsilon=1e-08)"
    assert facts["loss"] == "LogLoss(label_smoothing=0.0)"
    assert facts["initializer"] == "Auto()"
    assert facts["precision"] == "float32"
    epochs, iterations = net.n_iter_, net.n_updates_
    assert iterations == 2 * epochs > 0
    assert facts["trained"].startswith(f"{epochs} epochs, {iterations} iterations, loss ")
    assert facts["stopped"] == net.stop_reason_


def test_text_is_aligned(net):
    title, *lines = str(net.summary()).splitlines()
    table = lines[: lines.index("")]
    assert title.startswith("MLPClassifierX: 3-layer network 3-6-4-3")
    width = len(table[0])
    assert table[0] == "-" * width
    assert {len(line) for line in table} == {width}
    parts = table[1].index("part")
    assert all(line[parts - 1] == " " for line in table if not line.startswith("-"))


class Cells(HTMLParser):
    """The rows of a table, and whether each tag is closed in its turn."""

    def __init__(self):
        super().__init__()
        self.open, self.rows = [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


def test_html_says_the_same_as_the_text(net):
    summary = net.summary()
    page = Cells()
    page.feed(summary._repr_html_())
    assert not page.open
    assert {len(row) for row in page.rows} == {5}
    table = str(summary).split("\n\n")[0].splitlines()[1:]
    lines = [line for line in table if not line.startswith("-")]
    assert [" ".join(filter(None, row)) for row in page.rows] == [
        " ".join(line.split()) for line in lines
    ]
    assert repr(summary) == str(summary)


def test_html_is_escaped():
    class Odd(ELU):
        def __repr__(self):
            return "<script>"

    html = (
        MLPRegressorX(hidden_layer_sizes=2, activation=Odd(), solver="lbfgs", tol=1e9)
        .fit(X, y)
        .summary()
    )
    assert "<script>" in str(html)
    assert "<script>" not in html._repr_html_()
    assert "&lt;script&gt;" in html._repr_html_()


def test_long_words_are_cut():
    start = GivenWeights([np.ones((3, 1)).tolist()] * 1)
    long = GivenWeights([(np.arange(300).reshape(3, 100) / 7).tolist(), np.ones((100, 1)).tolist()])
    for initializer, sizes in ((start, ()), (long, 100)):
        net = MLPRegressorX(
            hidden_layer_sizes=sizes, initializer=initializer, solver="lbfgs", tol=1e9
        ).fit(X, y)
        assert len(net.summary().facts["initializer"]) <= 110


@pytest.mark.parametrize("Estimator", [MLPClassifierX, MLPRegressorX])
def test_needs_a_fit(Estimator):
    with pytest.raises(NotFittedError):
        Estimator().summary()
    assert not hasattr(Estimator(), "n_parameters_")


def test_survives_a_pickle(net):
    assert pickle.loads(pickle.dumps(net)).summary() == net.summary()


def test_counts_on_through_partial_fit():
    net = MLPRegressorX(hidden_layer_sizes=2, batch_size=10, random_state=0)
    for _ in range(3):
        net.partial_fit(X, y)
    assert net.summary().facts["trained"].startswith("3 epochs, 6 iterations")


@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_every_normalization_shows_up_by_itself(name):
    net = MLPRegressorX(
        hidden_layer_sizes=4,
        normalization=name,
        max_iter=1,
        tol=1e9,
        n_iter_no_change=1,
        solver="lbfgs",
    )
    parts = [layer.part for layer in net.fit(X, y).summary().layers]
    assert repr(NORMALIZATIONS[name]()) in parts


def test_a_layer_of_ones_own_describes_itself():
    class NoiseLayer(Layer):
        def __init__(self, scale, hidden=3):
            self.scale = scale

        def forward(self, x, room, step):
            return x

        def backward(self, grad, room, wanted):
            return grad

    assert NoiseLayer(0.5).describe() == "Noise(scale=0.5)"
