"""Any model, any audience; what is asked for is checked, and what is given is left alone."""

import json

import numpy as np
import polars
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.interpret import ModelReport
from sknn.interpret.report.content import Bullets, Case
from sknn.interpret.table import Table

X, Y = load_iris(return_X_y=True)
ROWS, LABELS = make_multilabel_classification(80, 5, n_classes=3, random_state=0)


def net(cls, **how):
    return cls(hidden_layer_sizes=(4,), solver="lbfgs", tol=0.1, random_state=0, **how)


def names(report):
    return [section.name for section in report.sections]


def texts(report, name):
    section = next(s for s in report.sections if s.name == name)
    return json.dumps([vars(b) for b in section.blocks if hasattr(b, "__dict__")], default=str)


MODELS = {
    "network of 3 classes": lambda: (net(MLPClassifierX).fit(X, Y), X, Y),
    "decision function of 3": lambda: (LinearSVC().fit(X, Y), X, Y),
    "decision function of 2": lambda: (LinearSVC().fit(X[:100], Y[:100]), X[:100], Y[:100]),
    "boolean target": lambda: (LogisticRegression().fit(X, Y == 1), X, Y == 1),
    "labels": lambda: (net(MLPClassifierX).fit(ROWS, LABELS), ROWS, LABELS),
    "labels of a forest": lambda: (
        RandomForestClassifier(3, random_state=0).fit(ROWS, LABELS), ROWS, LABELS,
    ),
    "labels one by one": lambda: (
        MultiOutputClassifier(LogisticRegression()).fit(ROWS, LABELS), ROWS, LABELS,
    ),
    "two numbers": lambda: (Ridge().fit(X[:, 2:], X[:, :2]), X[:, 2:], X[:, :2]),
    "function": lambda: (lambda rows: rows[:, 0] * rows[:, 1], X, X[:, 0]),
    "search": lambda: (
        GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()),
                     {"logisticregression__C": [1, 2]}, cv=2).fit(X[:100], Y[:100]),
        X[:100], Y[:100],
    ),
    "transformed target": lambda: (
        TransformedTargetRegressor(net(MLPRegressorX), transformer=StandardScaler())
        .fit(X[:, 1:], X[:, 0]), X[:, 1:], X[:, 0],
    ),
    "polars": lambda: (
        LogisticRegression().fit(polars.DataFrame(X, schema=list("abcd")), Y == 2),
        polars.DataFrame(X, schema=list("abcd")), Y == 2,
    ),
    "one column": lambda: (Ridge().fit(X[:, :1], X[:, 1]), X[:, :1], X[:, 1]),
    "one row": lambda: (LogisticRegression().fit(X, Y == 1), X[:1], (Y == 1)[:1]),
    "constant columns": lambda: (Ridge().fit(X * 0, X[:, 1]), X * 0, X[:, 1]),
    "one class in the test": lambda: (LogisticRegression().fit(X, Y == 1), X[:50], (Y == 1)[:50]),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_any_model(name):
    model, rows, y = MODELS[name]()
    report = ModelReport(model, rows, y, budget="fast")
    assert {"summary", "checks", "performance", "data", "model", "limits"} <= set(names(report))
    if name != "one row":
        assert not report._study.missing
        assert {"importance", "effects", "rows", "noise"} <= set(names(report))
    for write in (report.to_html, report.to_json, report.to_markdown):
        assert len(write()) > 2000


def test_what_cannot_be_computed_is_told():
    report = ModelReport(MODEL, X[:1], Y[:1], budget="fast")
    assert "interactions" not in names(report)
    assert "n_samples must be" in texts(report, "limits")


def test_all_sections_of_the_mixed_frame(mixed):
    assert names(mixed) == [
        "summary", "checks", "performance", "errors", "importance", "effects", "interactions",
        "rows", "calibration", "subgroups", "noise", "data", "model", "card", "limits",
    ]  # fmt: skip
    assert not mixed._study.missing


@pytest.mark.parametrize("audience", ["technical", "validation", "summary"])
def test_audiences(audience):
    model = LogisticRegression().fit(X, Y == 2)
    report = ModelReport(model, X, Y == 2, budget="fast", audience=audience)
    found, opened = names(report), [s.name for s in report.sections if s.opened]
    assert found[0] == opened[0] == "summary"
    assert found[-1] == "limits"
    if audience == "summary":
        assert "importance" not in found
        assert opened == ["summary"]
    elif audience == "validation":
        assert opened == found
        assert found.index("card") < found.index("performance")
    else:
        assert "data" not in opened


