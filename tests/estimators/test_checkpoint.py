"""Which fit goes on from which file: parameters, data, seeds, searches and second trainings."""

import functools

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.model_selection import GridSearchCV

from sknn import MLPClassifierX, MLPRegressorX, load
from sknn.estimators.resume import described
from sknn.exceptions import InterruptedFitWarning, InvalidParameterError
from sknn.train import Callback, Checkpoint, LossTolerance

pytestmark = pytest.mark.filterwarnings("ignore:.*hasn't converged")
rng = np.random.RandomState(0)
X = rng.normal(size=(60, 3))
y = np.where(X[:, 0] + 0.5 * rng.normal(size=60) > 0, "yes", "no")


class Killed(BaseException):
    pass


n_epochs = []


class Epochs(Callback):
    """Counts epochs of all fits, and ends everything after some of them."""

    only_shows = True

    def __init__(self, most=float("inf")):
        self.most = most
        n_epochs.clear()

    def on_epoch_end(self, run):
        n_epochs.append(run.epoch)
        if len(n_epochs) == self.most:
            raise Killed


def net(*callbacks, cls=MLPClassifierX, **params):
    defaults = {"hidden_layer_sizes": (5,), "max_iter": 6, "random_state": 0}
    return cls(**(defaults | params), callbacks=list(callbacks))


def break_off(path, after=3, data=(X, y), **params):
    with pytest.raises(Killed):
        net(Checkpoint(path, every=1), Epochs(after), **params).fit(*data)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.sknn"


class TestAFitThatHasEnded:
    def test_is_taken_as_it_is_where_a_seed_would_give_the_same(self, path):
        first = net(Checkpoint(path)).fit(X, y)
        before = path.read_bytes()
        again = net(Checkpoint(path), Epochs()).fit(X, y)
        assert n_epochs == []
        assert path.read_bytes() == before
        assert_array_equal(again.predict_proba(X), first.predict_proba(X))
        assert again.history_ == first.history_
        assert again.n_iter_ == first.n_iter_ == 6

    def test_begins_anew_without_a_seed(self, path):
        first = net(Checkpoint(path), random_state=None).fit(X, y)
        again = net(Checkpoint(path), Epochs(), random_state=None).fit(X, y)
        assert len(n_epochs) == 6
        assert (again.coefs_[0] != first.coefs_[0]).any()

    @pytest.mark.parametrize("change", [{"alpha": 0.5}, {"max_iter": 7}])
    def test_begins_anew_with_other_parameters(self, path, change):
        net(Checkpoint(path)).fit(X, y)
        again = net(Checkpoint(path), Epochs(), **change).fit(X, y)
        assert again.loss_curve_ == net(**change).fit(X, y).loss_curve_
        assert load(path).get_params()[next(iter(change))] == next(iter(change.values()))

    def test_begins_anew_with_other_data(self, path):
        net(Checkpoint(path)).fit(X, y)
        again = net(Checkpoint(path), Epochs()).fit(X + 1, y)
        assert len(n_epochs) == 6
        assert again.loss_curve_ == net().fit(X + 1, y).loss_curve_

    def test_begins_anew_with_callbacks_that_record_or_stop(self, path):
        net(Checkpoint(path)).fit(X, y)
        again = net(Checkpoint(path), LossTolerance(1.0)).fit(X, y)
        assert again.n_iter_ == 2

    def test_begins_anew_where_it_was_asked_to(self, path):
        net(Checkpoint(path)).fit(X, y)
        net(Checkpoint(path, resume=False), Epochs()).fit(X, y)
        assert len(n_epochs) == 6


class TestAFitThatWasBrokenOff:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"alpha": 0.5}, r"alpha was 0\.0001 and is 0\.5"),
            ({"solver": "sgd"}, "solver was 'adam' and is 'sgd'"),
            ({"max_iter": 7, "tol": 0.1}, "tol .*"),
            ({"random_state": 1}, "random_state was 0 and is 1"),
            ({"cls": MLPRegressorX}, "estimator was MLPClassifierX and is MLPRegressorX"),
        ],
    )
    def test_does_not_go_on_with_other_parameters(self, path, change, words):
        break_off(path)
        before = path.read_bytes()
        target = X[:, 0] if "cls" in change else y
        with pytest.raises(InvalidParameterError, match=f"another: .*{words}.*delete the file"):
            net(Checkpoint(path), **change).fit(X, target)
        assert path.read_bytes() == before

    @pytest.mark.parametrize(
        ("words", "change"),
        [
            ("X has changed", {"X": X + 1e-9}),
            ("X has changed", {"X": X.astype(np.float32)}),
            ("y has changed", {"y": np.where(X[:, 1] > 0, "yes", "no")}),
            ("classes has changed", {"y": np.where(y == "yes", "y", "n")}),
            ("sample_weight", {"sample_weight": np.ones(60)}),
            ("X_val", {"X_val": X[:9], "y_val": y[:9]}),
        ],
    )
    def test_does_not_go_on_with_other_data(self, path, words, change):
        break_off(path)
        with pytest.raises(InvalidParameterError, match=words):
            net(Checkpoint(path)).fit(**({"X": X, "y": y} | change))

    def test_goes_on_with_columns_of_the_same_names_only(self, path):
        pd = pytest.importorskip("pandas")
        frame = pd.DataFrame(X, columns=["a", "b", "c"])
        break_off(path, data=(frame, y))
        with pytest.raises(InvalidParameterError, match="column names has changed"):
            net(Checkpoint(path)).fit(frame.rename(columns={"c": "d"}), y)
        assert net(Checkpoint(path)).fit(frame, y).loss_curve_ == net().fit(X, y).loss_curve_

    def test_goes_on_with_what_shows_only(self, path, capsys):
        break_off(path)
        again = net(Checkpoint(path, every=2), "log", Epochs(), verbose=True).fit(X, y)
        assert n_epochs == [3, 4, 5, 6]
        assert capsys.readouterr().out.startswith("Iteration 3,")
        assert again.loss_curve_ == net().fit(X, y).loss_curve_


