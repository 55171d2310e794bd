"""``counterfactuals``: the smallest changes of a row that change what is predicted for it."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.counterfactual.descent import found_by_descent
from sknn.interpret.counterfactual.goal import Goal
from sknn.interpret.counterfactual.polish import chosen, polished
from sknn.interpret.counterfactual.search import found_by_search
from sknn.interpret.counterfactual.space import Space
from sknn.interpret.gradients.slopes import Slopes
from sknn.interpret.model import Model
from sknn.interpret.result import Result, generator, plain, weights_of
from sknn.interpret.table import Table
from sknn.interpret.words import listed, rows_of, value_text

__all__ = ["Counterfactuals", "counterfactuals"]

Array = npt.NDArray[Any]

METHODS = ("auto", "gradient", "search")


class Counterfactuals(Result):
    """Rows near a row for which something else is predicted, the nearest first.

    Attributes
    ----------
    rows : table of shape (n, d)
        Of the kind of ``x``. Where the goal was not reached, the row that came nearest to it.
    original : table of shape (1, d)
    changes : list of list of tuple
        For each row its changes as (column, from, to), the dearest first.
    sizes : list of list of float
        What each change costs, with its sign where it is one of a number.
    predictions : array of shape (n,)
        What the estimator predicts for each.
    prediction : object
        And for the row itself.
    probabilities : array of shape (n,) or None
        Of the class that was wanted.
    distance : array of shape (n,)
        The sum of changes in median absolute deviations, 1 for another category.
    n_changed : array of shape (n,)
    found : bool
        Whether the goal was reached; the rows reach it all or, if False, not.
    target : object
        The class, or the pair (low, high), that was to be reached.
    feature_names : list of str
    technique : {"gradient", "search"}
    method : str
    """

    display: ClassVar[str | None] = "sknn.interpret.plots.counterfactual.CounterfactualDisplay"

    def __len__(self) -> int:
        return len(self["changes"])

    def to_frame(self) -> Any:
        """One line for each row and change."""
        lines = [
            (i, *change, self.distance[i], self.predictions[i])
            for i, changes in enumerate(self.changes)
            for change in changes
        ]
        names = ("counterfactual", "column", "from", "to", "distance", "prediction")
        return self._frame({name: [line[k] for line in lines] for k, name in enumerate(names)})

    def to_dict(self) -> dict[str, Any]:
        """Everything in the types that JSON knows, tables as columns of values."""
        tables = {
            name: {column: plain(list(table.column(j))) for j, column in enumerate(table.names)}
            for name, table in (
                (name, Table.of(self[name], names=None)) for name in ("rows", "original")
            )
        }
        return {name: plain(value) for name, value in self.items()} | tables

    def sentences(self) -> list[str]:
        """Each row in words: "If income were 42000 instead of 38000, ..."."""
        end = self["words"] if self.found else "the goal would be nearer, but not reached"
        return [
            "If "
            + listed(
                [
                    f"{column} were {value_text(to, 40)} instead of {value_text(now, 40)}"
                    for column, now, to in changes
                ],
                20,
            )
            + f", {end}."
            for changes in self.changes
            if changes
        ]

    def __repr__(self) -> str:
        return "\n".join(self.sentences()) or "No column may change."


def counterfactuals(
    estimator: Any,
    x: Any,
    background: Any,
    *,
    target: Any = None,
    n: int = 3,
    immutable: Any = (),
    ranges: Any = None,
    max_changes: int | None = None,
    method: str = "auto",
    sample_weight: Any = None,
    random_state: Any = None,
) -> Counterfactuals:
    """Find the smallest changes of a row after which something else is predicted for it.

    Among the rows x' that may be and whose prediction reaches the target those with the least
    distance sum_j |x'_j - x_j| / MAD_j are looked for, where MAD is the median absolute deviation
    of the column, and another category counts 1. Such a distance is small where few columns
    change.

    Parameters
    ----------
    estimator : fitted estimator, pipeline or search, or callable
        Of one class or one number for each row.
    x : table of shape (1, d)
        The row, as the model takes it: ``X[[0]]`` or ``frame.iloc[[0]]``.
    background : table of shape (m, d)
        Rows such as those of training: they tell how columns vary, what is a plausible value (from
        their smallest to their largest), and which categories there are.
    target : object, optional
        Of a classifier the class that is wanted; by default the other one, of several the most
        probable other one. Of numbers one to reach, from where the prediction is now, or a pair
        (low, high) to fall into.
    n : int, default=3
        Rows to find at most. After the nearest, those come first that change other columns.
    immutable : str, int or list, default=()
        Columns that stay as they are.
    ranges : dict, optional
        By column what it may become: a pair (low, high), a list of allowed categories,
        ``"increase"`` or ``"decrease"``.
    max_changes : int, optional
        Columns that may change at most.
    method : {"auto", "gradient", "search"}, default="auto"
        ``"gradient"`` follows the slopes of a network of this package, alone or behind the steps of
        a pipeline; ``"search"`` tries values, and takes any model. ``"auto"`` does both where it
        can and keeps what is nearer.
    sample_weight : array-like of shape (m,), optional
        Weights of the background rows.
    random_state : int, Generator, RandomState or None, default=None
        Only where no background row reaches the target is anything drawn at random.

    Returns
    -------
    result : Counterfactuals
        Prints as sentences. Every row was asked of the estimator itself.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    InvalidParameterError
        For several rows, a target that is reached already or that there is not, or a setting that
        is not allowed.

    Notes
    -----
    The distance found is an upper bound of the smallest one: of a network or a forest nobody knows
    that. Columns are moved one by one, as if they did not depend on each other; what is said is
    what would change the model's answer, and not what would change the world.

    References
    ----------
    Wachter, Mittelstadt, Russell (2017), "Counterfactual explanations without opening the black
    box", arXiv:1711.00399; Mothilal, Sharma, Tan (2020), "Explaining machine learning classifiers
    through diverse counterfactual explanations", arXiv:1905.07697, for several that differ.

    Examples
    --------
    >>> def price(rows):
    ...     return 10 * rows[:, 0] + rows[:, 1]
    >>> background = np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, 8.0]])
    >>> counterfactuals(price, [[1.0, 2.0]], background, target=22, n=2)
    If x0 were 2 instead of 1, the prediction would be 22 or more.
    """
    behind = Table.of(background)
    table = Table.of(x).like(behind)
    _check(table, n, max_changes, method)
    model = Model.of(estimator, behind.like(table))
    weight = weights_of(sample_weight, behind.n_rows)
    space = Space(table, behind, weight, immutable, ranges)
    goal = Goal(model, table, target)
    points, attempt, technique = _points(space, goal, method, int(n), generator(random_state))

    def ask(asked: Array) -> Array:
        return goal.reached(space.table(asked))

    if len(points):
        points = np.unique(points, axis=0)
        points = points[ask(points)]
    if len(points):
        points = chosen(polished(points, space, ask), space, n, max_changes)
    found = len(points) > 0
    points = points if found else attempt[np.newaxis]
    return _result(space, goal, points, found, technique)


def _points(
    space: Space, goal: Goal, method: str, n: int, rng: np.random.Generator
) -> tuple[Array, Array, str]:
    """Points that reach the goal, the nearest attempt, and how they were found."""
    if method == "gradient" or (method == "auto" and goal.model.network is not None):
        slopes = Slopes(goal.model, "counterfactuals(method='gradient')")
        points, attempt = found_by_descent(space, goal, slopes, n)
        if method == "gradient":
            return points, attempt, "gradient"
        others, other = found_by_search(space, goal, rng)
        attempt = attempt if len(points) else other
        return np.concatenate([points, others]), attempt, "gradient"
    return *found_by_search(space, goal, rng), "search"


def _result(
    space: Space, goal: Goal, points: Array, found: bool, technique: str
) -> Counterfactuals:
    table, model = space.table(points), goal.model
    names, changed = space.row.names, space.changed(points)
    values, own = table.values(), space.row.values()[0]
    costs = space.costs(points)
    order = [
        [j for j in np.argsort(-costs[i], kind="stable") if changed[i, j]]
        for i in range(len(points))
    ]
    signs = np.where(space.numeric & (points < space.own), -1.0, 1.0)
    probabilities = None
    if model.kind == "classifier" and hasattr(model.estimator, "predict_proba"):
        probabilities = np.asarray(model.estimator.predict_proba(table.native))[:, goal.which]
    how = {
        "gradient": "Found along the slopes of the network, and by trying values",
        "search": "Found by trying values column by column, and from rows of the background",
    }[technique]
    missed = "" if found else " The goal was not reached within what may change; this came nearest."
    return Counterfactuals(
        rows=table.native,
        original=space.row.native,
        changes=[[(names[j], own[j], values[i, j]) for j in of] for i, of in enumerate(order)],
        sizes=[[float(signs[i, j] * costs[i, j]) for j in of] for i, of in enumerate(order)],
        predictions=np.asarray(model.predict(table)).reshape(len(points)),
        prediction=goal.prediction,
        probabilities=probabilities,
        distance=space.distance(points),
        n_changed=changed.sum(axis=1),
        found=found,
        target=goal.target,
        words=goal.words(),
        feature_names=list(names),
        technique=technique,
        method=(
            f"{how}; spreads, ranges and categories are those of "
            f"{rows_of(space.behind.n_rows, 'background row')}.{missed} Distance: the sum of the "
            "changes in median absolute deviations, 1 for another category; nearer rows may exist. "
            "Columns are changed as if they did not depend on each other: this is what would "
            "change the model's answer, and not what would change the world."
        ),
    )


def _check(table: Table, n: Any, max_changes: Any, method: Any) -> None:
    if table.n_rows != 1:
        raise InvalidParameterError(
            f"x must be one row. Got {table.n_rows} instead; pass one of them, as in X[[0]] or "
            "frame.iloc[[0]]."
        )
    for name, value in (("n", n), ("max_changes", 1 if max_changes is None else max_changes)):
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not whole or value < 1:
            raise InvalidParameterError(f"{name} must be an int >= 1. Got {value!r} instead.")
    if method not in METHODS:
        raise InvalidParameterError(
            f"method must be one of {', '.join(map(repr, METHODS))}. Got {method!r} instead."
            f"{nearest(str(method), METHODS)}"
        )
