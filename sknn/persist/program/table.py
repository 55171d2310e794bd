"""The encoder of a tabular estimator as operations on its raw columns."""

from typing import Any

import numpy as np

from sknn.persist.program.graph import Column, Program
from sknn.persist.program.symbol import Symbol
from sknn.preprocessing import TableEncoder
from sknn.preprocessing.levels import Levels
from sknn.preprocessing.one_hot import OneHot
from sknn.preprocessing.scaler import STEEPEST

__all__ = ["encoded", "input_names"]


def input_names(estimator: Any) -> list[str]:
    """What the columns are called: their names in ``fit``, or x0, x1, ..."""
    names = vars(estimator).get("feature_names_in_")
    count = estimator.n_features_in_
    return [f"x{j}" for j in range(count)] if names is None else [str(name) for name in names]


def encoded(program: Program, encoder: TableEncoder) -> Symbol:
    """The table that the networks take, of one input for each raw column.

    Dates and durations are numbers here, in seconds, dates since 1970.
    """
    kinds = np.where(encoder.is_categorical_, "category", "number")
    columns = [
        program.input(Column(name, str(kind)))
        for name, kind in zip(input_names(encoder), kinds, strict=True)
    ]
    parts = []
    if encoder.n_numeric_out_:
        numbers = program.concat([columns[j] for j in encoder.numeric_], -1)
        parts += _numeric(program, encoder, numbers)
    one_hots, codes = [], []
    for j, levels, one_hot in zip(
        encoder.categorical_, encoder._levels, encoder._one_hots, strict=True
    ):
        code = program.levels(columns[j], levels._codes, levels._missing)
        if one_hot is None:
            codes.append(program.to_float(code))
        else:
            one_hots.append(_one_hot(program, one_hot, levels, code))
    table = program.concat([*parts, *one_hots, *codes], -1)
    # as the networks were trained: rounded, which matters where numbers lie close together
    return program.round_to(table, str(np.dtype(encoder.dtype)))


def _numeric(program: Program, encoder: TableEncoder, numbers: Symbol) -> list[Symbol]:
    """Numbers scaled and clipped, and the marks of gaps."""
    scaler = encoder.scaler_
    factor = scaler.scale_ / scaler.max_abs
    scaled = (numbers - program.constant(scaler.center_)) * program.constant(factor)
    if (factor == 0).any():  # infinity times 0 is NaN
        scaled = program.where(program.constant(factor == 0), 0.0, scaled)
    bounded = program.minimum(program.maximum(scaled, -STEEPEST), STEEPEST)
    bent = bounded / program.sqrt(bounded * bounded + 1.0) * scaler.max_abs
    gaps = program.isnan(numbers)
    parts = [program.where(gaps, 0.0, bent)]
    if encoder.n_indicators_:
        marked = np.flatnonzero(encoder._has_gaps)
        parts.append(program.columns(program.to_float(gaps), marked))
    return parts


def _one_hot(program: Program, one_hot: OneHot, levels: Levels, code: Symbol) -> Symbol:
    """The row of one-hot columns for each code, looked up in a table of all of them."""
    rows = np.empty((len(levels) + 1, one_hot.width))
    one_hot.write(np.arange(len(levels) + 1), rows)
    return program.reshape(program.take(program.constant(rows), code), (-1, one_hot.width))
