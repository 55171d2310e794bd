"""What the model looks at: importance of columns, their effects, and what acts together."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from sknn.interpret.dependence import AccumulatedLocalEffects
from sknn.interpret.evaluation.scored import CORRELATED
from sknn.interpret.report import svg
from sknn.interpret.report.content import Figure, Section, Table, Text
from sknn.interpret.report.study import Study
from sknn.interpret.report.telling import curves, in_words, shape_of
from sknn.interpret.words import listed, number, percent, plain, scale_of, value_text

__all__ = ["effects", "importance", "interactions"]

Array = npt.NDArray[Any]

#: Bars, lines of a beeswarm, categories, and curves of single rows that are drawn.
MOST_BARS, MOST_SWARMS, MOST_KINDS, N_CURVES = 20, 12, 12, 25

#: What the scores of permutation importance are called.
SCORES = {
    "neg_log_loss": "rise of the log loss",
    "neg_mean_absolute_error": "rise of the mean absolute error",
    "r2": "fall of R²",
    "accuracy": "fall of accuracy",
}


def importance(study: Study) -> Section | None:
    """Permutation importance beside the mean size of Shapley values."""
    section = Section("importance", "What it looks at")
    attributed = _mean_shap(study)
    section.add(*_bars(study, attributed), *_swarm(study))
    if study.importance is not None and attributed is not None:
        section.add(
            Text(
                "Permutation importance tells what predictions lose in quality; mean |SHAP| tells "
                "how far a column moves predictions, right or wrong. A column that is high in the "
                "second and low in the first moves predictions without making them better.",
                "note",
            )
        )
    return section if section.blocks else None


def _mean_shap(study: Study) -> Array | None:
    """Mean |SHAP| over the sample, summed over outputs."""
    if study.explanation is None:
        return None
    at = [study.explanation_rows.index(i) for i in study.explained_rows["sample"]]
    weight = study.weight[study.explained_rows["sample"]]
    weight = weight / weight.sum() if weight.sum() > 0 else np.full(len(at), 1 / len(at))
    size = np.abs(np.asarray(study.explanation["values"], dtype=float))[at]
    mean = np.tensordot(weight, size, axes=1)
    return np.asarray(mean if mean.ndim == 1 else mean.sum(axis=1))


def _bars(study: Study, attributed: Array | None) -> list[Figure]:
    result, names = study.importance, [plain(name) for name in study.test.names]
    if result is None:
        return []
    shown = study.order[:MOST_BARS]
    kind = SCORES.get(result.scorer_name, f"fall of {plain(result.scorer_name)}")
    head = ["column", kind, "95% from", "to"]
    if attributed is not None:
        head.append("mean |SHAP|")
    rows: list[list[Any]] = []
    for j in study.order:
        row = [names[j], float(result.importances_mean[j]), *map(float, result.ci[j])]
        rows.append(row if attributed is None else [*row, float(attributed[j])])
    figures = [
        Figure(
            svg.bars(
                "importance",
                [names[j] for j in shown],
                [float(result.importances_mean[j]) for j in shown],
                low=[float(result.ci[j, 0]) for j in shown],
                high=[float(result.ci[j, 1]) for j in shown],
                axis=f"{kind} when the column is shuffled",
                title="Permutation importance",
                description=f"Bars with intervals for {len(shown)} columns, the longest for "
                f"{names[shown[0]]}.",
            ),
            Table("importance", "Permutation importance", head, rows, result.method),
            "Longer bars: the model does worse without the column. Where the interval reaches 0, "
            "the bar is pale: it may be chance." + _left(len(names), len(shown)),
        )
    ]
    if attributed is not None and study.explanation is not None:
        order = np.argsort(-attributed, kind="stable")[:MOST_BARS]
        found = study.explanation
        of = scale_of(found.output, found.output_names[0] if found.single else "each output")
        if not found.single:
            of += ", summed over outputs"
        figures.append(
            Figure(
                svg.bars(
                    "mean-shap",
                    [names[j] for j in order],
                    [float(attributed[j]) for j in order],
                    axis=f"mean |SHAP|, {of}",
                    title="Mean size of Shapley values",
                    description=f"Bars for {len(order)} columns, the longest for "
                    f"{names[order[0]]}.",
                ),
                Table(
                    "mean-shap",
                    "Mean size of Shapley values",
                    ["column", "mean |SHAP|"],
                    [[names[j], float(attributed[j])] for j in order],
                    found.method,
                ),
                "How far each column moves the prediction of a row from the mean prediction, on "
                "average." + _left(len(names), len(order)),
            )
        )
    return figures


def _left(n: int, shown: int) -> str:
    return f" The {n - shown} others are in the table." if n > shown else ""


def _swarm(study: Study) -> list[Figure]:
    found = study.explanation
    if found is None or not found.single:
        return []
    at = [study.explanation_rows.index(i) for i in study.explained_rows["sample"]]
    if len(at) < 10:
        return []
    size = np.abs(found["values"][at]).mean(axis=0)
    order = np.argsort(-size, kind="stable")[:MOST_SWARMS]
    rows = study.test.take(np.asarray(study.explained_rows["sample"]))
    shades = np.full((len(at), len(order)), np.nan)
    for i, j in enumerate(order):
        column = rows.column(int(j))
        if study.test.is_numeric(int(j)):
            known = ~np.isnan(column)
            if known.any():
                ranks = rankdata(column[known])
                shades[known, i] = (ranks - 0.5) / len(ranks)
    names = [plain(study.test.names[j]) for j in order]
    values = np.asarray(found["values"], dtype=float)[at][:, order]
    quantiles = np.percentile(values, [5, 50, 95], axis=0).T
    return [
        Figure(
            svg.beeswarm(
                "swarm",
                values,
                shades,
                names,
                title="Shapley values of single rows",
                axis=f"adds to {scale_of(found.output, found.output_names[0])}",
                description=f"A line of dots for each of {len(names)} columns; a dot is a row.",
            ),
            Table(
                "swarm",
                "Shapley values of single rows",
                ["column", "5%", "median", "95%"],
                [[n, *map(float, q)] for n, q in zip(names, quantiles, strict=True)],
                found.method,
            ),
            "A dot is a row: to the right, the column raised its prediction. Colours go from low "
            "values of the column (blue) to high ones (orange); categories and gaps are grey.",
        )
    ]


def effects(study: Study) -> Section | None:
    """How the prediction changes with each of the most important columns."""
    if not study.effects:
        return None
    section = Section("effects", "How each column acts")
    section.add(
        Text(
            "The mean prediction while one column changes, for the most important columns. Bars "
            "below the curves show where rows lie: trust a curve where there are some. Beside a "
            "category stands its share of the rows."
        )
    )
    for j, effect in study.effects.items():
        section.add(_effect(study, j, effect))
    return section


def _effect(study: Study, column: int, effect: Any) -> Figure:
    name = plain(study.test.names[column])
    every, grid = curves(effect), effect.grid_values[0]
    is_ale = isinstance(effect, AccumulatedLocalEffects)
    moved = np.argsort(-np.ptp(every, axis=1), kind="stable")[:3]
    moved = np.sort(moved) if len(every) > 3 else np.arange(len(every))
    outputs = [plain(effect.output_names[k]) for k in moved]
    axis = scale_of(effect.output, outputs[0] if len(outputs) == 1 else "each class")
    if is_ale:
        axis = f"effect on the {axis}" if effect.output == "proba" else f"effect on {axis}"
    sentence = in_words(study, column, effect)
    title = f"{'Local effect' if is_ale else 'Partial dependence'} of {name}"
    head = [name, *[f"{'effect' if is_ale else 'mean'} for {o}" for o in outputs]]
    labels = [value_text(v) for v in grid]
    rows: list[list[Any]] = [
        [label if effect.is_categorical[0] else float(v), *map(float, every[moved, i])]
        for i, (label, v) in enumerate(zip(labels, grid, strict=True))
    ]
    caption = sentence
    if is_ale:
        partners = [plain(study.test.names[p]) for p in study.partners(column)]
        caption += (
            f" It goes with {listed(partners, 3)} (rank correlation of {CORRELATED} or more), so "
            "this is its accumulated local effect, relative to the mean."
        )
    table = Table(f"effect-{column}-{name}", title, head, rows, effect.method)
    ci = effect.ci if is_ale and effect.ci is not None and len(moved) == 1 else None
    if effect.is_categorical[0]:
        k = moved[0] if len(moved) == 1 else shape_of(effect).output
        first = slice(None, MOST_KINDS)
        shares = _shares(labels, [value_text(v) for v in effect.data[0].tolist()])
        picture = svg.bars(
            f"effect-{column}",
            shares[first],
            every[k][first].tolist(),
            width=380,
            zero=is_ale,
            low=None if ci is None else ci[k, first, 0],
            high=None if ci is None else ci[k, first, 1],
            axis=scale_of(effect.output, effect.output_names[k]),
            title=title,
            description=sentence,
        )
        return Figure(picture, table, caption, "half")
    thin: list[Any] = []
    if not is_ale and len(moved) == 1:
        rows_ = effect["individual"][moved[0]]
        thin = list(rows_[np.linspace(0, len(rows_) - 1, min(N_CURVES, len(rows_))).astype(int)])
        caption += " Thin lines are single rows."
    density = np.asarray(effect.data[0], dtype=float)
    picture = svg.lines(
        f"effect-{column}",
        np.asarray(grid, dtype=float).tolist(),
        list(every[moved]),
        thin=thin,
        names=outputs,
        density=density,
        title=title,
        description=sentence,
        x_axis=name,
        y_axis=axis,
        low=None if ci is None else ci[moved[0], :, 0],
        high=None if ci is None else ci[moved[0], :, 1],
    )
    return Figure(picture, table, caption, "half")


def _shares(kinds: list[str], values: list[str]) -> list[str]:
    """Categories with the share of rows that have them."""
    return [f"{kind} ({percent(values.count(kind) / max(len(values), 1), 0)})" for kind in kinds]


def interactions(study: Study) -> Section | None:
    """Which pairs of columns act together."""
    result = study.interactions
    if result is None or result.pairwise is None:
        return None
    matrix = result.pairwise.max(axis=0)  # NaN on the diagonal
    names = [plain(name) for name in result.feature_names]
    i, j = np.triu_indices(len(names), 1)
    order = np.argsort(-matrix[i, j], kind="stable")
    rows = [[names[i[o]], names[j[o]], float(matrix[i[o], j[o]])] for o in order]
    first = rows[0]
    of = scale_of(
        result.output,
        result.output_names[0] if len(result.output_names) == 1 else "the class that moves most",
    )
    return Section("interactions", "What acts together").add(
        Text(
            f"How far two columns move predictions together, beyond what each does by itself. The "
            f"strongest pair is {first[0]} and {first[1]}, by {number(first[2], 2)} "
            f"(standard deviation on the scale of the {of})."
        ),
        Figure(
            svg.heat_map(
                "interactions",
                matrix,
                names,
                names,
                title="Interactions of pairs",
                description=f"A square of {len(names)} columns; the darkest cell is {first[0]} and "
                f"{first[1]}.",
            ),
            Table(
                "interactions",
                "Interactions of pairs",
                ["column", "with", "H, unnormalized"],
                rows,
                result.method,
            ),
            f"Friedman's H, unnormalized: in units of the {of}. Near 0, effects just add up.",
        ),
    )
