"""What both estimators share: parameters, prediction, tags."""

from abc import ABC
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data

from sknn.estimators.insight import Insight
from sknn.estimators.part_params import PartParams
from sknn.estimators.sklearn_callbacks import CallbackSupportMixin
from sknn.estimators.summary import Summary, summarize
from sknn.estimators.training import FLOATS, Training
from sknn.exceptions import NotOfferedError
from sknn.nn.links import LINKS, Link
from sknn.nn.network import Network
from sknn.nn.optimizers import LBFGS
from sknn.nn.typing import Array
from sknn.preprocessing.odd_rows import accidents_are_told, check_numbers_only
from sknn.train.prediction import of_rows

__all__ = ["BaseMLP", "can_train_in_parts"]


def can_train_in_parts(estimator: "BaseMLP") -> None:
    """Raise where ``partial_fit`` has no meaning."""
    solver = estimator.solver
    if isinstance(solver, LBFGS) or (isinstance(solver, str) and solver == "lbfgs"):
        raise NotOfferedError(
            "partial_fit is only available for stochastic optimizers. lbfgs is not stochastic."
        )
    stops, weights = estimator.early_stopping, getattr(estimator, "class_weight", None)
    if isinstance(stops, (bool, np.bool_)) and stops:  # a wrong value is for fit to tell of
        raise NotOfferedError("partial_fit does not support early_stopping=True")
    if isinstance(weights, str) and weights == "balanced":
        raise NotOfferedError(
            "partial_fit does not support class_weight='balanced', since it does not see all rows "
            "at once. Pass the weights as a dict, from sklearn.utils.class_weight."
            "compute_class_weight('balanced', classes=classes, y=y)."
        )


class BaseMLP(Training, Insight, CallbackSupportMixin, PartParams, ABC):
    """Base of the multi-layer perceptrons. Not to be used directly."""

    def summary(self) -> Summary:
        """The layers of the fitted network, how many numbers each learns, and how it was trained.

        A dense layer from n to m units learns n m weights and m biases. Layers are counted as in
        most courses, without the input; ``n_layers_``, which is scikit-learn's, counts it. An
        epoch is one pass over the rows, an iteration one step. Solver, loss and initializer are
        those that the parameters name now.

        Returns
        -------
        summary : Summary
            Prints as a table of text, shows as a table in a notebook, and has the numbers as
            ``layers``, ``n_parameters`` and ``n_bytes``.

        Raises
        ------
        NotFittedError
            Before ``fit``: the columns of X are not known.

        Examples
        --------
        >>> from sknn import MLPRegressorX
        >>> net = MLPRegressorX(hidden_layer_sizes=(4, 4), solver="lbfgs", random_state=0)
        >>> print(net.fit([[0, 0, 0], [1, 1, 1]], [0, 1]).summary())
        MLPRegressorX: 3-layer network 3-4-4-1 (the input is not counted)
        ---------------------------------------------------
        layer     part            output  parameters  bytes
        ---------------------------------------------------
        input                     (n, 3)           0      0
        hidden 1  Dense(units=4)  (n, 4)          16    128
                  ReLU()          (n, 4)           0      0
        hidden 2  Dense(units=4)  (n, 4)          20    160
                  ReLU()          (n, 4)           0      0
        output    Dense(units=1)  (n, 1)           5     40
                  link: identity  (n, 1)           0      0
        ---------------------------------------------------
        total                                     41    328
        ...
        """
        check_is_fitted(self)
        return summarize(self)

    def _raw_output(self, X: Any) -> Array:
        """The raw output of the network, shape (n_samples, n_outputs)."""
        return self._raw_of(*self._network_and_rows(X))

    def _raw_of(self, network: Network, X: Any) -> Array:
        """The raw output for rows that are checked."""
        with np.errstate(over="ignore", invalid="ignore"):
            raw = of_rows(network.raw_output, network, X)
        if X.dtype == raw.dtype:
            return raw
        return raw.astype(np.result_type(X.dtype, raw.dtype), copy=False)

    def _member_raw(self, X: Any) -> Array:
        """The raw output of each member, shape (n_members, n_samples, n_outputs)."""
        network, X = self._network_and_rows(X)
        with np.errstate(over="ignore", invalid="ignore"):
            return of_rows(network.member_output, network, X, axis=1)

    def _network_and_rows(self, X: Any) -> tuple[Network, Any]:
        """The fitted network, and X as the network takes it."""
        if not hasattr(self, "coefs_"):  # asked first, since scikit-learn takes 4 us to see it
            check_is_fitted(self)
        network = self._fitted_network()
        if not self._is_plain(X):
            options = {"accept_sparse": ["csr", "csc"], "dtype": FLOATS, "reset": False}
            check_numbers_only(X)
            with accidents_are_told():
                X = validate_data(self, X, **options)
        return network, X

    def _is_plain(self, X: Any) -> bool:
        """Whether X is an array that needs no conversion and raises no error.

        Spares ``validate_data``, which takes longer than the network does for a few rows.
        """
        fits = (
            type(X) is np.ndarray
            and X.dtype in FLOATS
            and X.ndim == 2
            and X.shape[0] > 0
            and X.shape[1] == self.n_features_in_
            and not hasattr(self, "feature_names_in_")
        )
        with np.errstate(over="ignore", invalid="ignore"):  # a sum may overflow, which is no error
            return fits and bool(np.isfinite(X.sum()))

    @property
    def _fitted_link(self) -> Link:
        """The output function that the network was trained for."""
        link: Link | None = vars(self).get("_link")
        return LINKS[self.out_activation_] if link is None else link  # attributes set by hand

    n_features_in_: int
    out_activation_: str

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self.embedding is None and self.members is None
        return tags
