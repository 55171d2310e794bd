"""How the gallery looks: Okabe and Ito's colours, which the colour-blind can tell apart too."""

import matplotlib.pyplot as plt

COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1f2328"]


def use(gallery_conf, script):
    """Called by sphinx-gallery before each example."""
    plt.rcParams.update(
        {
            "figure.figsize": (7.0, 4.2),
            "figure.dpi": 100,
            "figure.constrained_layout.use": True,
            "figure.facecolor": "white",
            "axes.facecolor": "white",
            "axes.prop_cycle": plt.cycler(color=COLOURS),
            "axes.edgecolor": "#8b939c",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": 11,
            "axes.titlelocation": "left",
            "axes.grid": True,
            "grid.color": "#e4e7eb",
            "lines.linewidth": 1.8,
            "legend.frameon": False,
            "legend.fontsize": 9,
            "font.size": 9.5,
        }
    )
