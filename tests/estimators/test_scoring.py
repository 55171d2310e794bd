"""What early stopping watches: accuracy or R^2, the loss, any scorer; and its errors."""

import pickle
import warnings

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import (
    balanced_accuracy_score,
    get_scorer,
    log_loss,
    make_scorer,
    mean_absolute_error,
    roc_auc_score,
)
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.utils import check_random_state

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import DivergenceWarning, InvalidParameterError, NotOfferedError
from sknn.nn.initializers import GivenWeights
from sknn.nn.losses import Quantile
from sknn.train import Callback

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

NAMES = np.array(["no", "yes"])
SMALL = {"hidden_layer_sizes": 5, "max_iter": 6, "random_state": 0}
#: Starting weights that draw nothing, so that the validation split is the first that is drawn.
LINEAR = {"hidden_layer_sizes": (), "max_iter": 6, "random_state": 0}


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return (X - X.mean(axis=0)) / X.std(axis=0), y


@pytest.fixture(scope="module")
def two(iris):
    return iris[0], NAMES[(iris[1] == 1).astype(int)]


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return X / X.std(axis=0), y


def halves(X, y):
    odd = np.arange(len(X)) % 2 == 1
    return X[~odd], y[~odd], X[odd], y[odd]


# -- scores ------------------------------------------------------------------------------------


@pytest.mark.parametrize("scoring", ["roc_auc", "neg_log_loss", "f1_macro", "balanced_accuracy"])
@pytest.mark.parametrize("weighted", [False, True])
def test_scorers_by_name(two, scoring, weighted):
    X, y, X_val, y_val = halves(*two)
    weight = np.linspace(0.1, 2, len(X_val)) if weighted else None
    net = MLPClassifierX(early_stopping_scoring=scoring, **SMALL)
    net.fit(X, y, X_val=X_val, y_val=y_val, sample_weight_val=weight)
    kwargs = {"sample_weight": weight} if weighted else {}
    expected = get_scorer(scoring)(net, X_val, y_val, **kwargs)
    assert net.validation_scores_[-1] == pytest.approx(expected, rel=1e-12)
    assert len(net.validation_scores_) == 6
    assert net.best_validation_score_ == max(net.validation_scores_)


@pytest.mark.parametrize("scoring", ["neg_mean_absolute_error", "neg_median_absolute_error"])
@pytest.mark.parametrize("standardize_y", [False, True])
def test_scorers_of_numbers_in_their_units(diabetes, scoring, standardize_y):
    X, y, X_val, y_val = halves(*diabetes)
    net = MLPRegressorX(early_stopping_scoring=scoring, standardize_y=standardize_y, **SMALL)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    assert net.validation_scores_[-1] == pytest.approx(get_scorer(scoring)(net, X_val, y_val))


def test_the_scorer_sees_the_network_of_each_epoch_and_the_users_labels(two):
    X, y, X_val, y_val = halves(*two)
    seen, nets = [], []

    def scorer(estimator, X_given, y_given):
        seen.append(estimator.predict_proba(X_given)[:, 1])
        nets.append(estimator)
        assert_array_equal(y_given, y_val)
        assert_array_equal(estimator.classes_, NAMES)
        assert set(estimator.predict(X_given)) <= set(NAMES)
        assert estimator.decision_function(X_given).shape == (75,)
        return roc_auc_score(y_given, seen[-1])

    net = MLPClassifierX(early_stopping_scoring=scorer, **SMALL)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    assert len(seen) == 6
    assert_array_equal(seen[-1], net.predict_proba(X_val)[:, 1])
    for epochs in (1, 3):
        short = clone(net).set_params(max_iter=epochs, early_stopping_scoring=None).fit(X, y)
        assert_array_equal(seen[epochs - 1], short.predict_proba(X_val)[:, 1])
    assert isinstance(nets[0], MLPClassifierX)
    assert nets[0] is not net


