"""The estimators as good citizens of scikit-learn: searches, frames, routing, callbacks."""

import copy
import pickle
import warnings

import joblib
import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.exceptions import ConvergenceWarning, InconsistentVersionWarning
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.estimator_checks import check_dataframe_column_names_consistency

from sknn import MLPClassifierX, MLPRegressorX
from sknn.nn.activations import Activation, LeakyReLU
from sknn.nn.optimizers import LBFGS, SGD, Adam
from sknn.nn.schedules import InvScaling
from sknn.train import Callback

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), y


class Squareplus(Activation):
    """A user's own activation: (x + sqrt(x^2 + 4)) / 2."""

    def forward(self, x, out):
        np.copyto(out, 0.5 * (x + np.sqrt(x * x + 4.0)))

    def backward(self, x, y, grad):
        grad *= y * y / (y * y + 1.0)


# -- constructor -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "ours"), [(MLPClassifier, MLPClassifierX), (MLPRegressor, MLPRegressorX)]
)
def test_the_constructor_is_a_superset(theirs, ours):
    import inspect

    reference = inspect.signature(theirs).parameters
    mine = list(inspect.signature(ours).parameters.values())
    for parameter, expected in zip(mine, reference.values(), strict=False):
        assert (parameter.name, parameter.default) == (expected.name, expected.default)
        assert parameter.kind == expected.kind
    assert all(extra.kind == extra.KEYWORD_ONLY for extra in mine[len(reference) :])


def test_every_parameter_is_documented():
    for cls in (MLPClassifierX, MLPRegressorX):
        for name in cls().get_params():
            assert f"\n    {name} : " in cls.__doc__, name


# -- searches and parts ------------------------------------------------------------------------


def test_grid_search_over_parts_and_their_settings(iris):
    pipe = make_pipeline(StandardScaler(), MLPClassifierX(solver=Adam(), max_iter=20))
    grid = {
        "mlpclassifierx__solver__beta_1": [0.5, 0.9],
        "mlpclassifierx__activation": ["relu", LeakyReLU(0.1)],
        "mlpclassifierx__dropout": [0.0, 0.2],
    }
    search = GridSearchCV(pipe, grid, cv=2).fit(*iris)
    assert len(search.cv_results_["params"]) == 8
    assert (
        search.best_estimator_[-1].solver.beta_1
        == search.best_params_["mlpclassifierx__solver__beta_1"]
    )


def test_randomized_search_in_parallel(iris):
    space = {"learning_rate_init": loguniform(1e-3, 1e-1), "hidden_layer_sizes": [(5,), (10, 5)]}
    net = MLPClassifierX(max_iter=20, random_state=0)
    search = RandomizedSearchCV(net, space, n_iter=4, cv=2, n_jobs=2, random_state=0).fit(*iris)
    assert search.best_score_ > 0.5


def test_a_search_scores_a_wrong_setting_and_goes_on(iris):
    grid = {"solver__beta_1": [0.9, 7.0]}
    search = GridSearchCV(MLPClassifierX(solver=Adam(), max_iter=5), grid, cv=2)
    with pytest.warns(match="solver__beta_1"):
        search.fit(*iris)
    assert np.isnan(search.cv_results_["mean_test_score"][1])


def test_nested_parameters():
    net = MLPClassifierX(solver=Adam(beta_2=0.99))
    assert net.get_params()["solver__beta_2"] == 0.99
    part = net.solver
    net.set_params(solver__beta_2=0.5, alpha=1.0)
    assert (net.solver, net.alpha, part.beta_2) == (Adam(beta_2=0.5), 1.0, 0.99)
    net.set_params(solver=SGD(), solver__momentum=0.5)
    assert net.solver == SGD(momentum=0.5)
    with pytest.raises(ValueError, match="Did you mean 'momentum'"):
        net.set_params(solver__momentun=0.5)
    with pytest.raises(ValueError, match="has no settings"):
        MLPClassifierX().set_params(solver__beta_1=0.5)
    with pytest.raises(ValueError, match="Invalid parameter 'nonsense'"):
        net.set_params(nonsense=1)