def scaled(raw, y, factors):
    return 0.5 * ((raw - y) ** 2).sum(axis=1), factors.mean() * (raw - y)


class TestDescriptions:
    def test_an_array_in_a_function_is_looked_at_as_a_whole(self, path):
        """NumPy abbreviates an array of more than 1000 numbers, and rounds to 8 digits."""
        factors = np.ones(2000)
        other, close = factors.copy(), np.ones(3)
        other[1000] = 2.0
        close[1] += 1e-12
        for one, another in ((factors, other), (np.ones(3), close)):
            path.unlink(missing_ok=True)
            losses = [functools.partial(scaled, factors=array) for array in (one, another)]
            settings = {"cls": MLPRegressorX, "data": (X, X[:, 0])}
            break_off(path, **settings, loss=losses[0])
            with pytest.raises(InvalidParameterError, match=r"another: loss (has changed|was)"):
                net(Checkpoint(path), cls=MLPRegressorX, loss=losses[1]).fit(X, X[:, 0])
            net(Checkpoint(path), cls=MLPRegressorX, loss=losses[0]).fit(X, X[:, 0])

    def test_numbers_of_numpy_are_those_of_python(self, path):
        numpys = {
            "alpha": np.float64(1.0),
            "random_state": np.int64(0),
            "hidden_layer_sizes": (np.int32(5),),
            "class_weight": {np.str_("no"): np.float64(2.0), "yes": 1},
            "shuffle": np.bool_(True),
        }
        pythons = {
            "alpha": 1.0,
            "random_state": 0,
            "hidden_layer_sizes": (5,),
            "class_weight": {"no": 2.0, "yes": 1},
            "shuffle": True,
        }
        break_off(path, **numpys)
        again = net(Checkpoint(path), **pythons).fit(X, y)
        assert again.loss_curve_ == net(**pythons).fit(X, y).loss_curve_

    @pytest.mark.parametrize(
        ("one", "another"),
        [
            (1, 1.0),
            (np.int64(1), 1.0),
            (1, True),
            ("1", 1),
            (np.float32(0.1), 0.1),
            ((1,), 1),
            ([1], (1,)),
            ([1, [2]], [1, 2]),
            ({1: 2}, {2: 1}),
            ([np.zeros(2)], [np.ones(2)]),
            ([np.zeros(2)], [np.zeros(2, np.float32)]),
            (None, "None"),
        ],
        ids=str,
    )
    def test_what_differs_is_told_apart(self, one, another):
        assert described(one) != described(another)

    def test_settings_of_print_do_not_matter(self):
        loss = functools.partial(scaled, factors=np.arange(30) / 3e-7)
        plain = described(loss)
        with np.printoptions(precision=2, linewidth=40, suppress=True, threshold=3):
            assert described(loss) == plain


class TestSeeds:
    def test_without_one_the_random_numbers_are_those_of_before(self, path):
        np.random.seed(5)
        whole = net(random_state=None, early_stopping=True).fit(X, y)
        np.random.seed(5)
        break_off(path, random_state=None, early_stopping=True)
        np.random.seed(6)
        again = net(Checkpoint(path), random_state=None, early_stopping=True).fit(X, y)
        assert_array_equal(again.coefs_[0], whole.coefs_[0])
        assert again.validation_scores_ == whole.validation_scores_
        drawn = np.random.uniform()
        np.random.seed(6)
        assert np.random.uniform() == drawn, "NumPy's global generator is as it was found"

    @pytest.mark.parametrize("make", [np.random.RandomState, lambda seed: generator(seed)])
    def test_a_generator_of_the_user_is_put_where_it_would_be(self, path, make):
        mine = make(5)
        whole = net(random_state=mine, early_stopping=True).fit(X, y)
        break_off(path, random_state=make(5), early_stopping=True)
        other = make(6)
        again = net(Checkpoint(path), random_state=other, early_stopping=True).fit(X, y)
        assert_array_equal(again.coefs_[0], whole.coefs_[0])
        assert mine.uniform() == other.uniform()


