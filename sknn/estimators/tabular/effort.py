"""How much work goes into a model: the recipe of the members, by effort and size of the table.

Every number here was chosen by ``benchmarks/ablation.py``; ``docs/tabular_recipe.md`` shows what
each of them is worth.
"""

from dataclasses import dataclass, replace
from typing import Any

from sknn.nn.activations import SELU, Mish, Parametric
from sknn.nn.initializers import UnitVariance
from sknn.nn.layers import PBLD, Category, Dropout
from sknn.nn.optimizers import AdamW
from sknn.nn.parametrizations import NTK
from sknn.nn.schedules import CosLog
from sknn.train import GrowingPatience

__all__ = ["EFFORTS", "Effort", "Shape", "member_params"]


@dataclass(frozen=True)
class Shape:
    """What the recipe looks at of a table.

    Parameters
    ----------
    n_rows : int
        Rows to train a member on.
    n_numeric : int
        Columns of numbers, which come first.
    cardinalities : tuple of int
        Levels of each column of codes, which come last; 0 counts as one.
    n_columns : int
        All columns of the encoded table.
    regression : bool
        Whether the target is a number.
    """

    n_rows: int
    n_numeric: int
    cardinalities: tuple[int, ...]
    n_columns: int
    regression: bool


@dataclass(frozen=True)
class Effort:
    """What an effort means.

    Parameters
    ----------
    n_folds : int
        Each member leaves out another of so many parts of the rows; with 1 all leave out the same.
    n_repeats : int
        How often the rows are cut into folds; there are n_folds * n_repeats members.
    n_steps : int
        Most steps of a member.
    n_epochs : tuple of int
        Fewest and most epochs that this may be.
    hidden_layer_sizes : tuple of int
        Units of each hidden layer.
    embedding : bool
        Whether numbers are embedded by waves (PBLD).
    dropout, weight_decay : float
        At the beginning; both fall to 0.
    patience : float
        Epochs to go on for each epoch up to the best one.
    """

    n_folds: int
    n_repeats: int
    n_steps: int
    n_epochs: tuple[int, int] = (10, 512)
    hidden_layer_sizes: tuple[int, ...] = (128, 128, 128)
    embedding: bool = True
    dropout: float = 0.15
    weight_decay: float = 0.02
    patience: float = 2.0


_DEFAULT = Effort(n_folds=4, n_repeats=2, n_steps=2000)

EFFORTS = {
    "fast": Effort(n_folds=1, n_repeats=1, n_steps=300, embedding=False),
    "default": _DEFAULT,
    "best": replace(_DEFAULT, n_folds=8, n_steps=6000, hidden_layer_sizes=(256, 256, 256)),
}


def batch_rows(n_rows: int) -> int:
    """Rows of a step: few where there are few rows, so that an epoch has several steps."""
    return 64 if n_rows < 1500 else 128 if n_rows < 5000 else 256


def member_params(effort: Effort, shape: Shape) -> dict[str, Any]:
    """The parameters of ``MLPClassifierX`` or ``MLPRegressorX`` that an effort gives a member."""
    batch_size = min(batch_rows(shape.n_rows), shape.n_rows)
    per_epoch = -(-shape.n_rows // batch_size)
    fewest, most = effort.n_epochs
    max_iter = min(max(effort.n_steps // per_epoch, fewest), most)
    activation = Parametric(Mish(), 1.0) if shape.regression else SELU()
    return {
        "hidden_layer_sizes": effort.hidden_layer_sizes,
        "activation": activation,
        "solver": AdamW(beta_2=0.95, weight_decay=effort.weight_decay, decay_schedule="flat_cosine"),
        "alpha": 0.0,
        "batch_size": batch_size,
        "learning_rate": CosLog(4),
        "learning_rate_init": 0.1 if shape.regression else 0.04,
        "max_iter": max_iter,
        "tol": 0.0,
        "n_iter_no_change": float("inf"),
        "initializer": UnitVariance(),
        "bias_initializer": "hyperplane",
        "parametrization": NTK(0.1, 6.0, 0.1),
        "input_scaling": True,
        "embedding": embeddings(effort, shape),
        "dropout": Dropout(effort.dropout, "flat_cosine"),
        "dtype": "float32",
        "callbacks": [GrowingPatience(effort.patience, max(3, round(0.08 * max_iter)))],
    }


def embeddings(effort: Effort, shape: Shape) -> list[Any] | None:
    """Waves for the columns of numbers, and a table of rows for each column of codes."""
    parts: list[Any] = []
    if effort.embedding and shape.n_numeric:
        parts.append(PBLD(columns=tuple(range(shape.n_numeric))))
    if shape.cardinalities:
        columns = range(shape.n_columns - len(shape.cardinalities), shape.n_columns)
        parts.append(Category(columns=tuple(columns), n_levels=shape.cardinalities))
    return parts or None
