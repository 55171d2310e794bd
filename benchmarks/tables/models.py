"""The models by name: each is built as an estimator that takes a DataFrame as it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# libraries are imported where they are used, so that a process has only what its model needs

__all__ = ["MODELS", "Model", "Problem", "variant"]


@dataclass(frozen=True)
class Problem:
    """What a builder is told.

    Parameters
    ----------
    is_classification : bool
        Whether classes are to be predicted, or numbers.
    numeric, categorical : list of str
        The columns of either kind.
    seed : int
        Of all that is random.
    """

    is_classification: bool
    numeric: list
    categorical: list
    seed: int

    def of(self, module, classifier, regressor, **settings):
        """The class for this problem from a module, made with these settings."""
        from importlib import import_module

        name = classifier if self.is_classification else regressor
        library = import_module(module)
        if not hasattr(library, name):
            raise ImportError(f"{module} has no {name}")
        return getattr(library, name)(**settings)


@dataclass(frozen=True)
class Model:
    """A builder, and the libraries whose versions are noted."""

    build: Callable[[Problem], Any]
    libraries: tuple[str, ...] = ("scikit-learn",)


def _one_hot(problem, estimator):
    """An estimator behind scaling, the median where a number is missing, and one-hot columns."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    categories = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    columns = make_column_transformer((numbers, problem.numeric), (categories, problem.categorical))
    return make_pipeline(columns, estimator)


def _dummy(problem):
    return problem.of("sklearn.dummy", "DummyClassifier", "DummyRegressor")


def _linear(problem):
    settings = {"max_iter": 1000} if problem.is_classification else {}
    linear = problem.of("sklearn.linear_model", "LogisticRegression", "Ridge", **settings)
    return _one_hot(problem, linear)


def _mlp(problem, **settings):
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler

    mlp = problem.of(
        "sklearn.neural_network",
        "MLPClassifier",
        "MLPRegressor",
        random_state=problem.seed,
        **settings,
    )
    if not problem.is_classification:  # it expects a target of unit scale
        mlp = TransformedTargetRegressor(mlp, transformer=StandardScaler())
    return _one_hot(problem, mlp)


def _hgb(problem):
    names = "HistGradientBoostingClassifier", "HistGradientBoostingRegressor"
    settings = {"categorical_features": "from_dtype", "random_state": problem.seed}
    return problem.of("sklearn.ensemble", *names, **settings)


def _lightgbm(problem):
    names = "LGBMClassifier", "LGBMRegressor"
    return problem.of("lightgbm", *names, random_state=problem.seed, n_jobs=1, verbose=-1)


def _xgboost(problem):
    settings = {"enable_categorical": True, "random_state": problem.seed, "n_jobs": 1}
    return problem.of("xgboost", "XGBClassifier", "XGBRegressor", **settings)


def _catboost(problem):
    """CatBoost, which wants words for missing categories."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    boosting = problem.of(
        "catboost",
        "CatBoostClassifier",
        "CatBoostRegressor",
        cat_features=problem.categorical,
        random_state=problem.seed,
        thread_count=1,
        verbose=0,
        allow_writing_files=False,
    )
    return make_pipeline(FunctionTransformer(_words), boosting)


def _words(X):
    categorical = X.select_dtypes("category").columns
    return X.assign(**{c: X[c].astype(object).fillna("missing").astype(str) for c in categorical})


def _pytabkit(name, **for_classes):
    """pytabkit's NAME_Classifier, with these settings, and NAME_Regressor."""

    def build(problem):
        from sklearn.compose import make_column_transformer
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import make_pipeline

        model = problem.of(
            "pytabkit",
            f"{name}_Classifier",
            f"{name}_Regressor",
            device="cpu",
            n_threads=1,
            random_state=problem.seed,
            **(for_classes if problem.is_classification else {}),
        )
        imputer = SimpleImputer(strategy="median", keep_empty_features=True)
        imputed = make_column_transformer(
            (imputer, problem.numeric), remainder="passthrough", verbose_feature_names_out=False
        )
        return make_pipeline(imputed.set_output(transform="pandas"), model)

    return Model(build, ("pytabkit", "lightgbm" if name == "LGBM_TD" else "torch"))


def variant(**settings):
    """Our own estimators with these settings."""

    def build(problem):
        names = "TabularMLPClassifierX", "TabularMLPRegressorX"
        return problem.of("sknn", *names, **({"random_state": problem.seed} | settings))

    return Model(build, ("sknn",))


MODELS = {
    "dummy": Model(_dummy),
    "linear": Model(_linear),
    "sklearn_mlp": Model(_mlp),
    "sklearn_mlp_es": Model(lambda problem: _mlp(problem, early_stopping=True)),
    "hgb": Model(_hgb),
    "lightgbm": Model(_lightgbm, ("lightgbm",)),
    "catboost": Model(_catboost, ("catboost",)),
    "xgboost": Model(_xgboost, ("xgboost",)),
    "lgbm_td": _pytabkit("LGBM_TD"),
    "realmlp_td_s": _pytabkit("RealMLP_TD_S"),
    "realmlp_td": _pytabkit("RealMLP_TD"),
    # what pytabkit's README recommends for log-loss
    "realmlp_td_ce": _pytabkit("RealMLP_TD", use_ls=False, val_metric_name="cross_entropy"),
    "tabm_d": _pytabkit("TabM_D"),
    "ours_fast": variant(effort="fast"),
    "ours": variant(effort="default"),
    "ours_best": variant(effort="best"),
}
