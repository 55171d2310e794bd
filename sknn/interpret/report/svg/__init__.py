"""Charts as short SVG text, without a drawing library: colours are classes of the page."""

from sknn.interpret.report.svg.bars import bars, waterfall
from sknn.interpret.report.svg.fields import beeswarm, confusion, heat_map, scatter
from sknn.interpret.report.svg.lines import calibration, lines

__all__ = [
    "bars",
    "beeswarm",
    "calibration",
    "confusion",
    "heat_map",
    "lines",
    "scatter",
    "waterfall",
]
