"""How much a model's performance owes to each column."""

from sknn.interpret.importance.permutation import PermutationImportance, permutation_importance

__all__ = ["PermutationImportance", "permutation_importance"]
