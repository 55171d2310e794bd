"""A bridge to scikit-learn's own callbacks (version 1.9 and later, experimental there)."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from sknn.train import Callback, Run

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:  # scikit-learn before 1.9: the estimators simply have no ``set_callbacks``

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Stands in where scikit-learn has no callbacks."""

    MethodT = TypeVar("MethodT", bound=Callable[..., Any])

    def with_callbacks(method: MethodT) -> MethodT:  # type: ignore[no-redef]
        return method


__all__ = ["CallbackBridge", "CallbackSupportMixin", "with_callbacks"]


class CallbackBridge(Callback):
    """Tells scikit-learn's callbacks of each epoch, as a task of the estimator's fit.

    Parameters
    ----------
    estimator : estimator
        The one that is fitted; its callbacks were set with ``set_callbacks``.
    data : dict
        What the callbacks are told: X, y and metadata.
    fitted_attributes : callable
        Returns the attributes that make a copy of the estimator predict.
    """

    only_shows: ClassVar[bool] = True

    def __init__(
        self, estimator: Any, data: dict[str, Any], fitted_attributes: Callable[[], dict[str, Any]]
    ) -> None:
        self.estimator = estimator
        self.data = data
        self.fitted_attributes = fitted_attributes

    def on_fit_begin(self, run: Run) -> None:
        self.fit_task = self.estimator._init_callback_context(max_subtasks=run.max_iter)
        self.fit_task.call_on_fit_task_begin(estimator=self.estimator, **self.data)
        self._begin_epoch()

    def on_epoch_end(self, run: Run) -> bool:
        stop = self._end(self.epoch_task)
        if run.goes_on and not stop:
            self._begin_epoch()
        return stop

    def recall(self, run: Run, kept: dict[str, Any]) -> None:
        if not run.goes_on:
            self._end(self.epoch_task)

    def on_fit_end(self, run: Run) -> None:
        self._end(self.fit_task)

    def _begin_epoch(self) -> None:
        self.epoch_task = self.fit_task.subcontext(task_name="epoch")
        self.epoch_task.call_on_fit_task_begin(estimator=self.estimator, **self.data)

    def _end(self, task: Any) -> bool:
        return bool(
            task.call_on_fit_task_end(
                estimator=self.estimator,
                reconstruction_attributes=self.fitted_attributes,
                **self.data,
            )
        )
