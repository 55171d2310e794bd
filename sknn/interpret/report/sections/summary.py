"""The first page: what the model predicts, how well, from what, and what it is not for."""

from typing import Any

import numpy as np

from sknn.interpret.evaluation.measures import ACCURACY, MAE
from sknn.interpret.report.content import Bullets, Cards, Case, Section, Text
from sknn.interpret.report.study import Study
from sknn.interpret.report.telling import in_words, otherwise_of, predicted, reasons
from sknn.interpret.words import listed, number, percent, plain, rows_of

__all__ = ["summary"]


def summary(study: Study, card: dict[str, Any]) -> Section:
    """For readers with one minute."""
    section = Section("summary", "In short")
    section.add(Text(_what(study, card), "lead"), Cards(_figures(study, card)))
    section.add(Text(_how_good(study, card)))
    section.add(*_drivers(study), *_cases(study), *_not_for(study, card))
    return section


def target_of(card: dict[str, Any]) -> str:
    """The target's name where the card tells it."""
    return plain(card.get("target") or "the target")


def unit_of(card: dict[str, Any]) -> str:
    """The unit of a number, after a space."""
    return f" {plain(card['unit'])}" if card.get("unit") else ""


def _what(study: Study, card: dict[str, Any]) -> str:
    answers, target = study.answers, target_of(card)
    if study.task == "regression":
        middle, low, high = np.percentile(answers.y, [50, 5, 95])
        what = (
            f"The model predicts {target}, a number: of the test rows 90% lie between "
            f"{number(low)} and {number(high)}{unit_of(card)}, half of them above {number(middle)}."
        )
    elif study.task == "multioutput":
        what = f"The model predicts {answers.y.shape[1]} numbers for each row."
    elif study.task == "multilabel":
        what = f"The model predicts for each of {answers.y.shape[1]} labels whether a row has it."
    else:
        names = [plain(c) for c in answers.classes] if answers.classes is not None else []
        kinds = "two" if len(names) == 2 else len(names)
        what = (
            f"The model predicts which of {kinds} classes of {target} a row has: {listed(names)}."
        )
    if card.get("purpose"):
        what += f" Its purpose: {plain(card['purpose'])}"
    columns = rows_of(study.test.n_columns, "column")
    return f"{what} It looks at {columns}, and was tried on {rows_of(len(answers), 'test row')}."


def _figures(study: Study, card: dict[str, Any]) -> list[tuple[str, str]]:
    cards = []
    for measure, value, low, high in study.scores[:2]:
        share = measure is ACCURACY
        shown, a, b = (percent(v, 1) if share else number(v) for v in (value, low, high))
        unit = unit_of(card) if measure is MAE else ""
        cards.append((f"{shown}{unit}", f"{measure.label}, {a} to {b} with 95% confidence"))
    measure, constant = study.measures[0], study.score(study.constant)[0]
    told = percent(constant, 1) if measure is ACCURACY else number(constant)
    what = "the mean" if study.task in ("regression", "multioutput") else "the most frequent class"
    what = "each label's most frequent value" if study.task == "multilabel" else what
    unit = unit_of(card) if measure is MAE else ""
    cards.append((f"{told}{unit}", f"{measure.label} of always answering with {what}"))
    return cards


def _how_good(study: Study, card: dict[str, Any]) -> str:
    measure, value, *_ = study.scores[0]
    constant = study.score(study.constant)[0]
    if measure is ACCURACY:
        said = (
            f"Of 100 rows it gets about {round(100 * value)} right; without looking at any column "
            f"it would be {round(100 * constant)}."
        )
    elif measure is MAE:
        said = (
            f"Its predictions are off by {number(value)}{unit_of(card)} on average; without "
            f"looking at any column it would be {number(constant)}{unit_of(card)}."
        )
    else:
        said = (
            f"Its {measure.label} ({measure.words}) is {number(value)}; without looking at any "
            f"column it would be {number(constant)}."
        )
    if study.linear is not None:
        said += f" A linear model has {_like(measure is ACCURACY, study.score(study.linear)[0])}."
    return said


def _like(share: bool, value: float) -> str:
    return percent(value, 1) if share else number(value)


def _drivers(study: Study) -> list[Any]:
    if study.importance is None:
        return []
    lines = [
        in_words(study, j, study.effects[j])
        if j in study.effects
        else f"{plain(study.test.names[j])}."
        for j in study.drivers
    ]
    if not lines:
        return [Text("What it looks at", "heading"), Text("No column matters for certain.")]
    return [
        Text("What it looks at most", "heading"),
        Bullets(lines),
        Text(
            "In order of importance: how much worse the model does when the column is shuffled. "
            "These are tendencies of the model, and not causes in the world.",
            "note",
        ),
    ]


def _cases(study: Study) -> list[Any]:
    rows = study.explained_rows["told"]
    cases = []
    for row in rows:
        because, despite = reasons(study, row)
        if because or despite:
            otherwise = otherwise_of(study, row)
            cases.append(Case(f"Row {row}", predicted(study, row), because, despite, otherwise))
    return [Text("Some rows", "heading"), *cases] if cases else []


def _not_for(study: Study, card: dict[str, Any]) -> list[Any]:
    items = [plain(card["out_of_scope"])] if card.get("out_of_scope") else []
    items.append(
        "Changing a column's value in the world and expecting the prediction to come true."
    )
    where = "training" if study.train is not None else "test"
    items.append(
        f"Rows unlike those of the {where} data: other ranges, other categories, another time or "
        "place."
    )
    items += [
        f"Rows where {part.words}: a constant answer is better there."
        for part in study.useless_slices[:2]
    ]
    if not card.get("out_of_scope"):
        items.append("Uses that its makers rule out: not provided.")
    return [Text("What it must not be used for", "heading"), Bullets(items)]
