"""
Shapley values
==============

What each column adds to each prediction: all rows in a beeswarm, one row in a waterfall, and which
columns act together.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_diabetes
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPRegressorX
from sknn.interpret import AttributionDisplay, InteractionDisplay, shap_values

X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
network = MLPRegressorX(
    hidden_layer_sizes=10, alpha=30, solver="lbfgs", tol=0.001, standardize_y=True, random_state=0
)
model = make_pipeline(StandardScaler(), network).fit(X, y)
explanation = shap_values(model, X[:60], X[::15], interactions=True)
print(explanation.method)

# %%
# One point for each row and column. A high bmi (yellow) pushes the prediction up, a low one down,
# and everybody's ``age`` does little.

AttributionDisplay(explanation).plot(kind="beeswarm")
plt.show()

# %%
# One row, from the mean prediction of the background to its own.

AttributionDisplay(explanation[0]).plot(kind="waterfall")
plt.show()

# %%
# The mean size of what pairs of columns add together, beyond what each adds by itself. It is small
# beside the values above: this network is nearly additive.

InteractionDisplay(explanation).plot()
plt.show()