def test_a_part_as_object_equals_its_name_with_parameters(iris):
    pairs = [
        ({"solver": "sgd", "momentum": 0.5}, {"solver": SGD(momentum=0.5)}),
        ({"solver": "adam", "beta_1": 0.5}, {"solver": Adam(beta_1=0.5)}),
        ({"solver": "lbfgs", "max_fun": 9}, {"solver": LBFGS(max_fun=9)}),
        (
            {"solver": "sgd", "learning_rate": "invscaling", "power_t": 0.2},
            {"solver": SGD(), "learning_rate": InvScaling(power_t=0.2)},
        ),
    ]
    for by_name, by_object in pairs:
        one = MLPClassifierX(max_iter=5, random_state=0, **by_name).fit(*iris)
        two = MLPClassifierX(max_iter=5, random_state=0, **by_object).fit(*iris)
        assert_array_equal(one.coefs_[0], two.coefs_[0])


def test_a_schedule_as_object_moves_adam_too(iris):
    net = MLPClassifierX(learning_rate=InvScaling(), max_iter=3, random_state=0).fit(*iris)
    assert net._optimizer.learning_rate == pytest.approx(0.001 / (450 + 1) ** 0.5)


@pytest.mark.parametrize("sequence", [tuple, list, np.array])
def test_one_activation_per_hidden_layer(iris, sequence):
    params = {"hidden_layer_sizes": (5, 4), "max_iter": 3, "random_state": 0}
    net = MLPClassifierX(activation=sequence(["tanh", "relu"]), **params).fit(*iris)
    x = np.tanh(iris[0] @ net.coefs_[0] + net.intercepts_[0])
    x = np.maximum(x @ net.coefs_[1] + net.intercepts_[1], 0.0)
    raw = x @ net.coefs_[2] + net.intercepts_[2]
    assert_allclose(pickle.loads(pickle.dumps(net)).decision_function(iris[0]), raw)


def test_no_hidden_layer_takes_no_activation(iris):
    assert MLPClassifierX((), (), max_iter=2).fit(*iris).n_layers_ == 2


def test_a_users_own_activation(iris):
    net = MLPClassifierX(activation=Squareplus(), max_iter=100, random_state=0)
    assert clone(net).fit(*iris).score(*iris) > 0.85
    each = MLPClassifierX((10, 10), ("tanh", Squareplus()), max_iter=100, random_state=0)
    assert each.fit(*iris).score(*iris) > 0.85


# -- copies ------------------------------------------------------------------------------------


def pickled(net):
    return pickle.loads(pickle.dumps(net))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
@pytest.mark.parametrize("params", [{}, {"normalization": "batch"}, {"hidden_layer_sizes": ()}])
def test_copies_predict_the_same_and_can_be_trained(iris, copied, params):
    net = MLPClassifierX(max_iter=5, random_state=0, **params).fit(*iris)
    before = net.predict_proba(iris[0])
    twin = copied(net)
    assert_array_equal(twin.predict_proba(iris[0]), before)
    for _ in range(3):
        twin.partial_fit(*iris)
    assert abs(twin.predict_proba(iris[0]) - before).max() > 1e-4
    assert_array_equal(net.predict_proba(iris[0]), before)


def test_coefs_may_be_edited_in_place_and_replaced(iris):
    net = MLPClassifierX(max_iter=5, random_state=0).fit(*iris)
    net.intercepts_[-1][:] = [100.0, 0.0, 0.0]
    assert_array_equal(net.predict(iris[0]), np.zeros(150))
    net.intercepts_[-1] = np.array([0.0, 100.0, 0.0])
    assert_array_equal(net.predict(iris[0]), np.ones(150))
    assert_array_equal(pickle.loads(pickle.dumps(net)).predict(iris[0]), np.ones(150))
    net.partial_fit(*iris)
    assert_array_equal(net.predict(iris[0]), np.ones(150))


def test_changed_parameters_do_not_change_a_fitted_model(iris):
    net = MLPClassifierX(max_iter=5, random_state=0).fit(*iris)
    before = net.predict_proba(iris[0])
    net.set_params(activation="tanh", loss="squared_error", hidden_layer_sizes=3)
    assert_array_equal(net.predict_proba(iris[0]), before)
    assert_array_equal(pickle.loads(pickle.dumps(net)).predict_proba(iris[0]), before)


def test_an_old_pickle_warns(iris):
    net = MLPClassifierX(max_iter=2).fit(*iris)
    state = net.__getstate__() | {"_sknn_version": "0.0.1"}
    with pytest.warns(InconsistentVersionWarning, match=r"MLPClassifierX from version 0\.0\.1"):
        MLPClassifierX().__setstate__(state)


