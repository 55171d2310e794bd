"""What the skops library is told to trust."""

__all__ = ["SKOPS_TRUSTED_TYPES"]

#: The types to pass to ``skops.io.load(file, trusted=SKOPS_TRUSTED_TYPES)``: the estimators
#: themselves. All that is inside of them is kept as plain values.
SKOPS_TRUSTED_TYPES = [
    "sknn.MLPClassifierX",
    "sknn.MLPRegressorX",
    "sknn.TabularMLPClassifierX",
    "sknn.TabularMLPRegressorX",
]
