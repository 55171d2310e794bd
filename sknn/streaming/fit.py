"""Training on data larger than memory, in one process."""

import copy
import warnings
from typing import Any

import numpy as np

from sknn.exceptions import InterruptedFitWarning, InvalidParameterError
from sknn.progress import shown
from sknn.streaming.arguments import check_arguments, held_out, seed_of
from sknn.streaming.history import History
from sknn.streaming.learner import Learner
from sknn.streaming.passes import Passes
from sknn.streaming.sources import as_source

__all__ = ["fit_stream"]


def fit_stream(
    estimator: Any,
    X: Any,
    y: Any = None,
    *,
    epochs: int = 1,
    block_rows: int | None = None,
    classes: Any = None,
    sample_weight: Any = None,
    validation: Any = None,
    patience: int | None = None,
    window: int = 1,
    shuffle: bool | None = None,
    prefetch: int = 2,
    progress: bool = False,
    random_state: Any = None,
) -> Any:
    """Train an estimator by ``partial_fit`` on blocks of rows that are read as they are needed.

    The weights are those of calling ``partial_fit`` on the same blocks in memory, in the same
    order, bit for bit. Memory holds some blocks and never the whole: ``prefetch + 2`` of them, and
    about ``2 * window`` more where rows are shuffled.

    An estimator that is fitted goes on from where it is: two passes and then three are five
    passes. A new ``clone`` starts anew.

    Parameters
    ----------
    estimator : estimator
        Anything with ``partial_fit``, of ours or not; or a pipeline that ends in it, whose other
        steps are fitted already or have ``partial_fit``. Those that do are fitted first, by one
        pass over the blocks each.
    X : array-like, path, Dataset, Dask collection or callable
        An array, a memory map, a CSR matrix or a frame; the path of a ``.npy`` file; the path of a
        Parquet file or a folder of them, a glob such as ``"day-*.parquet"``, or a
        ``pyarrow.dataset.Dataset``; a Dask array or DataFrame; or a function that returns a new
        iterator of ``(X, y)`` or ``(X, y, sample_weight)`` for each pass.
    y : array-like, path, Dask collection, str or list of str, optional
        Targets; for Parquet and Dask DataFrames also the names of the columns that hold them.
    epochs : int, default=1
        Passes over the rows.
    block_rows : int, optional
        Rows of a block, that is of a call of ``partial_fit``. By default a row group of Parquet,
        a chunk or partition of Dask, or about 32 MB of an array, in whole batches.
    classes : array-like of shape (n_classes,), optional
        All labels. By default a classifier that is not fitted gets those that occur: they are
        looked for first, by a pass over y alone, for which a function is called once more.
    sample_weight : as ``y``, optional
        A row of weight 2 counts as two rows.
    validation : tuple (X, y), (X, y, sample_weight), or float in (0, 1), optional
        Rows that are scored after each pass by the estimator's ``score``: a source of their own,
        of any kind that X may be, or the share of the blocks, the last ones, that is kept for it.
    patience : int, optional
        Passes without a better validation score after which training stops. The estimator of the
        best pass is kept then. By default all passes are made, and the last one is kept.
    window : int, default=1
        Blocks among which rows are shuffled: more of them mix better, and take more memory.
    shuffle : bool, optional
        Read the blocks in a new random order for each pass, those of one row group or partition
        together, and shuffle the rows of each ``window`` blocks. By default as the estimator's own
        ``shuffle`` says, and where it has none, True. The blocks of a function come in its order.
        The estimator shuffles within its ``partial_fit`` besides, as it is set.
    prefetch : int, default=2
        Blocks that a thread reads ahead; 0 reads without a thread.
    progress : bool, default=False
        Show a bar on standard error for each pass; needs ``tqdm``.
    random_state : int, RandomState or None, default=None
        Of the order. None takes the estimator's where that is an int.

    Returns
    -------
    estimator : estimator
        The same object, fitted. Its attribute ``stream_history_`` is a dict of lists with one
        entry a pass: ``epoch``, ``blocks``, ``rows``, ``loss`` (mean of the estimator's ``loss_``
        over the rows, NaN where it has none) and ``validation_score`` (NaN without validation).

    Raises
    ------
    InvalidParameterError
        If an argument cannot be used, before any training.
    MissingExtraError
        If reading X needs a library that is not installed.

    Warns
    -----
    InterruptedFitWarning
        If Ctrl-C ends training: the estimator is then as it was after the last whole block.

    See Also
    --------
    average_fit : The same on many machines at once, with another result.

    Notes
    -----
    For a network each call of ``partial_fit`` is an epoch, so ``n_iter_``, ``loss_curve_`` and
    ``history_`` count blocks, and a schedule of the learning rate whose end is ``max_iter`` ends
    after as many blocks: set ``max_iter`` to ``epochs`` times the number of blocks. With a
    constant rate, ``shuffle=False`` and whole batches in each block, k passes are
    ``fit(max_iter=k)``, bit for bit, unless something draws or measures once for each call:
    dropout, an initializer that looks at data, ``standardize_y``.

    Examples
    --------
    >>> import numpy as np
    >>> from sknn import MLPRegressorX
    >>> from sknn.streaming import fit_stream
    >>> X = np.random.default_rng(0).normal(size=(1000, 3))
    >>> net = MLPRegressorX(hidden_layer_sizes=16, learning_rate_init=0.01, random_state=0)
    >>> net = fit_stream(net, X, X @ [1, 2, 3], epochs=20, block_rows=400, validation=(X, X.sum(1)))
    >>> net.stream_history_["rows"][-1], round(net.score(X, X @ [1, 2, 3]), 1)
    (1000, 1.0)
    """
    check_arguments(
        "fit_stream",
        epochs=epochs,
        block_rows=block_rows,
        patience=patience,
        window=window,
        shuffle=shuffle,
        prefetch=prefetch,
        progress=progress,
    )
    learner = Learner(estimator)
    source = as_source(X, y, sample_weight, block_rows, learner.batch_rows)
    numbers, judged = held_out(source, validation, prefetch)
    if patience is not None and judged is None:
        raise InvalidParameterError(
            f"patience={patience} needs a validation score. Pass validation, such as 0.1."
        )
    passes = Passes(
        source,
        numbers,
        shuffle=learner.shuffles if shuffle is None else shuffle,
        window=window,
        seed=[seed_of(learner, random_state)],
        prefetch=prefetch,
    )
    classes = learner.find_classes(passes, classes)
    history = History.of(estimator, learner.is_fitted)
    try:
        with learner.quiet(block_rows):
            # a network takes Ctrl-C for the end of its call, which is here the end of all
            warnings.simplefilter("error", InterruptedFitWarning)
            learner.fit_transformers(passes)
            _train(learner, passes, judged, history, classes, epochs, patience, progress)
    except (KeyboardInterrupt, InterruptedFitWarning):
        if not learner.is_fitted:
            raise KeyboardInterrupt from None
        warnings.warn("Training interrupted by user.", InterruptedFitWarning, stacklevel=2)
    finally:
        if learner.is_fitted:
            estimator.stream_history_ = history.columns
    return estimator


def _train(
    learner: Learner,
    passes: Passes,
    judged: Passes | None,
    history: History,
    classes: Any,
    epochs: int,
    patience: int | None,
    progress: bool,
) -> None:
    """Pass after pass, until there have been enough or it does not get better."""
    best, best_score, waited = None, -np.inf, 0
    for number in range(epochs):
        words = f"pass {number + 1} of {epochs}{history.words}"
        history.begin()
        with passes.shuffled(history.n_epochs) as blocks:
            for block in shown(blocks, progress, words, extra="stream"):
                learner.learn(block, classes)
                classes = None  # known from now on
                history.add(block.n_rows, learner.loss)
        score = learner.score_of(judged)
        history.end(score)
        if patience is None:
            continue
        if score > best_score:
            best, best_score, waited = copy.deepcopy(learner.step), score, 0
        else:
            waited += 1
        if waited >= patience:
            break
    if best is not None and waited:
        vars(learner.step).update(vars(best))
