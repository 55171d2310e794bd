"""Accuracy of the models against the time of a fit, and which of them no other beats in both."""

import numpy as np

from tables.models import MODELS
from tables.report import METRICS

__all__ = ["draw"]


def draw(results, path):
    """A panel for each metric: the scores of models over the median seconds of their fits."""
    from matplotlib import pyplot

    from sknn.style import colours

    metrics = [metric for metric in METRICS if results.losses(metric)[0]]
    models = [model for model in results.models if model != "dummy"]
    if not metrics or not models:
        return
    seconds = np.array([results.median(m, lambda r: r["fit_cpu_seconds"]) for m in models])
    shown = [results.models.index(model) for model in models]
    scores_of = {metric: results.scores(metric)[shown] for metric in metrics}
    is_ours = [model not in MODELS or model.startswith("ours") for model in models]
    blue, orange = colours(2)
    figure, panels = pyplot.subplots(
        1, len(metrics), figsize=(5.5 * len(metrics), 4.2), layout="constrained", squeeze=False
    )
    for panel, metric in zip(panels[0], metrics, strict=True):
        scores = scores_of[metric]
        best = front(seconds, scores)
        line = np.r_[seconds[best], seconds.max()], np.r_[scores[best], scores[best[-1]]]
        panel.step(*line, where="post", color="#8b939c", lw=1.2, zorder=1)
        panel.scatter(seconds, scores, color=np.where(is_ours, orange, blue), s=24, zorder=2)
        panel.set_xscale("log")
        panel.margins(x=0.18, y=0.1)
        panel.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        panel.set_xlabel("processor seconds of a fit, median")
        panel.set_ylabel(f"score in {metric}")
        panel.grid(color="#e4e7eb")
        panel.set_axisbelow(True)
        panel.spines[["top", "right"]].set_visible(False)
    for panel, metric in zip(panels[0], metrics, strict=True):
        _label(panel, models, seconds, scores_of[metric])
    figure.savefig(path, dpi=150)
    pyplot.close(figure)


def front(seconds, scores):
    """Which models no faster one is as accurate as, in order of time."""
    order = np.lexsort((-scores, seconds))
    before = np.maximum.accumulate(np.r_[-np.inf, scores[order][:-1]])
    return order[scores[order] > before]


def _label(panel, models, seconds, scores):
    """A name to the right of each point, moved up as far as it would lie on another."""
    from sknn.style import settle

    order = np.argsort(scores)
    texts = [
        panel.annotate(
            models[i], (seconds[i], scores[i]), (5, 4), textcoords="offset points", fontsize=8
        )
        for i in order
    ]
    settle(panel.figure)
    boxes = []
    for text in texts:
        while any(box.overlaps(text.get_window_extent().padded(2)) for box in boxes):
            text.set_position((5, text.get_position()[1] + 1))
        boxes.append(text.get_window_extent())
