"""``evaluate``: how good a model is on rows that it has not seen."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import is_classifier
from sklearn.metrics import confusion_matrix

from sknn.exceptions import InvalidParameterError
from sknn.interpret.evaluation.answers import task_of
from sknn.interpret.evaluation.arguments import model_of, seed_of, targets_of, training_of
from sknn.interpret.evaluation.evaluation import Evaluation
from sknn.interpret.evaluation.groups import sensitive_columns
from sknn.interpret.evaluation.reliability import reliability
from sknn.interpret.evaluation.scored import Scored
from sknn.interpret.table import Table
from sknn.progress import shown

__all__ = ["evaluate"]

Array = npt.NDArray[Any]

#: Draws of the noise at each scale.
NOISE_REPEATS = 3


def evaluate(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    X_train: Any = None,
    y_train: Any = None,
    sample_weight: Any = None,
    sensitive: Any = None,
    n_bootstrap: int = 500,
    confidence: float = 0.95,
    random_state: Any = None,
    progress: bool = False,
) -> Evaluation:
    """Judge a model: the right metrics with intervals, beside a constant answer and a linear model.

    Which metrics, the targets say: of two classes accuracy, ROC AUC, log loss, Brier score and
    balanced accuracy; of several accuracy, balanced accuracy and log loss; of labels the share
    that is right, label by label and row by row; of numbers the mean absolute error, R2 and the
    root mean squared error. Intervals are percentiles of a bootstrap over the rows: what other
    rows would have said of this very model. Beside them stand the calibration of probabilities,
    slices of the rows where the model errs more, groups of sensitive columns, and what noise on
    the columns costs.

    Parameters
    ----------
    estimator : fitted estimator, pipeline or search, or callable
        A callable from rows to numbers is judged as a regressor.
    X : table of shape (n, d)
        Rows that the model was not fitted on, as it takes them: an array or a frame of any types.
    y : array-like of shape (n,) or (n, k)
        Their targets.
    X_train, y_train : table and array-like, optional
        What the model learned from. With them, the metrics on these rows show overfitting, and
        both baselines learn from them; else the constant answer is the best one for ``y``, and the
        linear model tells each fifth of the rows from the other four.
    sample_weight : array-like of shape (n,), optional
        A row of weight 2 counts as two in every metric.
    sensitive : str, list of str, dict, frame, or array of shape (n,), optional
        Groups to compare: names of columns, or values that the model does not get. Numbers of many
        values are cut into quarters.
    n_bootstrap : int, default=500
        Bootstrap samples.
    confidence : float, default=0.95
        Level of the intervals.
    random_state : int, Generator, RandomState or None, default=None
    progress : bool, default=False
        Show a bar (needs tqdm).

    Returns
    -------
    result : Evaluation
        Prints as a table; ``to_frame()``, ``plot(kind=...)``.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    InvalidParameterError
        For targets that do not fit the rows or the model, or a setting that is not allowed.

    Notes
    -----
    The expected calibration error is the mean distance between probability and frequency over ten
    bins of as many rows. It is above 0 even for perfect probabilities, so ``ece_by_chance`` tells
    what it would be then. Slices were not chosen beforehand; their p-values are one-sided and
    corrected for their number (Holm 1979).

    References
    ----------
    Efron, Tibshirani (1993), "An Introduction to the Bootstrap", chapter 13; Naeini, Cooper,
    Hauskrecht (2015), "Obtaining well calibrated probabilities using Bayesian binning", AAAI, for
    the expected calibration error.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.linear_model import Ridge
    >>> X, y = load_diabetes(return_X_y=True)
    >>> result = evaluate(Ridge(0.1).fit(X[:300], y[:300]), X[300:], y[300:], random_state=0)
    >>> [(metric["name"], round(metric["value"], 1)) for metric in result.metrics]
    [('mae', 41.5), ('r2', 0.5), ('rmse', 52.8)]
    """
    _check(n_bootstrap, confidence)
    estimator = model_of(estimator)
    test = Table.of(X)
    targets = targets_of("y", y, "X", test)
    train, y_train = training_of(X_train, y_train, test)
    scored = Scored(
        estimator,
        test,
        targets,
        task=task_of(targets, is_classifier(estimator)),
        train=train,
        y_train=y_train,
        sample_weight=sample_weight,
        groups=sensitive_columns(sensitive, test),
        seed=seed_of(random_state),
        n_bootstrap=int(n_bootstrap),
        noise_repeats=NOISE_REPEATS,
        confidence=float(confidence),
    )
    parts = {
        "metrics": _metrics,
        "confusion": _confusion,
        "calibration": _calibration,
        "slices": _slices,
        "subgroups": _subgroups,
        "noise": _noise,
    }
    found = {name: parts[name](scored) for name in shown(list(parts), progress, "evaluate")}
    answers = scored.answers
    return Evaluation(
        task=scored.task,
        n_rows=test.n_rows,
        y=answers.y,
        predictions=answers.predicted,
        probabilities=answers.p,
        classes=answers.classes,
        sample_weight=None if sample_weight is None else np.asarray(sample_weight, dtype=float),
        loss_name=scored.loss_name,
        confidence=float(confidence),
        missing=scored.missing,
        method=_sentence(scored),
        **found,
    )


def _metrics(scored: Scored) -> list[dict[str, Any]]:
    constant = scored.score(scored.constant)
    none: list[float | None] = [None] * len(constant)
    linear = none if scored.linear is None else scored.score(scored.linear)
    train = scored.scores_train or none
    return [
        {
            "name": measure.name,
            "label": measure.label,
            "better": measure.better,
            "value": value,
            "low": low,
            "high": high,
            "constant": constant[i],
            "linear": linear[i],
            "train": train[i],
        }
        for i, (measure, value, low, high) in enumerate(scored.scores)
    ]


def _confusion(scored: Scored) -> Array | None:
    answers = scored.answers
    if scored.task not in ("binary", "multiclass"):
        return None
    classes = np.unique(np.concatenate([answers.classes, answers.y, answers.predicted]))
    weight = None if scored.sample_weight is None else np.asarray(scored.sample_weight)
    return np.asarray(
        confusion_matrix(answers.y, answers.predicted, labels=classes, sample_weight=weight)
    )


def _calibration(scored: Scored) -> dict[str, Any] | None:
    curve = reliability(scored.answers, scored.weight, scored.confidence)
    if curve is None or scored.answers.classes is None:
        return None
    return {
        "ece": curve.error,
        "ece_by_chance": curve.by_chance,
        "of": str(scored.answers.classes[1]) if scored.task == "binary" else "predicted class",
        "predicted": curve.predicted,
        "observed": curve.observed,
        "low": curve.low,
        "high": curve.high,
        "count": curve.counts,
    }


def _slices(scored: Scored) -> list[dict[str, Any]]:
    return [
        {
            "slice": part.words,
            "column": part.column,
            "n_rows": len(part.rows),
            "loss": part.loss,
            "others": part.others,
            "constant": part.constant,
            "p_value": part.p_value,
        }
        for part in scored.slices
    ]


def _subgroups(scored: Scored) -> list[dict[str, Any]]:
    lines = []
    for column, groups in scored.subgroups.items():
        for group, n_rows, told in groups:
            line: dict[str, Any] = {"column": column, "group": group, "n_rows": n_rows}
            for measure, (value, low, high) in zip(scored.measures, told, strict=True):
                line |= {
                    measure.name: value,
                    f"{measure.name}_low": low,
                    f"{measure.name}_high": high,
                }
            lines.append(line)
    return lines


def _noise(scored: Scored) -> list[dict[str, float]]:
    return [{"scale": s, "mean": mean, "std": std} for s, mean, std in scored.noise or []]


def _sentence(scored: Scored) -> str:
    n = scored.test.n_rows
    source = "the training rows" if scored.train is not None else "the rows themselves, crosswise"
    weighted = "" if scored.sample_weight is None else " Rows count by their weights."
    return (
        f"Scores on {n} rows. Intervals of {100 * scored.confidence:g} % are percentiles of "
        f"{scored.n_bootstrap} bootstrap samples of these rows, and take the model as given. The "
        f"baselines learned from {source}.{weighted} Slices were not chosen beforehand; noise is "
        f"normal, in standard deviations of each column, in {scored.noise_repeats} draws."
    )


def _check(n_bootstrap: Any, confidence: Any) -> None:
    whole = isinstance(n_bootstrap, (int, np.integer)) and not isinstance(n_bootstrap, bool)
    if not whole or n_bootstrap < 2:
        raise InvalidParameterError(
            f"n_bootstrap must be an int >= 2. Got {n_bootstrap!r} instead."
        )
    if not (isinstance(confidence, (int, float)) and 0 < confidence < 1):
        raise InvalidParameterError(
            f"confidence must be a float between 0 and 1. Got {confidence!r} instead."
        )
