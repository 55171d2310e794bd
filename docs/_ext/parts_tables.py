"""The directive ``parts-tables``: a table for each registry, read from the parts themselves.

It finds the registries by walking the package, takes the words from the docstrings and the
settings from ``rules()``, so a part that is added later appears by itself.
"""

import dataclasses
import importlib
import inspect
import pkgutil
import re

import numpy as np
from docstrings import plain
from docutils import nodes
from numpydoc.docscrape import NumpyDocString
from sphinx.util.docutils import SphinxDirective

import sknn
from sknn.nn.activations import Activation
from sknn.registry import Registry

#: How an activation's docstring tells its function, derivative and range.
FORMULAS = re.compile(
    r"f\(x\) = (?P<f>.*?)[,;.]\s+f'\(x\) = (?P<slope>.*?)"
    r"(?:[,;.]\s+range\s+(?P<range>[\[(].*?[\])])|[.;](?=\s|$))[,.;]?\s*(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
#: Kinds in the order of the course; others follow in the order in which they are found.
ORDER = [
    "activation",
    "initializer",
    "embedding",
    "members",
    "normalization",
    "dropout",
    "loss",
    "solver",
    "parametrization",
    "schedule",
]


def registries():
    """Every registry of the package with the module that shows it, the shortest path first."""
    paths = [info.name for info in pkgutil.walk_packages(sknn.__path__, "sknn.")]
    found = {}
    for path in sorted(paths, key=lambda path: (path.count("."), path)):
        if path.endswith("__main__"):
            continue
        try:
            module = importlib.import_module(path)
        except ModuleNotFoundError as error:
            if error.name.startswith("sknn"):
                raise
            continue  # it needs an extra that the pages do not
        for value in vars(module).values():
            if isinstance(value, Registry) and path.startswith(home(value.base, path)):
                found.setdefault(id(value), (path, value))
    return sorted(found.values(), key=place)


def home(cls, path):
    """The package or module that defines a class, as far as ``path`` shares it."""
    return ".".join(cls.__module__.split(".")[: path.count(".") + 1])


def place(item):
    path, registry = item
    words = registry.kind.split()
    known = [ORDER.index(word) for word in words if word in ORDER]
    return min(known, default=len(ORDER)), path


def words(lines):
    """Lines of a docstring as reStructuredText for a cell."""
    return "\n".join(plain(lines)).strip()


def settings(cls):
    """Each setting with its default and what it may be."""
    defaults = {field.name: field.default for field in dataclasses.fields(cls)}
    return "\n\n".join(
        f"``{name}={defaults[name]!r}``: {rule.describe()}" for name, rule in cls.rules().items()
    )


def row(path, name, cls):
    """The cells of one part, by the name of their column."""
    doc = NumpyDocString(inspect.getdoc(cls))
    shown = cls.__name__ in getattr(importlib.import_module(path), "__all__", ())
    link = f":class:`{cls.__name__} <{path}.{cls.__name__}>`" if shown else cls.__name__
    cells = {"name": f'``"{name}"``\n\n{link}', "what it does": words(doc["Summary"])}
    text = words(doc["Extended Summary"])
    formulas = FORMULAS.match(text) if issubclass(cls, Activation) else None
    if issubclass(cls, Activation):
        cells["what it does"] += f"\n\n{curve(cls())}"
    if formulas:
        cells["formula"] = formulas["f"] + ("\n\n" + formulas["rest"] if formulas["rest"] else "")
        cells["derivative"], cells["range"] = formulas["slope"], formulas["range"] or ""
    else:
        cells["formula"] = text
    return cells | {"settings": settings(cls), "source": words(doc["References"])}


def curve(part):
    """A drawing of an activation (solid) and its derivative (dashed) for x from -4 to 4."""
    x = np.linspace(-4, 4, 161)
    try:
        y, slope = part(x), np.ones_like(x)
        part.backward(x if part.needs_input else y.copy(), y, slope)
    except (AttributeError, KeyError, NotImplementedError, TypeError):
        return ""  # what learns its shape has none before it is in a network
    lines = [
        f'<polyline class="{kind}" points="{points(x, values)}"/>'
        for kind, values in (("slope", slope), ("value", y))
    ]
    drawing = "".join(lines)
    label = f"{type(part).__name__} and its derivative"
    return (
        ".. raw:: html\n\n   "
        '<svg class="curve" viewBox="-4 -2.4 8 4" preserveAspectRatio="none" role="img" '
        f'aria-label="{label}"><path class="axes" d="M-4 0H4M0 -2.4V1.6"/>{drawing}</svg>'
    )


def points(x, y):
    return " ".join(f"{a:.2f},{-b:.3f}" for a, b in zip(x, np.clip(y, -2, 3), strict=True))


def table(path, registry):
    """One registry as reStructuredText."""
    rows = [row(path, name, cls) for name, cls in registry.items()]
    columns = list(dict.fromkeys(key for cells in rows for key in cells))
    columns = [key for key in columns if any(cells.get(key) for cells in rows)]
    text = [f".. list-table::\n   :header-rows: 1\n   :class: parts parts-{len(columns)}\n"]
    for cells in [{key: key for key in columns}, *rows]:
        for i, key in enumerate(columns):
            cell = cells.get(key, "").splitlines() or [""]
            text.append(f"   {'* -' if i == 0 else '  -'} {cell[0]}")
            text += [f"       {line}".rstrip() for line in cell[1:]]
    return "\n".join(text)


def plural(kind):
    """The title of a table: ``"loss"`` gives ``"Losses"``."""
    return kind[0].upper() + kind[1:] + ("es" if kind.endswith("s") else "s")


def contents(sections):
    """A line of links to the tables."""
    line = nodes.paragraph(classes=["parts-contents"])
    for section in sections:
        text = section[0].astext()
        line += nodes.reference("", text, internal=True, refid=section["ids"][0])
        line += nodes.Text(" ")
    return line


class PartsTables(SphinxDirective):
    """A section with a table for each registry."""

    def run(self):
        sections = []
        for path, registry in registries():
            title = plural(registry.kind)
            section = nodes.section(ids=[nodes.make_id(title)], names=[title.lower()])
            section += nodes.title(text=title)
            intro = f"From ``{path}``; the base class is :class:`~{path}.{registry.base.__name__}`."
            text = f".. py:currentmodule:: {path}\n\n{intro}\n\n{table(path, registry)}"
            section += self.parse_text_to_nodes(text)
            sections.append(section)
        return [contents(sections), *sections]


def setup(app):
    app.add_directive("parts-tables", PartsTables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
