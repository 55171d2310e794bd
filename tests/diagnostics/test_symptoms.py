"""Each rule on facts made up for it: where it speaks, where it is silent, and its bound."""

import numpy as np
import pytest

from sknn import MLPClassifierX, MLPRegressorX
from sknn.diagnostics import thresholds as at
from sknn.diagnostics.facts import Facts, Layers
from sknn.diagnostics.symptoms import SYMPTOMS, smoothed, symptoms

FALLING = np.exp(-np.arange(40) / 5)  # has come to rest
EMPTY = np.empty((1, 0))


def facts(classifier=True, params=None, **kwargs):
    estimator = MLPClassifierX() if classifier else MLPRegressorX()
    defaults = {
        "name": "Network",
        "params": estimator.get_params(deep=False) | (params or {}),
        "widths": [4, 10, 10, 3],
        "classifier": classifier,
        "full_batch": False,
        "loss": FALLING,
    }
    return Facts(**(defaults | kwargs))


def layers(n=1, **tables):
    """Healthy layers, ``n`` epochs of them, with some tables exchanged."""
    defaults = {
        "gradient": np.ones((n, 3)),
        "backprop": np.ones((n, 3)),
        "update": np.full((n, 3), 1e-3),
        "dead": np.zeros((n, 2)),
        "saturated": np.full((n, 2), np.nan),
        "rows": np.full(n, 200.0),
    }
    exchanged = {k: np.broadcast_to(v, defaults[k].shape) for k, v in tables.items()}
    return Layers(**(defaults | exchanged))


def kinds(*args, **kwargs):
    return [(s.kind, s.severity) for s in symptoms(facts(*args, **kwargs))]


def test_nothing_is_found_in_nothing():
    assert kinds(loss=np.empty(0)) == []
    assert kinds() == []
    assert kinds(record=layers(40)) == []


def test_every_rule_has_a_case_here():
    tested = {name.removeprefix("test_") for name in globals()}
    assert {rule.__name__ for rule in SYMPTOMS} <= tested


def test_vanishing_gradients():
    below, above = [at.VANISHING / 2, 0.1, 1.0], [at.VANISHING * 2, 0.1, 1.0]
    assert kinds(measured=layers(backprop=below)) == [("vanishing_gradients", "critical")]
    assert kinds(measured=layers(backprop=above)) == []
    # at the start only, it has been overcome
    early = np.ones((10, 3))
    early[:3, 0] = 1e-9
    assert kinds(record=layers(10, backprop=early)) == []
    # where all units of a layer are dead, those are the cause
    dead = layers(backprop=[0.0, 0.0, 1.0], dead=[1.0, 0.0])
    assert kinds(measured=dead) == [("dead_units", "critical")]


def test_exploding_gradients():
    large = layers(backprop=[at.EXPLODING * 2, 10.0, 1.0])
    assert kinds(record=large) == [("exploding_gradients", "critical")]
    assert kinds(measured=layers(backprop=[at.EXPLODING / 2, 10.0, 1.0])) == []
    assert kinds(record=large, params={"gradient_clip": 1.0}) == [("exploding_gradients", "note")]
    unreached = {"gradient_clip": 100.0}
    assert kinds(record=large, params=unreached) == [("exploding_gradients", "critical")]
    lost = layers(backprop=[np.inf, 1.0, 1.0])
    assert kinds(record=lost, params={"gradient_clip": 1.0}) == [
        ("exploding_gradients", "critical")
    ]


def test_dead_units():
    assert kinds(measured=layers(dead=[0.0, at.DEAD + 0.01])) == [("dead_units", "warning")]
    assert kinds(measured=layers(dead=[at.MOSTLY_DEAD, 0.0])) == [("dead_units", "critical")]
    assert kinds(measured=layers(dead=[at.DEAD, 0.0])) == []
    assert kinds(measured=layers(dead=[1.0, 0.0], rows=at.ROWS_FOR_DEAD - 1.0)) == []
    # rows given now tell more than the few of an epoch
    assert kinds(record=layers(dead=[0.8, 0.0]), measured=layers(dead=[0.1, 0.0])) == []


def test_saturated_units():
    flat = layers(saturated=[0.1, at.SATURATED + 0.1])
    slow = np.linspace(1.0, 0.5, 40)
    slow[20:] = 0.5
    assert kinds(measured=flat, loss=slow) == [("saturated_units", "warning")]
    assert kinds(measured=flat) == [("saturated_units", "note")]  # all is learned
    assert kinds(measured=layers(saturated=[at.SATURATED - 0.01, 0.1]), loss=slow) == []


