"""Friedman's H: how much of a model's variation is due to columns acting together."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.model import CHUNK, Model
from sknn.interpret.result import Result, generator, weights_of
from sknn.interpret.table import Table

__all__ = ["FriedmanH", "friedman_h"]

Array = npt.NDArray[Any]

#: Shares of the variance of the predictions that are taken as rounding errors.
NOISE = 1e-12


class FriedmanH(Result):
    """Strength of interactions.

    Attributes
    ----------
    pairwise : ndarray of shape (k, d, d) or None
        H of each pair, symmetric, NaN on the diagonal.
    total : ndarray of shape (k, d)
        H of each column with all others together.
    feature_names, output_names : list of str
    output : str
    normalized : bool
        Whether H is a share in [0, 1], or a standard deviation in units of the prediction.
    n_samples : int
    method : str
    """

    display: ClassVar[str | None] = "sknn.interpret.plots.interaction.InteractionDisplay"

    def to_frame(self) -> Any:
        """One row for each output and pair, the strongest first; without pairs, each column."""
        k, d = self.total.shape
        if self.pairwise is None:
            columns: dict[str, Any] = {
                "output": np.repeat(self.output_names, d),
                "feature": np.tile(self.feature_names, k),
                "h": self.total.reshape(-1),
            }
        else:
            first, second = np.triu_indices(d, 1)
            names = np.asarray(self.feature_names, dtype=object)
            columns = {
                "output": np.repeat(self.output_names, len(first)),
                "feature": np.tile(names[first], k),
                "with": np.tile(names[second], k),
                "h": self.pairwise[:, first, second].reshape(-1),
            }
        return self._frame(columns).sort_values("h", ascending=False, ignore_index=True)


def friedman_h(
    estimator: Any,
    X: Any,
    features: Any = None,
    *,
    n_samples: int = 100,
    pairwise: bool = True,
    normalized: bool = True,
    output: str = "auto",
    sample_weight: Any = None,
    random_state: Any = None,
) -> FriedmanH:
    """Measure by Friedman's H how much columns act together in a model.

    With centred partial dependences F at the rows i,
    H_jk^2 = sum_i w_i [F_jk - F_j - F_k]^2 / sum_i w_i F_jk^2, and for a column with all others
    H_j^2 = sum_i w_i [f - F_j - F_-j]^2 / sum_i w_i f^2. H is 0 where effects only add up, and 1
    where a pair has no effects but a joint one. With ``normalized=False`` it is the root of the
    numerator, in units of the prediction, which can be compared between pairs: a share of a weak
    effect can be large.

    Parameters
    ----------
    estimator : fitted estimator, pipeline or search, or callable
    X : table of shape (n, d)
        Rows, an array or a frame of any types.
    features : list of str or int, optional
        The columns to measure; all by default. There are d (d - 1) / 2 pairs.
    n_samples : int, default=100
        Rows that are drawn, without replacement. Each pair takes n_samples^2 predictions.
    pairwise : bool, default=True
        Whether to measure pairs, or only each column with all others.
    normalized : bool, default=True
        Whether H is a share. An estimate from few rows that exceeds 1 is cut off there.
    output : {"auto", "logit", "proba", "raw", "prediction"}, default="auto"
        The scale of the predictions, as in :func:`~sknn.interpret.shap_values`.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.
    random_state : int, RandomState, Generator or None, default=None
        Of the rows that are drawn.

    Returns
    -------
    result : FriedmanH

    Raises
    ------
    InvalidParameterError
        For columns that are not there, or fewer than two rows to draw.

    References
    ----------
    Friedman, J. H. and Popescu, B. E. (2008). Predictive learning via rule ensembles. Annals of
    Applied Statistics 2, section 8.1.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(200, 3))
    >>> result = friedman_h(lambda rows: rows[:, 0] * rows[:, 1] + rows[:, 2], X, random_state=0)
    >>> result.pairwise[0].round(1).tolist()
    [[nan, 1.0, 0.0], [1.0, nan, 0.0], [0.0, 0.0, nan]]
    """
    table = Table.of(X)
    model = Model.of(estimator, table, output=output)
    columns = [*range(table.n_columns)] if features is None else _columns(features, table)
    weight = weights_of(sample_weight, table.n_rows)
    if n_samples < 2:
        raise InvalidParameterError(f"n_samples must be an int >= 2. Got {n_samples!r} instead.")
    rows = np.flatnonzero(weight)
    if n_samples < len(rows):
        rows = np.sort(generator(random_state).choice(rows, n_samples, replace=False))
    table, weight = table.take(rows), weight[rows] / weight[rows].sum()
    n, d = len(rows), len(columns)
    plain = _centred(np.asarray(model(table), dtype=float), weight)
    variance = weight @ plain**2
    alone = np.empty((d, n, model.n_outputs))
    total = np.zeros((model.n_outputs, d))
    for a, j in enumerate(columns):
        answer = _hybrids(model, table, [j])
        alone[a] = _centred(np.einsum("ibk,b->ik", answer, weight), weight)
        others = _centred(np.einsum("ibk,i->bk", answer, weight), weight)
        total[:, a] = _h(plain, alone[a] + others, weight, variance, normalized)
    pairs = np.full((model.n_outputs, d, d), np.nan) if pairwise else None
    for a in range(d if pairs is not None else 0):
        for b in range(a):
            answer = _hybrids(model, table, [columns[a], columns[b]])
            both = _centred(np.einsum("ibk,b->ik", answer, weight), weight)
            assert pairs is not None
            pairs[:, a, b] = _h(both, alone[a] + alone[b], weight, variance, normalized)
            pairs[:, b, a] = pairs[:, a, b]
    unit = (
        "as a share of the joint effect's variation" if normalized else "in units of the prediction"
    )
    return FriedmanH(
        pairwise=pairs,
        total=total,
        feature_names=[table.names[j] for j in columns],
        output_names=model.output_names,
        output=model.output,
        normalized=normalized,
        n_samples=n,
        method=(
            f"Friedman's H of the {model.output}, {unit}, from the partial dependences at {n} "
            "rows. It rests on rows that mix columns of different rows, some of which may never "
            "occur; small values are within the error of so few rows."
        ),
    )


def _hybrids(model: Model, table: Table, columns: list[int]) -> Array:
    """Predictions [i, b] for rows b with the columns of row i, shape (n, n, k)."""
    n = table.n_rows
    size = max(CHUNK // n, 1)
    parts = []
    for start in range(0, n, size):
        givers = np.arange(start, min(start + size, n))
        sources = np.tile(np.arange(n)[:, np.newaxis], (len(givers), table.n_columns))
        sources[:, columns] = np.repeat(givers, n)[:, np.newaxis]
        answer = np.asarray(model(table.pick(sources)), dtype=float)
        parts.append(answer.reshape(len(givers), n, -1))
    return np.concatenate(parts)


def _centred(values: Array, weight: Array) -> Array:
    return np.asarray(values - weight @ values)


def _h(joint: Array, parts: Array, weight: Array, variance: Array, normalized: bool) -> Array:
    """H of each output, 0 where there is nothing but rounding errors."""
    above = weight @ (joint - parts) ** 2
    above = np.where(above > NOISE * variance, above, 0.0)
    if not normalized:
        return np.asarray(np.sqrt(above))
    below = weight @ joint**2
    share = np.divide(above, below, out=np.zeros_like(above), where=below > NOISE * variance)
    return np.asarray(np.sqrt(np.minimum(share, 1.0)))


def _columns(features: Any, table: Table) -> list[int]:
    listed: list[Any] = (
        [features] if isinstance(features, (str, int, np.integer)) else list(features)
    )
    numbers = [table.index(feature) for feature in listed]
    if not numbers or len(set(numbers)) < len(numbers):
        raise InvalidParameterError(
            f"features must name different columns, one at least. Got {listed!r} instead."
        )
    return numbers