def test_memory_mapped_models_and_data(iris, tmp_path):
    X, y = iris
    joblib.dump((X, y), tmp_path / "data.pkl")
    X_mapped, y_mapped = joblib.load(tmp_path / "data.pkl", mmap_mode="r")
    net = MLPClassifierX(max_iter=5, random_state=0).fit(X_mapped, y_mapped)
    joblib.dump(net, tmp_path / "net.pkl")
    mapped = joblib.load(tmp_path / "net.pkl", mmap_mode="r")
    assert_array_equal(mapped.predict(X_mapped), net.predict(X))
    mapped.partial_fit(X_mapped, y_mapped)


# -- data --------------------------------------------------------------------------------------


@pytest.mark.parametrize("params", [{}, {"solver": "lbfgs"}, {"early_stopping": True}])
def test_data_are_never_written_to(iris, params):
    X, y = iris[0].copy(), iris[1].astype(float)
    weight = np.linspace(0.5, 1.5, 150)
    before = X.copy(), y.copy(), weight.copy()
    for array in (X, y, weight):
        array.flags.writeable = False
    net = MLPRegressorX(max_iter=5, shuffle=False, **params).fit(X, y, sample_weight=weight)
    net.predict(X)
    for array, expected in zip((X, y, weight), before, strict=True):
        assert_array_equal(array, expected)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames(iris, library):
    frames = pytest.importorskip(library)
    X, y = iris
    names = ["a", "b", "c", "d"]
    frame = frames.DataFrame({name: X[:, i] for i, name in enumerate(names)})
    target = frames.Series(y) if library == "pandas" else frames.Series("y", y)
    for params in ({}, {"early_stopping": True}):
        net = MLPClassifierX(max_iter=5, random_state=0, **params).fit(frame, target)
        assert_array_equal(net.feature_names_in_, names)
        plain = MLPClassifierX(max_iter=5, random_state=0, **params).fit(X, y)
        assert_array_equal(net.predict_proba(frame), plain.predict_proba(X))
        with pytest.warns(UserWarning, match="does not have valid feature names"):
            net.predict(X)
        with pytest.raises(ValueError, match="feature names should match"):
            net.predict(frame[names[::-1]])


@pytest.mark.parametrize("params", [{}, {"early_stopping": True}, {"solver": "lbfgs"}])
@pytest.mark.parametrize("Estimator", [MLPClassifierX, MLPRegressorX])
def test_column_names_are_checked_as_scikit_learn_wants_it(Estimator, params):
    # scikit-learn runs this check on its own estimators, but not in check_estimator
    net = Estimator(max_iter=2, **params)
    check_dataframe_column_names_consistency(type(net).__name__, net)


def test_labels_of_any_kind(iris):
    X, y = iris
    for labels in (y.astype(str), y.astype(float), y - 5, y.astype(bool)):
        net = MLPClassifierX(max_iter=50, random_state=0).fit(X, labels)
        assert net.predict(X).dtype.kind == labels.dtype.kind
        assert set(net.predict(X)) <= set(labels)


def test_sparse_labels(iris):
    from scipy.sparse import csr_matrix, issparse

    indicator = np.eye(3, dtype=int)[iris[1]]
    net = MLPClassifierX(max_iter=50, random_state=0).fit(iris[0], csr_matrix(indicator))
    dense = MLPClassifierX(max_iter=50, random_state=0).fit(iris[0], indicator)
    assert issparse(net.predict(iris[0]))
    assert_array_equal(net.predict(iris[0]).toarray(), dense.predict(iris[0]))


@pytest.mark.parametrize("n_samples", [1, 2, 3])
def test_very_few_rows(n_samples):
    X = np.arange(2.0 * n_samples).reshape(n_samples, 2)
    assert MLPRegressorX(max_iter=3).fit(X, X[:, 0]).predict(X).shape == (n_samples,)
    assert MLPClassifierX(max_iter=3).fit(X, X[:, 0]).predict(X).shape == (n_samples,)


# -- extra parameters --------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["full", 0.5, 0.001, np.int64(7)])
def test_batch_sizes(iris, size):
    class CountSteps(Callback):
        steps = 0

        def on_step_end(self, run):
            CountSteps.steps += 1

    MLPClassifierX(max_iter=2, batch_size=size, callbacks=[CountSteps()]).fit(*iris)
    per_epoch = {"full": 1, 0.5: 2, 0.001: 150, 7: 22}[size]
    assert CountSteps.steps == 2 * per_epoch


