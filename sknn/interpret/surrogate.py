"""A shallow tree that imitates a model, to be read as a few rules."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.metrics import accuracy_score, r2_score
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from sknn.exceptions import InvalidParameterError
from sknn.interpret.model import Model
from sknn.interpret.result import Result, generator, plain, weights_of
from sknn.interpret.table import Table
from sknn.interpret.words import value_text

__all__ = ["SurrogateTree", "surrogate_tree"]

Array = npt.NDArray[Any]

#: Share of the rows on which the tree is compared with the model, and the fewest rows to split.
HELD_OUT, FEWEST = 0.25, 8


class SurrogateTree(Result):
    """A tree that imitates a model, and how well it does.

    Attributes
    ----------
    tree : DecisionTreeClassifier or DecisionTreeRegressor
        Fitted to what the model predicts, one column for each column of the table. Categories are
        numbered by their mean prediction.
    fidelity : float
        On held-out rows: the share of rows with the model's class, or R2 with its numbers. NaN of
        fewer than 8 rows, which are all fitted.
    fidelity_train : float
        The same on the rows that the tree was fitted to.
    fidelity_name : {"agreement", "R2"}
    rules : str
        The tree as text, with the names and categories of the table.
    feature_names, output_names : list of str
    output : str
    n_train, n_held_out : int
    method : str
    """

    display: ClassVar[str | None] = "sknn.interpret.plots.tree.SurrogateTreeDisplay"

    def to_frame(self) -> Any:
        """One row for each leaf: its conditions, prediction, and share of the rows."""
        leaves = list(self.reader.leaves())
        return self._frame(
            {
                "rule": [" and ".join(path) or "always" for path, _, _ in leaves],
                "prediction": [told for _, told, _ in leaves],
                "share": [share for _, _, share in leaves],
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything but the tree itself in the types that JSON knows."""
        skip = ("tree", "reader")
        return {name: plain(value) for name, value in self.items() if name not in skip}

    def predict(self, X: Any) -> Any:
        """What the tree says about rows with the same columns: classes, or numbers.

        Parameters
        ----------
        X : table of shape (n, d)
        """
        return self.tree.predict(self.reader.encode(Table.of(X)))


def surrogate_tree(
    estimator: Any,
    X: Any,
    *,
    max_depth: int = 3,
    output: str = "auto",
    sample_weight: Any = None,
    random_state: Any = None,
) -> SurrogateTree:
    """Fit a shallow tree to what a model predicts, and tell how faithful it is.

    The tree is grown on three quarters of the rows; ``fidelity`` compares it with the model on the
    others. What it says holds of the model only as far as that.

    Parameters
    ----------
    estimator : fitted estimator, pipeline or search, or callable
    X : table of shape (n, d)
        Rows, an array or a frame of any types. No targets are needed.
    max_depth : int, default=3
        Splits from the root to a leaf at most.
    output : {"auto", "logit", "proba", "raw", "prediction"}, default="auto"
        ``"auto"`` imitates the predicted classes of a classifier and the numbers of other models;
        any other scale is imitated as numbers.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.
    random_state : int, RandomState, Generator or None, default=None
        Of the rows that are held out, and of ties between splits.

    Returns
    -------
    result : SurrogateTree

    Raises
    ------
    InvalidParameterError
        If ``max_depth`` is less than 1.

    Notes
    -----
    Categories, missing included, are ordered by the mean of what is imitated (of several numbers
    or classes, by their first principal component), so that a split can send any of them to one
    side; for one number it is the best possible order (Breiman et al. 1984, theorem 4.5).

    References
    ----------
    Craven, M. and Shavlik, J. (1996). Extracting tree-structured representations of trained
    networks. NeurIPS.
    Breiman, L. et al. (1984). Classification and Regression Trees, section 4.2.2.

    Examples
    --------
    >>> X = np.random.default_rng(0).uniform(size=(400, 2))
    >>> model = lambda rows: 5.0 * (rows[:, 1] > 0.5)
    >>> result = surrogate_tree(model, X, max_depth=1, random_state=0)
    >>> result.fidelity
    1.0
    >>> print(result.rules)
    if x1 <= 0.50...: 0 (... % of rows)
    if x1 > 0.50...: 5 (... % of rows)
    """
    if not isinstance(max_depth, (int, np.integer)) or max_depth < 1:
        raise InvalidParameterError(f"max_depth must be an int >= 1. Got {max_depth!r} instead.")
    table = Table.of(X)
    model = Model.of(estimator, table, output=output)
    weight = weights_of(sample_weight, table.n_rows)
    as_classes = output == "auto" and model.kind == "classifier"
    if as_classes:
        told = np.asarray(model.predict(table))
        target = _indicators(told)
    else:
        told = np.asarray(model(table), dtype=float)
        target, told = told, told[:, 0] if model.single else told
    rng = generator(random_state)
    train, held = _split(weight, rng)
    reader = _Reader(table, target, train, weight)
    kind = DecisionTreeClassifier if as_classes else DecisionTreeRegressor
    encoded = reader.encode(table)
    tree = kind(max_depth=max_depth, random_state=int(rng.integers(2**31)))
    tree.fit(encoded[train], told[train], sample_weight=weight[train])
    reader.tree = tree
    fidelity = [
        _fidelity(tree, encoded[rows], told[rows], weight[rows], as_classes)
        for rows in (train, held)
    ]
    name = "agreement" if as_classes else "R2"
    what = "predicted classes" if as_classes else model.output
    return SurrogateTree(
        tree=tree,
        reader=reader,
        fidelity=fidelity[1],
        fidelity_train=fidelity[0],
        fidelity_name=name,
        rules=reader.rules(),
        feature_names=list(table.names),
        output_names=list(model.output_names),
        output="class" if as_classes else model.output,
        n_train=len(train),
        n_held_out=len(held),
        method=(
            f"A tree of at most {max_depth} splits in a row, fitted to the {what} of the model on "
            f"{len(train)} rows; {name} {fidelity[1]:.3g} on {len(held)} others. It imitates the "
            "model, not the world, and is to be believed no more than that figure allows."
        ),
    )


