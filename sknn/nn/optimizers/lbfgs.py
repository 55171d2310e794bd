"""Settings of the quasi-Newton solver; SciPy does the work, in ``sknn.train.lbfgs``."""

from sknn.config import Range, param
from sknn.nn.optimizers.base import Optimizer

__all__ = ["LBFGS"]


class LBFGS(Optimizer):
    """The limited-memory quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno.

    It works on all rows at once and needs no learning rate: the best choice for small data.

    Parameters
    ----------
    max_fun : int >= 1, default=15000
        Most evaluations of the loss.
    memory : int >= 1, default=10
        Corrections that approximate the Hessian, SciPy's ``maxcor``.

    References
    ----------
    Zhu, Byrd, Lu, Nocedal (1997), "Algorithm 778: L-BFGS-B".
    """

    max_fun: int = param(15_000, Range(1, None, integer=True))
    memory: int = param(10, Range(1, None, integer=True))
