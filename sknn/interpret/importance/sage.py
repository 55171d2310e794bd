"""SAGE: each column's share in what the columns together take off the loss."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from sknn.exceptions import InvalidParameterError
from sknn.interpret.importance.losses import RowLoss
from sknn.interpret.importance.result import Importance
from sknn.interpret.model import CHUNK, Model
from sknn.interpret.players import Players
from sknn.interpret.result import generator, weighted_mean, weights_of
from sknn.interpret.table import Table
from sknn.progress import shown

__all__ = ["SageImportance", "sage_importance"]

Array = npt.NDArray[Any]

#: Rows of the background by default, and the fewest rows and orders before a stop.
BACKGROUND, FEWEST = 100, 200


class SageImportance(Importance):
    """Shares of the columns in the loss that they take off.

    Attributes
    ----------
    importances_mean : ndarray of shape (d,)
        They add up to ``total``.
    importances_se : ndarray of shape (d,)
        Standard errors from the drawing of orders, and of rows as if from ``X`` with replacement.
    ci : ndarray of shape (d, 2)
        Normal intervals.
    confidence : float
    feature_names : list of str
        Columns or groups.
    loss_name : str
    total : float
        Mean loss of the mean prediction less mean loss of the model.
    baseline_loss, loss : float
        These two.
    n_permutations : int
        Orders of the columns that were gone through, each with its own row.
    converged : bool
        Whether the largest standard error came below ``tol`` times the range of the importances.
    method : str
    """


def sage_importance(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    background: Any = None,
    loss: Any = "auto",
    groups: Any = None,
    tol: float = 0.025,
    max_permutations: int = 10_000,
    confidence: float = 0.95,
    sample_weight: Any = None,
    random_state: Any = None,
    progress: bool = False,
) -> SageImportance:
    """Share the loss that a model saves between the columns, by their Shapley values.

    With v(S) = E[loss(y, E_b f(x_b))] - E[loss(y, E_b f(x_S, x_b,-S))], where x_b are rows of the
    background, the importance of j is its Shapley value: the mean over orders of the columns of
    what j takes off the loss when its true values join those of the columns before it. The sum is
    the loss of the mean prediction less that of the model. Other than permutation importance, it
    credits columns for what they tell together.

    Rows and orders are drawn together, every order with its reverse, until the largest standard
    error is below ``tol`` times the range of the importances.

    Parameters
    ----------
    estimator : fitted estimator, pipeline or search, or callable
    X : table of shape (n, d)
        Rows that the model was not fitted on, an array or a frame of any types.
    y : array-like of shape (n,) or (n, q)
        Targets.
    background : table of shape (m, d), optional
        Rows that stand in for columns that are not told; by default ``X``, of more than 100 rows
        100 drawn with the weights.
    loss : {"auto", "log_loss", "squared_error", "absolute_error"} or callable, default="auto"
        For each row. ``"auto"`` is the log loss of classifiers and the squared error of others.
        A callable ``loss(y, predictions)`` gets targets of shape (m,) or (m, q) and predictions or
        probabilities of shape (m, k), one column for two classes, and returns shape (m,).
    groups : None, dict or fitted transformer, default=None
        Columns that join together.
    tol : float, default=0.025
        When to stop. 0 goes on to ``max_permutations``.
    max_permutations : int, default=10000
        Most orders to go through. Each takes d m predictions.
    confidence : float, default=0.95
        Level of the intervals.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows in the loss, and in a background that is drawn from them.
    random_state : int, RandomState, Generator or None, default=None
    progress : bool, default=False
        Show a bar (needs tqdm).

    Returns
    -------
    result : SageImportance

    Raises
    ------
    InvalidParameterError
        For a loss that does not fit the model, targets that it does not know, or limits that are
        not allowed.

    Notes
    -----
    Columns that are not told take values of the background as if they did not depend on those
    that are (marginal imputation). What the sum of a sample misses from the total, which is known
    exactly, is given to the columns in proportion to their variances.

    References
    ----------
    Covert, I., Lundberg, S. and Lee, S.-I. (2020). Understanding global feature contributions with
    additive importance measures. NeurIPS, sections 3 and 4, algorithm 1.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(400, 3))
    >>> model = lambda rows: 2 * rows[:, 0] + rows[:, 1]
    >>> result = sage_importance(model, X, model(X), random_state=0)
    >>> result.importances_mean.round(1), round(result.total, 1)
    (array([4. , 1.1, 0. ]), 5.0)
    """
    table = Table.of(X)
    if len(np.asarray(y)) != table.n_rows:
        raise InvalidParameterError(
            f"X and y must be of one length. Got {table.n_rows} and {len(y)} rows."
        )
    if not 0 < confidence < 1 or tol < 0 or max_permutations < 2:
        raise InvalidParameterError(
            "confidence must be in (0, 1), tol >= 0 and max_permutations >= 2. Got "
            f"{confidence!r}, {tol!r} and {max_permutations!r}."
        )
    rng = generator(random_state)
    weight = weights_of(sample_weight, table.n_rows)
    model = _model(estimator, table)
    game = _Game(model, table, y, _background(background, table, weight, rng), loss, groups)
    losses = game.ends(weight)
    draws = _Draws(game.players.n)
    size = game.rows_at_a_time
    steps = range(0, max_permutations // 2, size)
    rows = _Passes(np.flatnonzero(weight), rng)
    converged = False
    for start in shown(steps, progress, "SAGE"):
        some = rows.take(min(size, max_permutations // 2 - start))
        draws.add(game.gains(some, rng), weight[some])
        mean, se = draws.mean(), draws.se()
        scale = np.ptp(mean) if len(mean) > 1 else abs(mean[0])
        if draws.n >= FEWEST and se.max() <= tol * max(scale, 1e-12 * abs(losses[0])):
            converged = True
            break
    total = losses[0] - losses[1]
    mean, se = draws.mean(), draws.se()
    share = se**2 / (se**2).sum() if (se**2).sum() > 0 else np.full(len(se), 1.0 / len(se))
    mean = mean + (total - mean.sum()) * share
    factor = norm.ppf((1 + confidence) / 2)
    m = game.background.n_rows
    return SageImportance(
        importances_mean=mean,
        importances_se=se,
        ci=mean[:, np.newaxis] + factor * se[:, np.newaxis] * np.array([-1.0, 1.0]),
        confidence=confidence,
        feature_names=list(game.players.names),
        loss_name=game.loss.name,
        total=float(total),
        baseline_loss=float(losses[0]),
        loss=float(losses[1]),
        n_permutations=2 * draws.n,
        converged=converged,
        method=(
            f"SAGE: Shapley shares of the {game.loss.name} that the columns take off, from "
            f"{2 * draws.n} orders of the columns on rows of {table.n_rows}, with {m} rows of the "
            f"background for columns that are not told; largest standard error {se.max():.2g}, "
            f"{'converged' if converged else 'not converged to tol'}. The {100 * confidence:g} % "
            "intervals cover the drawing of orders and of rows, as if these were drawn from X with "
            "replacement; not that X or the background could have held other rows. Where columns "
            "depend on each other, the model is asked about rows that may never occur."
        ),
    )


class _Game:
    """The loss of rows when only some of their columns are told."""

    def __init__(
        self, model: Model, table: Table, y: Any, background: Table, loss: Any, groups: Any
    ) -> None:
        self.model, self.table = model, table
        self.background = background.like(table)
        self.players = Players.of(groups, table)
        self.loss = RowLoss(loss, model, y)
        self.both = Table.stacked([table, self.background])
        m = self.background.n_rows
        answer = np.asarray(model(self.background), dtype=float)
        self.mean = answer.mean(axis=0)
        self.rows_at_a_time = max(CHUNK // (2 * max(self.players.n - 1, 1) * m), 1)

    def ends(self, weight: Array) -> tuple[float, float]:
        """Mean losses of the mean prediction, and of the model."""
        rows = np.arange(self.table.n_rows)
        self.full = np.asarray(self.model(self.table), dtype=float)
        self.nothing = self._losses(rows, np.tile(self.mean, (len(rows), 1)))
        self.everything = self._losses(rows, self.full)
        first, last = (weighted_mean(x, weight) for x in (self.nothing, self.everything))
        return float(first), float(last)

    def _losses(self, rows: Array, predicted: Array) -> Array:
        return self.loss(rows, predicted, self.model.exclusive)

    def gains(self, rows: Array, rng: np.random.Generator) -> Array:
        """What each player takes off the loss of each row, mean of an order and its reverse."""
        n, d, m = len(rows), self.players.n, self.background.n_rows
        order = np.argsort(rng.random((n, d)), axis=1)
        order = np.stack([order, order[:, ::-1]], axis=1).reshape(2 * n, d)
        place = np.argsort(order, axis=1)
        who = np.repeat(rows, 2)
        chain = np.empty((2 * n, d + 1))
        chain[:, 0], chain[:, d] = self.nothing[who], self.everything[who]
        if d > 1:
            told = place[:, np.newaxis, :] < np.arange(1, d)[np.newaxis, :, np.newaxis]
            on = self.players.expand(told.reshape(-1, d))  # (2 n (d - 1), columns)
            row = np.repeat(who, d - 1)
            answer = self._imputed(row, on).reshape(len(row), m, -1).mean(axis=1)
            chain[:, 1:d] = self._losses(row, answer).reshape(2 * n, d - 1)
        gain = np.take_along_axis(chain[:, :-1] - chain[:, 1:], place, axis=1)
        return np.asarray(gain.reshape(n, 2, d).mean(axis=1))

    def _imputed(self, row: Array, on: Array) -> Array:
        """Predictions for rows whose columns that are not on come from each background row."""
        m, n = self.background.n_rows, self.table.n_rows
        size = max(CHUNK // m, 1)
        parts = []
        for start in range(0, len(row), size):
            some = slice(start, start + size)
            hidden = n + np.arange(m)[np.newaxis, :, np.newaxis]
            sources = np.where(on[some, np.newaxis], row[some, np.newaxis, np.newaxis], hidden)
            answer = self.model(self.both.pick(sources.reshape(-1, on.shape[1])))
            parts.append(np.asarray(answer, dtype=float))
        return np.concatenate(parts)


class _Draws:
    """Weighted mean and standard error of gains as they come in."""

    def __init__(self, n_players: int) -> None:
        self.n, self.weight = 0, 0.0
        self.sums = np.zeros((4, n_players))

    def add(self, gains: Array, weight: Array) -> None:
        w = weight[:, np.newaxis]
        self.n, self.weight = self.n + len(gains), self.weight + weight.sum()
        parts = (w * gains, w**2 * gains**2, w**2 * gains, w**2 + 0 * gains)
        self.sums += np.stack([part.sum(axis=0) for part in parts])

    def mean(self) -> Array:
        return np.asarray(self.sums[0] / self.weight)

    def se(self) -> Array:
        """sqrt(sum w^2 (gain - mean)^2) / sum w."""
        mean = self.mean()
        square = self.sums[1] - 2 * mean * self.sums[2] + mean**2 * self.sums[3]
        scale = self.n / max(self.n - 1, 1)
        return np.asarray(np.sqrt(np.maximum(square, 0.0) * scale) / self.weight)


class _Passes:
    """Rows in shuffled passes over all of them."""

    def __init__(self, rows: Array, rng: np.random.Generator) -> None:
        self.rows, self.rng = rows, rng
        self.waiting = np.empty(0, dtype=np.intp)

    def take(self, count: int) -> Array:
        """So many next rows."""
        while len(self.waiting) < count:
            self.waiting = np.concatenate([self.waiting, self.rng.permutation(self.rows)])
        some, self.waiting = self.waiting[:count], self.waiting[count:]
        return some


def _model(estimator: Any, table: Table) -> Model:
    if isinstance(estimator, Model):
        return estimator
    classes = hasattr(estimator, "predict") and hasattr(estimator, "predict_proba")
    model = Model.of(estimator, table, output="proba" if classes else "auto")
    if model.kind == "classifier" and not classes:
        raise InvalidParameterError(
            f"SAGE of a classifier needs predict_proba, which {type(estimator).__name__} does not "
            "offer. Calibrate it with CalibratedClassifierCV, or pass its decision_function with a "
            "loss of your own."
        )
    return model


def _background(background: Any, table: Table, weight: Array, rng: np.random.Generator) -> Table:
    if background is not None:
        return Table.of(background)
    rows = np.flatnonzero(weight)
    uniform = np.ptp(weight) == 0
    if uniform and len(rows) <= BACKGROUND:
        return table
    if uniform:
        return table.take(np.sort(rng.choice(len(weight), BACKGROUND, replace=False)))
    at = (np.arange(BACKGROUND) + rng.random()) / BACKGROUND  # systematic draw by weight
    return table.take(np.minimum(np.searchsorted(np.cumsum(weight), at), rows[-1]))
