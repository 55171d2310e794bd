"""The report: one HTML file that holds all it shows and fetches nothing."""

import base64
import platform
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import sknn
from sknn.cli.figures import overview, panels, render
from sknn.cli.models import GRID, measures, prefix, ruler
from sknn.cli.style import DARK, LIGHT
from sknn.cli.tables import comparison_table, search_table, short, test_table
from sknn.optional import require

__all__ = ["write_report"]

TEMPLATE = Path(__file__).with_name("report.html.jinja")
LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas", "matplotlib")


def write_report(
    results: Any, folder: Path, progress: Callable[[Iterable[Any]], Iterable[Any]]
) -> Path:
    """Write the figures and ``report.html`` into a folder.

    Parameters
    ----------
    results : sknn.cli.demo.Results
    folder : Path
        An existing folder; files of an earlier run are written over.
    progress : callable
        Wraps the loop over the figures.

    Returns
    -------
    report : Path
    """
    jinja2 = require("jinja2", extra="cli", purpose="The demo")
    pictures = {}
    for panel in progress(panels(results)):
        light = render(panel, results, LIGHT, "svg", "png")
        (folder / f"{panel.name}.png").write_bytes(light["png"])
        dark = render(panel, results, DARK, "svg")
        pictures[panel.name] = {
            "title": panel.title,
            "alt": panel.alt,
            "light": data_uri(light["svg"]),
            "dark": data_uri(dark["svg"]),
            "width": round(panel.width * 100),
        }
    at_a_glance = render(overview(results), results, LIGHT, "png")
    (folder / "overview.png").write_bytes(at_a_glance["png"])
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    report = folder / "report.html"
    report.write_text(template.render(content(results), figures=pictures), encoding="utf-8")
    return report


def data_uri(svg: bytes) -> str:
    """A picture as text that an HTML file can hold."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}"


def content(results: Any) -> dict[str, Any]:
    """What the template fills in, apart from the figures."""
    table, compared, explained = results.table, results.comparison, results.insight
    score, second = measures(table)
    before = prefix(table)
    low, middle, high = np.quantile(compared.speedups, [0, 0.5, 1])
    (tuned, _), _, (baseline, _) = explained.rows.values()
    parameters = {
        name.removeprefix(before): value for name, value in results.search.best_params_.items()
    }
    return {
        "table": table,
        "n_train": results.n_train,
        "n_test": results.n_test,
        "score": score.label,
        "second": second.label,
        "ruler": ruler(table).label,
        "tuned": f"{tuned:.3f}",
        "baseline": f"{baseline:.3f}",
        "speedup": f"{middle:.1f}",
        "speedup_range": f"{low:.1f} to {high:.1f}",
        "n_folds": compared.n_folds,
        "difference": f"{compared.largest_difference:.1g}",
        "max_iter": compared.max_iter,
        "comparison": comparison_table(table, compared),
        "search": search_table(table, results.search),
        "test": test_table(table, explained),
        "grid": GRID,
        "explained": explained,
        "contributions_method": explained.contributions.method,
        "code": snippet(table, parameters, compared.max_iter, results.seed),
        "columns": summary(table),
        "seed": results.seed,
        "versions": {
            "sknn": sknn.__version__,
            "Python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
    }


def summary(table: Any, most: int = 12) -> dict[str, Any]:
    """The first columns of the table: kind, values and gaps of each."""
    rows = []
    for name in list(table.X)[:most]:
        column = table.X[name]
        if name in table.numeric:
            values = f"{column.min():.6g} to {column.max():.6g}"
        else:
            values = f"{column.nunique()} different, most often {short(column.mode().iloc[0])}"
        kind = "numbers" if name in table.numeric else "categories"
        rows.append([short(name, 40), kind, values, str(int(column.isna().sum()))])
    return {"rows": rows, "rest": table.X.shape[1] - len(rows)}


def snippet(table: Any, parameters: dict[str, Any], max_iter: int, seed: int) -> str:
    """The tuned network as Python, for a pipeline of the reader's own."""
    settings = {**parameters, "max_iter": max_iter, "random_state": seed}
    arguments = "".join(f"    {key}={value!r},\n" for key, value in settings.items())
    if table.is_classification:
        return f"from sknn import MLPClassifierX\n\nmodel = MLPClassifierX(\n{arguments})"
    return (
        "from sklearn.compose import TransformedTargetRegressor\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "from sknn import MLPRegressorX\n\n"
        f"network = MLPRegressorX(\n{arguments})\n"
        "model = TransformedTargetRegressor(network, transformer=StandardScaler())"
    )
