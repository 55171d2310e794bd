"""What hypothesis draws from: parameters by the estimators' own rules, and data of odd kinds.

Nothing here names a part: what a parameter may be is told by its rule, and the parts by their
registry, so that a new one is drawn without a word.
"""

from functools import partial

import numpy as np
import pandas as pd
import scipy.sparse
from hypothesis import strategies as st

from sknn import MLPClassifierX, TabularMLPClassifierX, TabularMLPRegressorX
from sknn.config import AnyOf, Choice, Each, Exactly, Flag, Instance, Range
from sknn.estimators.tabular.rules import MemberParams
from sknn.estimators.validation import CLASSIFIER_RULES, REGRESSOR_RULES, registries
from sknn.nn.blueprint import Layers
from sknn.registry import PartRule
from sknn.train import CALLBACKS

TABULAR = TabularMLPClassifierX, TabularMLPRegressorX
CLASSIFIERS = MLPClassifierX, TabularMLPClassifierX
REGISTRIES = [*registries(CLASSIFIER_RULES).values(), *registries(REGRESSOR_RULES).values()]

#: Values for rules that have no structure to draw by; each rule says which of them it accepts.
CANDIDATES = [None, "loss", "refined_loss", "from_dtype", "flat_cosine", 0.25, (0.25, 0.5, 0.9)]

#: For a rule of which no value is known here; where it is the only one the estimator refuses this.
UNKNOWN = st.none()

# -- parameters ---------------------------------------------------------------------------------


def values(rule, name=""):
    """A strategy for what a rule accepts; the name is that of a parameter of an estimator."""
    if name in QUICK:
        return QUICK[name]
    if isinstance(rule, AnyOf):
        every = [values(inner) for inner in rule.rules]
        return st.one_of([strategy for strategy in every if strategy is not UNKNOWN])
    if isinstance(rule, Range):
        return numbers(rule)
    if isinstance(rule, Choice):
        return st.sampled_from(rule.names)
    if isinstance(rule, Flag):
        return st.booleans()
    if isinstance(rule, Exactly):
        return st.just(rule.value)
    if isinstance(rule, Each):
        return st.lists(values(rule.rule), max_size=2).map(tuple)
    if isinstance(rule, PartRule):
        return st.one_of(st.sampled_from(list(rule.registry)), objects(rule.registry))
    if isinstance(rule, MemberParams):
        member = CLASSIFIER_RULES if rule.member == "MLPClassifierX" else REGRESSOR_RULES
        return some_of({name: values(member[name], name) for name in rule.names}, 2)
    if isinstance(rule, Instance):
        found = [objects(registry) for registry in REGISTRIES if registry.base in rule.types]
        return st.one_of(found) if found else UNKNOWN
    known = [part() for registry in REGISTRIES for part in registry.values()]
    # a rule that takes any function takes parts that can be called, and means others
    candidates = CANDIDATES if rule.accepts(repr) else [*CANDIDATES, *known]
    accepted = [value for value in candidates if rule.accepts(value)]
    return st.sampled_from(accepted) if accepted else UNKNOWN


def numbers(rule):
    """A strategy for numbers in a range: mostly near its lower end, now and then at its ends."""
    low = -2 if rule.low is None else rule.low
    if rule.integer:
        high = low + 12 if rule.high is None else min(rule.high, low + 12)
        return st.integers(int(low), int(high)).filter(rule.accepts)
    high = low + 2 if rule.high is None else rule.high
    ordinary = st.floats(
        low, high, exclude_min=not rule.accepts(low), exclude_max=not rule.accepts(high)
    )
    ends = [low, high, 1e-300, 1e-9, 1e9, 1e300]
    return st.one_of(ordinary, ordinary, st.sampled_from(list(filter(rule.accepts, ends))))


def objects(registry):
    """A strategy for parts with settings of their own."""
    parts = [cls for cls in registry.values() if cls not in LEFT_OUT]
    return st.sampled_from(parts).flatmap(settings_of)


def settings_of(cls):
    rules = cls.rules()
    drawn = some_of({name: values(rule) for name, rule in rules.items()}, 3)
    return drawn.map(lambda settings: cls(**settings))


def some_of(strategies, most):
    """A strategy for dicts of at most so many of the named values."""
    names = st.lists(st.sampled_from(sorted(strategies)), unique=True, max_size=most)
    return (
        names.flatmap(lambda chosen: st.fixed_dictionaries({n: strategies[n] for n in chosen}))
        if strategies
        else st.just({})
    )


