"""What a fitted tabular estimator tells of its members and their training."""

from typing import Any

from sklearn.utils.validation import check_is_fitted

from sknn.estimators.base import BaseMLP
from sknn.estimators.tabular.summary import TabularSummary, summarize

__all__ = ["TabularInsight"]


class TabularInsight:
    """Training, size and summary of all members."""

    estimators_: list[BaseMLP]

    @property
    def history_(self) -> dict[str, list[Any]]:
        """The tables of the members' training below each other, with the number of the member."""
        check_is_fitted(self)
        table: dict[str, list[Any]] = {"member": []}
        for number, member in enumerate(self.estimators_):
            n_rows = len(member.history_["epoch"])
            table["member"] += [number] * n_rows
            for name, column in member.history_.items():
                table.setdefault(name, []).extend(column)
        return table

    def summary(self) -> TabularSummary:
        """What becomes of the columns, and the members with their networks, epochs and scores.

        Returns
        -------
        summary : TabularSummary
            Prints as a table of text, shows as a table in a notebook, and has the numbers as
            ``members`` and ``n_parameters``.

        Raises
        ------
        NotFittedError
            Before ``fit``.

        Examples
        --------
        >>> from sknn import TabularMLPRegressorX
        >>> net = TabularMLPRegressorX("fast", hidden_layer_sizes=4, max_iter=5)
        >>> net.set_params(embedding=None, activation="relu")
        TabularMLPRegressorX(activation='relu', effort='fast', embedding=None,
                             hidden_layer_sizes=4, max_iter=5)
        >>> print(net.fit([[1, "a"], [2, "b"], [3, "a"]], [1.0, 2.0, 3.0]).summary())
        TabularMLPRegressorX: 1 member on 2 columns
        -----------------------------------------
        member  network  epoch  score  parameters
        -----------------------------------------
        0       2-4-1        5                 19
        -----------------------------------------
        total                                  19
        <BLANKLINE>
        columns  1 number, 1 categorical
        encoded  1 number, 0 marks of gaps, 1 one-hot, 0 columns of codes
        loss     SquaredError()
        score    loss
        """
        check_is_fitted(self)
        return summarize(self)

    @property
    def n_parameters_(self) -> int:
        """Numbers that are learned, by all members."""
        check_is_fitted(self)
        return sum(member.n_parameters_ for member in self.estimators_)