def test_the_scorers_network_is_the_one_in_training(two):
    shared = []

    class Compare(Callback):
        def on_epoch_end(self, run):
            shared.append(np.shares_memory(run.network.values, kept[-1].coefs_[0]))

    kept = []

    def scorer(estimator, X, y):
        kept.append(estimator)
        return 0.5

    MLPClassifierX(
        early_stopping=True, early_stopping_scoring=scorer, callbacks=[Compare()], **SMALL
    ).fit(*two)
    assert shared == [True] * 6


def test_the_part_that_is_held_out_is_scored(two):
    X, y = two
    start = GivenWeights([np.zeros((4, 1))])
    seen = []

    def scorer(estimator, X_given, y_given):
        seen.append((X_given, y_given))
        return estimator.score(X_given, y_given)

    params = {"initializer": start, "early_stopping": True, **LINEAR}
    net = MLPClassifierX(early_stopping_scoring=scorer, **params).fit(X, y)
    kept = train_test_split(
        np.arange(150), random_state=check_random_state(0), test_size=0.1, stratify=y
    )[1]
    assert_array_equal(seen[0][0], X[kept])
    assert_array_equal(seen[0][1], y[kept])
    plain = MLPClassifierX(**params).fit(X, y)
    assert_array_equal(net.validation_scores_, plain.validation_scores_)
    assert_array_equal(net.coefs_[0], plain.coefs_[0])


def test_accuracy_and_r2_by_name_are_the_default(iris, diabetes):
    for Estimator, scoring, data in (
        (MLPClassifierX, "accuracy", iris),
        (MLPRegressorX, "r2", diabetes),
    ):
        params = {"early_stopping": True, "learning_rate_init": 0.05, **SMALL, "max_iter": 100}
        by_name = Estimator(early_stopping_scoring=scoring, **params).fit(*data)
        default = Estimator(**params).fit(*data)
        assert_array_equal(by_name.coefs_[0], default.coefs_[0])
        assert_array_equal(by_name.validation_scores_, default.validation_scores_)
        assert default.n_iter_ < 100


def test_weights_reach_the_scorer_where_it_takes_them(two, diabetes):
    X, y = two
    weight = np.linspace(0, 1, 150)
    given = []

    def weighted(estimator, X, y, sample_weight=None):
        given.append(sample_weight)
        return estimator.score(X, y, sample_weight)

    def plain(estimator, X, y):
        given.append(len(X))
        return estimator.score(X, y)

    params = {"initializer": GivenWeights([np.zeros((4, 1))]), "early_stopping": True, **LINEAR}
    MLPClassifierX(early_stopping_scoring=weighted, **params).fit(X, y, sample_weight=weight)
    kept = train_test_split(
        np.arange(150), random_state=check_random_state(0), test_size=0.1, stratify=y
    )[1]
    assert_array_equal(given[0], weight[kept])
    given.clear()
    MLPClassifierX(early_stopping_scoring=plain, **params).fit(X, y, sample_weight=weight)
    assert given == [15] * 7  # the start, and six epochs
    # a scorer of scikit-learn whose metric knows no weights
    X, y, X_val, y_val = halves(*diabetes)
    net = MLPRegressorX(early_stopping_scoring="neg_max_error", **SMALL)
    net.fit(X, y, X_val=X_val, y_val=y_val, sample_weight_val=np.ones(len(y_val)))
    assert net.validation_scores_[-1] == pytest.approx(-abs(net.predict(X_val) - y_val).max())


def test_a_type_error_inside_the_scorer_is_told(two):
    def broken(estimator, X, y, sample_weight=None):
        return "1" + 1

    def broken_with_weights(estimator, X, y, sample_weight=None):
        return 0.5 if sample_weight is None else "1" + 1

    for scorer in (broken, broken_with_weights):
        net = MLPClassifierX(early_stopping=True, early_stopping_scoring=scorer)
        with pytest.raises(TypeError, match="str"):
            net.fit(*two, sample_weight=np.ones(150))


