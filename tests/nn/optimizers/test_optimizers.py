"""What all solvers that step share: blocks, precision, convergence, and a state that resumes."""

import copy
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.optimizers import OPTIMIZERS, SGD, AdamW, Lion, StochasticOptimizer, base
from sknn.nn.optimizers.base import DecoupledDecay, blocks, scratch_for
from sknn.nn.schedules import Progress, StepDecay

STEPPING = {n: cls for n, cls in OPTIMIZERS.items() if issubclass(cls, StochasticOptimizer)}
RATE = 0.01


@pytest.fixture(params=STEPPING.values(), ids=STEPPING)
def solvers(request, variants):
    """The default of a solver, it with each setting changed, and SGD in its simplest form."""
    return variants(request.param) + ([SGD(momentum=0)] if request.param is SGD else [])


def gradients(n_steps, size, dtype="float64"):
    return np.random.RandomState(0).normal(size=(n_steps, size)).astype(dtype)


def run(solver, gradients, state=None, values=None):
    """Step through the gradients; the values and the state at the end."""
    values = np.zeros_like(gradients[0]) if values is None else values.copy()
    state = solver.init(values) if state is None else state
    for gradient in gradients:
        solver.step(values, gradient.copy(), state, RATE)
    return values, state


def test_blocks_are_the_same_as_the_whole(solvers, monkeypatch):
    steps = gradients(4, 1000)
    for solver in solvers:
        whole, _ = run(solver, steps)
        with monkeypatch.context() as patch:
            patch.setattr(base, "BLOCK", 300)  # three blocks and a shorter one
            in_blocks, state = run(solver, steps)
        # BLAS may round the end of a block differently from its middle
        assert_allclose(in_blocks, whole, rtol=1e-12)
        assert whole.any()
        if "scratch" in state:
            assert len(state["scratch"]) == 300


def test_a_vector_longer_than_a_block(solvers):
    size = 2 * base.BLOCK + 5
    steps = gradients(2, size)
    for solver in solvers:
        whole, _ = run(solver, steps)
        for part in (slice(0, 10), slice(base.BLOCK - 3, base.BLOCK + 3), slice(size - 8, size)):
            assert_allclose(whole[part], run(solver, steps[:, part])[0], rtol=1e-13)


def test_each_number_may_have_a_rate_of_its_own(solvers, monkeypatch):
    """As a step for it alone would be, with the learning rate times its factor."""
    monkeypatch.setattr(base, "BLOCK", 4)
    steps, rates = gradients(6, 9), np.geomspace(0.1, 10, 9)
    for solver in solvers:
        if isinstance(solver, DecoupledDecay):
            solver = solver.with_params(weight_decay=0.0)
        start = np.linspace(-1, 1, 9)
        values, state = run(solver, steps, solver.start(start, 9, rates), start)
        assert_array_equal(state["rates"], np.geomspace(0.1, 10, 9))
        for i, factor in enumerate(rates):
            alone = start[i : i + 1].copy()
            own = solver.start(alone, 1)
            for gradient in steps[:, i : i + 1]:
                solver.step(alone, gradient.copy(), own, RATE * factor)
            assert_allclose(values[i : i + 1], alone, rtol=1e-12)


@pytest.mark.parametrize("cls", [AdamW, Lion])
def test_decay_goes_by_the_learning_rate_alone(cls):
    """As NTK wants it: a factor on V takes the same share off W."""
    solver, values = cls(weight_decay=0.5), np.ones(4)
    state = solver.start(values, 3, np.array([0.1, 1.0, 7.0, 1.0]))
    solver.step(values, np.zeros(4), state, rate=0.2)
    assert_allclose(values, [0.9, 0.9, 0.9, 1.0])


@pytest.mark.parametrize("cls", [AdamW, Lion])
def test_decay_follows_its_schedule(cls):
    solver, values = (
        cls(weight_decay=0.5, decay_schedule=StepDecay(every=2, factor=0.1)),
        np.ones(2),
    )
    state = solver.start(values, 2)
    for epoch, share in enumerate([0.5, 0.5, 0.05, 0.05, 0.005]):
        before = values.copy()
        state["progress"] = Progress(epoch, n_epochs=5)
        solver.step(values, np.zeros(2), state, rate=0.2)
        assert_allclose(values, before * (1 - 0.2 * share))


@pytest.mark.parametrize("cls", STEPPING.values(), ids=STEPPING)
def test_whether_a_step_grows_with_the_gradient(cls):
    steps, solver = 1.0 + abs(gradients(3, 5)), cls()
    once, _ = run(solver, steps)
    tenfold, _ = run(solver, 10 * steps)
    assert_allclose(tenfold, once if solver.scale_free else 10 * once, rtol=1e-3)


def test_float32_stays_float32(solvers):
    for solver in solvers:
        values, state = run(solver, gradients(3, 20, "float32"))
        assert values.dtype == np.float32
        arrays = [value for value in state.values() if isinstance(value, np.ndarray)]
        assert all(array.dtype == np.float32 for array in arrays)
        reference, _ = run(solver, gradients(3, 20, "float32").astype("float64"))
        assert_allclose(values, reference, rtol=1e-4, atol=1e-6)


def test_values_and_state_are_changed_in_place(solvers):
    for solver in solvers:
        values = np.ones(5)
        state = solver.init(values)
        arrays = {name: a for name, a in state.items() if isinstance(a, np.ndarray)}
        solver.step(values, np.ones(5), state, RATE)
        assert (values < 1).all(), "a step goes against the gradient"
        assert all(state[name] is array for name, array in arrays.items())


def test_converges_on_a_quadratic(solvers):
    curvature = np.array([1.0, 3.0, 10.0])

    def is_reached(solver, rate):
        values = np.array([1.0, -2.0, 3.0])
        state = solver.init(values)
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(2000):
                solver.step(values, curvature * values, state, rate)
        return np.abs(values).max() < 0.02

    for solver in solvers:
        assert any(is_reached(solver, rate) for rate in (0.03, 0.003, 0.3, 1.0, 10.0)), solver


def test_a_saved_state_goes_on_bit_for_bit(solvers):
    steps = gradients(10, 50)
    for solver in solvers:
        expected, _ = run(solver, steps)
        for keep in (copy.deepcopy, lambda state: pickle.loads(pickle.dumps(state))):
            values, state = run(solver, steps[:4])
            kept = {name: value for name, value in keep(state).items() if name != "scratch"}
            values, _ = run(solver, steps[4:], solver.init(values) | kept, values)
            assert_array_equal(values, expected)


def test_a_solver_has_no_memory_of_its_own(solvers):
    steps = gradients(5, 10)
    for solver in solvers:
        assert_array_equal(run(solver, steps)[0], run(solver, steps)[0])


def test_blocks_cover_all_once(monkeypatch):
    monkeypatch.setattr(base, "BLOCK", 4)
    numbers = np.arange(10)
    pieces = list(blocks(numbers, numbers + 10))
    assert [len(first) for first, _ in pieces] == [4, 4, 2]
    assert_array_equal(np.concatenate([second for _, second in pieces]), numbers + 10)
    assert len(scratch_for(numbers)) == 4
    assert len(scratch_for(numbers[:2])) == 2
