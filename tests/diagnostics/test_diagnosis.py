"""How a diagnosis reads, and what it can be turned into."""

import dataclasses
import sys
import warnings
from html.parser import HTMLParser

import numpy as np
import pytest

from sknn import MLPClassifierX, MLPRegressorX, diagnose
from sknn.diagnostics.diagnosis import WIDTH
from sknn.diagnostics.symptoms import SYMPTOMS
from sknn.diagnostics.words import TITLES
from sknn.estimators.validation import check_parameters
from sknn.exceptions import MissingExtraError
from sknn.nn.initializers import Normal

VANISHED = {"activation": "logistic", "solver": "sgd", "learning_rate_init": 0.01}


@pytest.fixture
def sick(deep):
    return diagnose(deep(**VANISHED))


@pytest.fixture
def well(tables, fit):
    X, y = tables["iris"]
    return fit(MLPClassifierX((5,), solver="lbfgs", alpha=1.0, random_state=0), X, y)


def test_every_symptom_has_its_words():
    assert set(TITLES) == {rule.__name__ for rule in SYMPTOMS}


def test_reads_well_in_a_terminal(sick):
    text = str(sick)
    lines = text.splitlines()
    assert repr(sick) == text
    assert max(map(len, lines)) <= WIDTH
    assert (
        lines[0]
        == "MLPClassifierX of 64-" + "30-" * 12 + f"10 units, {len(sick.facts.loss)} epochs"
    )
    assert lines[1] == sick.verdict == "Not healthy: vanishing gradients, no better than a guess."
    assert "Vanishing gradients (critical)" in lines
    assert "  try  activation='relu', initializer='he_normal'" in text
    assert sum(line.endswith("0%         0%") for line in lines) == 12
    assert "nan" not in text


def test_a_deep_network_is_shortened(tables, fit):
    X, y = tables["iris"]
    net = MLPClassifierX([3] * 30, max_iter=1, random_state=0)
    lines = str(diagnose(fit(net, X, y), X, y)).splitlines()
    assert len(lines) < 35
    assert any(line.split() == ["..."] * 7 for line in lines)
    assert lines[-1].split()[0] == "31"


def test_healthy(well, tables):
    diagnosis = diagnose(well, *tables["iris"])
    assert diagnosis.findings == ()
    assert diagnosis.healthy
    assert diagnosis.verdict.startswith("Healthy")
    assert "iterations" in str(diagnosis)


def test_says_how_to_know_more(well, tables):
    X, y = tables["iris"]
    bare, with_x, with_y = diagnose(well), diagnose(well, X), diagnose(well, X, y)
    assert "gradients were not looked at" in bare.verdict
    assert "callbacks=['gradient_health']" in str(bare)
    assert "layer" not in str(bare)
    assert "saturated" in str(with_x)
    assert "callbacks" not in str(with_y)


def test_html_is_well_formed_and_escaped(sick, digits, fit):
    class Checker(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open = []

        def handle_starttag(self, tag, attributes):
            if tag != "br":
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    for diagnosis in (sick, diagnose(fit(MLPClassifierX(max_iter=1), digits["X"], digits["y"]))):
        checker = Checker()
        checker.feed(diagnosis._repr_html_())
        assert checker.open == []
    page = sick._repr_html_()
    assert "<code>activation=&#x27;relu&#x27;, initializer=&#x27;he_normal&#x27;</code>" in page
    assert page.count("<tr>") == 14
    assert "style" not in page


def test_to_frame(sick):
    frame = sick.to_frame()
    assert list(frame["kind"]) == ["vanishing_gradients", "underfitting"]
    assert frame["try"][0][1] == {"normalization": "batch"}
    assert frame["numbers"][0]["ratio"] < 1e-9


def test_to_frame_of_the_healthy_is_empty(well):
    assert len(diagnose(well).to_frame()) == 0


def test_without_the_optional_libraries(sick, monkeypatch):
    for name in ("pandas", "matplotlib", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)
    for method, extra in ((sick.to_frame, "interpret"), (sick.plot, "plots")):
        with pytest.raises(MissingExtraError, match=rf"pip install 'sknn\[{extra}\]'"):
            method()


def test_frozen(sick):
    with pytest.raises(dataclasses.FrozenInstanceError):
        sick.findings = ()


def sick_networks():
    """Networks that together have every finding."""
    rng = np.random.RandomState(0)
    X = rng.normal(size=(200, 6))
    noise, line = rng.randint(0, 2, 200), X[:, 0]
    record = {"callbacks": ["gradient_health"], "random_state": 0}
    C, R = MLPClassifierX, MLPRegressorX
    deep = {"hidden_layer_sizes": [10] * 12, "max_iter": 30}
    yield C(**deep, activation="logistic", **record), X, noise
    yield C(**deep, activation=("logistic",) * 12, dropout=(0.1,) * 12, **record), X, noise
    yield C(**deep, initializer=Normal(scale=1.5), **record), X, noise
    yield C(**deep, initializer=Normal(scale=1.5), activation="tanh", **record), X, noise
    yield C(max_iter=15, initializer=Normal(scale=3.0), activation="tanh", **record), X, noise
    yield C(**deep, initializer=Normal(scale=1.5), activation="tanh", solver="lbfgs"), X, noise
    yield C(learning_rate_init=2.0, max_iter=30, **record), X, noise
    yield R(learning_rate_init=1e-6, max_iter=30, **record), X, line
    yield R(alpha=1e5, max_iter=30, random_state=0), X, noise
    yield C(solver="lbfgs", max_iter=10, random_state=0), 1e3 * X, noise
    yield R(max_iter=15, random_state=0), X, line
    yield C(max_iter=200, learning_rate_init=0.01, **record), X, noise


def test_what_to_try_can_be_tried(fit):
    """Every remedy is a set of parameters that the estimator takes, and not the one it has."""
    seen = set()
    for net, X, y in sick_networks():
        half = len(X) // 2
        fit(net, X[:half], y[:half], X_val=X[half:], y_val=y[half:])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            diagnosis = diagnose(net, X[:half], y[:half])
        assert "nan" not in str(diagnosis)
        for finding in diagnosis.findings:
            seen.add(finding.kind)
            for remedy in finding.remedies:
                changed = type(net)(**net.get_params(deep=False)).set_params(**remedy.params)
                check_parameters(changed, changed._parameter_rules)
                if remedy.params:
                    assert any(getattr(net, k) != v for k, v in remedy.params.items())
    assert seen >= set(TITLES) - {"dead_units"}
