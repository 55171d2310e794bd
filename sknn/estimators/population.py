"""Fits that are done together where they can be: what searches do with many small networks."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sknn.estimators.base import BaseMLP, can_train_in_parts
from sknn.estimators.batch_size import rows as rows_of_batch
from sknn.estimators.runs import Start
from sknn.nn.blueprint import units_of
from sknn.train import Run
from sknn.train.loop import train
from sknn.train.population import NARROW, company, most_members, train_together

__all__ = ["Fit", "fit_together", "is_narrow"]


@dataclass
class Fit:
    """A fit that is asked for.

    Parameters
    ----------
    estimator : MLPClassifierX or MLPRegressorX
        Changed in place.
    X, y, sample_weight : array-like
        As in ``fit``. Estimators on one X should be given the same object.
    n_epochs : int, optional
        Calls of ``partial_fit`` that it stands for; a whole ``fit`` by default.
    classes : array-like, optional
        As in ``partial_fit``.
    split : tuple of two arrays of int, optional
        Rows to train and rows to validate on; by default drawn under ``early_stopping``.
    validation : tuple
        ``X_val``, ``y_val`` and ``sample_weight_val`` of ``fit``.
    """

    estimator: BaseMLP
    X: Any
    y: Any
    sample_weight: Any = None
    n_epochs: int | None = None
    classes: Any = None
    split: tuple[Any, Any] | None = None
    validation: tuple[Any, Any, Any] = (None, None, None)

    def begin(self) -> tuple[Run, Start]:
        """Check everything, up to the first epoch."""
        incremental = self.n_epochs is not None
        if incremental:
            can_train_in_parts(self.estimator)
        return self.estimator._begin(
            self.X,
            self.y,
            self.sample_weight,
            incremental=incremental,
            classes=self.classes,
            n_epochs=self.n_epochs or 1,
            split=self.split,
            validation=self.validation,
        )


def is_narrow(estimator: BaseMLP, n_rows: int, n_features: int) -> bool:
    """Whether it looks as if fits of such an estimator would gain from being done together."""
    try:
        n_batch = rows_of_batch(estimator.batch_size, n_rows)
        widths = [n_features, *units_of(estimator.hidden_layer_sizes), 1]
        return 3 * n_batch * sum(a * b for a, b in pairwise(widths)) <= NARROW
    except (TypeError, ValueError):
        return False  # wrong parameters, of which the fit will tell


def fit_together(fits: Sequence[Fit], warn: bool = True) -> list[Exception | None]:
    """Fit several estimators, those of one architecture as one stacked network.

    Each becomes what ``fit``, or ``n_epochs`` calls of ``partial_fit`` on the same rows, would
    have made of it, up to rounding.

    Parameters
    ----------
    fits : sequence of Fit
    warn : bool, default=True
        Warn of each whole fit that ``max_iter`` ends.

    Returns
    -------
    errors : list of Exception or None
        What went wrong with each; such an estimator is not to be used.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> X, y = load_iris(return_X_y=True)
    >>> nets = [MLPClassifierX((4,), alpha=a, random_state=0) for a in (0.01, 1.0)]
    >>> fit_together([Fit(net, X, y, n_epochs=5) for net in nets])
    [None, None]
    >>> [round(net.loss_, 3) for net in nets]
    [2.168, 2.191]
    """
    errors: list[Exception | None] = [None] * len(fits)
    begun: dict[int, tuple[Run, Start]] = {}
    companies: dict[Any, list[int]] = {}
    for place, fit in enumerate(fits):
        try:
            run, start = begun[place] = fit.begin()
        except Exception as error:
            errors[place] = error
            continue
        kind = company(run)
        together = (None, place) if kind is None else (kind, start.incremental)
        companies.setdefault(together, []).append(place)
    for places in companies.values():
        most = most_members(begun[places[0]][0])
        for first in range(0, len(places), most):
            _train(places[first : first + most], fits, begun, errors, warn)
    for place, (run, start) in begun.items():
        if errors[place] is None:
            try:
                fit = fits[place]
                fit.estimator._end(run, start)
                fit.estimator._finish(run, fit.X, fit.y, fit.sample_weight, fit.validation)
            except Exception as error:
                errors[place] = error
    return errors


def _train(
    places: Sequence[int],
    fits: Sequence[Fit],
    begun: dict[int, tuple[Run, Start]],
    errors: list[Exception | None],
    warn: bool,
) -> None:
    runs = [begun[place][0] for place in places]
    warn = warn and not begun[places[0]][1].incremental
    if len(runs) > 1:
        try:
            for place, error in zip(places, train_together(runs, warn), strict=True):
                errors[place] = error
        except TimeoutError:
            raise  # the time of all
        except Exception:  # of a callback or a scorer of one: each by itself, to see whose
            for place in places:
                try:
                    begun[place] = fits[place].begin()
                    train(begun[place][0], warn)
                except Exception as error:
                    errors[place] = error
        return
    try:
        train(runs[0], warn)
    except TimeoutError:
        raise
    except Exception as error:
        errors[places[0]] = error
