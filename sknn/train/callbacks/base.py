"""What a callback is: hooks at the joints of training."""

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from sknn.train.run import Run

__all__ = ["Callback"]


class Callback:
    """What happens at the joints of training: override the hooks you need.

    Each hook is given the :class:`~sknn.train.Run`, which tells epoch, loss, learning rate,
    network and data, and which a callback may change. What it must remember during a run it keeps
    in ``run.memory(self)``: then one object serves several fits at once, can be pickled, and a fit
    that goes on from a checkpoint goes on with what it remembered.

    Attributes
    ----------
    only_shows : bool
        True where nothing that a fit learns or records depends on it; a checkpoint keeps nothing
        of it.
    comes_last : bool
        True where it is called when all others have been.

    Examples
    --------
    >>> from sknn import MLPRegressorX
    >>> class GoodEnough(Callback):
    ...     def on_epoch_end(self, run):
    ...         return run.loss < 0.5
    >>> net = MLPRegressorX(callbacks=[GoodEnough()], learning_rate_init=0.1, random_state=0)
    >>> net.fit([[0.0], [1.0]], [0.0, 9.0]).loss_ < 0.5
    True
    """

    only_shows: ClassVar[bool] = False
    comes_last: ClassVar[bool] = False

    def on_fit_begin(self, run: "Run") -> None:
        """Called before the first epoch."""

    def on_gradient(self, run: "Run") -> None:
        """Called in each step of a mini-batch solver, between the gradient and its use."""

    def on_step_end(self, run: "Run") -> None:
        """Called after each step of a mini-batch solver."""

    def on_epoch_end(self, run: "Run") -> bool | None:
        """Called after each epoch, or each iteration of L-BFGS; True ends training."""

    def on_fit_end(self, run: "Run") -> None:
        """Called when training has ended, also when the user interrupted it."""

    def remember(self, run: "Run") -> dict[str, Any]:
        """What a checkpoint keeps of it: plain values and arrays; by default all of its memory."""
        return dict(vars(run.memory(self)))

    def recall(self, run: "Run", kept: dict[str, Any]) -> None:
        """Go on from what :meth:`remember` told, after :meth:`on_fit_begin`.

        The run is where it goes on from. For what only shows, ``kept`` is empty.
        """
        vars(run.memory(self)).update(kept)
