"""What a judgement of a model looks like: calibration, confusion, ROC and residuals."""

from typing import Any

import numpy as np
from sklearn.metrics import (
    ConfusionMatrixDisplay,
    PredictionErrorDisplay,
    average_precision_score,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

from sknn.exceptions import InvalidParameterError
from sknn.interpret.plots.base import New, output_number
from sknn.interpret.words import number, short
from sknn.optional import require
from sknn.style import colours, literal

__all__ = [
    "calibration",
    "confusion",
    "missing",
    "precision_recall",
    "prediction_error",
    "residuals",
    "roc",
]

PURPOSE = "EvaluationDisplay"
MOST_NUMBERS, MOST_POINTS = 12, 2000
PROBABILITIES = "Of a model without predict_proba there is none"


def missing(what: str, why: str) -> InvalidParameterError:
    """The error where this evaluation has nothing to show."""
    return InvalidParameterError(f"This evaluation has no {what}. {why}.")


def calibration(result: Any, new: New, _: Any) -> list[Any]:
    """How often probabilities come true, with intervals, and how many rows there are of each."""
    curve = result.calibration
    if curve is None:
        raise missing("calibration", PROBABILITIES)
    ax = new(5.0, 4.4)
    ink, colour = ax.title.get_color(), colours(1)[0]
    ax.plot([0, 1], [0, 1], color=ink, linewidth=0.8, linestyle=":")
    sides = np.abs(np.array([curve["low"], curve["high"]]) - curve["observed"])
    points = [
        ax.errorbar(
            curve["predicted"],
            curve["observed"],
            yerr=sides,
            color=colour,
            marker="o",
            markersize=5,
            linewidth=1.5,
            elinewidth=1,
        )
    ]
    share = curve["count"] / curve["count"].max()
    widths = np.full(len(share), 0.018)
    strip = ax.get_xaxis_transform()
    ax.bar(curve["predicted"], 0.08 * share, widths, color=ink, alpha=0.25, transform=strip)
    the = "" if result.task == "binary" else "the "
    literal([ax.set_xlabel(f"predicted probability of {the}{short(curve['of'], 24)}")])
    ax.set_ylabel("share that came true")
    ax.set_title(
        f"calibration error {number(curve['ece'], 2)} "
        f"({number(curve['ece_by_chance'], 2)} by chance)",
        fontsize="medium",
    )
    return points


def confusion(result: Any, new: New, _: Any) -> list[Any]:
    """Rows of each true class by predicted class."""
    if result.confusion is None:
        raise missing("confusion of classes", "It predicts no classes")
    counts = np.asarray(result.confusion)
    names = np.unique(np.concatenate([result.classes, result.y, result.predictions]))
    size = 2.2 + 0.55 * min(len(names), 16)
    ax = new(size + 0.8, size)
    total = np.maximum(counts.sum(axis=1, keepdims=True), 1e-300)
    numbers = len(names) <= MOST_NUMBERS
    drawn = ConfusionMatrixDisplay(counts / total, display_labels=[short(n, 16) for n in names])
    drawn.plot(ax=ax, cmap="cividis", colorbar=False, include_values=numbers, im_kw={"vmin": 0})
    if numbers:
        for text, count in zip(drawn.text_.ravel(), counts.ravel(), strict=True):
            text.set_text(number(count, 6) if count == round(count) else f"{count:.1f}")
    ax.grid(False)  # whatever the style says
    ax.figure.colorbar(drawn.im_, ax=ax, label="share of the true class", shrink=0.85)
    literal([*ax.get_xticklabels(), *ax.get_yticklabels()])
    if max(len(short(n, 16)) for n in names) * len(names) > 40:
        for tick in ax.get_xticklabels():
            tick.set(rotation=40, ha="right", rotation_mode="anchor")
    ax.set_xlabel("predicted class")
    ax.set_ylabel("true class")
    return [drawn.im_]


def _each_class(result: Any, target: Any, what: str) -> Any:
    """Name, truth and probability of each class, or label, against the others."""
    if result.probabilities is None or result.task not in (
        "binary",
        "multiclass",
        "multilabel",
    ):
        raise missing(what, PROBABILITIES)
    names = [str(name) for name in result.classes]
    if target is None and result.task == "binary":
        target = 1
    chosen = range(len(names)) if target is None else [output_number(target, names, PURPOSE)]
    for k in chosen:
        labels = result.task == "multilabel"
        true = result.y[:, k] == 1 if labels else result.y == result.classes[k]
        if true.any() and not true.all():  # else nothing can be ranked
            yield names[k], true, result.probabilities[:, k]


def roc(result: Any, new: New, target: Any) -> list[Any]:
    """Right against false alarms at every threshold, for each class against the others."""
    classes = list(_each_class(result, target, "ROC curve"))
    weight = result.sample_weight
    ax = new(4.8, 4.4)
    ax.plot([0, 1], [0, 1], color=ax.title.get_color(), linewidth=0.8, linestyle=":")
    artists = []
    for (name, true, p), colour in zip(classes, colours(len(classes)), strict=True):
        wrong, right, _ = roc_curve(true, p, sample_weight=weight)
        area = roc_auc_score(true, p, sample_weight=weight)
        label = f"{short(name, 20)} (AUC {number(area)})"
        artists += ax.plot(wrong, right, color=colour, label=label)
    ax.set_xlabel("false positive rate")
    ax.set_ylabel("true positive rate")
    literal(ax.legend(frameon=False, loc="lower right").get_texts())
    return artists


def precision_recall(result: Any, new: New, target: Any) -> list[Any]:
    """Precision against recall at every threshold, for each class against the others."""
    classes = list(_each_class(result, target, "precision and recall"))
    weight = result.sample_weight
    ax = new(4.8, 4.4)
    artists = []
    for (name, true, p), colour in zip(classes, colours(len(classes)), strict=True):
        precision, recall, _ = precision_recall_curve(true, p, sample_weight=weight)
        mean = average_precision_score(true, p, sample_weight=weight)
        label = f"{short(name, 20)} (AP {number(mean)})"
        artists += ax.plot(recall, precision, color=colour, label=label, drawstyle="steps-post")
        often = np.average(true, weights=weight)
        ax.axhline(often, color=colour, linewidth=0.8, linestyle=":")
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlabel("recall: share of the class that is found")
    ax.set_ylabel("precision: share of the found that is right")
    literal(ax.legend(frameon=False, loc="lower left").get_texts())
    return artists


def _numbers(result: Any, new: New, target: Any, kind: str) -> list[Any]:
    if result.task not in ("regression", "multioutput"):
        raise missing("residuals", "It predicts classes")
    y, told = result.y.reshape(len(result.y), -1), result.predictions
    told = told.reshape(y.shape)
    names = [f"y{k}" for k in range(y.shape[1])]
    k = output_number(target, names, PURPOSE)
    rows = np.unique(np.linspace(0, len(y) - 1, min(len(y), MOST_POINTS)).astype(int))
    ax = new(5.0, 4.4)
    drawn = PredictionErrorDisplay(y_true=y[rows, k], y_pred=told[rows, k])
    drawn.plot(
        ax=ax,
        kind=kind,
        scatter_kwargs={"color": colours(1)[0], "s": 12, "alpha": 0.5, "linewidths": 0},
        line_kwargs={"color": ax.title.get_color(), "linewidth": 0.8, "linestyle": ":"},
    )
    if kind == "actual_vs_predicted":  # whose ticks are at fifths of the range
        ticker = require("matplotlib.ticker", extra="plots", purpose=PURPOSE)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(ticker.MaxNLocator(5))
            axis.set_major_formatter(ticker.ScalarFormatter())
    ax.set_xlabel("prediction")
    ax.set_ylabel("truth" if kind == "actual_vs_predicted" else "truth less prediction")
    return [drawn.scatter_]


def residuals(result: Any, new: New, target: Any) -> list[Any]:
    """Truth less prediction at every prediction."""
    return _numbers(result, new, target, "residual_vs_predicted")


def prediction_error(result: Any, new: New, target: Any) -> list[Any]:
    """Truth at every prediction."""
    return _numbers(result, new, target, "actual_vs_predicted")
