"""
What a small network can draw
=============================

The border between two classes for networks of growing size. Without a hidden layer it is a straight
line; each unit adds a fold; the penalty ``alpha`` smooths them.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons
from sklearn.inspection import DecisionBoundaryDisplay

from sknn import MLPClassifierX

X, y = make_moons(200, noise=0.25, random_state=0)
networks = {
    "no hidden layer": {"hidden_layer_sizes": ()},
    "3 units": {"hidden_layer_sizes": 3},
    "50 units": {"hidden_layer_sizes": 50},
    "2 x 50 units": {"hidden_layer_sizes": (50, 50)},
    "2 x 50 units, alpha=1": {"hidden_layer_sizes": (50, 50), "alpha": 1.0},
    "2 x 50 units, alpha=30": {"hidden_layer_sizes": (50, 50), "alpha": 30.0},
}

figure, panels = plt.subplots(2, 3, figsize=(9, 6), sharex=True, sharey=True)
for panel, (name, settings) in zip(panels.flat, networks.items(), strict=True):
    net = MLPClassifierX(solver="lbfgs", max_iter=5000, random_state=0, **settings).fit(X, y)
    DecisionBoundaryDisplay.from_estimator(
        net,
        X,
        response_method="predict_proba",
        class_of_interest=1,
        eps=0.3,
        ax=panel,
        plot_method="pcolormesh",
        cmap="PuOr_r",
        vmin=0,
        vmax=1,
        alpha=0.45,
        grid_resolution=150,
    )
    for label, marker, colour in ((0, "o", "#3d1f66"), (1, "^", "#7f3b08")):
        panel.scatter(
            *X[y == label].T, s=26, marker=marker, color=colour, edgecolor="white", linewidths=0.6
        )
    panel.set(title=f"{name}: {net.score(X, y):.0%} right", xlabel="", ylabel="")
    panel.set(xticks=[], yticks=[])
    panel.grid(visible=False)
plt.show()

# %%
# More right answers on these rows do not make a better model: without a penalty the border winds
# around single points, which are noise. See :doc:`/guide/regularization`.
