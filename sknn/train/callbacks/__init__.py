"""Callbacks: what happens at the joints of training, one registry."""

from sknn.registry import Registry
from sknn.train.callbacks.base import Callback
from sknn.train.callbacks.checkpoint import Checkpoint
from sknn.train.callbacks.health import GradientHealth
from sknn.train.callbacks.printing import LogProgress, PrintProgress
from sknn.train.callbacks.progress import ProgressBar
from sknn.train.callbacks.stopping import (
    GrowingPatience,
    LossTolerance,
    NoImprovement,
    StillWeights,
    StoppingRule,
    TargetLoss,
    TargetScore,
    TimeLimit,
)

__all__ = [
    "CALLBACKS",
    "Callback",
    "Checkpoint",
    "GradientHealth",
    "GrowingPatience",
    "LogProgress",
    "LossTolerance",
    "NoImprovement",
    "PrintProgress",
    "ProgressBar",
    "StillWeights",
    "StoppingRule",
    "TargetLoss",
    "TargetScore",
    "TimeLimit",
]

CALLBACKS: Registry[Callback] = Registry(
    "callback",
    Callback,
    print=PrintProgress,
    log=LogProgress,
    progress_bar=ProgressBar,
    checkpoint=Checkpoint,
    gradient_health=GradientHealth,
    time_limit=TimeLimit,
    target_loss=TargetLoss,
    target_score=TargetScore,
    loss_tolerance=LossTolerance,
    still_weights=StillWeights,
    no_improvement=NoImprovement,
    growing_patience=GrowingPatience,
)
