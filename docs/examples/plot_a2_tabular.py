"""
A raw table: intervals that hold, and where members disagree
============================================================

``TabularMLPRegressorX`` is an ensemble. How far its members were off on rows that they never saw
gives intervals; how far they are from each other tells where there were no rows.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from sknn import TabularMLPClassifierX, TabularMLPRegressorX
from sknn.uncertainty import coverage, expected_coverage_band

rng = np.random.default_rng(0)


def rows(n):
    """A wave with noise, and a gap in the middle where nothing was seen."""
    x = np.concatenate([rng.uniform(-3, -1, n // 2), rng.uniform(1, 3, n // 2)])
    return x[:, np.newaxis], np.sin(2 * x) + 0.25 * rng.standard_t(5, size=len(x))


X, y = rows(400)
settings = {"hidden_layer_sizes": 32, "random_state": 0}
net = TabularMLPRegressorX(max_iter=250, **settings).fit(X, y)

# %%
# The interval holds at least nine of ten points. It goes by the errors of each member, so it is
# wider where they part ways, as in the gap. It promises nothing there, since it promises a share of
# rows like those of the table. Where members agree, what is left is noise, and their spread says
# nothing of that.

grid = np.linspace(-3, 3, 200)[:, np.newaxis]
low, high = net.predict_interval(grid, coverage=0.9).T
figure, (left, right) = plt.subplots(1, 2, figsize=(9.4, 3.8), layout="constrained")
left.scatter(X[:, 0], y, s=5, color="#b4bac1")
left.fill_between(grid[:, 0], low, high, alpha=0.2, label="interval for 90 % of the rows")
left.plot(grid[:, 0], net.predict(grid), label="mean of the members")
left.set(title="Prediction and interval", xlabel="x", ylabel="y")
left.legend(loc="lower left")
for number, curve in enumerate(net.predict_members(grid)):
    right.plot(grid[:, 0], curve, color="C0", alpha=0.4, label=None if number else "a member")
right.plot(grid[:, 0], net.predict_spread(grid), color="C1", label="their standard deviation")
right.set(title="Members and their spread", xlabel="x")
right.legend(loc="lower left")
plt.show()

# %%
# What is asked, and what comes
# -----------------------------
# For each share that is asked, that of new rows within their intervals. The band is where it lies
# in 95 of 100 cases by chance, for as many rows and a single model. Members together are better
# than each alone on the rows it left out, so the intervals are on the safe side.

X_new, y_new = rows(2000)
asked = np.linspace(0.5, 0.95, 10)
found = [coverage(y_new, net.predict_interval(X_new, share)) for share in asked]
band = np.array([expected_coverage_band(len(X), len(X_new), share) for share in asked])
figure, panel = plt.subplots(figsize=(4.6, 4.2), layout="constrained")
panel.fill_between(asked, *band.T, alpha=0.2, label="by chance")
panel.plot([0.5, 0.95], [0.5, 0.95], ":", color="C6")
panel.plot(asked, found, "o", markersize=4, label="intervals")
panel.set(title="Coverage", xlabel="share asked", ylabel="share of new rows within")
panel.legend()
plt.show()

# %%
# Sets of classes
# ---------------
# A classifier has sets instead. The more is asked, the more tumours have both classes in theirs:
# those are the ones to look at again.

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X, X_new, y, y_new = train_test_split(X, y, stratify=y, random_state=0)
net = TabularMLPClassifierX(max_iter=20, **settings).fit(X, y)
asked = np.array([0.9, 0.95, 0.97, 0.98, 0.99])
sets = [net.predict_set(X_new, share) for share in asked]
truth = np.searchsorted(net.classes_, y_new)
figure, panel = plt.subplots(figsize=(5.6, 3.6), layout="constrained")
panel.plot(
    asked, [s[np.arange(len(s)), truth].mean() for s in sets], "o-", label="hold the true class"
)
panel.plot(asked, [s.all(axis=1).mean() for s in sets], "o-", label="hold both classes")
panel.set(title="Sets of classes", xlabel="share asked", ylabel="share of new rows")
panel.legend()
plt.show()
