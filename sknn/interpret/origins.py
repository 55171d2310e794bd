"""Where encoded columns come from: through scalers, imputers, encoders, and what holds them.

A pipeline turns the columns that a user knows into those that a network sees: a category becomes
several columns of zeros and ones. :func:`origins` follows each of those back.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import OneToOneFeatureMixin
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

__all__ = ["encoded_groups", "origins"]

#: For each column that comes out, the numbers of the columns that go into it.
Origins = list[frozenset[int]]


def encoded_groups(
    transformer: Any, names: Sequence[str] | None = None
) -> dict[str, npt.NDArray[np.intp]]:
    """The encoded columns that come from each raw column alone.

    Parameters
    ----------
    transformer : transformer
        Fitted: a ``ColumnTransformer``, an encoder, a scaler, or a pipeline of such.
    names : sequence of str, optional
        Names of the raw columns; by default those seen at fit, or ``x0``, ``x1`` and so on.

    Returns
    -------
    groups : dict of int array
        Numbers of the encoded columns by the name of the raw column. A column that several raw
        ones go into, such as a principal component, is in no group.

    Examples
    --------
    >>> from sklearn.compose import make_column_transformer
    >>> from sklearn.preprocessing import OneHotEncoder, StandardScaler
    >>> encoder = make_column_transformer((OneHotEncoder(), [0]), (StandardScaler(), [1]))
    >>> import numpy as np
    >>> rows = np.array([["a", 1], ["b", 2], ["c", 5]], dtype=object)
    >>> {name: list(map(int, cols)) for name, cols in encoded_groups(encoder.fit(rows)).items()}
    {'x0': [0, 1, 2], 'x1': [3]}
    """
    if names is None:
        names = getattr(transformer, "feature_names_in_", None)
    if names is None and isinstance(transformer, Pipeline):
        names = getattr(transformer[0], "feature_names_in_", None)
    if names is None:
        names = [f"x{i}" for i in range(transformer.n_features_in_)]
    found = origins(transformer, len(names), list(map(str, names)))
    return {
        str(name): np.array([k for k, of in enumerate(found) if of == {i}], dtype=np.intp)
        for i, name in enumerate(names)
    }


def origins(transformer: Any, n_in: int, names: Sequence[str] | None = None) -> Origins:
    """The raw columns that go into each encoded column; all of them where that is not known.

    Parameters
    ----------
    transformer : transformer
        Fitted; ``"passthrough"`` and ``"drop"`` as in a ``ColumnTransformer``.
    n_in : int
        How many columns go in.
    names : sequence of str, optional
        Their names, by which a ``ColumnTransformer`` may have chosen them.
    """
    alone: Origins = [frozenset([j]) for j in range(n_in)]
    if transformer is None or transformer == "passthrough":
        return alone
    if transformer == "drop":
        return []
    if isinstance(transformer, Pipeline):
        return _through_pipeline(transformer, n_in, names)
    if isinstance(transformer, ColumnTransformer):
        return _through_columns(transformer, n_in, names)
    if isinstance(transformer, FeatureUnion):
        parts = [part for _, part in transformer.transformer_list]
        return [of for part in parts for of in origins(part, n_in, names)]
    if isinstance(transformer, OneHotEncoder):
        return [
            alone[j] for j, count in enumerate(_one_hot_counts(transformer)) for _ in range(count)
        ]
    if hasattr(transformer, "get_support"):  # a selection of columns
        return [alone[j] for j in transformer.get_support(indices=True)]
    if isinstance(transformer, OneToOneFeatureMixin):
        return alone
    if isinstance(transformer, FunctionTransformer) and transformer.func is None:
        return alone
    return _by_count(transformer, alone)


def _through_pipeline(pipeline: Pipeline, n_in: int, names: Sequence[str] | None) -> Origins:
    found: Origins = [frozenset([j]) for j in range(n_in)]
    for _, step in pipeline.steps:
        here = origins(step, len(found), names)
        found = [frozenset().union(*(found[j] for j in of)) for of in here]
        names = None  # of the raw columns, which later steps do not see
    return found


def _through_columns(
    transformer: ColumnTransformer, n_in: int, names: Sequence[str] | None
) -> Origins:
    known = getattr(transformer, "feature_names_in_", names)
    n_out = max((part.stop for part in transformer.output_indices_.values()), default=0)
    found: Origins = [frozenset(range(n_in))] * n_out
    for name, part, columns in transformer.transformers_:
        place = transformer.output_indices_.get(name, slice(0, 0))
        if place.stop == place.start:
            continue
        chosen = _numbers(columns, n_in, known)
        here = origins(part, len(chosen), None if known is None else [known[j] for j in chosen])
        if len(here) == place.stop - place.start:
            found[place] = [frozenset(chosen[j] for j in of) for of in here]
        else:
            found[place] = [frozenset(chosen)] * (place.stop - place.start)
    return found


def _numbers(columns: Any, n_in: int, names: Any) -> list[int]:
    """The numbers of the columns that a ``ColumnTransformer`` was told in any of its ways."""
    if isinstance(columns, slice) and not isinstance(columns.start, str):
        return list(range(n_in))[columns]
    if isinstance(columns, slice):
        known = list(names)
        stop = n_in if columns.stop is None else known.index(columns.stop) + 1
        return list(range(known.index(columns.start), stop))
    if isinstance(columns, (str, int, np.integer)):
        columns = [columns]
    chosen = np.asarray(columns)
    if chosen.dtype.kind == "b":
        return [int(j) for j in np.flatnonzero(chosen)]
    known = [] if names is None else list(names)
    return [known.index(c) if isinstance(c, str) else int(c) % n_in for c in columns]


def _one_hot_counts(encoder: OneHotEncoder) -> list[int]:
    """How many columns each encoded column becomes."""
    counts = [len(categories) for categories in encoder.categories_]
    try:
        rare = encoder.infrequent_categories_
    except AttributeError:  # not asked for
        rare = [None] * len(counts)
    for j, few in enumerate(rare):
        if few is not None:
            counts[j] += 1 - len(few)
        if encoder.drop_idx_ is not None and encoder.drop_idx_[j] is not None:
            counts[j] -= 1
    return counts


def _by_count(transformer: Any, alone: Origins) -> Origins:
    """Of other transformers: what a single column becomes, and imputers with their indicators."""
    everything: frozenset[int] = frozenset().union(*alone)
    try:
        n_out = len(transformer.get_feature_names_out())
    except (AttributeError, ValueError, TypeError):
        n_out = getattr(transformer, "n_components_", len(alone))
    indicator = getattr(transformer, "indicator_", None)
    if hasattr(transformer, "statistics_"):
        marks = [] if indicator is None else [alone[j] for j in indicator.features_]
        if n_out == len(alone) + len(marks):
            return [*alone, *marks]
    return [everything] * n_out
