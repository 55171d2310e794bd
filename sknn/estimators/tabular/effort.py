"""How much work goes into a model: the recipe of the members, by effort and size of the table.

The numbers were chosen by trials on the eleven tables of ``docs/accuracy.md``, most of them on one
split; ``benchmarks/ablation.py`` measures what each part is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sknn.nn.activations import SELU, Mish, Parametric
from sknn.nn.layers import Dropout
from sknn.nn.layers.embeddings import EMBEDDINGS, Category
from sknn.nn.optimizers import AdamW
from sknn.nn.schedules import OneCycle

__all__ = ["EFFORTS", "Effort", "Shape", "effort_of", "is_auto", "params_of_member", "schedules"]


class Shape(NamedTuple):
    """What the recipe looks at of a table.

    Parameters
    ----------
    n_rows : int
        Rows.
    n_columns : int
        Columns of the encoded table.
    n_numeric : int
        Columns of numbers, which come first.
    cardinalities : tuple of int
        Codes of each column of them, which come last.
    regression : bool
        Whether the target is a number.
    """

    n_rows: int
    n_columns: int
    n_numeric: int
    cardinalities: tuple[int, ...]
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
    n_steps : tuple of int
        Steps of a member, rounded to whole epochs: several schedules of the learning rate, from a
        short one to a long one, of which the one that scores best is kept. Noisy tables want a
        short one that falls to its end, clean ones a long one.
    hidden_layer_sizes : tuple of int
        Units of each hidden layer.
    activation : str or None
        Activation of the hidden layers; None for SELU or Mish with a learned share.
    embedding : str, Embedding, None or tuple of them
        What columns of numbers become; of several each repeat takes the next one.
    dropout, weight_decay : float
        At the beginning; both fall to 0.
    """

    n_folds: int
    n_repeats: int
    n_steps: tuple[int, ...]
    hidden_layer_sizes: tuple[int, ...] = (128, 128, 128)
    activation: str | None = None
    embedding: Any = ("pbld", "piecewise_linear")
    dropout: float = 0.15
    weight_decay: float = 0.02


_DEFAULT = Effort(n_folds=4, n_repeats=2, n_steps=(100, 300, 1500))

EFFORTS = {
    "fast": Effort(
        n_folds=1,
        n_repeats=1,
        n_steps=(250,),
        activation="silu",
        embedding="piecewise_linear",
    ),
    "default": _DEFAULT,
    "best": replace(_DEFAULT, n_folds=8, n_steps=(100, 300, 1500, 4000)),
}


def is_auto(value: Any) -> bool:
    """Whether a parameter is left to the recipe; arrays are not compared with texts."""
    return isinstance(value, str) and value == "auto"


def effort_of(estimator: Any) -> Effort:
    """The effort of an estimator, with what its parameters say otherwise."""
    names = ("n_folds", "n_repeats", "embedding", "dropout", "weight_decay")
    said = {name: getattr(estimator, name) for name in names}
    return replace(EFFORTS[estimator.effort], **{n: v for n, v in said.items() if not is_auto(v)})


def params_of_member(
    effort: Effort, shape: Shape, n_train: int, n_epochs: int, repeat: int
) -> dict[str, Any]:
    """The parameters of ``MLPClassifierX`` or ``MLPRegressorX`` for ``n_train`` training rows."""
    each = effort.embedding if isinstance(effort.embedding, tuple) else (effort.embedding,)
    batch_size = min(rows_of_a_step(n_train), n_train)
    learned_share = Parametric(Mish() if shape.regression else SELU(), 1.0)
    return {
        "hidden_layer_sizes": effort.hidden_layer_sizes,
        "activation": effort.activation or learned_share,
        "solver": AdamW(0.9, 0.95, 1e-8, effort.weight_decay, "flat_cosine"),
        "alpha": 0.0,
        "batch_size": batch_size,
        "learning_rate": OneCycle(0.2, 25.0, 1e4),
        "learning_rate_init": 0.1 if shape.regression else 0.04,
        "max_iter": n_epochs,
        "tol": 0.0,
        "n_iter_no_change": float("inf"),
        "initializer": "unit_variance",
        "bias_initializer": "hyperplane",
        "parametrization": "ntk",
        "input_scaling": True,
        "embedding": embeddings(each[repeat % len(each)], shape),
        "dropout": Dropout(effort.dropout, "flat_cosine"),
        "dtype": "float32",
    }


def rows_of_a_step(n_rows: int) -> int:
    """Few where there are few, so that an epoch has several steps; many where that is quicker."""
    for size, below in ((64, 1_500), (128, 5_000), (256, 30_000), (512, 100_000)):
        if n_rows < below:
            return size
    return 1024


def schedules(n_steps: Sequence[int], n_rows: int) -> list[int]:
    """The epochs of each schedule: at least ten, from a million rows on three, and at most 100.

    >>> schedules((100, 300, 1500), 1_000), schedules((100, 300, 1500), 1_000_000)
    ([10, 19, 96], [3])
    """
    fewest = min(max(round(3e6 / n_rows), 3), 10)
    per_epoch = n_rows / min(rows_of_a_step(n_rows), n_rows)
    epochs = [min(max(round(steps / per_epoch), fewest), 100) for steps in n_steps]
    return list(dict.fromkeys(epochs))


def embeddings(of_numbers: Any, shape: Shape) -> list[Any] | None:
    """An embedding of the columns of numbers, and a table of rows for each column of codes."""
    parts: list[Any] = []
    if of_numbers is not None and shape.n_numeric:
        part = EMBEDDINGS.resolve(of_numbers)
        if part.columns is None:
            part = part.with_params(columns=tuple(range(shape.n_numeric)))
        parts.append(part)
    if shape.cardinalities:
        codes = range(shape.n_columns - len(shape.cardinalities), shape.n_columns)
        parts.append(Category(tuple(codes), shape.cardinalities, 8))
    return parts or None
