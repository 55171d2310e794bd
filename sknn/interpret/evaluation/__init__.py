"""How good a model is: scores beside baselines, calibration, slices, groups and noise."""

from sknn.interpret.evaluation.evaluate import evaluate
from sknn.interpret.evaluation.evaluation import Evaluation

__all__ = ["Evaluation", "evaluate"]
