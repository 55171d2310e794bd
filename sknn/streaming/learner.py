"""What learns from blocks: an estimator with ``partial_fit``, or a pipeline that ends in one."""

import copy
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from sknn.estimators.tabular.base import BaseTabularMLP
from sknn.exceptions import InvalidParameterError
from sknn.streaming.blocks import Block, stacked
from sknn.streaming.passes import Passes

__all__ = ["Learner"]

#: What scikit-learn's networks, and ours, take for a batch unless told otherwise.
AUTO_BATCH = 200


class Learner:
    """What is trained, and the fitted transformers before it.

    Parameters
    ----------
    estimator : estimator
        With ``partial_fit``, or a pipeline whose last step has it.

    Attributes
    ----------
    step : estimator
        What is trained: the last step of a pipeline, or the estimator.
    transformers : list of transformer
        The steps before it.
    """

    def __init__(self, estimator: Any) -> None:
        steps = [estimator]
        if isinstance(estimator, Pipeline):
            steps = [step for _, step in estimator.steps if step not in (None, "passthrough")]
        *self.transformers, self.step = steps or [None]
        _check_learns(estimator, self.step)
        for transformer in self.transformers:
            if not (_is_fitted(transformer) or hasattr(transformer, "partial_fit")):
                raise InvalidParameterError(
                    "Each transformer before the last step must be fitted already, or have "
                    f"partial_fit. Got {transformer!r}, which is neither: fit it on a part of the "
                    "rows first, or use one that learns in parts, such as StandardScaler."
                )

    def with_step(self, step: Any) -> "Learner":
        """The same transformers before another step."""
        learner = copy.copy(self)
        learner.step = step
        return learner

    @property
    def is_fitted(self) -> bool:
        """Whether the step has been trained before."""
        return _is_fitted(self.step)

    @property
    def batch_rows(self) -> int:
        """Rows of a training step, where they are told in advance."""
        size = getattr(self.step, "batch_size", 1)
        return AUTO_BATCH if size == "auto" else int(size) if isinstance(size, Integral) else 1

    @property
    def shuffles(self) -> bool:
        """Whether the estimator is set to see rows in a random order."""
        return bool(getattr(self.step, "shuffle", True))

    @property
    def loss(self) -> float:
        """The mean loss of the block learned last; NaN where the estimator does not tell it."""
        loss = getattr(self.step, "loss_", None)
        return float(loss) if isinstance(loss, float | np.floating) else float("nan")

    def fit_transformers(self, passes: Passes) -> None:
        """Fit what is not fitted yet, each transformer by a pass of its own, in blocks."""
        for number, transformer in enumerate(self.transformers):
            if _is_fitted(transformer):
                continue
            fitted = copy.deepcopy(
                transformer
            )  # one that has seen some rows only would pass for it
            with passes.stored() as blocks:
                for block in blocks:
                    fitted.partial_fit(self._transformed(block.X, number), block.y)
            vars(transformer).update(vars(fitted))

    def find_classes(self, passes: Passes, classes: Any) -> Any:
        """The classes to tell in the first call; None where none are told.

        Those that are given, or those that occur in the targets, which are read once for it.
        """
        if not is_classifier(self.step):
            if classes is not None:
                raise InvalidParameterError(
                    f"classes must be None for {type(self.step).__name__}, which is no "
                    f"classifier. Got {classes!r} instead."
                )
            return None
        if classes is not None or hasattr(self.step, "classes_"):
            return classes
        found = None
        for y in passes.source.targets():
            y = np.asarray(y)
            if y.ndim == 2 and y.shape[1] > 1:
                return np.arange(y.shape[1])  # yes or no for each of several labels
            new = np.unique(y)
            found = new if found is None else np.union1d(found, new)
        if found is None:
            raise InvalidParameterError("y must hold the labels of the rows. Got None instead.")
        return found

    def learn(self, block: Block, classes: Any = None) -> None:
        """Train on a block; ``classes`` are told to a classifier in the first call."""
        told = {} if classes is None else {"classes": classes}
        if block.weight is not None:
            told["sample_weight"] = block.weight
        targets = () if block.y is None else (block.y,)
        self.step.partial_fit(self._transformed(block.X), *targets, **told)

    @contextmanager
    def quiet(self, block_rows: int | None) -> Iterator[None]:
        """Say nothing of batches that are not full.

        The last block, and that of a small row group, may have fewer rows than a batch.
        """
        with warnings.catch_warnings():
            if block_rows is None or block_rows >= self.batch_rows:
                warnings.filterwarnings("ignore", "Got `batch_size` less than 1", UserWarning)
            yield

    def score_of(self, passes: Passes | None) -> float:
        """The score of the blocks of a source; NaN where there is none."""
        if passes is None:
            return float("nan")
        with passes.stored() as blocks:
            return self.score(blocks)

    def score(self, blocks: Iterable[Block]) -> float:
        """What the estimator's ``score`` gives for all rows of the blocks.

        Predictions are gathered block by block, so that the rows need not be in memory together.
        An estimator that does not predict, or a score that is no function of predictions, is
        scored block by block.
        """
        predicted, parts, scores, sizes = [], [], [], []
        for block in blocks:
            X = self._transformed(block.X)
            sizes.append(block.n_rows)
            if block.y is None or not hasattr(self.step, "predict"):
                scores.append(self.step.score(X, *(() if block.y is None else (block.y,))))
                continue
            predicted.append(self.step.predict(X))
            parts.append(Block(None, block.y, block.weight))
        if scores:
            return float(np.average(scores, weights=sizes))
        judge, answers = copy.copy(self.step), stacked(predicted)
        vars(judge)["predict"] = lambda X: answers  # score asks the estimator for predictions
        y, weight = stacked([p.y for p in parts]), stacked([p.weight for p in parts])
        return float(judge.score(None, y, **({} if weight is None else {"sample_weight": weight})))

    def _transformed(self, X: Any, first: int | None = None) -> Any:
        """Rows as the step sees them, or as they are after the first transformers."""
        for transformer in self.transformers[:first]:
            X = transformer.transform(X)
        return X


def _check_learns(estimator: Any, step: Any) -> None:
    try:
        step.partial_fit  # noqa: B018 - ours tell why they have none
    except AttributeError as error:
        where = type(step).__name__ if step is not None else "nothing"
        if step is not estimator:
            where = f"{type(estimator).__name__} that ends in {where}"
        raise InvalidParameterError(
            "Only an estimator with partial_fit, or a pipeline whose last step has it, learns "
            f"from blocks. Got {where}: {error}{_hint(step)}"
        ) from error


def _hint(step: Any) -> str:
    if not isinstance(step, BaseTabularMLP):
        return ""
    return (
        ". A tabular estimator learns from a whole table at once; "
        f"make_pipeline(TableEncoder().fit(some_rows), {step._Member.__name__}()) learns from "
        "blocks of such rows."
    )


def _is_fitted(estimator: Any) -> bool:
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        return False
    except TypeError:  # what is no estimator of scikit-learn's has nothing to fit
        return True
    return True
