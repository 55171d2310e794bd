"""What members are: which layers several networks in one share, and which they have for themselves.

The rows of all members lie below each other: n rows become k n rows at the :class:`Split`, those of
the first member first, and n again at the :class:`Merge` in prediction. So activations, dropout and
normalization by rows work on members without knowing of them.
"""

from abc import ABC, abstractmethod

from sknn.config import Config, Range, param
from sknn.nn.activations import Activation
from sknn.nn.layers.base import Layer
from sknn.nn.layers.dense import Dense
from sknn.nn.layers.embeddings import Embed
from sknn.nn.layers.members.dense import ParallelDense
from sknn.nn.layers.members.split import Split

__all__ = ["Members", "Packed"]


class Members(Config, ABC):
    """Settings of members; each network gets layers of its own from them.

    Parameters
    ----------
    n_members : int >= 1, default=32
        How many networks there are in one.
    """

    n_members: int = param(32, Range(1, None, integer=True))

    def split(self, embed: Embed | None) -> Layer:
        """The layer at which rows are handed to the members; ``embed`` is the embedding before."""
        return Split(self.n_members)

    @abstractmethod
    def hidden(self, number: int, units: int, activation: Activation) -> Dense:
        """The dense layer of hidden layer ``number``, counted from 1."""

    def output(self, units: int, activation: Activation) -> Dense:
        """The output layer: by default each member has its own."""
        return ParallelDense(self.n_members, units, activation)


class Packed(Members):
    """Networks side by side that share nothing but the batches: z_k = x_k W_k + b_k.

    The members start with weights of their own, drawn one after another, and are trained on the
    mean of their losses. What embeddings, activations and normalizations learn is shared. A
    member's gradient is 1 / k of that of a network by itself, which solvers such as Adam do not
    notice, while ``alpha`` penalizes the weights of all members together.

    Parameters
    ----------
    n_members : int >= 1, default=8
        How many networks there are in one.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sknn import MLPRegressorX
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = MLPRegressorX(hidden_layer_sizes=5, members=Packed(n_members=3))
    >>> [coef.shape for coef in net.partial_fit(X, y).coefs_]
    [(3, 10, 5), (3, 5, 1)]

    References
    ----------
    Laurent, Lafage, Tartaglione, Daniel, Martinez, Bursuc, Franchi (2023), "Packed-ensembles for
    efficient uncertainty estimation", arXiv:2210.09184; the plain form: Gorishniy, Kotelnikov,
    Babenko (2025), arXiv:2410.24210, section 3.3.
    """

    n_members: int = param(8, Range(1, None, integer=True))

    def hidden(self, number: int, units: int, activation: Activation) -> Dense:
        return ParallelDense(self.n_members, units, activation)