def test_the_summary_is_in_units_and_plain_words(regression):
    said = texts(regression, "summary")
    assert "The model predicts height, a number" in said
    assert " cm on average; without looking at any column" in said
    assert "x0: the higher it is, the higher the prediction" in said
    html = regression.to_html()
    assert "because" in html
    assert "What it must not be used for" in html


def test_effects_of_columns_that_go_together_are_local(regression):
    section = next(s for s in regression.sections if s.name == "effects")
    titles = [block.table.title for block in section.blocks[1:]]
    assert "Local effect of x0" in titles
    assert "Partial dependence of x1" in titles


def test_the_card_says_what_was_not_provided(regression):
    section = next(s for s in regression.sections if s.name == "card")
    rows = {row[0]: row[1] for row in section.blocks[0].rows}
    assert rows["What is predicted"] == "height"
    assert rows["Owner"] == rows["Intended use"] == "not provided"


def test_the_model_is_recorded(regression):
    section = next(s for s in regression.sections if s.name == "model")
    tables = {table.name: table for table in section.tables()}
    assert [row[1:3] for row in tables["layers"].rows] == [[4, 8], [8, 1]]
    parameters = {row[0]: row for row in tables["parameters"].rows}
    assert parameters["solver"][1:] == ["lbfgs", True]
    assert parameters["alpha"][2] is False
    assert len(tables["training"].rows) > 3
    assert {"numpy", "scikit-learn", "sknn"} <= {row[0] for row in tables["versions"].rows}


def test_every_number_has_a_method(mixed):
    for section in mixed.sections:
        for table in section.tables():
            known = table.name in ("versions", "steps", "classes", "target")
            assert known or len(table.method) > 5, table.name


def test_the_same_seed_gives_the_same_bytes():
    model = net(MLPClassifierX).fit(X, Y == 2)
    how = {"X_train": X, "y_train": Y == 2, "budget": "fast", "sensitive": Y}
    one, same, other = (
        ModelReport(model, X, Y == 2, random_state=seed, **how).to_json() for seed in (3, 3, 4)
    )
    assert one == same
    assert one != other


def test_the_order_of_asking_does_not_matter(frame, frame_target, mixed):
    study = mixed._study
    again = ModelReport(
        mixed.estimator, frame[60:], frame_target[60:], X_train=frame[:60],
        y_train=frame_target[:60], budget="fast",
    )._study  # fmt: skip
    assert np.array_equal(again.noise, study.noise)
    assert np.array_equal(again.explanation["values"], study.explanation["values"])


def test_nothing_given_is_changed_nor_the_global_random_state(frame, frame_target, pipeline):
    before, y = frame.copy(), frame_target.copy()
    state = np.random.get_state()[1].copy()
    ModelReport(
        pipeline, frame, frame_target, X_train=frame, y_train=frame_target, budget="fast"
    ).compute()
    assert frame.equals(before)
    assert (frame_target == y).all()
    assert (np.random.get_state()[1] == state).all()


def test_a_network_behind_an_encoder(pipeline, frame, frame_target):
    report = ModelReport(pipeline, frame, frame_target, budget="fast")
    assert not report._study.missing
    assert "MLPClassifierX in a Pipeline" in report.to_html()


def test_names_of_an_array():
    table = Table.of(X, names=["sepal length", "sepal width", "petal length", "petal width"])
    report = ModelReport(LogisticRegression().fit(X, Y == 2), table, Y == 2, budget="fast")
    assert not report._study.missing
    assert "petal width" in texts(report, "summary")
    assert "x3" not in report.to_json()


def test_weights_are_used():
    model = LogisticRegression(C=0.01).fit(X[:, :2], Y == 1)
    weight = np.where(model.predict(X[:, :2]) == (Y == 1), 0.0, 1.0)
    report = ModelReport(model, X[:, :2], Y == 1, sample_weight=weight, budget="fast")
    assert report._study.scores[0][1] == 0
    assert report.checks[0].status == "fail"


def test_the_background_given_is_used():
    model = Ridge().fit(X[:, :2], X[:, 2])
    report = ModelReport(model, X[:, :2], X[:, 2], background=X[:1, :2], budget="fast")
    found = report._study.explanation
    assert found.base_values[0] == pytest.approx(model.predict(X[:1, :2])[0])
    assert "background given" in texts(report, "limits")


