"""Members that share their weights, and differ by learned factors."""

from sknn.nn.activations import Activation
from sknn.nn.layers.base import Layer
from sknn.nn.layers.dense import Dense
from sknn.nn.layers.embeddings import Embed
from sknn.nn.layers.members.base import Members
from sknn.nn.layers.members.dense import BatchEnsemble
from sknn.nn.layers.members.split import ScaledSplit

__all__ = ["TabM", "TabMMini"]


class TabM(Members):
    """Networks that share the weights of hidden layers, with factors and biases of their own.

    Hidden layers: z_k = ((x_k r_k) W) s_k + b_k with W for all members k; the output layers are
    the members' own. All r and s start at 1 but the first r, which are random signs, one for each
    member and column (normal numbers where columns are embedded), and all b_k start alike. The
    members are trained on the mean of their losses, and predict the mean of their predictions.

    Parameters
    ----------
    n_members : int >= 1, default=32
        How many networks there are in one.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sknn import MLPRegressorX
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = MLPRegressorX(hidden_layer_sizes=5, members=TabM(n_members=3))
    >>> [coef.shape for coef in net.partial_fit(X, y).coefs_]
    [(10, 5), (3, 5, 1)]
    >>> net.n_parameters_  # r, W, s, b and the heads
    128

    References
    ----------
    Gorishniy, Kotelnikov, Babenko (2025), "TabM: advancing tabular deep learning with
    parameter-efficient ensembling", arXiv:2410.24210, section 3.3; the layer: Wen, Tran, Ba
    (2020), "BatchEnsemble: an alternative approach to efficient ensemble and lifelong learning",
    arXiv:2002.06715.
    """

    def split(self, embed: Embed | None) -> Layer:
        return ScaledSplit(self.n_members, embed)

    def hidden(self, number: int, units: int, activation: Activation) -> Dense:
        # the split before the first layer has its r
        return BatchEnsemble(self.n_members, units, activation, scales_input=number > 1)


class TabMMini(Members):
    """Networks that share all hidden layers, and differ by factors on the columns.

    Each member sees the columns times r_k, random signs at the start (normal numbers where columns
    are embedded), one for each member and column; hidden layers are those of one network, and the
    output layers the members' own.

    Parameters
    ----------
    n_members : int >= 1, default=32
        How many networks there are in one.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sknn import MLPRegressorX
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = MLPRegressorX(hidden_layer_sizes=5, members=TabMMini(n_members=3))
    >>> net.partial_fit(X, y).n_parameters_  # r, W, b and the heads
    103

    References
    ----------
    Gorishniy, Kotelnikov, Babenko (2025), "TabM: advancing tabular deep learning with
    parameter-efficient ensembling", arXiv:2410.24210, section 3.3.
    """

    def split(self, embed: Embed | None) -> Layer:
        return ScaledSplit(self.n_members, embed)

    def hidden(self, number: int, units: int, activation: Activation) -> Dense:
        return Dense(units, activation)
