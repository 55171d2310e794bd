"""Schedules of the learning rate: each against its formula, and what all of them keep to."""

import copy
import inspect
import math

import numpy as np
import pytest

from sknn.nn.schedules import (
    SCHEDULES,
    Adaptive,
    Cosine,
    CosLog,
    Exponential,
    Formula,
    InvScaling,
    OneCycle,
    Polynomial,
    Progress,
    ReduceOnPlateau,
    StepDecay,
    Warmup,
)

N_EPOCHS = 40
SAMPLES = 300  # rows an epoch


def at(epoch, n_epochs=N_EPOCHS):
    return Progress(epoch, n_epochs, samples=int(epoch * SAMPLES))


#: The rate for a starting rate of 1 at a point of training, for the default settings.
FORMULAS = {
    "constant": lambda e: 1.0,
    "invscaling": lambda e: 1.0 / math.sqrt(int(e * SAMPLES) + 1),
    "adaptive": lambda e: 1.0,
    "step": lambda e: 0.1 if e >= 30 else 1.0,
    "exponential": lambda e: math.exp(e * math.log(0.95)),
    "polynomial": lambda e: 0.01 + 0.99 * (N_EPOCHS - e) / N_EPOCHS,
    "cosine": lambda e: math.cos(math.pi * e / N_EPOCHS / 2) ** 2,
    "one_cycle": lambda e: (
        0.04 + 0.96 * math.sin(math.pi / 2 * e / 12) ** 2
        if e < 12
        else 4e-6 + (1 - 4e-6) * math.cos(math.pi / 2 * (e - 12) / 28) ** 2
    ),
    "plateau": lambda e: 1.0,
    "coslog": lambda e: math.sin(math.pi * math.log2(1 + 15 * e / N_EPOCHS)) ** 2,
    "flat_cosine": lambda e: 1.0 if e < 20 else math.cos(math.pi / 2 * (e - 20) / 20) ** 2,
    "warmup": lambda e: min(1.0, 0.01 + 0.99 * e / 5),
}


def test_every_schedule_has_its_formula_here():
    assert set(FORMULAS) == set(SCHEDULES)


@pytest.mark.parametrize("name", FORMULAS)
def test_formula(name):
    schedule = SCHEDULES[name]()
    state = schedule.start()
    for epoch in (0, 1, 7, 12, 20, 30, 39, 40) + ((0.5, 3.25) if schedule.per_step else ()):
        expected = FORMULAS[name](epoch)
        for initial in (1.0, 0.02):
            rate = schedule.rate(initial, at(epoch), state)
            assert rate == pytest.approx(initial * expected, rel=1e-9, abs=1e-15), epoch


@pytest.mark.parametrize("name", SCHEDULES)
def test_what_all_schedules_keep_to(name, variants):
    for schedule in variants(SCHEDULES[name]):
        state = schedule.start()
        before = copy.deepcopy(state)
        epochs = [*range(N_EPOCHS), *np.linspace(0, N_EPOCHS, 97)]
        rates = [schedule.rate(0.1, at(epoch), state) for epoch in epochs]
        assert all(isinstance(rate, float) and 0 <= rate <= 0.1 for rate in rates)
        assert [schedule.rate(0.1, at(epoch), state) for epoch in epochs] == rates, "no memory"
        assert state == before, "telling the rate changes nothing"
        assert schedule.start() == before, "each state is a fresh one"
        assert isinstance(schedule.on_plateau(0.1, state), bool)
        assert schedule.last_words.endswith(".")
        assert all(isinstance(value, (int, float)) for value in state.values()), "can be saved"
        past_the_end = schedule.rate(0.1, at(N_EPOCHS + 3), schedule.start())
        assert 0 <= past_the_end <= 0.1


# -- scikit-learn's ----------------------------------------------------------------------------


def test_inverse_scaling():
    for power in (0.2, 0.5, 1.0):
        rate = InvScaling(power_t=power).rate(0.5, at(3), {})
        assert rate == 0.5 / (3 * SAMPLES + 1) ** power
    assert InvScaling(power_t=0).rate(0.5, at(3), {}) == 0.5


def test_adaptive_divides_by_5_until_the_rate_is_too_small():
    schedule = Adaptive()
    state, rate, rates = schedule.start(), 0.001, [0.001]
    while schedule.on_plateau(rate, state):
        rate = schedule.rate(0.001, at(1), state)
        rates.append(rate)
    assert rates == pytest.approx([1e-3, 2e-4, 4e-5, 8e-6, 1.6e-6, 3.2e-7])
    assert not schedule.on_plateau(1e-6, state)


@pytest.mark.parametrize("name", [n for n in SCHEDULES if n != "adaptive"])
def test_a_plateau_ends_training_otherwise(name):
    schedule = SCHEDULES[name]()
    assert schedule.on_plateau(0.1, schedule.start()) is False


# -- the others --------------------------------------------------------------------------------


def test_steps():
    schedule = StepDecay(every=3, factor=0.5)
    rates = [schedule.rate(8.0, at(epoch), {}) for epoch in range(8)]
    assert rates == [8.0, 8.0, 8.0, 4.0, 4.0, 4.0, 2.0, 2.0]


def test_exponential_and_polynomial_settings():
    assert Exponential(factor=0.5).rate(1.0, at(3), {}) == 0.125
    assert Polynomial(power=2.0, end=0.0).rate(1.0, at(30), {}) == 1 / 16
    assert Polynomial(power=1.0, end=0.5).rate(1.0, at(N_EPOCHS), {}) == 0.5


