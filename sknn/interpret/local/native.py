"""Linear models of the predictions around a row, in closed form."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.local.neighbours import Neighbourhood
from sknn.interpret.model import Model
from sknn.interpret.table import Table

__all__ = ["Native"]

Array = npt.NDArray[Any]


class Native:
    """Local linear models by our own means."""

    def __init__(
        self, model: Model, around: Neighbourhood, width: float, kept: int, n_samples: int
    ) -> None:
        self.model, self.around = model, around
        self.width, self.kept, self.n_samples = width, kept, n_samples

    def fit(self, row: Table, rng: np.random.Generator) -> tuple[Array, Array, Array, None]:
        """Coefficients (d, k), the linear model at the row (k,), and its R^2 (k,)."""
        near, told = self.around.draw(row, self.n_samples, rng)
        return *_ridge(told, self.model(near).astype(float), self.width, self.kept), None


def _ridge(told: Array, answers: Array, width: float, kept: int) -> tuple[Array, Array, Array]:
    """Coefficients (d, k), the intercept (k,) and the weighted R^2 (k,)."""
    distance = np.einsum("ij,ij->i", told, told)
    weight = np.exp(-0.5 * distance / width**2)
    weight /= weight.max()
    total = weight.sum()
    x_mean, y_mean = weight @ told / total, weight @ answers / total
    x, y = told - x_mean, answers - y_mean
    gram = (x * weight[:, np.newaxis]).T @ x
    moment = (x * weight[:, np.newaxis]).T @ y
    d, k = moment.shape
    coef = np.linalg.solve(gram + np.eye(d), moment)
    if kept < d:
        for c in range(k):
            spread = np.sqrt(np.diag(gram))
            strongest = np.argsort(-np.abs(coef[:, c]) * spread, kind="stable")[:kept]
            part = gram[np.ix_(strongest, strongest)] + np.eye(kept)
            of_part = np.linalg.solve(part, moment[strongest, c])
            coef[:, c] = 0.0
            coef[strongest, c] = of_part
    missed = weight @ (y - x @ coef) ** 2
    spread_y = weight @ y**2
    score = 1.0 - np.divide(missed, spread_y, out=np.zeros(k), where=spread_y > 0)
    return coef, y_mean - x_mean @ coef, score
