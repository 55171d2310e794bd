"""What is expected of a model beforehand, checked."""

from collections.abc import Mapping
from typing import Any

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.report.budget import one_of
from sknn.interpret.table import Table

__all__ = ["DIRECTIONS", "expectations_of"]

DIRECTIONS = ("increasing", "decreasing", "none")


def expectations_of(given: Any, table: Table, estimator: Any) -> dict[str, Any]:
    """Checked expectations by the column's name."""
    classes = getattr(estimator, "classes_", None)
    several = [str(c) for c in classes] if classes is not None and len(classes) > 2 else []
    out: dict[str, Any] = {}
    for name, wanted in (given or {}).items():
        column = table.names[table.index(name)]
        if several and not isinstance(wanted, Mapping):
            raise InvalidParameterError(
                f"expectations[{name!r}] must say of which class, as in "
                f"{{{several[0]!r}: 'increasing'}}, since there are {len(several)}. Got {wanted!r}."
            )
        by_class = dict(wanted) if isinstance(wanted, Mapping) else {None: wanted}
        for output, direction in by_class.items():
            one_of(f"expectations[{name!r}]", direction, DIRECTIONS)
            if output is not None and str(output) not in several:
                raise InvalidParameterError(
                    f"expectations[{name!r}] names {output!r}, which is no class of the model."
                    f"{nearest(str(output), several)}"
                )
        out[column] = by_class if several else by_class[None]
    return out