#: What writes files, of which a second fit would know.
LEFT_OUT = {CALLBACKS["checkpoint"]}
_CALLBACKS = st.one_of(
    [
        st.sampled_from([name for name in CALLBACKS if CALLBACKS[name] not in LEFT_OUT]),
        objects(CALLBACKS),
    ]
)
_UNITS = st.integers(1, 9)
#: Parameters that would make a fit long, with the values that are tried.
QUICK = {
    "hidden_layer_sizes": st.one_of(
        _UNITS,
        st.lists(_UNITS, max_size=3).map(tuple),
        st.builds(Layers, st.integers(0, 3), st.integers(1, 9)),
    ),
    "max_iter": st.integers(1, 4),
    "max_fun": st.integers(1, 20),
    "n_folds": st.integers(1, 3),
    "n_repeats": st.integers(1, 2),
    "n_jobs": st.sampled_from([None, 1]),
    "time_limit": st.sampled_from(
        [None, 1e3]
    ),  # how far one comes in less is no matter of the seed
    "random_state": st.one_of(st.integers(0, 99), st.integers(0, 99).map(np.random.RandomState)),
    "callbacks": st.one_of(_CALLBACKS, st.lists(_CALLBACKS, max_size=2)),
    # by name, and tables of both kinds
    "categorical_features": st.sampled_from(["from_dtype", None, [0], [True], ["a"]]),
}


def parameters(cls):
    """A strategy for parameters of an estimator: a few that are not its defaults."""
    rules = cls._parameter_rules
    strategies = {name: values(rule, name) for name, rule in rules.items() if name != "warm_start"}
    small = {"max_iter": QUICK["max_iter"], "hidden_layer_sizes": QUICK["hidden_layer_sizes"]}
    fixed = {"random_state": QUICK["random_state"]} | small
    if cls in TABULAR:
        fixed["effort"] = st.just("fast")
    return st.tuples(st.fixed_dictionaries(fixed), some_of(strategies, 4)).map(
        lambda drawn: drawn[0] | drawn[1] | ({"effort": "fast"} if cls in TABULAR else {})
    )


# -- data ---------------------------------------------------------------------------------------

