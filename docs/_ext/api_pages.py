"""Writes the pages of the reference: one for each estimator and each public module.

What is public is what ``__all__`` names, so a module or a part that is added later appears by
itself.
"""

import importlib
import inspect
import pkgutil
import sys
from pathlib import Path

from docstrings import plain
from sphinx.pycode import ModuleAnalyzer

import sknn
from sknn.registry import Registry

#: Rooms that have no page: their contents are public elsewhere, or not meant for import.
WITHOUT_PAGE = {"__main__", "cli", "estimators", "interruption", "nn", "optional", "progress"}
WITHOUT_PAGE |= {"style"}
#: What is shown of the methods that scikit-learn gives the estimators.
OF_SKLEARN = {"get_params", "score"}

INDEX = """\
API reference
=============

.. toctree::
   :hidden:

   {pages}

"""
TITLES = {"faces": "The estimators", "parts": "Parts of a network", "others": "Around them"}


def modules():
    """The public modules: those of the core, and the rest."""
    parts = [f"sknn.nn.{info.name}" for info in pkgutil.iter_modules(sknn.nn.__path__)]
    others = [f"sknn.{info.name}" for info in pkgutil.iter_modules(sknn.__path__)]
    others = [name for name in others if name.removeprefix("sknn.") not in WITHOUT_PAGE]
    return parts, others


def title(text):
    return f"{text}\n{'=' * len(text)}\n\n"


def methods(cls):
    """Methods that are our own, and a few of scikit-learn's."""
    for name, member in inspect.getmembers(cls, callable):
        ours = (getattr(member, "__module__", "") or "").startswith("sknn")
        if not name.startswith("_") and (ours or name in OF_SKLEARN):
            yield name


def entry(path, name, obj):
    """The directive that documents one public name."""
    if isinstance(obj, Registry):
        names = ", ".join(f'``"{key}"``' for key in obj)
        return (
            f".. py:data:: {path}.{name}\n\n   The registry of every {obj.kind}, told and compared "
            f"in :doc:`/parts`: {names}.\n"
        )
    if not (getattr(obj, "__module__", None) or "sknn").startswith("sknn"):
        origin = f"{obj.__module__.partition('._')[0]}.{name}"
        return f".. py:data:: {path}.{name}\n\n   That of scikit-learn: ``{origin}``.\n"
    if inspect.isclass(obj):
        # scikit-learn writes that method, with links into a glossary of its own
        options = "   :members:\n   :exclude-members: set_fit_request\n   :show-inheritance:\n"
        return f".. autoclass:: {path}.{name}\n{options}"
    if inspect.isroutine(obj):
        return f".. autofunction:: {path}.{name}\n"
    return f".. py:data:: {path}.{name}\n\n   {comment(name, path)}\n"


def comment(name, path):
    """What the comment above a plain value says, in the module that defines it."""
    for module in (path, *(p for p in sys.modules if p.startswith(f"{path}."))):
        found = ModuleAnalyzer.for_module(module).find_attr_docs().get(("", name))
        if found:
            return " ".join(found)
    return ""


def face_page(name):
    """The page of one name that ``import sknn`` gives."""
    obj = getattr(sknn, name)
    if inspect.isclass(obj):
        shown = ", ".join(methods(obj))
        return title(name) + f".. autoclass:: sknn.{name}\n   :members: {shown}\n"
    return title(name) + entry("sknn", name, obj)


def module_page(path):
    """The page of one module, what is abstract first."""
    module = importlib.import_module(path)
    names = sorted(module.__all__, key=lambda name: not inspect.isabstract(getattr(module, name)))
    entries = "\n".join(entry(path, name, getattr(module, name)) for name in names)
    return title(path) + f".. automodule:: {path}\n\n" + entries


def line(page, obj):
    """A link to a page and what it is about."""
    return f"- :doc:`{page}`: {plain([first_sentence(obj)])[0]}"


def first_sentence(obj):
    return (inspect.getdoc(obj) or "").partition("\n\n")[0].replace("\n", " ")


def index_page(lists):
    """The page that lists all others."""
    text = INDEX.format(pages="\n   ".join(page for pages in lists.values() for page in pages))
    for kind, pages in lists.items():
        text += f"{TITLES[kind]}\n{'-' * len(TITLES[kind])}\n\n"
        text += "\n".join(line(page, obj) for page, obj in pages.items()) + "\n\n"
    return text


def write(app):
    """Write the pages that are new or changed, and drop those of names that are gone."""
    folder = Path(app.srcdir) / "api"
    parts, others = modules()
    faces = {name: getattr(sknn, name) for name in sknn.__all__ if not name.startswith("_")}
    pages = {name: face_page(name) for name in faces}
    pages |= {path: module_page(path) for path in parts + others}
    lists = {"faces": faces}
    lists["parts"] = {path: importlib.import_module(path) for path in parts}
    lists["others"] = {path: importlib.import_module(path) for path in others}
    pages["index"] = index_page(lists)
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.rst"):
        if old.name.removesuffix(".rst") not in pages:
            old.unlink()
    for name, text in pages.items():
        file = folder / f"{name}.rst"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


def setup(app):
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
