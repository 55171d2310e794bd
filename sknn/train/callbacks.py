"""Callbacks that come with sknn."""

from sknn.train.run import Callback, Run

__all__ = ["PrintProgress"]


class PrintProgress(Callback):
    """Print the loss of each epoch, as scikit-learn's ``verbose=True`` does."""

    def on_epoch_end(self, run: Run) -> None:
        print(f"Iteration {run.epoch}, loss = {run.loss:.8f}")
        if run.validate is not None:
            print(f"Validation score: {run.validation_scores[-1]:f}")
        if run.notice:
            print(run.notice)