#: Columns of numbers by kind, for so many rows.
COLUMNS = {
    "normal": lambda rng, n: rng.normal(size=n),
    "constant": lambda rng, n: np.full(n, 3.7),
    "zeros": lambda rng, n: np.zeros(n),
    "large": lambda rng, n: 1e9 + rng.normal(size=n),
    "huge": lambda rng, n: 1e200 * rng.normal(size=n),
    "tiny": lambda rng, n: 1e-200 * rng.normal(size=n),
    "denormal": lambda rng, n: np.full(n, 5e-324),
    "two values": lambda rng, n: rng.randint(2, size=n),
    "one outlier": lambda rng, n: np.where(np.arange(n) == 0, 1e6, rng.normal(size=n)),
}
#: Columns that only a table may have.
ODD_COLUMNS = {
    "gaps": lambda rng, n: np.where(rng.rand(n) < 0.4, np.nan, rng.normal(size=n)),
    "all gaps": lambda rng, n: np.full(n, np.nan),
    "infinite": lambda rng, n: np.where(rng.rand(n) < 0.3, np.inf, rng.normal(size=n)),
    "texts": lambda rng, n: np.array(["x", "", "long text", None], object)[rng.randint(4, size=n)],
    "each its own": lambda rng, n: np.array([f"row {i}" for i in range(n)], object),
    "categories": lambda rng, n: pd.Categorical.from_codes(rng.randint(-1, 3, n), list("uvw")),
    "dates": lambda rng, n: (
        pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.randint(9, size=n), "D")
    ),
    "truths": lambda rng, n: rng.rand(n) < 0.5,
    "mixed": lambda rng, n: np.array([1, "1", 2.5, True], object)[rng.randint(4, size=n)],
    "nullable": lambda rng, n: pd.array(rng.randint(3, size=n), "Int64"),
}
#: What rows are handed over in.
CONTAINERS = {
    "array": np.asarray,
    "list": lambda X: X.tolist(),
    "float32": lambda X: _single(X),
    "Fortran": np.asfortranarray,
    "objects": lambda X: X.astype(object),
    "big-endian": lambda X: X.astype(">f8"),
    "locked": lambda X: _locked(X),
    "frame": lambda X: pd.DataFrame(X, columns=list("abcdef")[: X.shape[1]]),
    "CSR": scipy.sparse.csr_array,
    "CSC": scipy.sparse.csc_matrix,
}
LABELS = {
    "integers": lambda codes: codes * 3 - 1,
    "texts": lambda codes: np.array(["no", "yes", "perhaps", "never"])[codes],
    "objects": lambda codes: np.array(["no", "yes", "perhaps", "never"], object)[codes],
    "truths": lambda codes: codes % 2 == 1,
    "floats": lambda codes: codes.astype(float),
    "column": lambda codes: codes[:, np.newaxis],
    "yes or no for two": lambda codes: np.stack([codes % 2, codes // 2], axis=1),
}
TARGETS = {
    "normal": lambda rng, n: rng.normal(size=n),
    "positive": lambda rng, n: 0.1 + rng.rand(n),
    "counts": lambda rng, n: rng.poisson(2.0, size=n),
    "constant": lambda rng, n: np.full(n, 2.5),
    "large": lambda rng, n: 1e9 + 1e3 * rng.normal(size=n),
    "huge": lambda rng, n: 1e250 * rng.normal(size=n),
    "tiny": lambda rng, n: 1e-250 * rng.rand(n),
    "two": lambda rng, n: rng.normal(size=(n, 2)),
    "two positive": lambda rng, n: 0.1 + rng.rand(n, 2),
    "float32": lambda rng, n: rng.normal(size=n).astype(np.float32),
    "truths": lambda rng, n: rng.rand(n) < 0.5,
}
WEIGHTS = {
    "none": lambda rng, n: None,
    "any": lambda rng, n: rng.rand(n),
    "many zeros": lambda rng, n: (rng.rand(n) < 0.3).astype(float),
    "whole": lambda rng, n: rng.randint(4, size=n),
    "small": lambda rng, n: 1e-25 * rng.rand(n),
    "of all sizes": lambda rng, n: 10.0 ** rng.randint(-20, 5, size=n),
}


def _single(X):
    with np.errstate(over="ignore"):
        return np.nan_to_num(X.astype(np.float32))  # the largest number in place of infinity


def _locked(X):
    X = X.copy()
    X.flags.writeable = False
    return X


def rows(cls):
    """A strategy for functions of a random state and a number of rows that give X."""
    kinds = list(COLUMNS)
    columns = st.lists(st.sampled_from(kinds), min_size=1, max_size=4)
    arrays = st.tuples(columns, st.sampled_from(list(CONTAINERS))).map(partial(partial, _array))
    if cls not in TABULAR:
        return arrays
    kinds += [*ODD_COLUMNS] * 2
    columns = st.lists(st.sampled_from(kinds), min_size=1, max_size=6)
    return st.one_of(
        arrays, columns.map(partial(partial, _frame)), columns.map(partial(partial, _frame))
    )


def _array(drawn, rng, n):
    kinds, container = drawn
    return CONTAINERS[container](np.stack([COLUMNS[kind](rng, n) for kind in kinds], axis=1))


def _frame(kinds, rng, n):
    every = COLUMNS | ODD_COLUMNS
    return pd.DataFrame(
        {name: every[kind](rng, n) for name, kind in zip("abcdef", kinds, strict=False)}
    )


@st.composite
def problems(draw, cls):
    """An estimator of a class that is not fitted, with X, y and weights to fit it to."""
    params = draw(parameters(cls))
    n = draw(st.sampled_from([1, 2, 3, 5, 12, 30]))
    rng = np.random.RandomState(draw(st.integers(0, 999)))
    X = draw(rows(cls))(rng, n)
    if cls in CLASSIFIERS:
        codes = np.arange(n) % draw(st.integers(1, 4))
        y = LABELS[draw(st.sampled_from(list(LABELS)))](codes)
        if y.ndim == 1 and draw(st.booleans()) and "class_weight" in params:
            labels = np.unique(y).tolist()
            params["class_weight"] = {label: float(i) for i, label in enumerate(labels, 1)}
    else:
        y = TARGETS[draw(st.sampled_from(list(TARGETS)))](rng, n)
    if draw(st.booleans()):  # each row twice, and in a table of few rows the same row everywhere
        half = np.arange(n) // 2
        X = X.iloc[half] if hasattr(X, "iloc") else X if isinstance(X, list) else X[half]
    weight = WEIGHTS[draw(st.sampled_from(list(WEIGHTS)))](rng, n)
    return cls(**params), X, y, weight