def test_dtype(iris):
    net = MLPClassifierX(dtype="float32", max_iter=3).fit(*iris)
    assert net.coefs_[0].dtype == np.float32
    wide = MLPClassifierX(dtype=np.float64, max_iter=3).fit(iris[0].astype("f4"), iris[1])
    assert wide.coefs_[0].dtype == np.float64


@pytest.mark.parametrize("balance", ["balanced", {0: 1.0, 1: 20.0, 2: 0.5}])
def test_class_weight_equals_sample_weight(iris, balance):
    X, y = iris[0][:120], iris[1][:120]
    params = {"max_iter": 20, "random_state": 0}
    weighted = MLPClassifierX(class_weight=balance, **params).fit(X, y)
    by_hand = MLPClassifierX(**params).fit(X, y, sample_weight=compute_sample_weight(balance, y))
    assert_allclose(weighted.predict_proba(X), by_hand.predict_proba(X), rtol=1e-9)


def test_class_weight_moves_the_decision():
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)[:, :2]
    plain = MLPClassifierX(max_iter=50, random_state=0).fit(X, y).predict(X).mean()
    heavy = MLPClassifierX(class_weight={0: 20, 1: 1}, max_iter=50, random_state=0).fit(X, y)
    assert heavy.predict(X).mean() < plain - 0.1


def test_decision_function(iris):
    X, y = iris
    net = MLPClassifierX(max_iter=50, random_state=0).fit(X, y)
    raw = net.decision_function(X)
    assert raw.shape == (150, 3)
    softmax = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    assert_allclose(net.predict_proba(X), softmax, rtol=1e-9)
    two = MLPClassifierX(max_iter=50, random_state=0).fit(X, y == 1)
    assert two.decision_function(X).shape == (150,)
    assert_allclose(two.predict_proba(X)[:, 1], 1 / (1 + np.exp(-two.decision_function(X))))


@pytest.mark.parametrize("loss", ["log_loss", "squared_error"])
def test_probabilities_of_each_loss(iris, loss):
    X, y = iris
    for target in (y, y == 2, np.eye(3, dtype=int)[y]):
        net = MLPClassifierX(
            loss=loss, solver="lbfgs", max_iter=60, hidden_layer_sizes=10, random_state=0
        ).fit(X, target)
        p = net.predict_proba(X)
        assert net.score(X, target) > 0.9
        assert p.min() > 0
        if np.ndim(target) == 1:
            assert_allclose(p.sum(axis=1), 1.0)
            assert_array_equal(net.classes_[p.argmax(axis=1)], net.predict(X))
        assert_array_equal(net.predict_log_proba(X), np.log(p))


def test_a_validation_set_of_ones_own(iris):
    X, y = iris
    train, held_out = np.arange(150) % 3 > 0, np.arange(150) % 3 == 0
    given = {"X_val": X[held_out], "y_val": y[held_out]}
    watching = MLPClassifierX(max_iter=10, random_state=0).fit(X[train], y[train], **given)
    alone = MLPClassifierX(max_iter=10, random_state=0).fit(X[train], y[train])
    assert_array_equal(watching.coefs_[0], alone.coefs_[0])
    assert watching.validation_scores_[-1] == watching.score(X[held_out], y[held_out])
    assert watching.best_validation_score_ == max(watching.validation_scores_)
    assert len(watching.loss_curve_) == 10

    stopping = MLPClassifierX(early_stopping=True, learning_rate_init=0.05, random_state=0)
    stopping.fit(X[train], y[train], **given, sample_weight_val=np.ones(50))
    assert stopping.score(X[held_out], y[held_out]) == stopping.best_validation_score_
    assert stopping.n_iter_ < 200

    with pytest.raises(ValueError, match="X_val and y_val must be given together"):
        MLPClassifierX().fit(X, y, X_val=X)
    with pytest.raises(ValueError, match="has 3 features"):
        MLPClassifierX().fit(X, y, X_val=X[:, :3], y_val=y)
    with pytest.raises(ValueError, match="classes not in"):
        MLPClassifierX().fit(X, y, X_val=X, y_val=y + 1)


# -- protocols ---------------------------------------------------------------------------------