class _Reader:
    """Columns as numbers for a tree, and its splits in words of the table."""

    tree: Any

    def __init__(self, table: Table, target: Array, train: Array, weight: Array) -> None:
        self.names = list(table.names)
        self.like = table.take([0])
        self.orders: dict[int, list[Any]] = {}
        self.missing = np.zeros(table.n_columns, dtype=bool)
        score = _first_component(target[train], weight[train])
        for j in range(table.n_columns):
            values = table.column(j)[train]
            if not table.is_categorical(j):
                self.missing[j] = np.isnan(values).any()
            else:
                self.orders[j] = _by_mean(values, score, weight[train])

    def encode(self, table: Table) -> Array:
        """Numbers as they are; categories as their place in the order, unknown ones missing."""
        table = table.like(self.like)
        out = np.empty((table.n_rows, table.n_columns))
        for j in range(table.n_columns):
            values = table.column(j)
            if j in self.orders:
                place = {category: i for i, category in enumerate(self.orders[j])}
                out[:, j] = [place.get(value, np.nan) for value in values]
            else:
                out[:, j] = np.where(np.isinf(values), np.sign(values) * 3e38, values)
        return out

    def rules(self) -> str:
        """Indented text, one line for each condition."""
        return "\n".join(self._lines(0, 0, self._known())) or "always"

    def _known(self) -> dict[int, list[Any]]:
        return {j: list(order) for j, order in self.orders.items()}

    def _lines(self, node: int, depth: int, known: dict[int, list[Any]]) -> list[str]:
        inner = self.tree.tree_
        if inner.children_left[node] < 0:
            return [f"always: {self._told(node)}"] if depth == 0 else []
        lines = []
        for child, words, then in self._sides(node, known):
            end = bool(inner.children_left[child] < 0)
            lines.append("    " * depth + f"if {words}:" + f" {self._told(child)}" * end)
            lines += self._lines(child, depth + 1, then)
        return lines

    def leaves(self, node: int = 0, path: Any = (), known: Any = None) -> Any:
        """The conditions of each leaf, what it says, and its share of the rows."""
        known = self._known() if known is None else known
        inner = self.tree.tree_
        if inner.children_left[node] < 0:
            yield path, self._value(node), self._share(node)
            return
        for child, words, then in self._sides(node, known):
            yield from self.leaves(child, (*path, words), then)

    def nodes(self) -> Any:
        """Each node from the root down: its number, its parent's, the condition and what it says.

        Yields
        ------
        node, parent : int
            The parent of the root is -1.
        words : str
            The condition on the way from the parent.
        told : str
            What a leaf says; empty for other nodes.
        share : float
            Of the rows.
        """
        todo = [(0, -1, "", self._known())]
        while todo:
            node, parent, words, known = todo.pop()
            leaf = bool(self.tree.tree_.children_left[node] < 0)
            yield node, parent, words, self._words(node) if leaf else "", self._share(node)
            if not leaf:
                sides = list(self._sides(node, known))
                todo += [(child, node, told, then) for child, told, then in reversed(sides)]

    def _sides(self, node: int, known: dict[int, list[Any]]) -> Any:
        """Of a split: the child, the condition in words, and the categories that are left there."""
        inner = self.tree.tree_
        j, threshold = int(inner.feature[node]), float(inner.threshold[node])
        name = self.names[j]
        goes_left = bool(inner.missing_go_to_left[node])
        for left, child in ((True, inner.children_left[node]), (False, inner.children_right[node])):
            then = dict(known)
            if j in self.orders:
                place = {category: i for i, category in enumerate(self.orders[j])}
                then[j] = [c for c in known[j] if (place[c] <= threshold) == left]
                words = _among(name, then[j])
            elif np.isnan(threshold) or not np.isfinite(threshold):
                words = f"{name} is {'missing' if left == goes_left else 'not missing'}"
            else:
                words = f"{name} {'<=' if left else '>'} {threshold:.4g}"
                if left == goes_left and self.missing[j]:
                    words += " (or missing)"
            yield int(child), words, then

    def _share(self, node: int) -> float:
        inner = self.tree.tree_
        return float(inner.weighted_n_node_samples[node] / inner.weighted_n_node_samples[0])

    def _value(self, node: int) -> Any:
        value = self.tree.tree_.value[node]
        if not hasattr(self.tree, "classes_"):
            return float(value[0, 0]) if len(value) == 1 else value[:, 0].tolist()
        classes = self.tree.classes_
        if isinstance(classes, list):
            return [c[int(np.argmax(v))] for c, v in zip(classes, value, strict=True)]
        return classes[int(np.argmax(value[0]))]

    def _words(self, node: int) -> str:
        value = self._value(node)
        return ", ".join(map(value_text, value if isinstance(value, list) else [value]))

    def _told(self, node: int) -> str:
        return f"{self._words(node)} ({100 * self._share(node):.0f} % of rows)"


