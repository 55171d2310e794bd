"""Links: from the raw output of a network to what it predicts."""

from abc import ABC, abstractmethod

import numpy as np
from scipy.special import expit

from sknn.nn.typing import Array

__all__ = ["LINKS", "ExpLink", "IdentityLink", "Link", "LogisticLink", "SoftmaxLink"]


class Link(ABC):
    """The output function of a network; ``name`` is scikit-learn's ``out_activation_``."""

    name: str

    @abstractmethod
    def inverse(self, raw: Array, out: Array) -> None:
        """Write the prediction for the raw output into ``out``, which may be ``raw`` itself."""


class IdentityLink(Link):
    """The prediction is the raw output."""

    name = "identity"

    def inverse(self, raw: Array, out: Array) -> None:
        if out is not raw:
            np.copyto(out, raw)


class LogisticLink(Link):
    """The prediction is 1 / (1 + exp(-raw)): a probability for each output by itself."""

    name = "logistic"

    def inverse(self, raw: Array, out: Array) -> None:
        expit(raw, out=out)


class SoftmaxLink(Link):
    """The prediction is exp(raw_k) / sum_j exp(raw_j): one probability shared by all classes."""

    name = "softmax"

    def inverse(self, raw: Array, out: Array) -> None:
        np.subtract(raw, raw.max(axis=1, keepdims=True), out=out)
        np.exp(out, out=out)
        out /= out.sum(axis=1, keepdims=True)


class ExpLink(Link):
    """The prediction is exp(raw): a positive mean."""

    name = "exp"

    def inverse(self, raw: Array, out: Array) -> None:
        np.exp(raw, out=out)


LINKS: dict[str, Link] = {
    link.name: link for link in (IdentityLink(), LogisticLink(), SoftmaxLink(), ExpLink())
}
