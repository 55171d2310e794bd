"""
Which columns matter
====================

Three answers for the same network: how much worse it gets when a column is shuffled, the same when
the column is only shuffled among alike rows, and what the column adds to the fit in every company
of other columns (SAGE). The whiskers are 95 % intervals.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPRegressorX
from sknn.interpret import ImportanceDisplay, permutation_importance, sage_importance

X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
network = MLPRegressorX(
    hidden_layer_sizes=10, alpha=30, solver="lbfgs", tol=0.001, standardize_y=True, random_state=0
)
model = make_pipeline(StandardScaler(), network).fit(X_train, y_train)

score = {"scoring": "neg_mean_squared_error", "n_repeats": 20, "random_state": 0}
results = {
    "shuffled": permutation_importance(model, X_test, y_test, **score),
    "shuffled among alike rows": permutation_importance(
        model, X_test, y_test, conditional=True, **score
    ),
    "SAGE": sage_importance(model, X_test, y_test, background=X_train, random_state=0),
}

figure, panels = plt.subplots(1, 3, figsize=(10, 3.8))
for panel, (name, result) in zip(panels, results.items(), strict=True):
    ImportanceDisplay(result).plot(ax=panel)
    panel.set(title=name, xlabel="squared error that is saved")
plt.show()

# %%
# Shuffled among alike rows, what a column shares with the others no longer counts: ``bmi`` and
# ``s5`` are worth less. SAGE gives ``s2`` less than nothing: with it, the error of these rows is
# larger than without.
#
# Twins
# -----
# A column that is copied loses its importance, since the network can read the copy. The group of
# both keeps it.

rng = np.random.default_rng(0)
a, b = rng.normal(size=(2, 400))
target = a + 0.5 * b
tables = {
    "a and b": np.column_stack([a, b]),
    "a, its copy, and b": np.column_stack([a, b, a + 0.01 * rng.normal(size=400)]),
}
figure, panels = plt.subplots(1, 3, figsize=(10, 2.8), sharex=True)
for panel, (name, table) in zip(panels, tables.items(), strict=False):
    net = MLPRegressorX(hidden_layer_sizes=8, solver="lbfgs", max_iter=200, random_state=0).fit(
        table, target
    )
    result = permutation_importance(net, table, target, random_state=0)
    result.feature_names = ["a", "b", "copy of a"][: table.shape[1]]
    ImportanceDisplay(result).plot(ax=panel)
    panel.set(title=name)
result = permutation_importance(
    net, table, target, groups={"a and its copy": [0, 2], "b": [1]}, random_state=0
)
ImportanceDisplay(result).plot(ax=panels[2])
panels[2].set(title="the copies as a group")
plt.show()
