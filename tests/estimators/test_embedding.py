"""The parameter embedding: from fit to prediction, going on, explaining and drawing."""

import pickle

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from sknn import MLPClassifierX, MLPRegressorX, compile_predictor, diagnose
from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import PBLD, Category, Dense, Embed, Periodic, PiecewiseLinear
from sknn.plots import NetworkDisplay

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

rng = np.random.RandomState(0)
X = np.column_stack([rng.normal(size=(200, 3)), rng.randint(0, 4, 200)])
y = np.sin(3 * X[:, 0]) + X[:, 1] + 2.0 * (X[:, 3] == 2)
EMBEDDINGS = {
    "pbld": PBLD(),
    "periodic": Periodic(n_frequencies=6, n_outputs=4, scale=0.3),
    "pieces": PiecewiseLinear(n_bins=6, n_outputs=4),
    "mixed": [
        PBLD(columns=[1]),
        PiecewiseLinear(columns=0, n_bins=8, n_outputs=3),
        Category(columns=range(3, 4), n_outputs=2),
    ],
}
WAYS = {
    "adam": {},
    "lbfgs": {"solver": "lbfgs"},
    "stopping": {"early_stopping": True},
    "averaged": {"averaging": "ema", "normalization": "batch"},
    "float32": {"dtype": "float32", "dropout": 0.1},
    "looking": {"initializer": "unit_variance", "bias_initializer": "hyperplane"},
}


def make(embedding, **params):
    fast = {"hidden_layer_sizes": (8,), "learning_rate_init": 0.01, "max_iter": 25}
    given = {"batch_size": 25, "random_state": 0} | fast | params
    return MLPRegressorX(embedding=embedding, **given)


def embed_of(net):
    return next(layer for layer in net._fitted_network().layers if isinstance(layer, Embed))


@pytest.fixture(scope="module")
def mixed():
    return make(EMBEDDINGS["mixed"]).fit(X, y)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("embedding", EMBEDDINGS.values(), ids=EMBEDDINGS)
def test_every_way_of_training(embedding, way):
    net = make(embedding, **way).fit(X, y)
    predicted = net.predict(X)
    assert net.loss_curve_[-1] < 0.8 * net.loss_curve_[0] or "solver" in way
    assert net.score(X, y) > 0.1
    for same in (pickle.loads(pickle.dumps(net)), clone(net).fit(X, y)):
        assert_array_equal(same.predict(X), predicted)
    assert_array_equal(compile_predictor(net)(X[:3]), net.predict(X[:3]))


def test_it_bends_where_a_line_cannot():
    linear = {"hidden_layer_sizes": (), "solver": "lbfgs", "max_iter": 300, "batch_size": "auto"}
    scores = [
        make(embedding, **linear).fit(X, y).score(X, y)
        for embedding in (None, *EMBEDDINGS.values())
    ]
    assert scores[0] < 0.75
    assert min(scores[1:]) > scores[0] + 0.05
    assert scores[-1] > 0.95


def test_a_classifier_and_names():
    labels = (y > 0.5).astype(int)
    net = MLPClassifierX((8,), embedding="pbld", max_iter=60, random_state=0)
    assert net.set_params(learning_rate_init=0.02).fit(X, labels).score(X, labels) > 0.9


def test_without_embedding_nothing_is_drawn():
    plain = make(None).fit(X, y)
    assert type(plain._network.layers[0]) is Dense
    embedded = make(Category(columns=3, n_levels=4), max_iter=1).fit(X, y)
    assert embedded.coefs_[0].shape == (11, 8)


def test_embeddings_are_not_penalized():
    net = make(EMBEDDINGS["mixed"], alpha=100.0, l1=10.0, max_iter=1)
    network = net.fit(X, y)._network
    assert network.n_weights == sum(w.size for w in network.coefs)
    embedded = embed_of(net).values["2.table"]
    assert abs(embedded).max() > 0.5


def test_partial_fit_is_fit():
    parts = make(EMBEDDINGS["mixed"])
    for _ in range(3):
        parts.partial_fit(X, y)
    whole = make(EMBEDDINGS["mixed"], max_iter=3).fit(X, y)
    assert_array_equal(parts.predict(X), whole.predict(X))
    edges = embed_of(parts).values["1.edges"].copy()
    parts.partial_fit(X + 5, y)  # other quantiles, and codes that are not known
    assert_array_equal(embed_of(parts).values["1.edges"], edges)


def test_warm_start_goes_on(mixed):
    net = clone(mixed).set_params(warm_start=True).fit(X, y)
    first = net.loss_
    assert net.fit(X, y).loss_ < first
    with pytest.raises(ValueError, match="but embedding changed from"):
        net.set_params(embedding=PBLD()).fit(X, y)


