"""
Judging a model: calibration, noise, weak spots
===============================================

``evaluate`` scores a model with intervals, beside simple ones, and looks where it is worse. Two
networks for the same two moons: one without a penalty, which is far too sure of itself, and one with.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split

from sknn import MLPClassifierX
from sknn.interpret import CalibrationDisplay, evaluate

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
    found[name] = evaluate(
        net,
        X_test,
        y_test,
        X_train=X_train,
        y_train=y_train,
        n_bootstrap=200,
        random_state=0,
    )
    for metric in found[name].metrics:
        if metric["name"] in ("accuracy", "roc_auc", "log_loss"):
            print(
                f"{name:18}{metric['label']:10}{metric['value']:6.2f} "
                f"from {metric['low']:.2f} to {metric['high']:.2f}, a line {metric['linear']:.2f}"
            )

# %%
# Calibration
# -----------
# Of the rows that are called 80 % sure, 80 % should be of class 1: the points should lie on the
# diagonal. Accuracy hardly tells the two networks apart; this does.

figure, panels = plt.subplots(1, 2, figsize=(9, 4), sharey=True)
for panel, (name, result) in zip(panels, found.items(), strict=True):
    CalibrationDisplay(result).plot(ax=panel)
    panel.set(title=f"{name}: ECE {result.calibration['ece']:.2f}")
plt.show()

# %%
# Noise
# -----
# How the score falls when the columns are shaken by a share of their spread.

figure, axis = plt.subplots(figsize=(6, 3.4))
for name, result in found.items():
    scale = [step["scale"] for step in result.noise]
    axis.plot(scale, [step["value"] for step in result.noise], marker="o", label=name)
    axis.fill_between(
        scale,
        [step["low"] for step in result.noise],
        [step["high"] for step in result.noise],
        alpha=0.15,
    )
axis.set(xlabel="noise, in standard deviations of each column", ylabel="accuracy")
axis.legend()
plt.show()

# %%
# Weak spots
# ----------
# The parts of the table where the network is worst, as rules.

for part in found["alpha=1"].slices[:3]:
    print(f"{part['description']}: {part['n_rows']} rows, {part['metric']} {part['value']:.2f}")
