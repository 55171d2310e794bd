"""Data-parallel training: shards learn apart, and their weights are averaged after each pass."""

import copy
from collections.abc import Iterable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.optional import require
from sknn.progress import shown
from sknn.streaming.arguments import check_arguments, held_out, seed_of
from sknn.streaming.history import History
from sknn.streaming.learner import Learner
from sknn.streaming.numbers import averaged, check_can_be_averaged
from sknn.streaming.passes import Passes
from sknn.streaming.sources import ArraySource, Source, as_source

__all__ = ["average_fit"]

#: Rows that the first weights are made from, where there are none.
FIRST_ROWS = 1000
#: How often the rows may be lost within one pass: more is no accident.
LOSSES = 3


def average_fit(
    estimator: Any,
    X: Any,
    y: Any = None,
    *,
    client: Any,
    epochs: int = 1,
    shards: int | None = None,
    block_rows: int | None = None,
    classes: Any = None,
    sample_weight: Any = None,
    validation: Any = None,
    window: int = 1,
    shuffle: bool | None = None,
    prefetch: int = 2,
    progress: bool = False,
    random_state: Any = None,
) -> Any:
    """Train on several Dask workers at once: **a different result from one process**.

    Each shard of the rows makes one pass from the common weights, on whichever worker is free; then
    the weights are averaged, each shard counting by its rows, and the next pass begins from there
    (local SGD). An epoch of s shards takes the steps of one s-th of the rows, so it is up to s
    times as fast and comes less far than an epoch of :func:`fit_stream`. The result depends on the
    number of shards, and neither on which worker trains which nor on a worker that dies.

    Every shard keeps an optimizer of its own, with its moments; where a fitted estimator goes on,
    all shards begin with that of the first. Where it is not fitted yet, the first thousand rows are
    learned here, so that all shards start from the same weights.

    Parameters
    ----------
    estimator : estimator
        A network of ours or of scikit-learn, or a linear model that learns by ``partial_fit``; or a
        pipeline that ends in it, as in :func:`fit_stream`.
    X, y, sample_weight, classes, validation, window, shuffle, prefetch, progress, random_state
        As in :func:`fit_stream`, but X is no function. Paths are opened by the workers, so they
        must see the files; Dask collections are computed by the worker that trains on them, and
        must not be persisted; everything else is sent to all workers.
    client : distributed.Client
        Of the cluster.
    epochs : int, default=1
        Passes, each followed by an average.
    shards : int, optional
        Parts of the rows, of whole blocks in their stored order. By default one for each worker
        that there is now: give the number, for a result that does not depend on the cluster.
    block_rows : int, optional
        As in :func:`fit_stream`; smaller where there would be fewer blocks of an array than shards.

    Returns
    -------
    estimator : estimator
        The same object, fitted, with ``stream_history_`` as by :func:`fit_stream`, of the averaged
        weights; ``loss`` is the mean of the shards before the average. Counters such as ``t_`` and
        ``loss_curve_`` are those of the first shard.

    Raises
    ------
    InvalidParameterError
        If an argument cannot be used, or the weights cannot be averaged.
    MissingExtraError
        If Dask is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from dask.distributed import Client
    >>> from sknn import MLPRegressorX
    >>> from sknn.streaming import average_fit
    >>> X = np.random.default_rng(0).normal(size=(2000, 3))
    >>> y = X @ [1, 2, 3]
    >>> net = MLPRegressorX(hidden_layer_sizes=16, learning_rate_init=0.01, random_state=0)
    >>> with Client(processes=False, dashboard_address=":0") as client:
    ...     net = average_fit(net, X, y, client=client, epochs=20, shards=2)
    >>> round(net.score(X, y), 1)
    1.0
    """
    check_arguments(
        "average_fit",
        epochs=epochs,
        shards=shards,
        block_rows=block_rows,
        window=window,
        shuffle=shuffle,
        prefetch=prefetch,
        progress=progress,
    )
    distributed = require("distributed", extra="dask", purpose="average_fit")
    if not isinstance(client, distributed.Client):
        raise InvalidParameterError(
            "client must be a distributed.Client, such as distributed.Client() for the cores of "
            f"this machine. Got {type(client).__name__} instead."
        )
    learner = Learner(estimator)
    check_can_be_averaged(learner.step)
    shards = max(len(client.nthreads()), 1) if shards is None else shards
    source = as_source(X, y, sample_weight, block_rows, learner.batch_rows)
    if block_rows is None and isinstance(source, ArraySource) and len(source.pieces) < shards:
        source = as_source(X, y, sample_weight, -(-source.n_rows // shards))
    numbers, judged = held_out(source, validation, prefetch)
    passes = Passes(source, numbers, prefetch=prefetch)
    parts = _split(passes, shards)
    history = History.of(estimator, learner.is_fitted)
    classes = learner.find_classes(passes, classes)
    learner.fit_transformers(passes)
    if not learner.is_fitted:
        with passes.stored() as blocks, learner.quiet(block_rows):
            learner.learn(next(iter(blocks)).head(FIRST_ROWS), classes)

    mixing = {
        "shuffle": learner.shuffles if shuffle is None else shuffle,
        "window": window,
        "prefetch": prefetch,
    }
    seed = seed_of(learner, random_state)
    workers = _Workers(client, source.for_a_task())
    steps = [learner.step] * shards
    with learner.quiet(block_rows):  # the workers may be threads of this process
        for _ in shown(range(epochs), progress, f"{epochs} passes", extra="stream"):
            done = workers.each(
                (
                    learner.with_step(step),
                    _Shard(part, (seed, place), history.n_epochs, mixing, block_rows),
                )
                for place, (step, part) in enumerate(zip(steps, parts, strict=True))
            )
            steps = [step for step, _, _, _ in done]
            averaged(steps, [rows for _, _, rows, _ in done])
            vars(learner.step).update(vars(copy.deepcopy(steps[0])))
            history.begin()
            for _, n_blocks, rows, loss in done:
                history.add(rows, loss, n_blocks)
            history.end(learner.score_of(judged))
            estimator.stream_history_ = history.columns
    return estimator


class _Workers:
    """The workers of a cluster, which have the rows, or know where they are.

    Rows that are sent to all workers may be on one only some seconds later, since Dask frees what
    it has twice; where that worker dies they are lost with it, and are sent again.
    """

    def __init__(self, client: Any, source: Source) -> None:
        self.client = client
        self.source = source
        self._send()

    def _send(self) -> None:
        self.sent = self.client.scatter(self.source, broadcast=True, hash=False)

    def each(self, shards: Iterable[tuple[Learner, "_Shard"]]) -> list[Any]:
        """What comes of a pass over each shard."""
        shards = list(shards)
        for _ in range(LOSSES):
            tasks = [
                self.client.submit(_train, learner, self.sent, shard, pure=False)
                for learner, shard in shards
            ]
            try:
                return list(self.client.gather(tasks))
            except CancelledError:
                self._send()
            except BaseException:  # of a worker, or Ctrl-C: the other shards need not go on
                self.client.cancel(tasks)
                raise
        raise RuntimeError(
            f"The rows were lost with a worker {LOSSES} times within one pass. Give paths that the "
            "workers can read, or workers with more memory."
        )


@dataclass(frozen=True)
class _Shard:
    """What a worker is to do."""

    numbers: Any
    seed: tuple[int, int]
    epoch: int
    mixing: dict[str, Any]
    block_rows: int | None


def _train(learner: Learner, source: Source, shard: _Shard) -> tuple[Any, int, int, Any]:
    """One pass over a shard, on a worker: the trained step, its blocks, rows and mean loss."""
    learner = learner.with_step(copy.deepcopy(learner.step))  # threads of one process share it
    passes = Passes(source, shard.numbers, seed=shard.seed, **shard.mixing)
    history = History()
    with learner.quiet(shard.block_rows), passes.shuffled(shard.epoch) as blocks:
        for block in blocks:
            learner.learn(block)
            history.add(block.n_rows, learner.loss)
    return learner.step, history.blocks, history.rows, history.loss


def _split(passes: Passes, shards: int) -> list[Any]:
    """The numbers of the blocks of each shard."""
    if passes.numbers is None:
        raise InvalidParameterError(
            "X must be something that workers can share out. Got a function instead, whose blocks "
            "come one after another: write them to Parquet files, or use fit_stream."
        )
    n_blocks = len(passes.numbers)
    if n_blocks < shards:
        raise InvalidParameterError(
            f"shards={shards} needs a block for each. Got {n_blocks} blocks: pass fewer shards or "
            "smaller block_rows."
        )
    return np.array_split(passes.numbers, shards)
