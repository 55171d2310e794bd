"""Scores of tables with permuted columns, many by one prediction, and their errors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.importance.scoring import (
    PARTS,
    OwnScore,
    Remembered,
    score_of_parts,
    scores_of,
)
from sknn.interpret.players import Players
from sknn.interpret.result import weights_of
from sknn.interpret.stacking import tables_at_once
from sknn.interpret.table import Table

__all__ = ["PermutedScores"]

Array = npt.NDArray[Any]

#: Scores by name, and by name what each row lost and gave to others.
_Scored = tuple[dict[str, float], dict[str, Array]]


class PermutedScores:
    """What is needed to score tables with permuted columns."""

    def __init__(
        self,
        estimator: Any,
        scorers: Any,
        baseline: dict[str, float],
        table: Table,
        y: Any,
        weight: Any,
        players: Players,
    ) -> None:
        self.estimator, self.scorers, self.baseline = estimator, scorers, baseline
        self.table, self.y, self.weight, self.players = table, y, weight, players
        self.names = dict.fromkeys(baseline, "")
        for name, scorer in (scorers if isinstance(scorers, dict) else {"": scorers}).items():
            if name in self.names:
                self.names[name] = _scorer_name(scorer)
        self.share = weights_of(weight, table.n_rows)
        self.y_array = np.asarray(y)
        self.base_parts = {name: self._parts(name, estimator, table.native) for name in baseline}
        self.left = self._not_from_parts()

    def _not_from_parts(self) -> Any:
        """The scorers that are to be called: those whose number is not that of the rows' parts."""
        scores = scores_of(
            self.scorers, self.estimator, self.estimator, self.table.native, self.y, self.weight
        )
        for name, parts in self.base_parts.items():
            if parts is not None and not np.isclose(
                score_of_parts(parts, self.share), scores[name], rtol=1e-9, atol=1e-12
            ):
                self.base_parts[name] = None
        if not isinstance(self.scorers, dict):
            return self.scorers if self.base_parts.get("") is None else {}
        return {n: s for n, s in self.scorers.items() if self.base_parts.get(n) is None}

    def importances(
        self, players: Sequence[int], sources: Sequence[list[Array]]
    ) -> list[list[_Scored]]:
        """Of each player, the scores of each repeat, and the error of their mean over rows.

        ``sources`` holds for each player and repeat the row that each row gets its values from.
        """
        wanted = [(j, source) for j, own in zip(players, sources, strict=True) for source in own]
        size = tables_at_once(self.table)
        answers: list[_Scored] = []
        for start in range(0, len(wanted), size):
            answers += self._scored(wanted[start : start + size])
        repeats = len(sources[0])
        return [answers[i : i + repeats] for i in range(0, len(answers), repeats)]

    def _scored(self, wanted: list[tuple[int, Array]]) -> list[_Scored]:
        """Scores of several permuted tables by one prediction, and what each row lost and gave."""
        n = self.table.n_rows
        stacked = self._stacked(wanted)
        blocks = [part.native for part in stacked.chunks(n)]
        asked = Remembered(self.estimator, stacked.native, blocks, n)
        out = []
        for block, (_, source) in zip(blocks, wanted, strict=True):
            score = scores_of(self.left, self.estimator, asked, block, self.y, self.weight)
            moved = {}
            for name, base in self.base_parts.items():
                if base is None:
                    continue
                above, below = PARTS[self.names[name]](asked, block, self.y_array, self.share)
                score[name] = score_of_parts((above, below), self.share)
                fall = base[0] - above
                given = np.empty_like(fall)
                given[source] = fall  # where a row's values went
                moved[name] = fall + given
            out.append((score, moved))
        return out

    def _stacked(self, wanted: list[tuple[int, Array]]) -> Table:
        """The permuted tables one under another."""
        n, array = self.table.n_rows, self.table.array
        if array is not None:  # faster than cell by cell
            cells = np.tile(array, (len(wanted), 1))
            for i, (j, source) in enumerate(wanted):
                own = self.players.columns[j]
                cells[i * n : (i + 1) * n, own] = array[np.ix_(source, own)]
            return Table.of(cells, names=self.table.names)
        cells = np.tile(np.arange(n)[:, np.newaxis], (len(wanted), self.table.n_columns))
        for i, (j, source) in enumerate(wanted):
            cells[i * n : (i + 1) * n, self.players.columns[j]] = source[:, np.newaxis]
        return self.table.pick(cells)

    def summary(
        self, players: Sequence[int], sources: Sequence[list[Array]]
    ) -> list[tuple[list[dict[str, float]], dict[str, float]]]:
        """Of each player, the scores of each repeat, and standard errors over rows by score."""
        out = []
        for own in self.importances(players, sources):
            errors = {}
            for name, base in self.base_parts.items():
                if base is not None:
                    moved = np.mean([parts[name] for _, parts in own], axis=0)
                    errors[name] = _se_over_rows(moved, base[1], self.share)
            out.append(([score for score, _ in own], errors))
        return out

    def _parts(self, name: str, asked: Any, X: Any) -> tuple[Array, Array] | None:
        parts = PARTS.get(self.names[name])
        if parts is None:
            return None
        try:
            above, below = parts(asked, X, self.y_array, self.share)
        except (TypeError, ValueError, AttributeError, IndexError):  # targets of another kind
            return None
        return (above, below) if (self.share @ below > 0).all() else None


def _se_over_rows(moved: Array, below: Array, weight: Array) -> float:
    """The standard error of a mean fall, from what each row lost plus what it gave to others.

    In a U-statistic of pairs, row i counts by the sum of its two conditional means. With the fall
    being a ratio to mean(below), its linear part in below counts too (delta method).
    """
    scale = weight @ below
    overall = weight @ moved
    of_row = ((moved - overall - overall / 2.0 / scale * (below - scale)) / scale).mean(axis=1)
    n = np.count_nonzero(weight)
    return float(np.sqrt((weight**2 * of_row**2).sum() * n / max(n - 1, 1)))


def _scorer_name(scorer: Any) -> str:
    """The name that a scorer goes by in scikit-learn."""
    if isinstance(scorer, OwnScore):
        return scorer.name
    score = getattr(scorer, "_score_func", None)
    if score is None:
        return str(getattr(scorer, "__name__", type(scorer).__name__))
    name = str(getattr(score, "__name__", score)).removesuffix("_score")
    return name if getattr(scorer, "_sign", 1) > 0 else f"neg_{name}"
