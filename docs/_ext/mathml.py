"""Formulas as MathML, which browsers draw by themselves: no script, no font, no network."""

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util import logging

logger = logging.getLogger(__name__)


def _mathml(node, display):
    try:
        return convert(node.astext(), display=display)
    except Exception as error:
        logger.warning("cannot read the formula %r: %r", node.astext(), error, location=node)
        return ""


def inline(translator, node):
    translator.body.append(_mathml(node, "inline"))
    raise nodes.SkipNode


def block(translator, node):
    translator.body.append(f'<div class="formula">{_mathml(node, "block")}</div>\n')
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
