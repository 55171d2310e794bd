"""
Judging a model: calibration, noise, weak spots
===============================================

``evaluate`` scores a model with intervals, beside simple ones, and looks where it is worse. Two
networks for the same two moons: one without a penalty, which is far too sure of itself, and one
with.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split

from sknn import MLPClassifierX
from sknn.interpret import EvaluationDisplay, evaluate

X, y = make_moons(1500, noise=0.35, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, train_size=300, random_state=0)
settings = {"hidden_layer_sizes": 50, "solver": "lbfgs", "tol": 1e-3, "max_iter": 3000}
networks = {
    "without a penalty": MLPClassifierX(alpha=0, random_state=0, **settings),
    "alpha=1": MLPClassifierX(alpha=1, random_state=0, **settings),
}
found = {}
for name, net in networks.items():
    net.fit(X_train, y_train)
    found[name] = evaluate(net, X_test, y_test, X_train=X_train, y_train=y_train, random_state=0)
    print(name)
    print(found[name], end="\n\n")

# %%
# Calibration
# -----------
# Of the rows that are called 80 % sure, 80 % should be of class 1: the points should lie on the
# dotted line. Accuracy hardly tells the two networks apart; this does.

figure, panels = plt.subplots(1, 2, figsize=(9, 4.2), sharey=True, layout="constrained")
for panel, (name, result) in zip(panels, found.items(), strict=True):
    EvaluationDisplay(result).plot(ax=panel, kind="calibration")
    panel.set_title(f"{name}\n{panel.get_title()}", fontsize="medium")
plt.show()

# %%
# Noise
# -----
# How the score falls when the columns are measured less exactly.

found["alpha=1"].plot(kind="noise")
plt.show()

# %%
# Weak spots
# ----------
# The parts of the table where the network is worst, with its loss elsewhere and that of a constant
# answer. The moons meet in the middle.

found["alpha=1"].plot(kind="slices")
plt.show()
