"""A second training on all rows, once a held-out part has told for how many epochs."""

from typing import Any

from sklearn.base import clone

from sknn.config import Config, Range, param
from sknn.estimators.parts import callbacks_of
from sknn.train import Callback, PrintProgress, Run, StoppingRule
from sknn.train.loop import train
from sknn.train.record import FitRecord

__all__ = ["refit"]

#: What the held-out part has told, and the second training does not know.
TOLD = ("validation_scores_", "best_validation_score_", "best_epoch_")


class LastEpoch(Config, Callback):
    """End training after an epoch, however many more the learning rate was planned for."""

    epoch: int = param(1, Range(1, None, integer=True))

    def on_epoch_end(self, run: Run) -> bool:
        if run.epoch < self.epoch:
            return False
        run.notice = f"Epoch {self.epoch} was best on the rows that were held out. Stopping."
        return True


def refit(
    estimator: Any, X: Any, y: Any, sample_weight: Any, record: FitRecord | None = None
) -> None:
    """Put into a fitted estimator the network that all rows give in its best number of epochs.

    Parameters
    ----------
    estimator : MLPClassifierX or MLPRegressorX
        Fitted with ``early_stopping`` on a part of the rows. What it knows of that part stays.
    X, y, sample_weight : as in ``fit``
    record : FitRecord, optional
        What the fit has on disk.
    """
    each = callbacks_of(estimator)  # with the one that prints, which ``verbose`` adds again
    others = [c for c in each if not isinstance(c, (StoppingRule, PrintProgress))]
    again = clone(estimator).set_params(
        early_stopping=False,
        refit=False,
        n_iter_no_change=float("inf"),
        callbacks=[*others, LastEpoch(max(estimator.best_epoch_, 1))],
    )
    run, start = again._begin(X, y, sample_weight, record=record)
    train(run, warn=False)
    again._end(run, start)
    parameters = again.get_params(deep=False)
    learned = {k: v for k, v in vars(again).items() if k not in parameters and k not in TOLD}
    vars(estimator).update(learned)
