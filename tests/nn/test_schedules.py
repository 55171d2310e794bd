"""Schedules of the learning rate, against their formulas."""

import pytest

from sknn.nn.schedules import SCHEDULES, Adaptive, Constant, InvScaling


@pytest.mark.parametrize("samples", [0, 1, 100, 12345])
def test_values(samples):
    assert Constant().after_epoch(0.3, 0.5, samples) == 0.3
    assert Adaptive().after_epoch(0.3, 0.5, samples) == 0.3
    assert InvScaling().after_epoch(0.3, 0.5, samples) == 0.5 / (samples + 1) ** 0.5
    assert InvScaling(power_t=0.2).after_epoch(0.3, 0.5, samples) == 0.5 / (samples + 1) ** 0.2
    assert InvScaling(power_t=0).after_epoch(0.3, 0.5, samples) == 0.5


def test_adaptive_divides_by_5_until_the_rate_is_too_small():
    rate, rates = 0.001, []
    while rate is not None:
        rates.append(rate)
        rate = Adaptive().on_plateau(rate)
    assert rates == pytest.approx([1e-3, 2e-4, 4e-5, 8e-6, 1.6e-6, 3.2e-7])
    assert Adaptive().on_plateau(1.1e-6) == pytest.approx(2.2e-7)
    assert Adaptive().on_plateau(1e-6) is None


@pytest.mark.parametrize("cls", [Constant, InvScaling])
def test_a_plateau_ends_training_otherwise(cls):
    assert cls().on_plateau(0.1) is None


@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_are_positive_floats_without_memory(name, variants):
    for schedule in variants(SCHEDULES[name]):
        once, again = (
            [schedule.after_epoch(0.1, 0.1, samples) for samples in range(0, 5000, 500)]
            for _ in range(2)
        )
        assert once == again
        assert all(isinstance(rate, float) and rate > 0 for rate in once)
        slower = schedule.on_plateau(0.1)
        assert slower is None or 0 < slower < 0.1
        assert schedule.last_words.endswith(".")