def generator(seed):
    return np.random.RandomState(np.random.PCG64(seed))


class TestSecondTrainings:
    SETTINGS = {
        "early_stopping": True,
        "early_stopping_scoring": "loss",
        "refit": True,
        "max_iter": 20,
        "learning_rate_init": 0.005,
    }

    @pytest.mark.parametrize("after", [7, 23, 25])
    @pytest.mark.parametrize("seed", [0, None])
    def test_refit_goes_on_with_the_one_under_way(self, path, after, seed):
        settings = self.SETTINGS | {"n_iter_no_change": np.inf, "random_state": seed}
        np.random.seed(3)
        whole = net(Epochs(), **settings).fit(X, y)
        n_all = len(n_epochs)
        assert n_all > 25
        np.random.seed(3)
        break_off(path, after, **settings)
        np.random.seed(4)
        again = net(Checkpoint(path, every=1), Epochs(), **settings).fit(X, y)
        assert len(n_epochs) == n_all - after + 1
        if seed is not None or after > 21:
            assert_array_equal(again.coefs_[0], whole.coefs_[0])
        assert again.validation_scores_ == whole.validation_scores_
        assert again.best_epoch_ == whole.best_epoch_ == again.n_iter_
        assert_array_equal(load(path).coefs_[0], again.coefs_[0])

    def test_ctrl_c_in_the_first_one(self, path):
        class CtrlC(Callback):
            only_shows = True

            def on_epoch_end(self, run):
                if run.epoch == 5 and run.plateau.restores:
                    raise KeyboardInterrupt

        whole = net(**self.SETTINGS).fit(X, y)
        with pytest.warns(InterruptedFitWarning):
            net(Checkpoint(path, every=1), CtrlC(), **self.SETTINGS).fit(X, y)
        again = net(Checkpoint(path, every=1), **self.SETTINGS).fit(X, y)
        assert_array_equal(again.coefs_[0], whole.coefs_[0])

    def test_warm_start(self, path):
        settings = {"warm_start": True, "max_iter": 4}
        whole = net(**settings).fit(X, y).fit(X, y)
        first = net(**settings).fit(X, y)
        first.callbacks = [Checkpoint(path, every=1), Epochs(2)]
        with pytest.raises(Killed):
            first.fit(X, y)
        again = net(**settings).fit(X, y)
        again.callbacks = Checkpoint(path, every=1)
        again.fit(X, y)
        assert again.loss_curve_ == whole.loss_curve_
        assert len(again.loss_curve_) == 8
        assert again.history_["iterations"] == whole.history_["iterations"]
        break_off(path.with_name("other"), **settings)
        with pytest.raises(InvalidParameterError, match="starting weights"):
            again.set_params(callbacks=Checkpoint(path.with_name("other"))).fit(X, y)


class TestFolders:
    def test_a_search_goes_on(self, tmp_path):
        def search(*callbacks):
            estimator = net(*callbacks)
            grid = {"alpha": [0.01, 1.0], "early_stopping": [False, True]}
            return GridSearchCV(estimator, grid, cv=3, error_score="raise", refit=False)

        whole = search(Epochs()).fit(X, y)
        n_all = len(n_epochs)
        with pytest.raises(Killed):
            search(Checkpoint(tmp_path, every=1), CountedClones(20)).fit(X, y)
        again = search(Checkpoint(tmp_path, every=1), CountedClones()).fit(X, y)
        assert CountedClones.n == n_all - 20 + 1
        name = "mean_test_score"
        assert_array_equal(again.cv_results_[name], whole.cv_results_[name])
        names = {file.name[:15] for file in tmp_path.iterdir()}
        assert names == {"MLPClassifierX-"}
        assert len(list(tmp_path.iterdir())) == 12

    def test_fits_that_share_a_file_are_told_of_folders(self, path):
        break_off(path)
        with pytest.raises(InvalidParameterError, match="a path that is a folder"):
            net(Checkpoint(path)).fit(X[:30], y[:30])


class CountedClones(Callback):
    """Counts over all copies."""

    only_shows = True
    n = 0

    def __init__(self, most=float("inf")):
        self.most = most
        CountedClones.n = 0

    def __deepcopy__(self, memo):
        return self

    def on_epoch_end(self, run):
        CountedClones.n += 1
        if CountedClones.n == self.most:
            raise Killed


def test_callbacks_of_scikit_learn_see_the_epochs_that_are_trained(path):
    pytest.importorskip("sklearn.callback")
    from sklearn.callback import ScoringMonitor

    break_off(path)
    again = net(Checkpoint(path)).set_callbacks(ScoringMonitor(scoring="accuracy")).fit(X, y)
    assert again.loss_curve_ == net().fit(X, y).loss_curve_
    taken = net(Checkpoint(path)).set_callbacks(ScoringMonitor(scoring="accuracy")).fit(X, y)
    assert taken.loss_curve_ == again.loss_curve_
