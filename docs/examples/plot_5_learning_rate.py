"""
The learning rate
=================

Too small and training crawls; too large and it jumps about. Rates are tried on a logarithmic scale.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

from sknn import MLPClassifierX
from sknn.nn.optimizers import SGD

X, y = load_digits(return_X_y=True)
X = X / 16


def loss_curve(solver, rate, epochs=30):
    """The loss of each epoch; ``partial_fit`` trains for one epoch."""
    net = MLPClassifierX(
        hidden_layer_sizes=50, solver=solver, learning_rate_init=rate, random_state=0
    )
    for _ in range(epochs):
        net.partial_fit(X, y, classes=range(10))
    return net.loss_curve_


figure, panels = plt.subplots(1, 2, figsize=(8.4, 4), sharey=True)
rates = {SGD(): (0.001, 0.01, 0.1, 1.0), "adam": (0.0001, 0.001, 0.01, 0.1)}
for panel, (solver, values) in zip(panels, rates.items(), strict=True):
    for rate, line in zip(values, ("-", "--", "-.", ":"), strict=True):
        panel.plot(range(1, 31), loss_curve(solver, rate), line, label=f"{rate:g}")
    name = solver if isinstance(solver, str) else "sgd with momentum 0.9"
    panel.set(yscale="log", xlabel="epoch", title=name)
    panel.legend(title="learning rate", loc="lower left")
panels[0].set_ylabel("training loss")
plt.show()

# %%
# For both, the best of the four is the largest that still falls steadily. A schedule starts with
# such a rate and lowers it later.
