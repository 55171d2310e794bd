"""The training loop."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from sknn.exceptions import DivergenceError, DivergenceWarning, InterruptedFitWarning
from sknn.nn.optimizers import LBFGS
from sknn.train.lbfgs import minimize
from sknn.train.plateau import ScorePlateau
from sknn.train.run import Run
from sknn.train.threads import threads_for_training

__all__ = ["report", "train", "warn_of_max_iter"]


def train(run: Run, warn: bool = True) -> Run:
    """Train the run's network until it stops improving.

    Parameters
    ----------
    run : Run
        Changed in place: it holds the results.
    warn : bool, default=True
        Warn when ``max_iter`` ends training, as scikit-learn does.

    Raises
    ------
    DivergenceError
        If loss or weights leave the finite numbers and no earlier network was kept.
    """
    compiled = run.kernels is not None
    threads = threads_for_training(run.network, run.rows_at_a_time, compiled=compiled)
    with threads, _guard(run):
        if isinstance(run.optimizer, LBFGS):
            minimize(run, run.optimizer, warn)
        else:
            _descend(run, warn)
    report(run)
    return run


def _descend(run: Run, warn: bool) -> None:
    """Epochs of mini-batch steps."""
    objective = run.objective
    while run.goes_on:
        # a new generator for each epoch, so that the state of one RandomState resumes a run
        run.begin_epoch()
        total, n_rows = 0.0, 0
        for batch in run.batches:
            loss = objective.value_and_grad(batch.X, batch.y, batch.weight)
            total += batch.n_rows * loss
            n_rows += batch.n_rows  # fewer than n_samples where batches without weight are left out
            if run.explodes(loss):
                break
            run.step()
            if run.stopped:
                break
        run.end_epoch(total / n_rows, samples=n_rows if run.stopped else run.batches.n_samples)
    if warn:
        warn_of_max_iter(run)


def warn_of_max_iter(run: Run) -> None:
    """Warn as scikit-learn does where nothing but ``max_iter`` has ended training."""
    if not (run.stopped or run.diverged):
        warnings.warn(
            f"Stochastic Optimizer: Maximum iterations ({run.max_iter}) "
            "reached and the optimization hasn't converged yet.",
            ConvergenceWarning,
            stacklevel=3,
        )


@contextmanager
def _guard(run: Run) -> Iterator[None]:
    """Keep overflow quiet, since divergence is told in one sentence, and take Ctrl-C as an end."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        run.begin()
        try:
            yield
        except KeyboardInterrupt:
            run.interrupted = True
        run.end()


def report(run: Run) -> None:
    """Raise or warn of how a run has ended, where it has not ended well."""
    if run.interrupted:
        warnings.warn("Training interrupted by user.", InterruptedFitWarning, stacklevel=2)
    if not np.isfinite(run.network.values).all() or (
        run.diverged and not isinstance(run.plateau, ScorePlateau)
    ):
        by_rate = not isinstance(run.optimizer, LBFGS)
        with_rate = f" with the learning rate {run.rate:g}" if by_rate else ""
        raise DivergenceError(
            "Solver produced non-finite parameter weights. The input data may contain large "
            "values and need to be preprocessed. "
            f"The loss was {run.loss} in epoch {run.epoch}{with_rate}; standardize the columns of X"
            f"{', or lower learning_rate_init' if by_rate else ''}."
        )
    if run.recovery is not None and run.recovery.n_attempts:
        warnings.warn(
            f"Training diverged {run.recovery.n_attempts} time(s); each time it went back to the "
            f"last good epoch and slowed down, to a learning rate of {run.rate:g} at the end. "
            "Lower learning_rate_init, or standardize the columns of X.",
            DivergenceWarning,
            stacklevel=2,
        )
    if run.diverged:
        warnings.warn(
            f"Training diverged in epoch {run.epoch} with the learning rate {run.rate:g}. The "
            "best network before it was kept. Standardize the columns of X and, for a regressor, "
            "y, or lower learning_rate_init.",
            DivergenceWarning,
            stacklevel=2,
        )
