"""Charts: small, well-formed, and at the right places."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from sknn.interpret.report import svg
from sknn.interpret.report.svg.canvas import Canvas, Scale, fit, ticks, width_of

HOW = {"title": "T <b>", "description": 'D & "x"'}
RNG = np.random.default_rng(0)
NAMES = ["age", "<b>&\"'", "number_of_open_credit_lines_in_the_last_12_months", ""]
X = np.linspace(-1, 1, 20)

CHARTS = {
    "bars": lambda: svg.bars("n", NAMES, [3, -1, 0, 2], low=[2, -2, 0, 1], high=[4, 0, 0, 3],
                             axis="a <i>", **HOW),
    "dots": lambda: svg.bars("n", NAMES, [3, 1, np.nan, 2], zero=False, axis="a",
                             reference=(2, "mean"), **HOW),
    "one bar": lambda: svg.bars("n", ["a"], [0.0], axis="a", **HOW),
    "waterfall": lambda: svg.waterfall("n", NAMES * 5, RNG.normal(size=20), 1.0, axis="a", **HOW),
    "still waterfall": lambda: svg.waterfall("n", ["a"], [0.0], 0.0, axis="a", **HOW),
    "lines": lambda: svg.lines("n", X, [X, X**2, -X], names=NAMES[:3], low=X - 1, high=X + 1,
                               thin=[X / 2], density=RNG.normal(size=99), x_axis="x", y_axis="y",
                               **HOW),
    "gaps": lambda: svg.lines("n", X, [np.where(X > 0, np.nan, X)], x_axis="x", y_axis="y", **HOW),
    "flat": lambda: svg.lines("n", [1.0], [[2.0]], x_axis="x", y_axis="y", **HOW),
    "calibration": lambda: svg.calibration("n", np.array([0.1, 0.9]), np.array([0.2, 0.8]),
                                           np.array([0.0, 0.7]), np.array([0.4, 1.0]),
                                           np.array([5, 9]), x_axis="x", y_axis="y", **HOW),
    "scatter": lambda: svg.scatter("n", X, X**2, level=0.0, diagonal=True, x_axis="x", y_axis="y",
                                   **HOW),
    "heat map": lambda: svg.heat_map("n", np.array([[np.nan, 1.0], [0.5, 0.0]]), NAMES[:2],
                                     NAMES[1:3], **HOW),
    "zeros": lambda: svg.heat_map("n", np.zeros((1, 1)), ["a"], ["b"], **HOW),
    "confusion": lambda: svg.confusion("n", np.array([[3.0, 1.0], [0.0, 0.0]]), NAMES[:2], **HOW),
    "beeswarm": lambda: svg.beeswarm("n", RNG.normal(size=(50, 4)),
                                     np.where(RNG.random((50, 4)) > 0.1, 0.5, np.nan), NAMES,
                                     axis="a", **HOW),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_well_formed_and_tells_what_it_shows(name):
    text = CHARTS[name]()
    root = ET.fromstring(text)
    assert root.attrib["role"] == "img"
    title, description = root[0], root[1]
    assert (title.tag, title.text) == ("title", HOW["title"])
    assert (description.tag, description.text) == ("desc", HOW["description"])
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"
    assert "nan" not in re.sub(r"<(title|desc|text)[^>]*>[^<]*", "", text)
    assert not re.search("(fill|stroke|color)=", text)  # colours are classes
    assert len(text) < 12_000


@pytest.mark.parametrize("name", CHARTS)
def test_shapes_lie_in_the_picture(name):
    root = ET.fromstring(CHARTS[name]())
    *_, width, height = map(float, root.attrib["viewBox"].split())
    for shape in root.iter():
        if shape.tag == "rect":
            left, top = float(shape.attrib["x"]), float(shape.attrib["y"])
            assert -0.5 <= left <= left + float(shape.attrib["width"]) <= width + 0.5
            assert -0.5 <= top <= top + float(shape.attrib["height"]) <= height + 0.5
        if shape.tag == "path":
            places = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", shape.attrib["d"])
            for x, y in places:
                assert -1 <= float(x) <= width + 1
                assert -1 <= float(y) <= height + 1
        if shape.tag == "text" and "transform" not in shape.attrib:
            own = shape.text or ""
            ends = {"start": (0, 1), "middle": (-0.5, 0.5), "end": (-1, 0)}
            a, b = ends[shape.attrib.get("text-anchor", "start")]
            x, long = float(shape.attrib["x"]), width_of(own)
            assert x + a * long >= -8, own
            assert x + b * long <= width + 14, own


def test_bars_are_as_long_as_their_values():
    root = ET.fromstring(svg.bars("n", ["a", "b", "c"], [1.0, 2.0, -1.0], axis="x", **HOW))
    bars = [r for r in root.iter("rect") if r.attrib["class"] in ("up", "down")]
    long = [float(bar.attrib["width"]) for bar in bars]
    assert long[1] == pytest.approx(2 * long[0], abs=0.2)
    assert long[2] == pytest.approx(long[0], abs=0.2)
    assert [bar.attrib["class"] for bar in bars] == ["up", "up", "down"]
    start, end = (float(bars[i].attrib["x"]) for i in (0, 2))
    assert end + long[2] == pytest.approx(start, abs=0.2)


def test_a_bar_whose_interval_reaches_zero_is_pale():
    text = svg.bars("n", ["a", "b"], [1.0, 1.0], low=[-0.1, 0.1], high=[2, 2], axis="x", **HOW)
    bars = [r for r in ET.fromstring(text).iter("rect") if r.attrib["class"] == "up"]
    assert ["fill-opacity" in bar.attrib for bar in bars] == [True, False]


def test_a_waterfall_ends_at_the_prediction():
    text = svg.waterfall("n", ["a", "b", "c"], [1.0, -3.0, 0.5], 2.0, axis="x", **HOW)
    root = ET.fromstring(text)
    told = [t.text for t in root.iter("text") if t.attrib.get("class") == "strong"]
    assert told == ["mean prediction", "2", "this row", "0.5"]
    labels = [t.text for t in root.iter("text") if t.text in ("a", "b", "c")]
    assert labels == ["b", "a", "c"]


def test_steps_beyond_the_largest_are_one():
    values = np.arange(1.0, 13.0)
    text = svg.waterfall("n", [f"c{i}" for i in range(12)], values, 0.0, axis="x", most=8, **HOW)
    assert "4 other columns" in text
    assert "+10<" in text  # 1 + 2 + 3 + 4


def test_lines_break_where_a_value_is_missing():
    canvas = Canvas("n", 100, 100)
    canvas.path([0, 1, 2, 3, 4], [0, 1, np.nan, 3, 4], "line")
    assert 'd="M0 0L1 1M3 3L4 4"' in canvas.render("t", "d")


def test_dots_are_thinned():
    values = RNG.normal(size=(5000, 20))
    text = svg.beeswarm(
        "n", values, values * 0 + 0.5, [f"c{i}" for i in range(20)], axis="x", **HOW
    )
    assert len(text) < 60_000
    assert 20 * 100 < text.count("h0") < 20 * 200


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-3, 7), (0.001, 0.0042), (1e-9, 5e-9), (-2e6, 9e6), (9.99, 10.01)]
)
def test_ticks_are_round_few_and_inside(low, high):
    found = ticks(low, high, 5)
    values = [value for value, _ in found]
    assert 2 <= len(found) <= 7
    assert min(values) >= low - 1e-9 * abs(low)
    assert max(values) <= high + 1e-9 * abs(high)
    assert len({text for _, text in found}) == len(found)


def test_a_scale_of_one_value_has_room():
    scale = Scale(3, 3, 0, 100)
    assert scale(3) == 50
    assert Scale(0, 0, 0, 100)(0) == 50


def test_texts_are_cut_in_the_middle():
    assert fit("short", 100) == "short"
    long = fit("a_very_long_name_indeed", 80)
    assert "…" in long
    assert long[0] == "a"
    assert long[-1] == "d"
    assert width_of(long) <= 80
