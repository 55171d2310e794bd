"""Effects and contributions in plain words."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.dependence import AccumulatedLocalEffects
from sknn.interpret.report.study import Study
from sknn.interpret.words import number, percent, plain, value_text

__all__ = ["Shape", "in_words", "otherwise_of", "predicted", "reasons", "shape_of"]

Array = npt.NDArray[Any]

#: Changes up to which a sentence on what would be otherwise is easy to read.
FEW = 3


@dataclass(frozen=True)
class Shape:
    """What an effect looks like.

    Attributes
    ----------
    kind : {"rises", "falls", "turns", "flat", "categories"}
    output : int
        The output that it moves most.
    at_low, at_high : str
        Values of the column where the prediction is lowest and highest.
    size : float
        How far the prediction moves.
    start, end : float
        Prediction, or effect, at the first and the last value of the grid.
    """

    kind: str
    output: int
    at_low: str
    at_high: str
    size: float
    start: float
    end: float


def curves(effect: Any) -> Array:
    """The numbers of an effect, shape (k, g)."""
    is_ale = isinstance(effect, AccumulatedLocalEffects)
    return np.asarray(effect["values"] if is_ale else effect["average"])


def shape_of(effect: Any) -> Shape:
    """Whether a prediction rises, falls or turns with a column."""
    every, grid = curves(effect), effect.grid_values[0]
    k = int(np.argmax(np.ptp(every, axis=1)))
    curve = every[k]
    low, high = int(np.argmin(curve)), int(np.argmax(curve))
    size = float(curve[high] - curve[low])
    steps = np.diff(curve)
    moved = float(np.abs(steps).sum())
    net = float(curve[-1] - curve[0])
    if size <= 1e-9 * max(1.0, float(np.abs(curve).max())):
        kind = "flat"
    elif effect.is_categorical[0]:
        kind = "categories"
    elif abs(net) >= 0.8 * moved:
        kind = "rises" if net > 0 else "falls"
    else:
        kind = "turns"
    return Shape(
        kind,
        k,
        value_text(grid[low]),
        value_text(grid[high]),
        size,
        float(curve[0]),
        float(curve[-1]),
    )


def in_words(study: Study, column: int, effect: Any) -> str:
    """One sentence on how predictions change with a column."""
    shape, name = shape_of(effect), plain(study.test.names[column])
    what = subject(study, effect.output, effect.output_names[shape.output])
    size = amount(effect.output, shape.size)
    if shape.kind == "flat":
        return f"{name}: on average, {what} does not change with it."
    if shape.kind in ("rises", "falls"):
        word = "higher" if shape.kind == "rises" else "lower"
        told = f"{name}: the higher it is, the {word} {what}"
        if isinstance(effect, AccumulatedLocalEffects):
            return f"{told} (by up to {size})."
        ends = [amount(effect.output, end, level=True) for end in (shape.start, shape.end)]
        grid = effect.grid_values[0]
        if len(grid) == 2:  # of two values neither is "the higher" one
            values = [f"{e} at {value_text(v)}" for e, v in zip(ends, grid, strict=True)]
            return f"{name}: {what} is {values[0]} and {values[1]}."
        return f"{told}: {ends[0]} at {value_text(grid[0])}, {ends[1]} at {value_text(grid[-1])}."
    return (
        f"{name}: {what} is highest at {shape.at_high} and lowest at {shape.at_low}, {size} apart."
    )


def subject(study: Study, output: str, name: str) -> str:
    """What is predicted, for the middle of a sentence."""
    if output == "proba":
        return f"the probability of {plain(name)}"
    if output == "prediction":
        return (
            "the prediction" if study.task == "regression" else f"the prediction of {plain(name)}"
        )
    return f"the score of {plain(name)}"


def amount(output: str, size: float, *, level: bool = False) -> str:
    """A difference, or a level, of predictions."""
    if output == "proba":
        return percent(size) if level else f"{number(100 * size, 2)} percentage points"
    return number(size)


def predicted(study: Study, row: int) -> str:
    """What was predicted for a row, and what is true."""
    answers = study.answers
    told, true = answers.predicted[row], answers.y[row]
    if study.task == "regression":
        return f"Predicted {number(float(told), 4)}; it was {number(float(true), 4)}."
    if study.task in ("multioutput", "multilabel"):
        pairs = [", ".join(value_text(v) for v in np.atleast_1d(x)) for x in (told, true)]
        return f"Predicted ({pairs[0]}); it was ({pairs[1]})."
    sure = ""
    if answers.p is not None and answers.classes is not None:
        p = float(answers.p[row, int(np.flatnonzero(answers.classes == told)[0])])
        sure = f" (probability {'above 99%' if p > 0.99 else percent(p, 0)})"
    end = "and so it was" if told == true else f"but it was {plain(true)}"
    return f"Predicted {plain(told)}{sure}, {end}."


def otherwise_of(study: Study, row: int) -> str:
    """The smallest change of a row that changes what is predicted; empty where none was found."""
    found = study.counterfactuals.get(row)
    if found is None or not found.sentences():
        return ""
    if found.n_changed[0] > FEW:
        return (
            f"No small change was found: {found.n_changed[0]} columns would have to be different."
        )
    return plain(found.sentences()[0])


def reasons(study: Study, row: int, most: int = 3) -> tuple[list[str], list[str]]:
    """Columns that moved a prediction towards what it became, and those that moved it away.

    Towards what it became is up where the prediction lies above the mean prediction, and towards
    the predicted class of several.
    """
    found = study.contributions(row)
    if found is None:
        return [], []
    values, _, _, one = found
    total = float(values.sum())
    up = total >= 0
    if study.task == "binary" and study.answers.classes is not None:
        up = bool(study.answers.predicted[row] == study.answers.classes[1])
    elif study.task == "multiclass":
        up = True
    order = np.argsort(-np.abs(values), kind="stable")
    least = 0.05 * float(np.abs(values).max(initial=0.0))
    chosen: tuple[list[str], list[str]] = ([], [])
    for j in order:
        if abs(values[j]) <= least:
            break
        side = chosen[0] if (values[j] > 0) == up else chosen[1]
        if len(side) < most:
            side.append(f"{plain(one.feature_names[j])} = {value_text(one.data[0, j])}")
    return chosen
