"""
A line near a row: LIME
=======================

A linear model that is fitted to the predictions around one row, and how much it depends on how wide
"around" is.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPRegressorX
from sknn.interpret import lime

rng = np.random.default_rng(0)
x = np.sort(rng.uniform(-2, 2, (300, 1)), axis=0)
wave = MLPRegressorX(
    hidden_layer_sizes=(40, 40), activation="tanh", solver="lbfgs", max_iter=2000, random_state=0
).fit(x, np.sin(3 * x[:, 0]))

# %%
# The narrow line follows the curve, the wide one says nothing about it. Its R² tells.

at = np.array([[0.4]])
figure, axis = plt.subplots(figsize=(6.4, 3.8))
axis.plot(x, wave.predict(x), color="0.5", label="the network")
for width in (0.1, 0.5, 2.0):
    found = lime(wave, at, x, kernel_width=width, random_state=0)
    slope = found.coefficients[0, 0] / x.std()
    reach = np.array([-1.0, 1.0]) * (0.25 + width * x.std() * 0.6)
    axis.plot(
        at[0, 0] + reach,
        found.local_predictions[0] + slope * reach,
        label=f"width {width}: R² {found.scores[0]:.2f}",
    )
axis.plot(at[0, 0], wave.predict(at)[0], "ko")
axis.set(xlabel="x", ylabel="prediction", ylim=(-1.6, 1.8))
axis.legend(loc="upper left", ncols=2, fontsize="small")
plt.show()

# %%
# One row of a real table
# -----------------------
# What each column adds on the line, beside the mean of the background. Below the axis stands how
# far to believe it.

X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
network = MLPRegressorX(
    hidden_layer_sizes=10, alpha=30, solver="lbfgs", tol=0.001, standardize_y=True, random_state=0
)
model = make_pipeline(StandardScaler(), network).fit(X, y)
lime(model, X[:1], X, random_state=0).plot()
plt.show()

# %%
# The same with numbers cut at their quartiles, as the package ``lime`` does by default: it reads
# like rules, and explains less.

lime(model, X[:1], X, discretize=True, random_state=0).plot()
plt.show()
