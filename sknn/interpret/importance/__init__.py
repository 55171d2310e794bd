"""How much a model's performance owes to each column."""

from sknn.interpret.importance.permutation import PermutationImportance, permutation_importance
from sknn.interpret.importance.sage import SageImportance, sage_importance

__all__ = [
    "PermutationImportance",
    "SageImportance",
    "permutation_importance",
    "sage_importance",
]