def test_a_bar_is_shown(capsys):
    model = Ridge().fit(X[:, :2], X[:, 2])
    ModelReport(
        model, X[:, :2], X[:, 2], budget="fast", audience="summary", progress=True
    ).compute()
    assert "report" in capsys.readouterr().err


def test_it_is_computed_once(mixed):
    assert mixed.compute() is mixed
    assert mixed.sections is mixed.sections


def test_repr(mixed):
    assert repr(mixed) == "ModelReport(Pipeline, audience='technical', budget='fast')"


# -- what is refused ------------------------------------------------------------------------------

MODEL = LogisticRegression(max_iter=500).fit(X, Y)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"audience": "technicall"}, "Did you mean 'technical'"),
        ({"budget": "slow"}, "'fast', 'normal', 'thorough'"),
        ({"X_train": X}, "both or not at all"),
        ({"X_train": X, "y_train": Y[:-1]}, "y_train must hold one target for each of the 150"),
        ({"X_train": X[:, :2], "y_train": Y}, "same columns"),
        ({"sample_weight": [1, 2]}, "sample_weight must hold one number for each"),
        ({"sensitive": "x9"}, "no column 'x9'"),
        ({"background": X[:, :3]}, "same columns"),
        ({"expectations": {"x9": "increasing"}}, "no column 'x9'"),
        ({"expectations": {"x1": "increasing"}}, "must say of which class"),
        ({"expectations": {"x1": {"5": "increasing"}}}, "no class of the model"),
        ({"expectations": {"x1": {"1": "up"}}}, "'increasing', 'decreasing', 'none'"),
    ],
)
def test_wrong_settings(how, said):
    with pytest.raises(InvalidParameterError, match=said):
        ModelReport(MODEL, X, Y, **how)


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (Y[:-1], "one target for each of the 150 rows"),
        (np.where(Y == 1, np.nan, Y), "50 of them"),
        (np.array([None, *Y[1:]], dtype=object), "1 of them"),
    ],
)
def test_wrong_targets(y, said):
    with pytest.raises(InvalidParameterError, match=said):
        ModelReport(MODEL, X, y)


def test_wrong_models():
    with pytest.raises(NotFittedError):
        ModelReport(LogisticRegression(), X, Y)
    with pytest.raises(InvalidParameterError, match="Got 'model' instead"):
        ModelReport("model", X, Y)


def test_the_size_of_a_page_with_30_columns():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(500, 30))
    model = Ridge().fit(rows, rows @ rng.normal(size=30))
    report = ModelReport(model, rows, rows[:, 0], X_train=rows, y_train=rows[:, 0])
    assert len(report.to_html()) < 500_000


def test_a_number_in_each_row_of_diabetes_is_explained():
    rows, y = load_diabetes(return_X_y=True)
    report = ModelReport(Ridge().fit(rows, y), rows, y, budget="fast")
    section = next(s for s in report.sections if s.name == "rows")
    figures = [block for block in section.blocks if hasattr(block, "svg")]
    model = report._study.estimator
    for figure in figures:
        row = int(figure.table.title.removeprefix("Row "))
        steps = [line[2] for line in figure.table.rows]
        assert sum(steps[:-1]) == pytest.approx(steps[-1])
        assert steps[-1] == pytest.approx(model.predict(rows[[row]])[0])


def test_cases_say_what_would_change_them(mixed, regression):
    cases = [block for block in mixed.sections[0].blocks if isinstance(block, Case)]
    told = [case.otherwise for case in cases if case.otherwise]
    assert told
    short = [text for text in told if text.startswith("If ")]
    assert short
    assert all("the prediction would be" in text and text.count("instead") <= 3 for text in short)
    assert all(text.startswith(("If ", "No small change")) for text in told)
    assert not any("city" in text for text in told)  # a sensitive column stays
    assert told[0] in mixed.to_html().replace("&#39;", "'")
    assert "What would change the prediction" in mixed.to_markdown()
    middle = [b.otherwise for b in regression.sections[0].blocks if isinstance(b, Case)]
    assert any(" or less" in text or " or more" in text for text in middle)


def test_a_column_of_two_values_has_no_higher_one():
    rng = np.random.default_rng(0)
    X = np.c_[rng.integers(0, 2, 100), rng.normal(size=100)]
    report = ModelReport(lambda rows: 3 * rows[:, 0], X, 3 * X[:, 0], budget="fast")
    bullets = [b for b in report.sections[0].blocks if isinstance(b, Bullets)]
    assert bullets[0].items[0] == "x0: the prediction is 0 at 0 and 3 at 1."
