"""LIME by the lime package, on tables of any kind, and without its traps.

The package wants an array of numbers: text, missing values, frames and their rows break it, one
column that never varies does too, and of several outputs it keeps one score. So it is given
categories by number and gaps filled, what it asks is decoded into rows of the table, and what it
finds is noted for each output.
"""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.local.neighbours import Neighbourhood
from sknn.interpret.model import Model
from sknn.interpret.table import Table
from sknn.optional import require

__all__ = ["Packaged"]

Array = npt.NDArray[Any]

#: Settings of ``LimeTabularExplainer``, and those of its ``explain_instance``.
OF_EXPLAINER = ("feature_selection", "kernel", "sample_around_instance")
OF_INSTANCE = ("distance_metric", "model_regressor")


class Packaged:
    """An explainer of the lime package for one background.

    Parameters
    ----------
    model : Model
    around : Neighbourhood
        Which columns are numbers that vary, and the background itself.
    discretize : {False, "quartile", "decile"}
    width : float
        Of the kernel.
    kept, n_samples : int
        Columns of a linear model, and rows that are drawn.
    options : dict
        What else the package takes.

    Raises
    ------
    MissingExtraError
        If lime is not installed.
    InvalidParameterError
        For a setting that is not known, or rows of unequal weight.
    """

    def __init__(
        self,
        model: Model,
        around: Neighbourhood,
        discretize: Any,
        width: float,
        kept: int,
        n_samples: int,
        options: dict[str, Any],
    ) -> None:
        tabular = require("lime.lime_tabular", extra="interpret", purpose="lime(engine='lime')")
        unknown = sorted(set(options) - {*OF_EXPLAINER, *OF_INSTANCE})
        if unknown:
            raise InvalidParameterError(
                f"lime(engine='lime') has no setting {unknown[0]!r}. What it passes on is "
                f"{', '.join(map(repr, (*OF_EXPLAINER, *OF_INSTANCE)))}."
            )
        used = around.weight > 0
        if np.ptp(around.weight[used]) > 1e-12 * around.weight.max():
            raise InvalidParameterError(
                "lime(engine='lime') cannot weigh the rows of the background. Give it rows of "
                "equal weight, or leave out engine, which can."
            )
        self.model, self.kept, self.n_samples = model, kept, n_samples
        self.behind = around.background.take(np.flatnonzero(used))
        columns = range(self.behind.n_columns)
        self.numeric = [around.numeric[j] and bool(around.sd[j] > 0) for j in columns]
        self.middle = {j: np.nanmedian(self.behind.column(j)) for j in columns if self.numeric[j]}
        self.kinds = {j: self._kinds(j) for j in columns if not self.numeric[j]}
        self.of_instance = {key: options[key] for key in OF_INSTANCE if key in options}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of things inside of it
            self.explainer = tabular.LimeTabularExplainer(
                self.encode(self.behind),
                mode="classification",  # of any numbers: one column for each output
                feature_names=self.behind.names,
                class_names=model.output_names,
                categorical_features=sorted(self.kinds),
                categorical_names={
                    j: [str(kind) for kind in [*kinds, "other"]] for j, kinds in self.kinds.items()
                },
                kernel_width=width,
                discretize_continuous=bool(discretize),
                discretizer=discretize or "quartile",
                random_state=np.random.RandomState(0),
                **{key: options[key] for key in OF_EXPLAINER if key in options},
            )

    def _kinds(self, column: int) -> list[Any]:
        """The values of a column that is no number, or never varies; a gap is one of them."""
        return list(dict.fromkeys(_hashable(self.behind.column(column))))

    def encode(self, table: Table) -> Array:
        """Rows as the package wants them: categories by number, gaps filled by the median."""
        out = np.empty((table.n_rows, table.n_columns))
        for j, numeric in enumerate(self.numeric):
            values = table.column(j)
            if numeric:
                out[:, j] = np.where(np.isnan(values), self.middle[j], values)
            else:
                place = {kind: i for i, kind in enumerate(self.kinds[j])}
                out[:, j] = [place.get(v, len(place)) for v in _hashable(values)]
        return out

    def fit(self, row: Table, rng: np.random.Generator) -> tuple[Array, Array, Array, Any]:
        """Coefficients (d, k), the linear model at the row (k,), its R^2 (k,), and the original."""
        d, k = self.behind.n_columns, self.model.n_outputs
        told: dict[int, Any] = {}
        base = self.explainer.base
        plain = type(base).explain_instance_with_data

        def noted(data: Any, answers: Any, distances: Any, label: int, *of: Any, **how: Any) -> Any:
            told[label] = plain(base, data, answers, distances, label, *of, **how)
            return told[label]

        base.explain_instance_with_data = noted  # it keeps the score of one output only
        self.explainer.random_state = base.random_state = np.random.RandomState(
            int(rng.integers(2**31))
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # log-odds are no probabilities, and need not be
            original = self.explainer.explain_instance(
                self.encode(row)[0],
                lambda asked: self.model(self._decode(asked, row)).astype(float),
                labels=range(k),
                num_features=self.kept,
                num_samples=self.n_samples,
                **self.of_instance,
            )
        coef, local, score = np.zeros((d, k)), np.zeros(k), np.zeros(k)
        for c, (_, found, score[c], at_row) in told.items():
            local[c] = np.ravel(at_row)[0]
            for j, weight in found:
                coef[int(j), c] = weight
        return coef, local, score, original

    def _decode(self, asked: Array, row: Table) -> Table:
        """Rows of the table; a number that is missing in the row stays so."""
        columns: dict[int, Any] = {}
        for j, numeric in enumerate(self.numeric):
            here = row.column(j)[0]
            if numeric:
                if not np.isnan(here):
                    columns[j] = asked[:, j]
                continue
            kinds = np.empty(len(self.kinds[j]) + 1, dtype=object)
            kinds[:] = [*self.kinds[j], here]
            values = kinds[np.clip(np.rint(asked[:, j]).astype(int), 0, len(kinds) - 1)]
            if row.is_numeric(j):  # one that never varies
                values = np.array([np.nan if v is None else v for v in values], dtype=float)
            columns[j] = values
        return row.repeat(len(asked)).replaced(columns)


def _hashable(values: Array) -> list[Any]:
    """Values that can be looked up: NaN, which is not equal to itself, as None."""
    return [None if value != value else value for value in values.tolist()]
