"""How the time of an epoch grows with the data and the network: lines that should be straight."""

from itertools import islice

from peer_tables import head, line, measured
from peer_tables.works import Work, made

__all__ = ["draw", "table"]

#: What grows, and through which values.
AXES = {
    "rows": (1000, 2000, 4000, 8000, 16_000, 32_000, 64_000),
    "columns": (8, 32, 128, 512, 2048),
    "width": (16, 32, 64, 128, 256, 512),
    "depth": (1, 2, 4, 8, 16),
    "batch size": (16, 32, 64, 128, 256, 512, 1024),
}
#: Libraries that are drawn.
SHOWN = ("sknn", "sknn with Numba", "scikit-learn", "PyTorch", "JAX")


def table(settings, points=None):
    """A row for each point; ``points`` takes down (axis, value, milliseconds by library)."""
    modules = [module for module in settings.modules if module.NAME in SHOWN]
    names = [module.NAME for module in modules]
    yield from head("an epoch of", names)
    for axis, values in AXES.items():
        for value in islice(values, settings.first):
            work = of(axis, value)
            tasks = [module.Net(work, "float32").train for module in modules]
            found = dict(zip(names, measured(tasks, settings.rounds), strict=True))
            if points is not None:
                points.append((axis, value, {name: time for name, (time, _) in found.items()}))
            yield line(f"{axis} {value}", names, found)


def of(axis, value):
    """4000 rows, 20 columns, two layers of 64 units and batches of 200, but for one of them."""
    n_rows, n_columns, width, depth, batch = (
        value if axis == name else usual
        for name, usual in zip(AXES, (4000, 20, 64, 2, 200), strict=True)
    )
    X, y = made(n_rows, n_columns, 3)
    return Work(f"{axis} {value}", X, y, (width,) * depth, batch)


def draw(points, path):
    """The points as lines, an axis a panel, both ways logarithmic."""
    from matplotlib import pyplot

    from sknn.style import colours, log_ticks

    names = list(points[0][2])
    figure, panels = pyplot.subplots(1, len(AXES), figsize=(12, 3), layout="constrained")
    for panel, axis in zip(panels, AXES, strict=True):
        own = [point for point in points if point[0] == axis]
        for name, colour in zip(names, colours(len(names)), strict=True):
            times = [milliseconds[name] for *_, milliseconds in own]
            panel.loglog([v for _, v, _ in own], times, "o-", ms=3, color=colour, label=name)
        panel.set_xlabel(axis)
        panel.spines[["top", "right"]].set_visible(False)
        log_ticks(panel.yaxis)
        shown = AXES[axis][::2]
        panel.set_xticks(shown, [f"{n // 1000}k" if n >= 8000 else n for n in shown])
        panel.set_xticks([], minor=True)
    panels[0].set_ylabel("ms of an epoch")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(names), frameon=False)
    figure.savefig(path)
    pyplot.close(figure)
