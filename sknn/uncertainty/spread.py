"""How far the members of an ensemble disagree."""

from typing import Any, NamedTuple

import numpy as np
from scipy.special import entr

from sknn.config import Choice, check_value
from sknn.exceptions import InvalidParameterError
from sknn.uncertainty.arguments import Floats, check_shares, finite

__all__ = ["Entropies", "entropies", "spread"]


class Entropies(NamedTuple):
    """The entropy of an ensemble's probabilities in nats, in two parts.

    Attributes
    ----------
    total : array
        Entropy of the mean probabilities.
    aleatoric : array
        Mean entropy of the members: what they agree to be noise.
    epistemic : array
        The rest, which is the mutual information of class and member: what more data may settle.
    """

    total: Floats
    aleatoric: Floats
    epistemic: Floats


def spread(prediction: Any) -> Floats:
    r"""The standard deviation over members, which tells where a prediction hangs on the sample.

    .. math:: \sqrt{\frac{1}{k - 1} \sum_{j=1}^{k} (\mu_j(x) - \bar\mu(x))^2}

    It is no interval for the target: noise that all members agree on is not in it.

    Parameters
    ----------
    prediction : array of shape (n_members, n_rows) or (n_members, n_rows, n_outputs)
        What each member predicts.

    Returns
    -------
    deviation : array of shape (n_rows,) or (n_rows, n_outputs)

    Raises
    ------
    InvalidParameterError
        For fewer than 2 members, or numbers that are not finite.

    References
    ----------
    Lakshminarayanan, Pritzel, Blundell (2017), "Simple and scalable predictive uncertainty
    estimation using deep ensembles", arXiv:1612.01474.

    Examples
    --------
    >>> spread([[1.0, 2.0], [3.0, 2.0]]).round(2)
    array([1.41, 0.  ])
    """
    prediction = finite(
        "prediction", prediction, ("n_members", "n_rows"), ("n_members", "n_rows", "n_outputs")
    )
    if len(prediction) < 2:
        raise InvalidParameterError(
            f"prediction must come from at least 2 members. Got {len(prediction)} instead."
        )
    deviation: Floats = np.std(prediction, axis=0, ddof=1)
    return deviation


def entropies(proba: Any, kind: str = "multiclass") -> Entropies:
    r"""The entropy of an ensemble's probabilities, split into noise and disagreement.

    .. math:: \underbrace{H\Big[\tfrac1k \sum_j p_j\Big]}_{\text{total}} =
              \underbrace{\tfrac1k \sum_j H[p_j]}_{\text{aleatoric}} +
              \underbrace{I[y; j]}_{\text{epistemic}},
              \qquad H[p] = -\sum_c p_c \ln p_c

    Parameters
    ----------
    proba : array of shape (n_members, n_rows, n_classes) or (n_members, n_rows, n_labels)
        The probabilities by each member.
    kind : {"multiclass", "multilabel"}, default="multiclass"
        Whether classes exclude each other, or are labels with an entropy each.

    Returns
    -------
    parts : Entropies
        Arrays of shape (n_rows,), or (n_rows, n_labels), in nats.

    Raises
    ------
    InvalidParameterError
        For numbers that are not probabilities.

    References
    ----------
    Depeweg, Hernández-Lobato, Doshi-Velez, Udluft (2018), "Decomposition of uncertainty in
    Bayesian deep learning for efficient and risk-sensitive learning", arXiv:1710.07283; Houlsby,
    Huszár, Ghahramani, Lengyel (2011), "Bayesian active learning for classification and
    preference learning", arXiv:1112.5745.

    Examples
    --------
    >>> parts = entropies([[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.5, 0.5]]])
    >>> parts.aleatoric.round(2), parts.epistemic.round(2)
    (array([0.  , 0.69]), array([0.69, 0.  ]))
    """
    check_value("kind", "entropies", kind, Choice(("multiclass", "multilabel")))
    p = finite("proba", proba, ("n_members", "n_rows", "n_classes"))
    p = check_shares("proba", p, sum_to_one=kind == "multiclass")
    if kind == "multilabel":
        p = np.stack([1 - p, p], axis=-1)
    total = entr(p.mean(axis=0)).sum(axis=-1)
    aleatoric = entr(p).sum(axis=-1).mean(axis=0)
    return Entropies(total, aleatoric, np.maximum(total - aleatoric, 0.0))  # rounding