def test_scores_of_an_earlier_fit_are_not_told_again(iris, capsys):
    net = MLPClassifierX(warm_start=True, early_stopping=True, max_iter=2, random_state=0)
    net.fit(*iris).set_params(early_stopping=False, verbose=True).fit(*iris)
    assert net.validation_scores_ is None
    assert net.best_validation_score_ is None
    assert "Validation" not in capsys.readouterr().out


def test_huge_values_are_predicted_without_a_warning(iris):
    net = MLPRegressorX(max_iter=2, random_state=0).fit(*iris)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net.predict(np.full((3, 4), 1e306))
        assert np.isfinite(net.predict(np.full((100, 4), 1e306))).all()


def test_metadata_routing(iris):
    with sklearn.config_context(enable_metadata_routing=True):
        net = MLPClassifierX(max_iter=5).set_fit_request(sample_weight=True, X_val=False)
        scaler = StandardScaler().set_fit_request(sample_weight=True)
        pipe = make_pipeline(scaler, net)
        pipe.fit(*iris, sample_weight=np.ones(150))
        scores = cross_val_score(
            net.set_score_request(sample_weight=True),
            *iris,
            cv=2,
            params={"sample_weight": np.ones(150)},
        )
        assert len(scores) == 2


def test_html_representation():
    html = MLPClassifierX(solver=Adam(), alpha=0.5)._repr_html_()
    assert "MLPClassifierX" in html
    assert "href=" not in html.partition("</style>")[2]  # our pages have no address to link to


def test_scikit_learn_callbacks(iris):
    callback = pytest.importorskip("sklearn.callback")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        monitor = callback.ScoringMonitor(scoring="accuracy")
        net = MLPClassifierX(max_iter=4, random_state=0).set_callbacks(monitor).fit(*iris)
    assert net.n_iter_ == 4
    assert not hasattr(net, "_callback_fit_ctx")


def test_a_scikit_learn_callback_sees_each_epoch_and_can_stop(iris):
    pytest.importorskip("sklearn.callback")

    class Watch:
        """Follows scikit-learn's FitCallback protocol."""

        def __init__(self):
            self.nets, self.scores, self.calls = [], [], []

        def setup(self, estimator, context):
            self.calls.append("setup")

        def teardown(self, estimator, context):
            self.calls.append("teardown")

        def on_fit_task_begin(self, estimator, context):
            self.calls.append(f"begin {context.task_name}")

        def on_fit_task_end(self, estimator, context, *, X, y, fitted_estimator):
            self.calls.append(f"end {context.task_name}")
            self.nets.append(fitted_estimator)
            self.scores.append(fitted_estimator.score(X, y))
            return len(self.scores) == 3

    watch = Watch()
    net = MLPClassifierX(random_state=0).set_callbacks(watch)
    net.fit(*iris)
    assert net.n_iter_ == 3
    assert watch.calls == [
        "setup",
        "begin fit",
        *["begin epoch", "end epoch"] * 3,
        "end fit",
        "teardown",
    ]
    assert watch.scores[2] == net.score(*iris)
    assert [kept.score(*iris) for kept in watch.nets] == watch.scores
    assert [kept.n_iter_ for kept in watch.nets] == [1, 2, 3, 3]
    watch.calls.clear()
    with pytest.raises(ValueError, match="NaN"):
        net.fit(np.full_like(iris[0], np.nan), iris[1])
    assert not hasattr(net, "_callback_fit_ctx")


@pytest.mark.parametrize(
    ("classes", "known", "unknown"),
    [
        ([0, 1, 5], [5, 0], [5, 2]),
        ([0, 1, 5], [0.0, 5.0], [0.5, 5.0]),  # of another type
        (["a", "c"], ["c"], ["b"]),
        (["a", "c"], ["c"], ["d"]),
        ([False, True], [True], None),
    ],
)
def test_labels_of_single_rows(classes, known, unknown):
    """Known labels pass without scikit-learn's look at them, others are told of as ever."""
    X = np.arange(6.0).reshape(3, 2)
    net = MLPClassifierX(random_state=0).partial_fit(X[:1], classes[:1], classes=classes)
    net.partial_fit(X[: len(known)], known)
    if unknown is not None:
        with pytest.raises(ValueError, match=r"classes not in|Unknown label type"):
            net.partial_fit(X[: len(unknown)], unknown)
    assert net.t_ == 1 + len(known)