def test_scorers_made_by_make_scorer(two, iris, diabetes):
    X, y, X_val, y_val = halves(*iris)
    scorer = make_scorer(balanced_accuracy_score, adjusted=True)
    net = MLPClassifierX(early_stopping_scoring=scorer, **SMALL)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    assert net.validation_scores_[-1] == scorer(net, X_val, y_val)
    X, y, X_val, y_val = halves(*two)
    scorer = make_scorer(log_loss, greater_is_better=False, response_method="predict_proba")
    net = MLPClassifierX(early_stopping_scoring=scorer, **SMALL)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    assert net.validation_scores_[-1] == scorer(net, X_val, y_val)


def test_multilabel_and_several_targets(iris, diabetes):
    X, y, X_val, y_val = halves(iris[0], np.eye(3, dtype=int)[iris[1]])
    for form in (np.asarray, scipy.sparse.csr_matrix):
        net = MLPClassifierX(early_stopping_scoring="f1_micro", early_stopping=True, **SMALL)
        net.fit(X, form(y), X_val=X_val, y_val=form(y_val))
        score = get_scorer("f1_micro")(net, X_val, form(y_val))
        assert score == net.best_validation_score_
        net.fit(X, form(y))  # and a part of them held out
        assert len(net.validation_scores_) == 6
    X, y, X_val, y_val = halves(diabetes[0], np.column_stack([diabetes[1], diabetes[1][::-1]]))
    net = MLPRegressorX(early_stopping_scoring="neg_mean_absolute_error", **SMALL)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    expected = -mean_absolute_error(y_val, net.predict(X_val))
    assert net.validation_scores_[-1] == pytest.approx(expected)


@pytest.mark.parametrize("params", [{"normalization": "batch"}, {"solver": "lbfgs"}])
def test_with_other_parts(two, params):
    X, y, X_val, y_val = halves(*two)
    net = MLPClassifierX(early_stopping_scoring="roc_auc", **SMALL | params)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    expected = roc_auc_score(y_val == "yes", net.predict_proba(X_val)[:, 1])
    assert net.validation_scores_[-1] == pytest.approx(expected)
    assert net.best_epoch_ is None


def test_frames_and_sparse_rows(two):
    pandas = pytest.importorskip("pandas")
    X, y = two
    frame = pandas.DataFrame(X, columns=list("abcd"))
    params = {"early_stopping": True, "early_stopping_scoring": "roc_auc", **SMALL}
    plain = MLPClassifierX(**params).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        framed = MLPClassifierX(**params).fit(frame, pandas.Series(y))
    assert framed.validation_scores_ == plain.validation_scores_
    sparse = MLPClassifierX(**params).fit(scipy.sparse.csr_array(X), y)
    assert_allclose(sparse.validation_scores_, plain.validation_scores_)


# -- the loss ----------------------------------------------------------------------------------


@pytest.mark.parametrize("weighted", [False, True])
def test_the_validation_loss(iris, diabetes, weighted):
    X, y, X_val, y_val = halves(*iris)
    weight = np.linspace(0.1, 2, len(X_val)) if weighted else None
    given = {"X_val": X_val, "y_val": y_val, "sample_weight_val": weight}
    net = MLPClassifierX(early_stopping_scoring="loss", alpha=10.0, **SMALL).fit(X, y, **given)
    expected = -log_loss(y_val, net.predict_proba(X_val), sample_weight=weight)
    assert_allclose(net.validation_scores_[-1], expected)  # no penalty

    X, y, X_val, y_val = halves(*diabetes)
    weight = np.linspace(0.1, 2, len(X_val)) if weighted else None
    given = {"X_val": X_val, "y_val": y_val, "sample_weight_val": weight}
    net = MLPRegressorX(early_stopping_scoring="loss", **SMALL).fit(X, y, **given)
    squares = (net.predict(X_val) - y_val) ** 2
    assert_allclose(net.validation_scores_[-1], -0.5 * np.average(squares, weights=weight))
    net.set_params(standardize_y=True).fit(X, y, **given)
    squares = ((net.predict(X_val) - y_val) / net.y_scale_) ** 2
    assert_allclose(net.validation_scores_[-1], -0.5 * np.average(squares, weights=weight))


