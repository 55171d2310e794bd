"""The result of a diagnosis, and how it reads."""

import html
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sknn.diagnostics import plots
from sknn.diagnostics.facts import Facts
from sknn.diagnostics.symptoms import CONSEQUENCES, Severity, symptoms
from sknn.diagnostics.words import TITLES, Remedy, explained, remedies
from sknn.optional import require

__all__ = ["Diagnosis", "Finding", "Remedy"]

WIDTH = 88
#: Lines of the table of layers; of a deeper network, the first and last ones are shown.
MOST_LAYERS = 14


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Parameters
    ----------
    kind : str
        Its name in code, such as ``"vanishing_gradients"``.
    severity : {"critical", "warning", "note"}
        Training cannot succeed as it is, it can be better, or good to know.
    title, text : str
        Its name, and what it means with its numbers.
    numbers : dict
        The numbers that it rests on; NaN where one is not known.
    remedies : tuple of Remedy
        What to try, the likeliest first.
    """

    kind: str
    severity: Severity
    title: str
    text: str
    numbers: dict[str, float]
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What :func:`sknn.diagnose` found. Print it, or look into ``findings``.

    Attributes
    ----------
    findings : tuple of Finding
        The worst first; empty where all is well.
    healthy : bool
        Nothing was found that needs mending.
    verdict : str
        The outcome in one sentence.
    """

    facts: Facts = field(repr=False)
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, facts: Facts) -> "Diagnosis":
        """The diagnosis that facts give."""
        findings: list[Finding] = []
        for symptom in symptoms(facts):
            caused = symptom.kind in CONSEQUENCES and any(
                found.kind not in CONSEQUENCES and found.severity != "note" for found in findings
            )
            findings.append(
                Finding(
                    kind=symptom.kind,
                    severity=symptom.severity,
                    title=TITLES[symptom.kind],
                    text=explained(symptom, facts, caused),
                    numbers=symptom.numbers,
                    remedies=remedies(symptom, facts, caused),
                )
            )
        return cls(facts, tuple(findings))

    @property
    def healthy(self) -> bool:
        return all(finding.severity == "note" for finding in self.findings)

    @property
    def kinds(self) -> list[str]:
        """The kinds of the findings, notes left out."""
        return [finding.kind for finding in self.findings if finding.severity != "note"]

    @property
    def verdict(self) -> str:
        titles = [f.title.lower() for f in self.findings if f.severity != "note"]
        if titles:
            critical = any(finding.severity == "critical" for finding in self.findings)
            return f"{'Not healthy' if critical else 'Could be better'}: {', '.join(titles)}."
        if self.facts.layers is None and self.facts.units is None:
            return "No sign of trouble in the curves; the gradients were not looked at."
        return "Healthy: gradients, units and curves show nothing that needs mending."

    @property
    def _hint(self) -> str:
        if self.facts.layers is not None:
            return ""
        return (
            "To look at the gradients: fit with callbacks=['gradient_health'], or "
            "diagnose(estimator, X, y)."
        )

    @property
    def _subject(self) -> str:
        units = "-".join(map(str, self.facts.widths))
        epochs = len(self.facts.loss)
        unit = "iteration" if self.facts.full_batch else "epoch"
        return f"{self.facts.name} of {units} units, {epochs} {unit}{'' if epochs == 1 else 's'}"

    def __str__(self) -> str:
        lines = [self._subject, *_wrapped(self.verdict)]
        for finding in self.findings:
            lines += ["", f"{finding.title} ({finding.severity})"]
            lines += _wrapped(finding.text, "  ")
            for i, remedy in enumerate(finding.remedies):
                lines += _wrapped(str(remedy), "  try  " if i == 0 else "       ", "         ")
        table = list(_layer_table(self.facts))
        if table:
            lines += ["", *_aligned(table)]
        if self._hint:
            lines += ["", *_wrapped(self._hint)]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        e = html.escape
        parts = [f"<p>{e(self._subject)}<br><strong>{e(self.verdict)}</strong></p>"]
        for f in self.findings:
            tries = "".join(f"<li>{_remedy_html(remedy)}</li>" for remedy in f.remedies)
            parts.append(
                f"<p><strong>{e(f.title)}</strong> ({f.severity})<br>{e(f.text)}</p>"
                + (f"<p>Try:</p><ul>{tries}</ul>" if tries else "")
            )
        table = list(_layer_table(self.facts))
        if table:
            head, *body = [
                [f"<t{'dh'[i == 0]}>{e(cell)}</t{'dh'[i == 0]}>" for cell in row]
                for i, row in enumerate(table)
            ]
            rows = "".join(f"<tr>{''.join(row)}</tr>" for row in [head, *body])
            parts.append(f"<table>{rows}</table>")
        if self._hint:
            parts.append(f"<p>{e(self._hint)}</p>")
        return "<div>" + "".join(parts) + "</div>"

    def to_frame(self) -> Any:
        """The findings as a pandas DataFrame, one row each.

        Returns
        -------
        frame : pandas.DataFrame
            Columns ``kind``, ``severity``, ``title``, ``text``, ``numbers`` (a dict) and ``try``
            (a list of dicts of parameters).

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        pandas = require("pandas", extra="interpret", purpose="Diagnosis.to_frame")
        rows = [
            (f.kind, f.severity, f.title, f.text, f.numbers, [r.params for r in f.remedies])
            for f in self.findings
        ]
        columns = ["kind", "severity", "title", "text", "numbers", "try"]
        return pandas.DataFrame(rows, columns=columns)

    def plot(self, axes: Any = None) -> Any:
        """Draw the curves, and what is known of the layers.

        Loss and validation; where ``GradientHealth`` recorded them, also the gradient's length,
        the update ratio, and the dead and saturated shares of each layer, by epoch; where rows
        were given instead, the same layer by layer.

        Parameters
        ----------
        axes : sequence of matplotlib Axes, optional
            Where to draw, as many as there are panels (1, 3 or 4); a new figure by default.

        Returns
        -------
        axes : array of matplotlib Axes

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        ValueError
            If the number of axes is another one.
        """
        return plots.plot(self.facts, axes)


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    indent = " " * len(first) if rest is None else rest
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _layer_table(facts: Facts) -> Iterator[tuple[str, ...]]:
    """A row for each layer of weights, from its latest numbers."""
    layers, units = facts.layers, facts.units
    if layers is None and units is None:
        return
    yield "layer", "units", "gradient", "arrives", "update", "dead", "saturated"
    n_layers = len(facts.widths) - 1
    for k in range(n_layers):
        if n_layers > MOST_LAYERS and 5 <= k < n_layers - 5:
            if k == 5:
                yield tuple("..." for _ in range(7))
            continue
        gradients = () if layers is None else (layers.gradient, layers.backprop, layers.update)
        shares = () if units is None else (units.dead, units.saturated)
        cells = [_cell(table, k, "{:.1e}") for table in gradients] or [""] * 3
        cells += [_cell(table, k, "{:.0%}") for table in shares] or [""] * 2
        yield str(k + 1), str(facts.widths[k + 1]), *cells


def _cell(table: Any, k: int, form: str) -> str:
    if k >= table.shape[1] or np.isnan(table[-1, k]):
        return "-"
    return form.format(table[-1, k])


def _aligned(table: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in table
    ]


def _remedy_html(remedy: Remedy) -> str:
    settings = ", ".join(f"{name}={value!r}" for name, value in remedy.params.items())
    code = f"<code>{html.escape(settings)}</code>, " if settings else ""
    return code + html.escape(remedy.why)
