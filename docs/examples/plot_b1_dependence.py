"""
Partial dependence, single rows, and ALE
========================================

Two columns are almost the same, and a network learns their product. Partial dependence sends rows
to where no data are; accumulated local effects (ALE) move each row within its own bin.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPRegressorX
from sknn.interpret import (
    InteractionDisplay,
    PartialDependenceDisplay,
    accumulated_local_effects,
    friedman_h,
    partial_dependence,
)

rng = np.random.default_rng(0)
first = rng.uniform(0, 1, size=400)
pair = np.column_stack([first, first + 0.05 * rng.normal(size=400)])
net = MLPRegressorX(
    hidden_layer_sizes=20, activation="tanh", solver="lbfgs", max_iter=1000, tol=1e-5
)
net = net.fit(pair, pair[:, 0] * pair[:, 1])

pd = partial_dependence(net, pair, 0)
ale = accumulated_local_effects(net, pair, 0, n_bins=20)

# %%
# Each grey point is a row that partial dependence asks about: the column on the left of the product
# set to 0.1, 0.5 or 0.9 in every row.

figure, (left, right) = plt.subplots(1, 2, figsize=(9.4, 3.8))
for value in (0.1, 0.5, 0.9):
    asked = np.column_stack([np.full(len(pair), value), pair[:, 1]])
    left.scatter(*asked.T, s=6, color="#b4bac1", label="rows that are asked about")
left.scatter(*pair.T, s=8, color="C0", label="rows that exist")
handles, labels = left.get_legend_handles_labels()
left.legend(handles[2:], labels[2:], loc="upper left")
left.set(title="Data", xlabel="$x_0$", ylabel="$x_1$", ylim=(-0.15, 1.45))

grid = np.linspace(0.03, 0.97, 50)
right.plot(
    grid,
    grid**2 / 2 - np.mean(first**2) / 2,
    color="C6",
    linestyle=":",
    label="slope $x_1$, where $x_1 = x_0$",
)
right.plot(ale.grid_values[0], ale.values[0], color="C0", label="ALE")
right.plot(
    pd.grid_values[0],
    pd.average[0] - pd.average[0].mean(),
    "--",
    color="C1",
    label="partial dependence, centred",
)
right.set(title="The curve of $x_0$ in a network for $x_0 x_1$", xlabel="$x_0$")
right.legend()
plt.show()

# %%
# Single rows
# -----------
# The mean of all rows hides that they differ. Centred curves show it better, slopes best: where
# rows have different slopes, another column is at work.

X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
network = MLPRegressorX(
    hidden_layer_sizes=10, alpha=30, solver="lbfgs", tol=0.001, standardize_y=True, random_state=0
)
model = make_pipeline(StandardScaler(), network).fit(X, y)

figure, panels = plt.subplots(1, 3, figsize=(10, 3.6))
kinds = {
    "as they are": {},
    "centred": {"centered": True},
    "slopes": {"derivative": True},
}
for panel, (name, how) in zip(panels, kinds.items(), strict=True):
    result = partial_dependence(
        model, X, "bmi", kind="both", grid_resolution=40, max_samples=60, random_state=0, **how
    )
    PartialDependenceDisplay(result).plot(ax=panel, derivative=name == "slopes")
    panel.set(title=name)
plt.show()

# %%
# Which columns act together
# --------------------------
# Friedman's H, not normalized, so that pairs are compared in units of the prediction.

h = friedman_h(model, X, n_samples=60, normalized=False, random_state=0)
InteractionDisplay(h).plot()
plt.show()