def test_the_loss_of_several_quantiles_stops_training(diabetes):
    net = MLPRegressorX(
        loss=Quantile((0.1, 0.5, 0.9)),
        standardize_y=True,
        early_stopping=True,
        early_stopping_scoring="loss",
        learning_rate_init=0.02,
        random_state=0,
    ).fit(*diabetes)
    assert net.n_iter_ < 200
    assert net.best_validation_score_ == max(net.validation_scores_) < 0


def test_float32_loss(iris):
    X, y = iris[0].astype("float32"), iris[1]
    net = MLPClassifierX(early_stopping=True, early_stopping_scoring="loss", **SMALL).fit(X, y)
    assert all(type(score) is float for score in net.validation_scores_)


# -- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("scoring", ["neg_log_loss", "roc_auc_ovr"])
def test_probabilities_of_a_hinge_network(iris, scoring):
    net = MLPClassifierX(loss="hinge", early_stopping=True, early_stopping_scoring=scoring)
    with pytest.raises(NotOfferedError, match="predict_proba") as error:
        net.fit(*iris)
    assert f"early_stopping_scoring={scoring!r} asks for" in str(error.value)
    assert not hasattr(net, "coefs_")


def test_margins_are_enough_for_roc_auc(two):
    params = {"early_stopping": True, "early_stopping_scoring": "roc_auc", **SMALL}
    net = MLPClassifierX(loss="hinge", **params).fit(*two)
    assert net.best_validation_score_ > 0.5


@pytest.mark.parametrize("score", ["good", None, np.ones(3), [0.5], float("nan"), 1j])
def test_a_scorer_must_give_a_number(two, score):
    net = MLPClassifierX(early_stopping=True, early_stopping_scoring=lambda estimator, X, y: score)
    with pytest.raises(InvalidParameterError, match="must give a number for the 15 validation"):
        net.fit(*two)
    assert not hasattr(net, "coefs_")


@pytest.mark.parametrize("score", [1, np.float32(0.5), np.int64(3), True])
def test_numbers_of_any_kind(two, score):
    net = MLPClassifierX(early_stopping_scoring=lambda estimator, X, y: score, **SMALL)
    X, y = two
    assert net.fit(X, y, X_val=X, y_val=y).validation_scores_ == [float(score)] * 6


def test_an_error_of_the_scorer_itself_is_told(two):
    def broken(estimator, X, y):
        raise KeyError("my own mistake")

    net = MLPClassifierX(early_stopping=True, early_stopping_scoring=broken)
    with pytest.raises(KeyError, match="my own mistake"):
        net.fit(*two)


def test_divergence_is_told_as_such(diabetes):
    X, y = diabetes
    net = MLPRegressorX(
        early_stopping=True,
        early_stopping_scoring="neg_mean_squared_error",
        solver="sgd",
        learning_rate_init=1e3,
        random_state=0,
    )
    with pytest.warns(DivergenceWarning, match="Training diverged"):
        net.fit(X, y)


def test_in_a_search(two):
    net = MLPClassifierX(early_stopping=True, **SMALL)
    grid = {"early_stopping_scoring": [None, "loss", "roc_auc", "neg_log_losss"]}
    with pytest.warns(match="Did you mean 'neg_log_loss'"):
        search = GridSearchCV(net, grid, cv=2).fit(*two)
    assert np.isnan(search.cv_results_["mean_test_score"]).tolist() == [False] * 3 + [True]
    best = search.best_estimator_
    assert_array_equal(pickle.loads(pickle.dumps(best)).predict(two[0]), best.predict(two[0]))
