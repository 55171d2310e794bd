"""Training: from a network, a loss and data to fitted weights."""

from sknn.train.callbacks import (
    CALLBACKS,
    Callback,
    Checkpoint,
    GradientHealth,
    GrowingPatience,
    LogProgress,
    LossTolerance,
    NoImprovement,
    PrintProgress,
    ProgressBar,
    StillWeights,
    StoppingRule,
    TargetLoss,
    TargetScore,
    TimeLimit,
)
from sknn.train.run import Run
from sknn.train.sampling import SAMPLINGS, Sampling, Stratified, Weighted

__all__ = [
    "CALLBACKS",
    "SAMPLINGS",
    "Callback",
    "Checkpoint",
    "GradientHealth",
    "GrowingPatience",
    "LogProgress",
    "LossTolerance",
    "NoImprovement",
    "PrintProgress",
    "ProgressBar",
    "Run",
    "Sampling",
    "StillWeights",
    "StoppingRule",
    "Stratified",
    "TargetLoss",
    "TargetScore",
    "TimeLimit",
    "Weighted",
]
