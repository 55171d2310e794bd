"""How a fitted estimator is kept: one flat vector that its attributes are views of.

``coefs_`` and ``intercepts_`` share memory with the network, until a user replaces one of them
or the estimator is copied. So the views are left out of a pickle and made anew on load, and a
replaced entry of ``coefs_`` is copied into the network when it is next used.
"""

import functools
import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeVar

import numpy as np
from sklearn.exceptions import InconsistentVersionWarning

from sknn.config import Config
from sknn.estimators.parts import LATER, architecture_of, build_network
from sknn.estimators.plain import flatten, unflatten
from sknn.nn.layers import Activate
from sknn.nn.network import Network
from sknn.nn.optimizers.base import PASSING
from sknn.version import __version__

__all__ = ["NetworkState", "all_or_nothing", "pickled_state", "unpickle"]

MethodT = TypeVar("MethodT", bound=Callable[..., Any])


def all_or_nothing(method: MethodT) -> MethodT:
    """Make a method that fails leave the estimator exactly as it was."""

    @functools.wraps(method)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = dict(vars(self))
        try:
            return method(self, *args, **kwargs)
        except BaseException:
            self.__dict__.clear()
            self.__dict__.update(before)
            raise

    return guarded  # type: ignore[return-value]


class NetworkState:
    """The fitted side of an estimator: its network, and how it is pickled."""

    coefs_: list[Any]
    intercepts_: list[Any]
    warm_start: bool

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "coefs_")

    @property
    def _optimizer(self) -> SimpleNamespace:
        """The learning rate now, where users of scikit-learn look for it."""
        return SimpleNamespace(learning_rate=self._continuation["rate"])

    _continuation: dict[str, Any]

    @property
    def learned_activations_(self) -> list[dict[str, Any]]:
        """The learned numbers of each hidden layer's activation by name; copies."""
        if not hasattr(self, "coefs_"):
            raise AttributeError(f"This {type(self).__name__} is not fitted yet.")
        layers = [la for la in self._fitted_network().layers if isinstance(la, Activate)]
        return [{name: values.copy() for name, values in la.values.items()} for la in layers]

    def _fitted_network(self) -> Network:
        """The network with the weights of ``coefs_`` and ``intercepts_``; writes nothing."""
        network: Network | None = vars(self).get("_network")
        if network is not None and self._is_in_step(network):
            return network
        architecture = vars(self).get("_architecture")
        if architecture is None:  # attributes set by hand
            architecture = architecture_of(
                self, len(self.coefs_[0]), len(self.intercepts_[-1]), self.coefs_[0].dtype
            )
        copy = build_network(architecture)
        if network is not None:
            copy.restore(network.snapshot())
        for mine, theirs in zip(copy.coefs, self.coefs_, strict=True):
            mine[...] = theirs
        for mine, theirs in zip(copy.intercepts, self.intercepts_, strict=True):
            mine[...] = theirs
        return copy

    def _is_in_step(self, network: Network) -> bool:
        return all(
            mine is theirs
            for mine, theirs in zip(
                [*network.coefs, *network.intercepts],
                [*self.coefs_, *self.intercepts_],
                strict=True,
            )
        )

    def _network_attributes(self, network: Network) -> dict[str, Any]:
        return {
            "_network": network,
            "coefs_": list(network.coefs),
            "intercepts_": list(network.intercepts),
        }

    def _state(self, training: bool | None = None) -> dict[str, Any]:
        """What is kept of the estimator, with its network as two flat vectors.

        ``training`` tells whether to keep what training goes on from: the optimizer's memory, and
        its place in the random numbers. By default where the last call was ``partial_fit``, or
        ``warm_start`` is set.
        """
        state = dict(vars(self))
        if "_network" in state:
            network = self._fitted_network()
            for name in ("_network", "coefs_", "intercepts_"):
                del state[name]
            state["_vectors"] = {"values": network.values, "statistics": network.statistics}
        if training is None:
            went_on = state.get("_continuation", {}).get("incremental")
            training = bool(self.warm_start or went_on)
        if not training:
            state.pop("_continuation", None)
        return state

    def _become(self, state: dict[str, Any]) -> None:
        """Become what :meth:`_state` told of an estimator."""
        state = dict(state)
        vectors = state.pop("_vectors", None)
        vars(self).update(state)
        if vectors is not None:
            # memory maps, as joblib reads them, cannot be trained further
            absent = {k: v for k, v in LATER.items() if k not in self._architecture}
            self._architecture = self._architecture | absent
            own = {k: v if v.flags.writeable else v.copy() for k, v in vectors.items()}
            _refuse_what_is_larger(self._architecture, sum(v.size for v in own.values()))
            network = build_network(self._architecture, **own)
            vars(self).update(self._network_attributes(network))

    def __getstate__(self) -> dict[str, Any]:
        return pickled_state(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        unpickle(self, state)

    _architecture: dict[str, Any]


def pickled_state(estimator: Any) -> dict[str, Any]:
    """The state of an estimator as plain values, with the version that wrote it."""
    plain: dict[str, Any] = flatten(estimator._state())
    return plain | {"_sknn_version": __version__}


def unpickle(estimator: Any, state: dict[str, Any]) -> None:
    """Take a state, with scikit-learn's warning where another version wrote it.

    The versions of NumPy and scikit-learn do not matter, since plain values are all there is.
    """
    state = dict(state)
    version = state.pop("_sknn_version", "of unknown origin")
    if version != __version__:
        warnings.warn(
            InconsistentVersionWarning(
                estimator_name=type(estimator).__name__,
                current_sklearn_version=__version__,
                original_sklearn_version=version,
            ),
            stacklevel=3,
        )
    estimator._become(unflatten(state))


def _refuse_what_is_larger(architecture: dict[str, Any], n_numbers: int) -> None:
    """Raise where a network says that it is larger than its numbers, before it is built."""
    embedding, members = architecture["embedding"], architecture["members"]
    parts = [*embedding, *([members] if isinstance(members, Config) else [])]
    sizes = [architecture["n_features"], architecture["n_outputs"]]
    sizes += architecture["hidden_layer_sizes"]
    sizes += [v for part in parts for v in part.get_params().values() if isinstance(v, int)]
    if max(sizes) > n_numbers or len(architecture["hidden_layer_sizes"]) > n_numbers:
        raise ValueError(f"a network with a size of {max(sizes)} has only {n_numbers} numbers")


def saved(state: dict[str, Any]) -> dict[str, Any]:
    """An optimizer's state without what a run makes anew."""
    return {name: value for name, value in state.items() if name not in PASSING}


def resumed(fresh: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """A fresh state of an optimizer or average, filled with what an earlier run remembered; copies.

    Raises
    ------
    ValueError
        If that is of another network, as in a file that somebody has made up.
    """
    for name, value in before.items():
        wanted = np.shape(fresh.get(name, value))
        if np.shape(value) != wanted:
            raise ValueError(
                f"What training goes on from is of another network: {name!r} has the shape "
                f"{np.shape(value)} in place of {wanted}. Train it anew, by fit."
            )
    return fresh | {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in before.items()}
