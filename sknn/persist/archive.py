"""``save`` and ``load``: a fitted estimator in one file that holds no code."""

import os
import platform
import warnings
from typing import Any

import numpy as np
import sklearn
from sklearn.utils.validation import check_is_fitted

from sknn.estimators import (
    MLPClassifierX,
    MLPRegressorX,
    TabularMLPClassifierX,
    TabularMLPRegressorX,
)
from sknn.estimators.plain import flatten, is_plain, storable, unflatten
from sknn.estimators.tabular.base import BaseTabularMLP
from sknn.exceptions import DamagedFileError, NotStorableError
from sknn.persist.checks import check
from sknn.storage import read, write
from sknn.train.record import KIND as CHECKPOINT
from sknn.version import __version__

__all__ = ["load", "save"]

ESTIMATORS = MLPClassifierX, MLPRegressorX, TabularMLPClassifierX, TabularMLPRegressorX
KIND = "estimator"


def save(estimator: Any, path: str | os.PathLike[str], *, include_optimizer: bool = False) -> None:
    """Write a fitted estimator to a file that holds no code.

    The file has the parameters, the weights and all that prediction needs, of a tabular estimator
    the preparation of the table too. It is written as a whole or not at all, carries a checksum,
    and every later version of sknn reads it: :doc:`/files` has its format.

    Parameters
    ----------
    estimator : MLPClassifierX, MLPRegressorX, TabularMLPClassifierX or TabularMLPRegressorX
        Fitted. Its callbacks are left out, with a warning, and requests of metadata for a pipeline.
    path : str or path
        The file; its folder must exist. An old file is replaced.
    include_optimizer : bool, default=False
        Keep what ``partial_fit`` and ``warm_start`` go on from, too: the optimizer's memory, two
        to three times the weights, and the place in the random numbers.

    Raises
    ------
    NotFittedError
        Before ``fit``.
    NotStorableError
        If the estimator is none of these, holds an object of a class or a function of your own,
        such as a loss, or was changed by hand into what :func:`load` refuses. Nothing is written
        then.
    OSError
        If the file cannot be written; an old one stays as it was.

    See Also
    --------
    load : Read it again.

    Examples
    --------
    >>> import tempfile
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX, load, save
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(solver="lbfgs", max_iter=1000, random_state=0).fit(X, y)
    >>> path = tempfile.mkdtemp() + "/iris.sknn"
    >>> save(net, path)
    >>> (load(path).predict_proba(X) == net.predict_proba(X)).all()
    np.True_
    """
    if type(estimator) not in ESTIMATORS:
        raise NotStorableError(
            f"save() keeps {', '.join(cls.__name__ for cls in ESTIMATORS)}. Got "
            f"a {type(estimator).__name__} instead. skops.io.dump keeps a whole Pipeline, and "
            "skops.io.load(path, trusted=sknn.SKOPS_TRUSTED_TYPES) reads it."
        )
    check_is_fitted(estimator)
    state = estimator._state(training=include_optimizer)
    if state["callbacks"] is not None:
        warnings.warn(
            f"callbacks are not kept in {str(path)!r}; the estimator that is loaded has none.",
            UserWarning,
            stacklevel=2,
        )
    plain = {"estimator": type(estimator).__name__} | flatten(storable(state))
    if isinstance(estimator, BaseTabularMLP):
        _refuse_odd_categories(estimator, path)
    if is_plain(plain):  # else write() says what is not
        _refuse_what_load_would(estimator, path)
    write(path, plain, KIND, _versions())


def _refuse_odd_categories(estimator: Any, path: str | os.PathLike[str]) -> None:
    """Raise NotStorableError for categories that are no plain values, with the column's name."""
    names = vars(estimator).get("feature_names_in_", np.arange(estimator.n_features_in_))
    encoder = estimator.encoder_
    for column, levels in zip(encoder.categorical_, encoder._levels, strict=True):
        odd = sorted({type(level).__name__ for level in levels.values if not is_plain(level)})
        if odd:
            raise NotStorableError(
                f"{str(path)!r} was not written: the categories of column {names[column]!r} are "
                f"of the type {', '.join(odd)}, and a file keeps texts, numbers and truth values. "
                "Make them texts before fit."
            )


def _refuse_what_load_would(estimator: Any, path: str | os.PathLike[str]) -> None:
    """Raise NotStorableError for an estimator that somebody has changed by hand into none."""
    double = object.__new__(type(estimator))
    vars(double).update(storable(vars(estimator)))
    try:
        check(double)
    except Exception as error:
        raise NotStorableError(
            f"{str(path)!r} was not written, since load would refuse it: {error!s:.300}"
        ) from error


def load(path: str | os.PathLike[str]) -> Any:
    """Read an estimator that :func:`save` has written, or the one so far of a checkpoint.

    No code comes out of the file, and what it says is checked before it is used, so that it is
    safe to load a file that you do not trust; what the network in it predicts is another matter.

    Parameters
    ----------
    path : str or path
        The file.

    Returns
    -------
    estimator : MLPClassifierX, MLPRegressorX, TabularMLPClassifierX or TabularMLPRegressorX
        It predicts the same bits, on the same machine.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    DamagedFileError
        If it is no file of :func:`save`, of a newer version, damaged, or says what cannot be. The
        message names the file, and what is wrong.

    See Also
    --------
    save : Write it, with an example.
    """
    header, plain = read(path, [KIND, CHECKPOINT])
    classes = {cls.__name__: cls for cls in ESTIMATORS}
    try:
        if header.kind == CHECKPOINT:
            plain = plain["estimator"]
            if plain is None:
                raise ValueError(
                    "this checkpoint holds what training goes on with, but no model: it is one of "
                    "an ensemble that is not finished, or has objects of a class of its own"
                )
        if not isinstance(plain, dict) or plain.get("estimator") not in classes:
            raise ValueError("it names no estimator")
        name = plain.pop("estimator")
        estimator = unflatten({"@": name, "state": plain})
        check(estimator)
    except Exception as error:  # whatever goes wrong, it is the file that makes it so
        raise DamagedFileError(
            f"{str(path)!r} cannot be loaded: it says what cannot be: {error!s:.300}. It "
            f"was written by sknn {header.made_by.get('sknn', 'of unknown version')!r:.20}."
        ) from error
    return estimator


def _versions() -> dict[str, str]:
    """What has made a file; for people, since nothing depends on it."""
    return {
        "sknn": __version__,
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "python": platform.python_version(),
    }
