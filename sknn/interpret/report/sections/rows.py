"""Single rows: the worst errors and typical ones, by Shapley values beside a local linear model."""

from typing import Any

import numpy as np

from sknn.interpret.report import svg
from sknn.interpret.report.content import Figure, Section, Table, Text
from sknn.interpret.report.study import Study
from sknn.interpret.report.telling import predicted
from sknn.interpret.words import listed, number, plain, scale_of, value_text

__all__ = ["rows"]


def rows(study: Study) -> Section | None:
    """Waterfalls of rows, and how well local linear models stand for the model there."""
    if study.explanation is None:
        return None
    section = Section("rows", "Single rows")
    if study.task in ("multilabel", "multioutput"):
        section.add(
            Text(
                f"The model has several outputs; rows are explained for the first of them, "
                f"{plain(study.explanation.output_names[0])}.",
                "note",
            )
        )
    for key, title in (("worst", "The worst errors"), ("typical", "Typical rows")):
        section.add(Text(title, "heading"))
        for row in study.explained_rows[key]:
            section.add(_waterfall(study, row, key))
    section.add(_changes(study), _lime(study))
    section.add(
        Text(
            "Contributions are Shapley values: a column that “takes no part” gets values of other "
            "rows, whatever the other columns are (interventional). They share out the prediction "
            "among the columns, and do not say what would change it.",
            "note",
        )
    )
    return section


def _waterfall(study: Study, row: int, key: str) -> Figure | None:
    found = study.contributions(row)
    if found is None:
        return None
    values, base, name, one = found
    labels = [
        f"{plain(n)} = {value_text(v)}" for n, v in zip(one.feature_names, one.data[0], strict=True)
    ]
    order = np.argsort(-np.abs(values), kind="stable")
    total = base + float(values.sum())
    of = scale_of(one.output, name)
    rows_: list[list[Any]] = [["mean prediction", None, base]]
    rows_ += [
        [plain(one.feature_names[j]), value_text(one.data[0, j]), float(values[j])] for j in order
    ]
    rows_.append(["this row", None, total])
    return Figure(
        svg.waterfall(
            f"{key}-{row}",
            labels,
            values.tolist(),
            base,
            axis=of,
            title=f"Row {row}",
            description=f"From the mean prediction {number(base)} to {number(total)} by steps, the "
            f"largest of {labels[order[0]]}.",
        ),
        Table(
            f"{key}-{row}", f"Row {row}", ["column", "value", f"adds to {of}"], rows_, one.method
        ),
        predicted(study, row),
    )


def _changes(study: Study) -> Table | None:
    """What would have to change for another prediction."""
    if not study.counterfactuals:
        return None
    lines: list[list[Any]] = [
        [row, predicted(study, row), sentence, float(found.distance[0])]
        for row, found in study.counterfactuals.items()
        for sentence in found.sentences()[:1]
    ]
    first = next(iter(study.counterfactuals.values()))
    stay = [name for name in study.groups if name in study.test.names]
    kept = f" Sensitive columns were kept as they are: {listed(map(plain, stay))}." if stay else ""
    return Table(
        "changes",
        "What would change the prediction",
        ["row", "as it is", "otherwise", "distance"],
        lines,
        f"{first.method}{kept}",
    )


def _lime(study: Study) -> Table | None:
    found = study.lime
    if found is None:
        return None
    lines: list[list[Any]] = []
    for at, row in enumerate(study.lime_rows):
        one = found[at]
        one = one if one.single else one[..., study.output_of(row)]
        shap = study.contributions(row)
        top = [int(j) for j in np.argsort(-np.abs(one.coefficients[0]), kind="stable")[:3]]
        both = set(top)
        if shap is not None:
            both &= {int(j) for j in np.argsort(-np.abs(shap[0]), kind="stable")[:3]}
        names = ", ".join(plain(one.feature_names[j]) for j in top)
        lines.append(
            [
                row,
                float(np.ravel(one.scores)[0]),
                float(np.ravel(one.stability)[0]),
                names,
                len(both),
            ]
        )
    return Table(
        "lime",
        "Local linear models of the same rows (LIME)",
        ["row", "local R²", "stability", "strongest columns", "of them in SHAP's first three"],
        lines,
        "Local R²: how well a linear model stands for the model around the row; near 0 it says "
        "nothing about it. Stability: the share of the five strongest columns on which two seeds "
        f"agree. {found.method}",
    )
