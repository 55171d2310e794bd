"""``to_torch``: a fitted estimator as a module of PyTorch."""

from typing import Any

from sknn.config import check_value, nearest
from sknn.exceptions import InvalidParameterError
from sknn.optional import require
from sknn.persist.program import PRECISION, program_of

__all__ = ["to_torch"]


def to_torch(estimator: Any, output: str | None = None, *, dtype: str | None = None) -> Any:
    """Make a PyTorch module of a fitted estimator.

    It has the learned numbers as parameters, so that it can be trained further, differentiated,
    or be a part of a larger network. Noise of training, such as dropout, is not in it, and batch
    normalization goes by its running means.

    Parameters
    ----------
    estimator : MLPClassifierX, MLPRegressorX, TabularMLPClassifierX or TabularMLPRegressorX
        Fitted.
    output : {"predict_proba", "decision_function", "predict"}, optional
        What it gives: probabilities, or the raw output, of a classifier, and the prediction of a
        regressor. By default the first of these that there is.
    dtype : {"float32", "float64"}, optional
        Its precision; by default that of the network, and float64 for a tabular estimator.

    Returns
    -------
    module : torch.nn.Module
        Call it with a tensor of shape (n, n_features); of a tabular estimator with the encoded
        table, ``estimator.encoder_.transform(X)``. It gives a tensor of shape (n, n_outputs).

    Raises
    ------
    NotFittedError
        Before ``fit``.
    InvalidParameterError
        If the estimator does not have the output, or there is no such precision.
    NotImplementedError
        If a part of your own does not say what it does: it needs a method ``express``.
    MissingExtraError
        Without the library torch.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX, to_torch
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(solver="lbfgs", max_iter=1000, random_state=0).fit(X, y)
    >>> module = to_torch(net)  # doctest: +SKIP
    >>> module(torch.tensor(X[:1])).detach().numpy().round(3)  # doctest: +SKIP
    array([[1., 0., 0.]])
    """
    check_value("dtype", "to_torch", dtype, PRECISION)
    require("torch", extra="torch", purpose="to_torch")
    program = program_of(estimator, dtype, is_encoded=True)
    # not the labels of a classifier, which may be texts
    names = [name for name in program.outputs if name != "predict"][::-1] or ["predict"]
    name = names[0] if output is None else output
    if name not in names:
        raise InvalidParameterError(
            f"The 'output' parameter of to_torch must be one of {', '.join(map(repr, names))} for "
            f"this {type(estimator).__name__}. Got {output!r} instead.{nearest(output, names)}"
        )
    from sknn.persist.torch.module import ProgramModule

    return ProgramModule(program, name)
