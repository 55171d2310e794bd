"""``to_python``: a fitted estimator as a module of one file."""

import base64
import os
import textwrap
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from sknn.estimators.tabular.base import BaseTabularMLP
from sknn.persist.program import program_of
from sknn.persist.python.emit import Lines
from sknn.persist.python.text import FRAME, MATRIX, TABLE
from sknn.storage import atomic_file
from sknn.version import __version__

__all__ = ["to_python"]


def to_python(estimator: Any, path: str | os.PathLike[str] | None = None) -> str:
    """Write a fitted estimator as one Python file that needs only NumPy.

    For services where nothing else is to be installed, and for readers: each operation is a line.
    The weights are in the file, as text. Its outputs are those of the estimator to rounding, and a
    row takes no longer than with :func:`~sknn.compile_predictor`.

    Parameters
    ----------
    estimator : MLPClassifierX, MLPRegressorX, TabularMLPClassifierX or TabularMLPRegressorX
        Fitted.
    path : str or path, optional
        Where to write the module, too; the folder must exist.

    Returns
    -------
    source : str
        The text of the module, the same for the same model. It has the functions ``predict`` and,
        of a classifier, ``decision_function`` and ``predict_proba`` where it has them. They
        take an array or list of rows of shape (n, n_features), or a sparse matrix; those of a
        tabular estimator raw rows. If the columns had names in ``fit``, they also take a dict of
        columns or a DataFrame, and find the columns by name, in whatever order they are.

    Raises
    ------
    NotFittedError
        Before ``fit``.
    InvalidParameterError
        If a category has levels that are neither texts nor numbers.
    NotImplementedError
        If a part of your own does not say what it does: it needs a method ``express``.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX, to_python
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(solver="lbfgs", max_iter=1000, random_state=0).fit(X, y)
    >>> module = {}
    >>> exec(to_python(net), module)
    >>> module["predict_proba"](X[:1]).round(3)
    array([[1., 0., 0.]])
    """
    program = program_of(estimator, lacking=["erf"])
    lines = Lines(program)
    functions = "\n\n".join(_function(lines, estimator, name) for name in program.outputs)
    is_table = isinstance(estimator, BaseTabularMLP)
    names = vars(estimator).get("feature_names_in_")
    source = FRAME.format(
        title=f"{type(estimator).__name__}, written by sknn {__version__}",
        names=sorted(program.outputs),
        dtype=program.dtype.name,
        columns=None if names is None else [str(name) for name in names],
        n_columns=estimator.n_features_in_,
        numbers=[column.kind != "category" for column in program.inputs] if is_table else None,
        tables="\n".join(f"T{i} = {text}" for i, text in enumerate(lines.tables)),
        layout=_layout(lines.arrays),
        arrays=", ".join(f"A{i}" for i in range(len(lines.arrays))),
        data=_as_text(lines.arrays),
        inputs=TABLE if is_table else MATRIX,
        functions=functions,
    )
    # letters that are not ASCII are only in literals
    source = source.encode("ascii", "backslashreplace").decode("ascii")
    if path is not None:
        with atomic_file(path) as file:
            file.write(source.encode("ascii"))
    return source


#: What the functions say of themselves.
SAID = {
    "predict": "The prediction for each row of X.",
    "decision_function": "The raw output for each row of X.",
    "predict_proba": "The probability of each class, or of each label by itself.",
}


def _function(lines: Lines, estimator: Any, name: str) -> str:
    """A function of the module, and what it does to a block of rows.

    The output gets the shape that the estimator gives it.
    """
    *body, last = lines.of(name)
    shape = _shape(estimator, name)
    last += f".reshape({shape})" if shape else ""
    body = ['with np.errstate(all="ignore"):', *(f"    {line}" for line in body), last]
    return (
        f'def {name}(X):\n    """{SAID[name]}"""\n    return _in_blocks(_{name}, _inputs(X))\n\n\n'
        f"def _{name}(x):\n{textwrap.indent(chr(10).join(body), '    ')}\n"
    )


def _shape(estimator: Any, name: str) -> str:
    """The shape of an output, where it is not that of the program."""
    members = getattr(estimator, "estimators_", [estimator])
    if is_classifier(estimator):
        flat = name == "decision_function" and estimator._labels.kind == "binary"
        return "-1" if flat else ""
    n_outputs, per_target = members[0].n_outputs_, members[0]._fitted_link.per_target
    if n_outputs == 1:
        return "-1"
    is_cube = 1 < per_target < n_outputs
    return f"-1, {n_outputs // per_target}, {per_target}" if is_cube else ""


def _layout(arrays: list[Any]) -> str:
    return ", ".join(f'("{_little(a).dtype.str}", {a.shape})' for a in arrays)


def _as_text(arrays: list[Any]) -> str:
    """The memory of all arrays in lines of letters."""
    data = b"".join(_little(array).tobytes() for array in arrays)
    text = base64.b64encode(data).decode("ascii")
    return "\n".join(text[start : start + 96] for start in range(0, len(text), 96))


def _little(array: Any) -> Any:
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
