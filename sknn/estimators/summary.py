"""The summary of a fitted network: its layers, how many numbers each learns, and its training."""

import html
import textwrap
from dataclasses import dataclass
from typing import Any

from sknn.estimators.parts import optimizer_of
from sknn.nn.initializers import INITIALIZERS
from sknn.nn.layers import Dense, Merge
from sknn.nn.network import Network
from sknn.nn.parametrizations import PARAMETRIZATIONS, Standard

__all__ = ["LayerSummary", "Summary", "summarize"]

HEAD = ("layer", "part", "output", "parameters", "bytes")
NUMBERS = 3  # from this column on, text is aligned at the right


@dataclass(frozen=True)
class LayerSummary:
    """A line of a summary.

    Parameters
    ----------
    group : str
        Layer as a course counts it: ``"input"``, ``"hidden 1"``, ``"output"``.
    part : str
        The part of it in words, such as ``"Dense(units=5)"``; empty for the input itself.
    n_units : int
        Values that come out for each row.
    n_parameters : int
        Numbers that are learned.
    n_statistics : int
        Numbers that are gathered, as the running means of a normalization.
    n_bytes : int
        Memory of both.
    n_members : int
        Rows for each row of X, one for each member.
    """

    group: str
    part: str
    n_units: int
    n_parameters: int = 0
    n_statistics: int = 0
    n_bytes: int = 0
    n_members: int = 1


@dataclass(frozen=True)
class Summary:
    """What ``summary()`` returns: a table as text, as HTML in a notebook, and as numbers.

    Attributes
    ----------
    title : str
        Class, number of layers and units of each, input first.
    layers : tuple of LayerSummary
        From input to output.
    facts : dict of str
        How the network was trained, by keyword.
    """

    title: str
    layers: tuple[LayerSummary, ...]
    facts: dict[str, str]

    @property
    def n_parameters(self) -> int:
        """Numbers that are learned."""
        return sum(layer.n_parameters for layer in self.layers)

    @property
    def n_statistics(self) -> int:
        """Numbers that are gathered, not learned."""
        return sum(layer.n_statistics for layer in self.layers)

    @property
    def n_bytes(self) -> int:
        """Memory of both."""
        return sum(layer.n_bytes for layer in self.layers)

    def __str__(self) -> str:
        table = [HEAD, *self._cells(), self._total()]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if i >= NUMBERS else cell.ljust(width)
                for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
            ).rstrip()
            for cells in table
        ]
        rule = "-" * max(map(len, lines))
        name_width = max(map(len, self.facts), default=0)
        facts = [f"{name.ljust(name_width)}  {text}" for name, text in self.facts.items()]
        return "\n".join(
            [self.title, rule, lines[0], rule, *lines[1:-1], rule, lines[-1], "", *facts]
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        def row(cells: tuple[str, ...], tag: str = "td") -> str:
            aligned = ("right" if i >= NUMBERS else "left" for i in range(len(cells)))
            return "".join(
                f'<{tag} style="text-align: {side}">{html.escape(cell)}</{tag}>'
                for side, cell in zip(aligned, cells, strict=True)
            )

        body = "".join(f"<tr>{row(cells)}</tr>" for cells in self._cells())
        facts = "".join(
            f"<dt><strong>{html.escape(name)}</strong></dt><dd>{html.escape(text)}</dd>"
            for name, text in self.facts.items()
        )
        return (
            f'<table><caption style="text-align: left">{html.escape(self.title)}</caption>'
            f"<thead><tr>{row(HEAD, 'th')}</tr></thead><tbody>{body}</tbody>"
            f"<tfoot><tr>{row(self._total(), 'th')}</tr></tfoot></table><dl>{facts}</dl>"
        )

    def _cells(self) -> list[tuple[str, ...]]:
        shown: list[tuple[str, ...]] = []
        before = ""
        for layer in self.layers:
            shown.append(
                (
                    "" if layer.group == before else layer.group,
                    layer.part,
                    f"({'' if layer.n_members == 1 else layer.n_members}n, {layer.n_units})",
                    f"{layer.n_parameters:,}",
                    f"{layer.n_bytes:,}",
                )
            )
            before = layer.group
        return shown

    def _total(self) -> tuple[str, ...]:
        gathered = f"+ {self.n_statistics:,} running statistics" if self.n_statistics else ""
        return ("total", gathered, "", f"{self.n_parameters:,}", f"{self.n_bytes:,}")


def summarize(estimator: Any) -> Summary:
    """The summary of a fitted estimator."""
    network: Network = estimator._fitted_network()
    dense = network.dense_layers
    layers = [LayerSummary("input", "", network.n_features)]
    begun, n_members = 0, 1
    for layer, n_parameters in zip(network.layers, network.n_parameters_by_layer, strict=True):
        begun += isinstance(layer, Dense)
        group = "input" if not begun else "output" if begun == len(dense) else f"hidden {begun}"
        kept = layer.values.values()
        n_statistics = sum(array.size for array in kept) - n_parameters
        n_bytes = sum(array.nbytes for array in kept)
        n_members = 1 if isinstance(layer, Merge) else n_members * layer.n_members
        size = n_parameters, n_statistics, n_bytes, n_members
        layers.append(LayerSummary(group, layer.describe(), layer.n_out, *size))
    layers.append(LayerSummary("output", f"link: {estimator.out_activation_}", network.n_outputs))
    units = "-".join(str(n) for n in (network.n_features, *(layer.n_out for layer in dense)))
    several = "" if network.n_members == 1 else f", {network.n_members} members"
    return Summary(
        title=f"{type(estimator).__name__}: {len(dense)}-layer network {units}{several} "
        "(the input is not counted)",
        layers=tuple(layers),
        facts=_facts(estimator, network),
    )


def _facts(estimator: Any, network: Network) -> dict[str, str]:
    fitted = vars(estimator)
    facts = {
        "solver": repr(optimizer_of(estimator)),
        "loss": repr(estimator._loss()),
        "initializer": repr(INITIALIZERS.resolve(estimator.initializer)),
        "precision": network.dtype.name,
    }
    parametrization = PARAMETRIZATIONS.resolve(estimator.parametrization)
    if not isinstance(parametrization, Standard):
        facts["parametrization"] = repr(parametrization)
    if "engine_" in fitted:
        facts["engine"] = fitted["engine_"]
    if "history_" in fitted:
        iterations = fitted["history_"].get("iterations") or [0]
        facts["trained"] = (
            f"{_count(len(fitted['loss_curve_']), 'epoch')}, "
            f"{_count(iterations[-1], 'iteration')}, loss {fitted['loss_']:.4g}"
        )
        facts["stopped"] = fitted["stop_reason_"]
    return {name: textwrap.shorten(text, 110, placeholder=" ...") for name, text in facts.items()}


def _count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> _count(1, "epoch"), _count(1200, "epoch")
    ('1 epoch', '1,200 epochs')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
