"""
Shapley values
==============

What each column adds to each prediction: all rows in a beeswarm, one row in a waterfall, one column
against its own values, coloured by the column that it acts together with.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPRegressorX
from sknn.interpret import AttributionDisplay, InteractionDisplay, ShapDependenceDisplay, shap_values

X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
network = MLPRegressorX(
    hidden_layer_sizes=10, alpha=30, solver="lbfgs", tol=0.001, standardize_y=True, random_state=0
)
model = make_pipeline(StandardScaler(), network).fit(X, y)
explanation = shap_values(model, X[:150], X[::10])
print(explanation.method)

# %%
# One point for each row and column. A high bmi (warm colour) pushes the prediction up, a low one down,
# and everybody's ``age`` does little.

AttributionDisplay(explanation, kind="beeswarm").plot()
plt.show()

# %%
# One row, from the mean prediction of the background to its own.

AttributionDisplay(explanation[0], kind="waterfall").plot()
plt.show()

# %%
# The value of a column against the column. The spread at equal values is the work of other columns;
# the colour shows the one that explains most of it.

figure, panels = plt.subplots(1, 2, figsize=(10, 3.8))
for panel, column in zip(panels, ("bmi", "s5"), strict=True):
    ShapDependenceDisplay(explanation, column).plot(ax=panel)
plt.show()
