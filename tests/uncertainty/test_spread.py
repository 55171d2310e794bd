"""Disagreement of members: standard deviations, and the two parts of an entropy."""

import numpy as np
import pytest
from scipy.stats import entropy

from sknn.exceptions import InvalidParameterError
from sknn.uncertainty import entropies, spread


def test_spread_is_the_standard_deviation():
    members = np.random.default_rng(0).normal(size=(5, 7, 2)).astype(np.float32)
    wanted = np.sqrt(np.sum((members - members.mean(axis=0)) ** 2, axis=0) / 4)
    np.testing.assert_allclose(spread(members), wanted, rtol=1e-5)
    assert spread(members).shape == (7, 2)
    np.testing.assert_array_equal(spread(np.ones((3, 4))), 0)


def test_entropies_by_definition():
    p = np.random.default_rng(0).dirichlet(np.ones(3), size=(4, 6))
    parts = entropies(p)
    np.testing.assert_allclose(parts.total, entropy(p.mean(axis=0), axis=-1))
    np.testing.assert_allclose(parts.aleatoric, entropy(p, axis=-1).mean(axis=0))
    np.testing.assert_allclose(parts.total, parts.aleatoric + parts.epistemic)
    divergence = [entropy(q, p.mean(axis=0), axis=-1) for q in p]
    np.testing.assert_allclose(parts.epistemic, np.mean(divergence, axis=0))


def test_members_that_agree_have_no_epistemic_part():
    p = np.tile(np.random.default_rng(0).dirichlet(np.ones(3), size=6), (4, 1, 1))
    np.testing.assert_allclose(entropies(p).epistemic, 0, atol=1e-15)
    assert (entropies(p).epistemic >= 0).all()


def test_labels_have_an_entropy_each():
    p = np.random.default_rng(0).uniform(size=(4, 6, 2))
    parts = entropies(p, kind="multilabel")
    for label in range(2):
        alone = entropies(np.stack([1 - p[..., label], p[..., label]], axis=-1))
        np.testing.assert_allclose(parts.epistemic[:, label], alone.epistemic)
        np.testing.assert_allclose(parts.total[:, label], alone.total)


def test_they_refuse():
    with pytest.raises(InvalidParameterError, match=r"at least 2 members. Got 1 instead"):
        spread([[1.0, 2.0]])
    with pytest.raises(InvalidParameterError, match="prediction must have shape"):
        spread([1.0, 2.0])
    with pytest.raises(InvalidParameterError, match="proba must hold probabilities that sum to 1"):
        entropies(np.ones((2, 3, 4)))
    with pytest.raises(InvalidParameterError, match="Did you mean 'multilabel'"):
        entropies(np.ones((2, 3, 4)), kind="multi_label")
