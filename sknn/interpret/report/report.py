"""``ModelReport``: everything about a model in one page that needs nothing else."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sklearn.base import is_classifier

from sknn.interpret.evaluation.answers import task_of
from sknn.interpret.evaluation.arguments import model_of, seed_of, targets_of, training_of
from sknn.interpret.evaluation.groups import sensitive_columns
from sknn.interpret.evaluation.profile import digest
from sknn.interpret.report.budget import AUDIENCES, BUDGETS, one_of
from sknn.interpret.report.checks import checks_of
from sknn.interpret.report.content import Check, Document, Section
from sknn.interpret.report.ending import ending
from sknn.interpret.report.expectations import expectations_of
from sknn.interpret.report.sections.columns import effects, importance, interactions
from sknn.interpret.report.sections.performance import errors, performance
from sknn.interpret.report.sections.records import (
    card_section,
    check_section,
    data,
    limits,
    model,
    versions,
)
from sknn.interpret.report.sections.rows import rows
from sknn.interpret.report.sections.summary import summary
from sknn.interpret.report.sections.trust import calibration, noise, subgroups
from sknn.interpret.report.sections.tuning import tuning
from sknn.interpret.report.study import Study
from sknn.interpret.report.writers import html_text, json_text, markdown_text, write_csv
from sknn.interpret.table import Table
from sknn.interpret.words import plain, rows_of
from sknn.progress import shown

__all__ = ["ModelReport"]

#: For each audience its sections in order, and those that are open at first (None: all).
CONTENTS: dict[str, tuple[list[str], list[str] | None]] = {
    "technical": (
        [
            "summary",
            "checks",
            "performance",
            "errors",
            "importance",
            "effects",
            "interactions",
            "rows",
            "calibration",
            "subgroups",
            "noise",
            "data",
            "model",
            "tuning",
            "card",
            "limits",
        ],
        ["summary", "checks", "performance", "importance", "effects"],
    ),
    "validation": (
        [
            "summary",
            "card",
            "checks",
            "data",
            "model",
            "tuning",
            "performance",
            "calibration",
            "errors",
            "subgroups",
            "noise",
            "importance",
            "effects",
            "interactions",
            "rows",
            "limits",
        ],
        None,
    ),
    "summary": (["summary", "checks", "subgroups", "card", "limits"], ["summary"]),
}


class ModelReport:
    """All about a fitted model on test rows, for those who use, build or validate it.

    One HTML file that runs nothing and fetches nothing, and the same numbers as JSON, CSV and
    Markdown: what is predicted and how well against baselines, with intervals; what the model looks
    at and how; single rows explained; calibration, slices, groups and noise; the data, the model
    and the search that tuned it, for the record; and named checks. Each number comes with how it
    was computed.

    Parameters
    ----------
    estimator : fitted estimator, pipeline or search, or callable
        A callable gives a number for each row.
    X_test : table of shape (n, d)
        Rows that the model has not seen, as it takes them: an array or a frame of any types.
    y_test : array-like of shape (n,) or (n, k)
        Their targets.
    X_train, y_train : table and array-like, optional
        What the model learned from: for overfitting, drift, leaks and a linear baseline. Both or
        neither.
    sample_weight : array-like of shape (n,), optional
        Weights of the test rows.
    sensitive : str, list of str, dict, frame, or array of shape (n,), optional
        Groups that the model must not treat worse: names of columns, or values that the model does
        not get.
    background : table, optional
        Rows that contributions are compared with; by default drawn from the training rows, else
        from those of the test.
    title : str, default="Model report"
    card : dict, optional
        What its makers say: ``purpose``, ``intended_use``, ``out_of_scope``, ``target``, ``unit``,
        ``population``, ``data_source``, ``data_dates``, ``owner``, ``contact``, ``version``,
        ``date``, ``license``, ``ethics``, and any more.
    audience : {"technical", "validation", "summary"}, default="technical"
        What comes first and is unfolded; ``"summary"`` leaves out the details.
    budget : {"fast", "normal", "thorough"}, default="normal"
        How many rows are sampled, and so how exact the explanations are.
    random_state : int, Generator, RandomState or None, default=0
        An int gives the same report each time, byte by byte.
    progress : bool, default=False
        Show a bar (needs tqdm).
    expectations : dict, optional
        What is known of columns beforehand: ``{"age": "increasing"}``, ``"decreasing"`` or
        ``"none"``; of a classifier of several classes for each of them,
        ``{"age": {"adult": "increasing"}}``. They become checks.

    Attributes
    ----------
    sections : list of Section
        Computed when first asked for.
    checks : list of Check
        Each with ``name``, ``status`` ("pass", "warn" or "fail"), ``value``, ``threshold``,
        ``sentence`` and ``advice``.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    InvalidParameterError
        For rows and targets that do not fit each other, names that are not there, or settings that
        are not allowed.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = load_iris(return_X_y=True)
    >>> model = LogisticRegression(max_iter=1000).fit(X[::2], y[::2])
    >>> report = ModelReport(model, X[1::2], y[1::2], audience="summary", budget="fast")
    >>> [(check.name, check.status) for check in report.checks][0]
    ('Better than a constant answer', 'pass')

    References
    ----------
    Mitchell et al. (2019), "Model cards for model reporting", arXiv:1810.03993.
    """

    def __init__(
        self,
        estimator: Any,
        X_test: Any,
        y_test: Any,
        *,
        X_train: Any = None,
        y_train: Any = None,
        sample_weight: Any = None,
        sensitive: Any = None,
        background: Any = None,
        title: str = "Model report",
        card: Mapping[str, Any] | None = None,
        audience: str = "technical",
        budget: str = "normal",
        random_state: Any = 0,
        progress: bool = False,
        expectations: Mapping[str, Any] | None = None,
    ) -> None:
        self.audience = one_of("audience", audience, AUDIENCES)
        self.budget = one_of("budget", budget, tuple(BUDGETS))
        self.title, self.card, self.progress = title, dict(card or {}), progress
        self.estimator = estimator = model_of(estimator)
        test = Table.of(X_test)
        y = targets_of("y_test", y_test, "X_test", test)
        train, y_train = training_of(X_train, y_train, test)
        self._seed = seed_of(random_state)
        task = task_of(y, is_classifier(estimator))
        self._study = Study(
            estimator,
            test,
            y,
            task=task,
            train=train,
            y_train=y_train,
            sample_weight=sample_weight,
            groups=sensitive_columns(sensitive, test),
            background=None if background is None else Table.of(background).like(test),
            budget=BUDGETS[self.budget],
            seed=self._seed,
            expectations=expectations_of(expectations, test, estimator),
        )
        self._sections: list[Section] | None = None
        self._checks: list[Check] = []

    # -- what it holds ----------------------------------------------------------------------------

    def compute(self) -> "ModelReport":
        """Compute everything now. It is done once; writing asks for it where needed.

        Returns
        -------
        self : ModelReport
        """
        if self._sections is not None:
            return self
        study, names, opened = self._study, *CONTENTS[self.audience]
        build: dict[str, Callable[[], Section | None]] = {
            "summary": lambda: summary(study, self.card),
            "checks": lambda: check_section(self._checked()),
            "performance": lambda: performance(study),
            "errors": lambda: errors(study),
            "importance": lambda: importance(study),
            "effects": lambda: effects(study),
            "interactions": lambda: interactions(study),
            "rows": lambda: rows(study),
            "calibration": lambda: calibration(study),
            "subgroups": lambda: subgroups(study),
            "noise": lambda: noise(study),
            "data": lambda: data(study),
            "model": lambda: model(study),
            "tuning": lambda: tuning(study),
            "card": lambda: card_section(self.card),
            "limits": lambda: limits(study),
        }
        made: dict[str, Section | None] = {}
        # "limits" is last in every audience: by then it is known what could not be computed
        for name in shown(names, self.progress, "report"):
            made[name] = build[name]()
        sections = [section for name in names if (section := made[name]) is not None]
        for section in sections:
            section.opened = opened is None or section.name in opened
        self._sections = sections
        return self

    def _checked(self) -> list[Check]:
        self._checks = checks_of(self._study)
        return self._checks

    @property
    def sections(self) -> list[Section]:
        """The sections for this audience, in order."""
        self.compute()
        assert self._sections is not None
        return self._sections

    @property
    def checks(self) -> list[Check]:
        """The named checks."""
        self.compute()
        return self._checks

    def _document(self) -> Document:
        study = self._study
        kind = {
            "binary": "Classification in two classes",
            "multiclass": "Classification",
            "multilabel": "Classification with several labels",
            "regression": "Regression",
            "multioutput": "Regression of several targets",
        }[study.task]
        target = f" of {plain(self.card['target'])}" if self.card.get("target") else ""
        size = (
            f"{rows_of(study.test.n_rows, 'test row')}, {rows_of(study.test.n_columns, 'column')}"
        )
        settings = {
            "seed": self._seed,
            "budget": self.budget,
            "data": digest(study.test, study.answers.y),
            **versions(),
        }
        return Document(
            plain(self.title),
            f"{kind}{target} by {_kind(self.estimator)}; {size}",
            self.audience,
            self.sections,
            self.checks,
            settings,
        )

    # -- writing ----------------------------------------------------------------------------------

    def to_html(self, path: Any = None) -> str:
        """One HTML page, which runs nothing and fetches nothing.

        Parameters
        ----------
        path : str or Path, optional
            A file to write it to; one that is there is written over.

        Returns
        -------
        html : str

        Raises
        ------
        MissingExtraError
            If jinja2 is not installed.
        """
        return _written(html_text(self._document()), path)

    def to_json(self, path: Any = None) -> str:
        """All numbers as JSON; ``schema`` names the layout and its version."""
        return _written(json_text(self._document()), path)

    def to_markdown(self, path: Any = None) -> str:
        """Texts and tables as Markdown."""
        return _written(markdown_text(self._document()), path)

    def to_csv(self, folder: Any) -> list[Path]:
        """Each table as a CSV file, and the checks.

        Texts that a spreadsheet would run as formulas, since they start with ``=``, ``+``, ``-``
        or ``@``, get an apostrophe in front.

        Parameters
        ----------
        folder : str or Path
            Made where it is missing.

        Returns
        -------
        files : list of Path
        """
        return write_csv(self._document(), Path(folder))

    def _repr_html_(self) -> str:
        """The page in a frame of its own, so that its style does not touch a notebook's."""
        from html import escape

        page = escape(self.to_html(), quote=True)
        return (
            f'<iframe title="{escape(plain(self.title), quote=True)}" sandbox srcdoc="{page}" '
            'style="width:100%;height:720px;border:1px solid #8888"></iframe>'
        )

    def __repr__(self) -> str:
        name = type(self.estimator).__name__
        return f"ModelReport({name}, audience={self.audience!r}, budget={self.budget!r})"


def _kind(estimator: Any) -> str:
    """The estimator's class, and that at its end."""
    outer, inner = type(estimator).__name__, type(ending(estimator)).__name__
    return outer if outer == inner else f"{inner} in a {outer}"


def _written(text: str, path: Any) -> str:
    if path is not None:
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    return text