def test_cosine_restarts_in_cycles_that_grow():
    schedule = Cosine(cycle=2, growth=2.0, end=0.1)
    starts, n_cycles = [0, 2, 6, 14, 30], 5
    for k in range(n_cycles):
        length = 2 * 2**k
        assert schedule.rate(1.0, at(starts[k]), {}) == pytest.approx(1.0)
        assert schedule.rate(1.0, at(starts[k] + length / 2), {}) == pytest.approx(0.55)
        assert schedule.rate(1.0, at(starts[k] + length - 1e-9), {}) == pytest.approx(0.1)
    alike = Cosine(cycle=5)
    assert alike.rate(1.0, at(7.5), {}) == alike.rate(1.0, at(2.5), {}) == pytest.approx(0.5)
    slow = Cosine(cycle=5, growth=1.0 + 1e-9)
    assert slow.rate(1.0, at(22.5), {}) == pytest.approx(alike.rate(1.0, at(22.5), {}), rel=1e-6)


def test_one_cycle_rises_and_falls():
    schedule = OneCycle(rise=0.5, start_divisor=4.0, end_divisor=2.0)
    rates = [schedule.rate(1.0, at(epoch), {}) for epoch in range(N_EPOCHS + 1)]
    assert rates[0] == pytest.approx(1 / 4)
    assert rates[20] == max(rates) == pytest.approx(1.0)
    assert rates[40] == pytest.approx(1 / 8)
    assert (np.diff(rates[:21]) > 0).all()
    assert (np.diff(rates[20:]) < 0).all()


def test_coslog_has_so_many_waves():
    for cycles in (1, 3, 4):
        schedule = CosLog(cycles=cycles)
        rates = np.array([schedule.rate(1.0, at(e), {}) for e in np.linspace(0, N_EPOCHS, 5000)])
        peaks = (rates[1:-1] > rates[:-2]) & (rates[1:-1] >= rates[2:])
        assert peaks.sum() == cycles
        assert rates[0] == pytest.approx(rates[-1], abs=1e-12)


def test_reduce_on_plateau():
    schedule = ReduceOnPlateau(factor=0.1, patience=2, threshold=0.01, lowest=0.005)
    state = schedule.start()
    rates = []
    # 0.995 is no improvement by 1 percent, 0.98 is one
    for loss in (1.0, 0.995, 0.98, 0.98, 0.98, 0.98, 0.98, 0.98, 0.98, 0.98):
        schedule.after_epoch(loss, state)
        rates.append(schedule.rate(1.0, at(1), state))
    assert rates == pytest.approx([1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01, 0.005, 0.005])


def test_reduce_on_plateau_watches_negative_numbers_too():
    schedule = ReduceOnPlateau(patience=1, threshold=0.1)
    state = schedule.start()
    for badness, count in ((-0.5, 0), (-0.6, 0), (-0.61, 0), (-0.7, 0)):
        schedule.after_epoch(badness, state)
        assert state["count"] == count
    assert state["factor"] == 0.5, "-0.61 is not 10 percent better than -0.6"


# -- warm-up -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in SCHEDULES if n != "warmup"])
@pytest.mark.parametrize("shape", ["linear", "exponential"])
def test_warm_up_composes_with_any_schedule(name, shape):
    inner = SCHEDULES[name]()
    warm = Warmup(inner, epochs=4, start_share=0.25, shape=shape)
    state = warm.start()
    assert state == inner.start()
    half = 0.625 if shape == "linear" else 0.5
    for epoch, share in ((0, 0.25), (2, half), (4, 1.0), (11, 1.0)):
        expected = share * inner.rate(1.0, at(epoch), state)
        assert warm.rate(1.0, at(epoch), state) == pytest.approx(expected, abs=1e-15)
    assert warm.per_step


def test_warm_up_passes_on_what_happens():
    warm = Warmup(ReduceOnPlateau(patience=1, factor=0.5), epochs=1)
    state = warm.start()
    for _ in range(2):
        warm.after_epoch(1.0, state)
    assert warm.rate(1.0, at(5), state) == 0.5
    warm = Warmup(Adaptive(), epochs=1)
    state = warm.start()
    assert warm.on_plateau(0.1, state)
    assert warm.rate(0.1, at(5), state) == pytest.approx(0.02)
    assert warm.last_words == Adaptive.last_words


def test_progress():
    assert Progress(epoch=5, n_epochs=20).share == 0.25
    assert Progress(epoch=30, n_epochs=20).share == 1.0


def test_a_schedule_of_ones_own_is_a_few_lines():
    class Halve(SCHEDULES.base):
        """Half the rate from the middle on."""

        def rate(self, initial, at, state):
            return initial if at.share < 0.5 else initial / 2

    assert Halve().rate(1.0, at(30), Halve().start()) == 0.5
    assert len(inspect.getsource(Halve).splitlines()) < 12


# -- formulas ------------------------------------------------------------------------------------

REACTIVE = ["adaptive", "plateau"]


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_formula_is_a_schedule_that_does_not_react(name):
    rule, schedule = Formula(), SCHEDULES[name]()
    expected = name not in REACTIVE
    assert [rule.accepts(each) for each in (name, schedule, Warmup(schedule))] == [expected] * 3
    assert (repr(name) in rule.describe()) is expected
    assert not rule.accepts(SCHEDULES[name])


def test_what_else_is_no_formula():
    rule = Formula()
    assert not any(rule.accepts(value) for value in ("cosin", 0.5, None, object()))
    assert rule.hint("cosin") == " Did you mean 'cosine'?"
    assert rule.hint("plateau") == ""
    assert rule.accepts(Warmup("cosine"))  # whose own setting is told of by its own check
