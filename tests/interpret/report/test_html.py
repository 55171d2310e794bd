"""The page: one file that shows all it is given as text, runs nothing and fetches nothing."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from sknn.interpret.report.writers.html import html_text

from .conftest import IMAGE, SCRIPT

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """The elements of a page, what is written where, and whether they are nested rightly."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.ids, self.attributes, self.wrong = [], [], [], [], []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module", params=["mixed", "regression", "evil"])
def page(request):
    return Page(request.getfixturevalue(request.param).to_html())


def test_elements_are_nested_rightly(page):
    assert page.wrong == []
    assert page.open == []
    assert len(set(page.ids)) == len(page.ids)


def test_nothing_is_run_or_fetched(page):
    assert not {"script", "iframe", "link", "img", "object", "embed", "base"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    targets = [value for _, name, value in page.attributes if name in ("href", "src", "srcset")]
    assert targets
    assert all(value.startswith("#") and value[1:] in page.ids for value in targets)


def test_style_fetches_nothing(mixed):
    style = re.search("<style>(.*?)</style>", mixed.to_html(), re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in style


def test_every_figure_has_a_title_a_description_and_its_numbers(mixed):
    html = mixed.to_html()
    figures = re.findall("<figure.*?</figure>", html, re.DOTALL)
    assert len(figures) == html.count("<svg ") >= 10
    for figure in figures:
        assert re.search(r'<svg role="img" [^>]*aria-labelledby="\S+ \S+">', figure)
        assert re.search("<title [^>]*>[^<]+</title><desc [^>]*>[^<]+</desc>", figure)
        assert re.search('<details class="data">.*<table>.*</table>', figure, re.DOTALL)
        assert figure.count("<td") >= 2


def test_texts_of_the_user_are_shown_and_not_obeyed(evil):
    html = evil.to_html()
    assert SCRIPT not in html
    assert IMAGE not in html
    assert "\x00" not in html
    assert "\u202e" not in html
    assert html.count("</style>") == 1
    page = Page(html)
    assert SCRIPT in page.text
    assert IMAGE in page.text
    assert "b" in page.tags  # ours, of cards and checks
    assert not {"u", "i", "img"} & set(page.tags)


def test_sections_fold_and_those_of_the_audience_are_open(mixed):
    html = mixed.to_html()
    assert html.count('<details class="section"') == len(mixed.sections)
    opened = [section.name for section in mixed.sections if section.opened]
    assert html.count('<details class="section" open>') == len(opened)
    assert opened[0] == "summary"


def test_light_dark_and_print(mixed):
    html = mixed.to_html()
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media print" in html
    assert '<html lang="en">' in html


def contrast(one, other):
    """The ratio that WCAG 2 defines."""
    levels = []
    for colour in (one, other):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        lines = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        levels.append(0.2126 * lines[0] + 0.7152 * lines[1] + 0.0722 * lines[2])
    return (max(levels) + 0.05) / (min(levels) + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_contrast(theme, mixed):
    style = re.search("<style>(.*?)</style>", mixed.to_html(), re.DOTALL)[1]
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colours = dict(
        re.findall(r"--([\w-]+): (#\w{6});", blocks[["light", "dark", "print"].index(theme)])
    )
    for text in ("ink", "soft", "mark"):
        for ground in ("paper", "card"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for status in ("pass", "warn", "fail"):
        assert contrast(colours[status], colours[f"{status}-bg"]) >= 4.5, status
    for line in ("one", "two", "three"):
        assert contrast(colours[line], colours["paper"]) >= 3, line


def test_heat_maps_can_be_read_at_every_shade(mixed):
    style = re.search("<style>(.*?)</style>", mixed.to_html(), re.DOTALL)[1]
    for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL):
        colours = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
        most = float(re.search(r"--heat: ([\d.]+)", block)[1])
        paper, ink, heat = (
            np.array([int(colours[name][i : i + 2], 16) for i in (1, 3, 5)])
            for name in ("paper", "ink", "one")
        )
        for share in (0.0, 0.3, 0.6, 1.0):
            shade = np.round(paper + share * most * (heat - paper)).astype(int)
            assert contrast(hexadecimal(ink), hexadecimal(shade)) >= 4.5


def hexadecimal(parts):
    return "#" + "".join(f"{part:02x}" for part in parts)


def test_the_same_report_is_the_same_page(mixed):
    assert html_text(mixed._document()) == mixed.to_html()


def test_in_a_notebook_it_has_a_frame_of_its_own(evil):
    html = evil._repr_html_()
    assert html.startswith("<iframe ")
    assert html.count("<") == 2  # the page is an attribute's text
    assert "sandbox" in html


def test_jinja_is_optional(mixed, monkeypatch):
    import importlib

    real = importlib.import_module

    def without(name, *rest):
        if name.startswith("jinja2"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(ImportError, match=r"pip install 'sknn\[interpret\]'"):
        mixed.to_html()
    assert mixed.to_json()