def _among(name: str, categories: list[Any]) -> str:
    shown = ["missing" if category is None else str(category) for category in categories]
    if len(shown) == 1:
        return f"{name} is {shown[0]}"
    return f"{name} in {{{', '.join(sorted(shown))}}}"


def _indicators(told: Array) -> Array:
    """Zeros and ones of each class, or the labels themselves."""
    if told.ndim == 2:
        return told.astype(float)
    return np.asarray(told[:, np.newaxis] == np.unique(told), dtype=float)


def _first_component(target: Array, weight: Array) -> Array:
    """One number for each row, along which the targets differ most."""
    weight = weight / weight.sum()
    centred = target - weight @ target
    if centred.shape[1] == 1:
        return np.asarray(centred[:, 0])
    _, _, axes = np.linalg.svd(np.sqrt(weight)[:, np.newaxis] * centred, full_matrices=False)
    return np.asarray(centred @ axes[0])


def _by_mean(values: Array, score: Array, weight: Array) -> list[Any]:
    total: dict[Any, float] = {}
    mass: dict[Any, float] = {}
    for value, s, w in zip(values, score, weight, strict=True):
        total[value] = total.get(value, 0.0) + w * s
        mass[value] = mass.get(value, 0.0) + w
    return sorted(total, key=lambda c: (total[c] / mass[c], str(c)))


def _split(weight: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Rows to fit and rows to compare; those without weight are left out."""
    rows = rng.permutation(np.flatnonzero(weight))
    n_held = round(HELD_OUT * len(rows)) if len(rows) >= FEWEST else 0
    return np.sort(rows[n_held:]), np.sort(rows[:n_held])


def _fidelity(tree: Any, encoded: Array, told: Array, weight: Array, as_classes: bool) -> float:
    if not len(encoded):
        return float("nan")
    said = tree.predict(encoded)
    if as_classes:
        same = (np.asarray(said) == told).reshape(len(said), -1).all(axis=1)
        return float(accuracy_score(np.ones(len(same), bool), same, sample_weight=weight))
    if len(encoded) < 2:
        return 1.0 if np.allclose(said, told) else float("nan")
    return float(r2_score(told, said, sample_weight=weight))
