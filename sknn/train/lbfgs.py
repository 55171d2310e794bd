"""Full-batch training with SciPy's L-BFGS, on the network's own flat vector."""

import math
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.optimize
from sklearn.exceptions import ConvergenceWarning

from sknn.exceptions import DamagedCheckpointError
from sknn.nn.optimizers import LBFGS
from sknn.train.run import Run

__all__ = ["minimize"]


class Replay:
    """Tells which iterations belong to the part of a run that is known from a checkpoint.

    Parameters
    ----------
    run : Run
        As it begins, or goes on.
    """

    def __init__(self, run: Run) -> None:
        self.left = run.epoch
        self.last = run.network.values.copy()
        self.where = "The run" if run.record is None else repr(str(run.record.path))

    @property
    def goes_on(self) -> bool:
        return self.left > 0

    def has_seen(self, x: npt.NDArray[np.float64]) -> bool:
        """Whether an iteration that ends at ``x`` has been trained already.

        Raises
        ------
        DamagedCheckpointError
            If the known part does not end where it did.
        """
        if not self.left:
            return False
        self.left -= 1
        if not self.left and not np.array_equal(x.astype(self.last.dtype), self.last):
            raise DamagedCheckpointError(
                f"{self.where} does not go on: from the same losses and gradients SciPy's L-BFGS "
                "comes to other weights than when it was written, as another version of SciPy may. "
                "Begin anew, with Checkpoint(resume=False)."
            )
        return True


def minimize(run: Run, solver: LBFGS, warn: bool = True) -> None:
    """Minimize the objective over all rows, an iteration an epoch."""
    batches, network = run.batches, run.network
    accepted: dict[str, Any] = {"x": network.values.astype(np.float64), "loss": run.loss}
    answers, replay = run.evaluations, Replay(run)

    def value_and_grad(x: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        if answers is None:
            return evaluate(x)
        known = answers.next()
        if known is not None:
            return known
        loss, gradient = evaluate(x)
        answers.add(loss, gradient)
        return loss, gradient

    def evaluate(x: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        assert network.grads is not None
        network.values[:] = x
        value = run.objective.value_and_grad_of_many(batches.X, batches.y, batches.weight)
        return value, network.grads.astype(np.float64)

    def settle(x: npt.NDArray[np.float64]) -> None:
        """Leave the network with these parameters, and what normalization gathers for them."""
        network.values[:] = x
        if network.statistics.size:
            network.forget_statistics()
            evaluate(x)

    def end_iteration(intermediate_result: scipy.optimize.OptimizeResult) -> None:
        if not replay.has_seen(intermediate_result.x):
            accepted.update(x=intermediate_result.x.copy(), loss=float(intermediate_result.fun))
            settle(accepted["x"])
            run.end_epoch(accepted["loss"], samples=batches.n_samples)
        if run.stopped and not replay.goes_on:
            raise StopIteration

    try:
        result = scipy.optimize.minimize(
            value_and_grad,
            accepted["x"] if answers is None else answers.start.astype(np.float64),
            method="L-BFGS-B",
            jac=True,
            callback=end_iteration,
            options={
                "maxfun": solver.max_fun,
                "maxiter": run.max_iter,
                "gtol": run.plateau.tol,
                "maxcor": solver.memory,
            },
        )
        accepted.update(x=result.x, loss=float(result.fun))
        run.loss = accepted["loss"]
        run.diverged |= not math.isfinite(run.loss)  # which SciPy takes for an end like others
        if result.nit < run.max_iter:
            run.notice = run.notice or f"lbfgs: {result.message}"
    finally:  # also when the user interrupts: the last iterate is a model, a trial point is not
        settle(accepted["x"])
    if warn and result.status == 1:
        warnings.warn(
            f"lbfgs failed to converge after {result.nit} iteration(s) (status={result.status}):\n"
            f"{result.message}\n\nIncrease the number of iterations to improve the convergence "
            f"(max_iter={run.max_iter}). You might also want to scale the data.",
            ConvergenceWarning,
            stacklevel=2,
        )