def test_a_search_reaches_the_settings():
    grid = {"embedding__n_outputs": [2, 5], "embedding__scale": [0.1]}
    search = GridSearchCV(make(PBLD(), max_iter=2), grid, cv=2).fit(X, y)
    assert embed_of(search.best_estimator_).n_out in (8, 20)


def test_a_row_of_weight_2_is_two_rows():
    weight = rng.randint(0, 3, len(X)).astype(float)
    params = {"solver": "lbfgs", "max_iter": 5}
    weighted = make(EMBEDDINGS["mixed"], **params).fit(X, y, sample_weight=weight)
    twice = np.repeat(np.arange(len(X)), weight.astype(int))
    repeated = make(EMBEDDINGS["mixed"], **params).fit(X[twice], y[twice])
    assert_allclose(weighted.predict(X), repeated.predict(X), rtol=1e-6)


def test_averaging_keeps_the_bins():
    plain, averaged = (
        make(EMBEDDINGS["pieces"], averaging=averaging, normalization="batch").fit(X, y)
        for averaging in (None, "ema")
    )
    edges = embed_of(plain).values["0.edges"]
    assert (np.diff(edges[:3]) > 0).all()
    assert_array_equal(embed_of(averaged).values["0.edges"], edges)


# -- explaining ----------------------------------------------------------------------------------


def test_slopes_agree_with_differences(mixed):
    gradient, h = mixed.input_gradient(X), 1e-6
    for column in (1, 2):
        step = h * np.eye(4)[column]
        slope = (mixed.predict(X + step) - mixed.predict(X - step)) / (2 * h)
        smooth = abs(gradient[:, column] - slope) < 1e-4  # kinks of ReLU are elsewhere
        assert smooth.mean() > 0.97
    assert not gradient[:, 3].any()


def test_contributions_add_up(mixed):
    contribution = mixed.deeplift(X[:9], X[50:])
    assert contribution.shape == (9, 4)
    gap = mixed.predict(X[:9]) - mixed.predict(X[50:]).mean()
    assert_allclose(contribution.sum(axis=1), gap, atol=1e-9)


def test_contributions_of_a_linear_model_are_those_of_single_columns():
    net = make(EMBEDDINGS["mixed"], hidden_layer_sizes=()).fit(X, y)
    contribution = net.deeplift(X[:5], X[7:8])
    for column in range(4):
        moved = np.repeat(X[7:8], 5, axis=0)
        moved[:, column] = X[:5, column]
        alone = net.predict(moved) - net.predict(X[7:8])
        assert_allclose(contribution[:, column], alone, atol=1e-9)


def test_relevance_enters_by_the_numbers_of_the_columns(mixed):
    relevance = mixed.relevance(X[0], X)
    assert [len(units) for units in relevance.units] == [4 + 3 + 2 + 1, 8, 1]
    by_column = embed_of(mixed).by_column(relevance.units[0])
    assert_allclose(by_column, mixed.deeplift(X[:1], X)[0], atol=1e-9)


def test_no_linear_region(mixed):
    with pytest.raises(InvalidParameterError, match=r"Embed\(.* is a curve. embedding=None"):
        mixed.linear_region(X[0])


def test_summary_drawing_and_diagnosis(mixed):
    text = str(mixed.summary())
    assert "Embed(PBLD: 1, PiecewiseLinear: 1, Category: 1, as they are: 1)" in text
    assert "2-layer network 4-8-1" in text
    display = NetworkDisplay.from_estimator(mixed, x=X[0])
    assert display.feature_names[:2] == [f"x1 = {X[0, 1]:.3g} [{i}]" for i in (1, 2)]
    assert display.feature_names[-1] == f"x2 = {X[0, 2]:.3g}"
    assert [len(circles) for circles in display.units_] == [10, 8, 1]
    assert "4-8-1" in str(diagnose(mixed, X, y))


# -- what cannot be ------------------------------------------------------------------------------


def test_sparse_rows_are_refused(mixed):
    sparse = scipy.sparse.csr_array(X)
    with pytest.raises(InvalidParameterError, match="needs a dense array"):
        make(PBLD()).fit(sparse, y)
    with pytest.raises(InvalidParameterError, match="needs a dense array"):
        mixed.predict(sparse)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"embedding": PBLD(columns=4)}, "from 0 to 3. Got 4"),
        ({"embedding": [PBLD(), PBLD()]}, "At most one"),
        ({"embedding": ["pbld", 3]}, "a list of them or None. Got"),
        ({"embedding": ["pbld", "categry"]}, "Did you mean 'category'"),
        ({"embedding": [PBLD(columns=-1)]}, "embedding__columns"),
        ({"embedding": "category", "input_dropout": 0.1}, "does not go with Category"),
        ({"embedding": [PBLD(columns=0), Category()], "input_dropout": 0.1}, "does not go"),
    ],
)
def test_errors(params, words):
    with pytest.raises(InvalidParameterError, match=words):
        MLPRegressorX(**params).fit(X, y)
