"""Docstrings are written for people: ``|x|`` is a size there and ``w_`` a name, not a markup."""

import re

#: Literals, which stay as they are; bars; names that end in an underscore.
PIECES = re.compile(r"``.*?``|`[^`]*`_?|(?<!\\)\||(?<=\w)(?<!\\)_(?![\w`])")
#: Lines of code and of directives, which stay as they are.
CODE = re.compile(r"\s*(>>>|\.\.\.? |:\w)")

#: scikit-learn's links to places in its own guide.
LABEL = re.compile(r":ref:`([^<`]*?) *<[^`]*>`")


def _escaped(match):
    piece = match.group()
    return "\\" + piece if piece in ("|", "_") else piece


def plain(lines):
    """The lines with the signs escaped that reStructuredText would take for markup."""
    safe, quiet = [], False
    for line in lines:
        quiet = bool(CODE.match(line)) or (quiet and bool(line.strip()))
        safe.append(line if quiet else PIECES.sub(_escaped, line))
    return safe


def process(app, what, name, obj, options, lines):
    if (getattr(obj, "__module__", None) or "").startswith("sklearn."):
        lines[:] = [LABEL.sub(r"\1", line) for line in lines]
    lines[:] = plain(lines)


def setup(app):
    app.connect("autodoc-process-docstring", process, priority=900)  # after numpydoc
    return {"parallel_read_safe": True, "parallel_write_safe": True}
