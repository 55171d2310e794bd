"""Sets of classes, from the probabilities that members gave to rows they did not see."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.config import Choice, check_value
from sknn.uncertainty.arguments import (
    Floats,
    check_shares,
    class_codes,
    finite,
    fold_numbers,
    open_share,
    row_weights,
)
from sknn.uncertainty.folds import FoldScores

__all__ = ["CrossConformalSets"]

KINDS = Choice(("multiclass", "multilabel"))
SCORES = Choice(("threshold", "adaptive"))


@dataclass(frozen=True)
class CrossConformalSets:
    r"""Sets of classes that hold the class of a new row as often as asked.

    With :math:`s_j(x, c)` the score of class c by member j, the larger the worse it fits, and
    :math:`j(i)` the member that did not see calibration row i, the p-value of a class is

    .. math:: p(x, c) = \frac{1 + \#\{i : s_{j(i)}(x_i, y_i) \ge s_{j(i)}(x, c)\}}{m + 1},

    and the set holds the classes whose p-value is above :math:`\alpha = 1 - \text{coverage}`.

    Attributes
    ----------
    folds : tuple of tuple of FoldScores
        For each output and class the sorted scores of each member.
    n_members : int
        Members of the ensemble.
    n_outputs : int
        Labels, or 1 for classes that exclude each other.
    score : {"threshold", "adaptive"}
        How well a class fits.
    kind : {"multiclass", "multilabel"}
        Whether classes exclude each other.

    See Also
    --------
    CrossConformalIntervals : The same for numbers.

    Notes
    -----
    If rows come in random order, a set holds the class of a new row with probability at least
    1 - 2 alpha, less a term that vanishes as m grows; in practice it is close to 1 - alpha. With
    one member it is split conformal prediction, and the probability is at least 1 - alpha.

    References
    ----------
    Vovk (2015), "Cross-conformal predictors", Annals of Mathematics and Artificial Intelligence
    74, arXiv:1208.0806; Sadinle, Lei, Wasserman (2019), "Least ambiguous set-valued classifiers
    with bounded error levels", arXiv:1609.00451, for "threshold"; Romano, Sesia, Candès (2020),
    "Classification with valid and adaptive coverage", arXiv:2006.02544, for "adaptive", without its
    random numbers.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> p = rng.uniform(size=200)
    >>> y = (rng.uniform(size=200) < p).astype(int)
    >>> calibrated = CrossConformalSets.fit(np.stack([1 - p, p], axis=1), y, np.arange(200) % 2)
    >>> new = [[[0.95, 0.05], [0.5, 0.5]], [[0.9, 0.1], [0.6, 0.4]]]
    >>> calibrated.p_values(new).round(2)
    array([[0.79, 0.  ],
           [0.29, 0.19]])
    >>> calibrated.sets(new, coverage=0.9).astype(int)
    array([[1, 0],
           [1, 1]])
    """

    folds: tuple[tuple[FoldScores, ...], ...]
    n_members: int
    n_outputs: int
    score: str
    kind: str

    @classmethod
    def fit(
        cls,
        proba: Any,
        y: Any,
        fold: Any,
        weight: Any = None,
        score: str = "threshold",
        by_class: bool = False,
        kind: str = "multiclass",
    ) -> "CrossConformalSets":
        """Sort the scores of out-of-fold probabilities.

        Parameters
        ----------
        proba : array of shape (m, n_classes) or (m, n_labels)
            For each calibration row the probabilities by the member that did not see it.
        y : array of int of shape (m,), or (m, n_labels) of 0 and 1
            Numbers of the classes from 0 on, or whether each label applies.
        fold : array of int of shape (m,)
            The number of that member, from 0 on.
        weight : array of shape (m,), optional
            A row of weight 2 counts as two. A row with r out-of-fold predictions comes r times,
            each time with weight 1 / r.
        score : {"threshold", "adaptive"}, default="threshold"
            "threshold" is 1 minus the probability of the class, for the smallest sets on average;
            "adaptive" is the probability of all more probable classes, for a coverage that is
            more alike in easy and hard rows, with larger sets.
        by_class : bool, default=False
            Give the coverage to each class by itself: rare classes too, with larger sets.
        kind : {"multiclass", "multilabel"}, default="multiclass"
            Whether classes exclude each other, or are labels with a set of {no, yes} each.

        Returns
        -------
        calibrated : CrossConformalSets

        Raises
        ------
        InvalidParameterError
            For arrays that do not fit each other, or numbers that are not probabilities.
        """
        check_value("score", cls.__name__, score, SCORES)
        check_value("kind", cls.__name__, kind, KINDS)
        p = _by_output(
            finite("proba", proba, ("m", "n_labels" if kind == "multilabel" else "n_classes")), kind
        )
        n_rows, n_outputs, n_classes = p.shape
        shape = (n_rows, n_outputs) if kind == "multilabel" else (n_rows,)
        codes = class_codes(y, n_classes, shape).reshape(n_rows, n_outputs)
        fold = fold_numbers(fold, n_rows)
        weight = row_weights(weight, n_rows)
        n_members = int(fold.max()) + 1
        own = np.take_along_axis(_scores(p, score), codes[..., None], axis=-1)[..., 0]

        def sorted_scores(output: int, one_class: int | None) -> FoldScores:
            counts = 1 if one_class is None else codes[:, output] == one_class
            return FoldScores.of(own[:, output], fold, weight * counts, n_members)

        if by_class:
            folds = tuple(
                tuple(sorted_scores(output, c) for c in range(n_classes))
                for output in range(n_outputs)
            )
        else:
            folds = tuple((sorted_scores(o, None),) * n_classes for o in range(n_outputs))
        return cls(folds, n_members, n_outputs, score, kind)

    def p_values(self, proba: Any) -> Floats:
        """How well each class fits new rows, compared to the true classes of calibration rows.

        Parameters
        ----------
        proba : array of shape (n_members, n_rows, n_classes) or (n_members, n_rows, n_labels)
            The probabilities by each member.

        Returns
        -------
        p : array of shape (n_rows, n_classes) or (n_rows, n_labels, 2)
            P-values of the classes, or of no and yes for each label.

        Raises
        ------
        InvalidParameterError
            For arrays of another shape, or numbers that are not probabilities.
        """
        scores = _scores(self._probabilities(proba), self.score)
        p = np.empty(scores.shape[1:])
        for output, classes in enumerate(self.folds):
            for c, folds in enumerate(classes):
                worse = folds.weight_at_least(scores[:, :, output, c])
                p[:, output, c] = (worse + 1) / (folds.total + 1)
        return p if self.kind == "multilabel" else p[:, 0]

    def sets(
        self, proba: Any, coverage: float = 0.9, allow_empty: bool = False
    ) -> npt.NDArray[np.bool_]:
        """The sets of new rows.

        Parameters
        ----------
        proba : array of shape (n_members, n_rows, n_classes) or (n_members, n_rows, n_labels)
            The probabilities by each member.
        coverage : float, default=0.9
            The share of rows whose class is to be in the set, between 0 and 1. Where there are too
            few calibration rows for it, the set holds all classes.
        allow_empty : bool, default=False
            Leave a set empty where no class fits, which tells of an unusual row. Otherwise the
            set has the class that is most probable on average.

        Returns
        -------
        sets : array of bool of shape (n_rows, n_classes) or (n_rows, n_labels, 2)
            Whether each class is in the set.

        Raises
        ------
        InvalidParameterError
            As from :meth:`p_values`, and for a coverage that is not between 0 and 1.
        """
        coverage = open_share("coverage", "sets", coverage)
        sets = self.p_values(proba) > 1 - coverage + 1e-12  # 1 - 0.9 is below 0.1
        if not allow_empty:
            mean = self._probabilities(proba).mean(axis=0).reshape(sets.shape)
            best = mean.argmax(axis=-1)[..., None]
            np.put_along_axis(sets, best, True, axis=-1)
        return sets

    def _probabilities(self, proba: Any) -> Floats:
        """All probabilities with an axis for outputs and one for their classes."""
        width = self.n_outputs if self.kind == "multilabel" else len(self.folds[0])
        return _by_output(finite("proba", proba, (self.n_members, "n_rows", width)), self.kind)


def _by_output(p: Floats, kind: str) -> Floats:
    """Probabilities of shape (..., n_outputs, n_classes)."""
    p = check_shares("proba", p, sum_to_one=kind == "multiclass")
    return np.stack([1 - p, p], axis=-1) if kind == "multilabel" else p[..., None, :]


def _scores(p: Floats, score: str) -> Floats:
    """How badly each class fits."""
    if score == "threshold":
        return 1 - p
    order = np.argsort(-p, axis=-1, kind="stable")
    ahead = np.cumsum(np.take_along_axis(p, order[..., :-1], axis=-1), axis=-1)
    scores = np.zeros_like(p)  # nothing is ahead of the most probable class
    np.put_along_axis(scores, order[..., 1:], ahead, axis=-1)
    return scores
