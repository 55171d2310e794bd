"""
What would have to be different
===============================

Counterfactuals of a network: the nearest rows for which it says something else.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer, make_moons
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX
from sknn.interpret import counterfactuals

X, y = make_moons(400, noise=0.2, random_state=0)
net = MLPClassifierX(30, solver="lbfgs", alpha=0.1, tol=1e-3, max_iter=1000, random_state=0)
net.fit(X, y)
point = np.array([[1.1, 0.75]])
found = counterfactuals(net, point, X, n=4, random_state=0)
print(found)

# %%
# Few columns change: where one will do, the arrow is straight along it.

figure, axis = plt.subplots(figsize=(6.4, 4.2))
side = np.linspace(-1.8, 2.8, 200), np.linspace(-1.3, 1.8, 200)
grid = np.stack(np.meshgrid(*side), axis=-1)
p = net.predict_proba(grid.reshape(-1, 2))[:, 1].reshape(200, 200)
axis.contourf(*side, p, levels=[0, 0.5, 1], colors=["#d7e6f2", "#f7e3d3"])
axis.scatter(*X.T, c=np.where(y, "#d55e00", "#0072b2"), s=8, alpha=0.5)
for row in found.rows:
    axis.annotate(
        "", row, point[0], arrowprops={"arrowstyle": "->", "color": "black", "shrinkB": 0}
    )
axis.plot(*point[0], "ko")
axis.set(xlabel="x0", ylabel="x1")
plt.show()

# %%
# A tumour
# --------
# Three ways in which a tumour that is called malignant would be called benign, in the units of the
# columns and, as bars, in median absolute deviations.

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X, y = X.iloc[:, :10], np.where(y, "benign", "malignant")
model = make_pipeline(
    StandardScaler(),
    MLPClassifierX(8, solver="lbfgs", alpha=1.0, tol=1e-3, max_iter=1000, random_state=0),
).fit(X, y)
found = counterfactuals(model, X.iloc[[13]], X, random_state=0)
found.plot()
plt.show()
print(found)
