"""What importances of columns have in common, however they were found."""

from typing import Any, ClassVar

from sknn.interpret.result import Result

__all__ = ["Importance"]


class Importance(Result):
    """A number for each column or group, with its standard error and interval."""

    display: ClassVar[str | None] = "sknn.interpret.plots.importance.ImportanceDisplay"

    def to_frame(self) -> Any:
        """One row for each column or group, the most important first."""
        columns = {"feature": self.feature_names, "importance": self.importances_mean}
        if "importances_std" in self:
            columns["std"] = self.importances_std
        columns |= {"se": self.importances_se, "low": self.ci[:, 0], "high": self.ci[:, 1]}
        frame = self._frame(columns)
        return frame.sort_values("importance", ascending=False, ignore_index=True, kind="stable")