def test_learning_rate_too_high():
    swinging = 0.5 + 0.2 * np.cos(np.pi * np.arange(41))
    swinging[0] = 2.0
    high = ("learning_rate_too_high", "warning")
    fast = layers(41, update=at.UPDATE_LARGE * 2)
    assert high in kinds(loss=swinging, record=fast)
    assert high in kinds(loss=swinging)  # without a record the jumps of the loss tell
    assert high not in kinds(loss=swinging, record=layers(41))  # slow steps: noise of the batches
    assert high not in kinds(loss=swinging, full_batch=True)
    standing = 0.5 + 1e-4 * np.cos(np.pi * np.arange(41))
    assert high not in kinds(loss=standing, record=fast)
    assert high in kinds(record=layers(40, update=at.UPDATE_TOO_LARGE * 2))
    relapsing = FALLING.copy()
    relapsing[-1] = 0.5
    assert high in kinds(loss=relapsing)
    critical = ("learning_rate_too_high", "critical")
    assert critical in kinds(loss=np.array([1.0, 5.0, np.nan]))
    assert critical in kinds(slowdowns=2)


def test_learning_rate_too_low():
    straight = np.linspace(1.0, 0.7, 40)
    low = [("learning_rate_too_low", "warning")]
    assert kinds(loss=straight) == low
    assert kinds(loss=straight, record=layers(40, update=at.UPDATE_SMALL / 2)) == low
    assert kinds(loss=straight, record=layers(40)) == []
    assert kinds(loss=straight, full_batch=True) == []
    assert kinds(record=layers(40, update=at.UPDATE_SMALL / 2)) == []  # small since all is done


def test_underfitting():
    nothing = [("underfitting", "critical")]
    flat = np.full(20, np.log(3))
    assert kinds(loss=flat, guess_loss=np.log(3)) == nothing
    falling = np.linspace(3.0, 2.0, 40)
    assert ("underfitting", "critical") not in kinds(loss=falling, guess_loss=np.log(3))
    assert kinds(loss=flat[:3], guess_loss=np.log(3)) == []  # too early to tell
    assert kinds(loss=flat, guess_loss=np.log(3), score=np.full(20, 0.9)) == []
    assert kinds(loss=flat) == nothing  # a loss of one's own: it has not moved
    assert kinds(loss=FALLING, own_score=0.34, guess_score=1 / 3) == nothing
    assert kinds(loss=FALLING, own_score=0.9, guess_score=1 / 3) == []
    assert kinds(False, loss=FALLING, own_score=-0.2, guess_score=0.0) == nothing
    rest = np.full(20, 0.8)
    rest[0] = 1.0
    assert kinds(False, loss=rest, score=np.full(20, -0.1)) == nothing
    assert kinds(False, loss=rest, score=np.full(20, 0.4)) == []


def test_overfitting():
    over = ("overfitting", "warning")
    falls, stays = np.linspace(0.9, 0.6, 40), np.full(40, 0.9)
    rises = np.concatenate([np.linspace(1.0, 0.5, 10), np.linspace(0.5, 0.8, 30)])
    assert kinds(score=falls) == [over]
    assert kinds(score=falls, keeps_best=True) == []
    assert kinds(score=stays) == []
    assert kinds(score=stays, validation_loss=rises) == [("overfitting", "note")]
    assert kinds(score=stays - np.linspace(0, 0.1, 40), validation_loss=rises) == [over]
    assert kinds(False, score=stays, validation_loss=rises) == [("overfitting", "note")]
    assert kinds(score=stays, validation_loss=FALLING) == []
    assert kinds(score=stays, own_score=1.0) == []
    assert kinds(score=stays - 0.3, own_score=1.0) == [over]
    # a score below that of a constant has learned nothing that it could have learned by heart
    assert kinds(False, score=stays - 3.0, own_score=-1.0, loss=np.empty(0)) != [over]


def test_not_converged():
    # still bending, at the ordinary pace
    curve = np.exp(-np.arange(40) / 15)
    assert kinds(loss=curve, reached_max_iter=True) == [("not_converged", "warning")]
    assert kinds(loss=curve) == []
    assert kinds(reached_max_iter=True) == []
    # where the rate is wrong, that is the advice
    long = layers(40, update=at.UPDATE_TOO_LARGE * 2)
    high = [("learning_rate_too_high", "warning")]
    assert kinds(loss=curve, reached_max_iter=True, record=long) == high


def test_unscaled_inputs():
    unscaled = [("unscaled_inputs", "warning")]
    assert kinds(inputs=np.array([1.0, 2.0, at.LARGE_INPUT * 1.1])) == unscaled
    assert kinds(inputs=np.array([1e-3, 1e-3, 1.0, 1.0])) == unscaled
    assert kinds(inputs=np.array([0.1, 0.5, 5.0])) == []


def test_causes_come_before_consequences_and_notes_last():
    found = kinds(
        loss=np.full(20, np.log(3)),
        guess_loss=np.log(3),
        reached_max_iter=True,
        record=layers(20, backprop=[1e3, 1.0, 1.0]),
        params={"gradient_clip": 0.1},
        inputs=np.array([1e9, 1.0]),
    )
    assert [kind for kind, _ in found] == [
        "unscaled_inputs",
        "underfitting",
        "exploding_gradients",
    ]


@pytest.mark.parametrize("values", [[1.0, np.nan, 3.0], [np.nan, 1.0, 3.0]])
def test_smoothed(values):
    assert smoothed(np.array(values))[-1] == 2.0
