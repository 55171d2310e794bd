"""
How large should the first weights be?
======================================

The signal on its way through twenty layers of 100 units, and the error on its way back, for
starting weights of several sizes. The size that keeps both alive depends on the activation.
"""

import matplotlib.pyplot as plt
import numpy as np

from sknn.nn.activations import ReLU, Tanh

n_units, n_layers = 100, 20
rng = np.random.RandomState(0)
inputs = rng.normal(size=(500, n_units))
errors = rng.normal(size=(500, n_units))


def sizes(activation, std):
    """Root mean square of the signal after each layer, and of the error before each layer."""
    weights = [rng.normal(0, std, size=(n_units, n_units)) for _ in range(n_layers)]
    sums, outputs = [], [inputs]
    for W in weights:
        sums.append(outputs[-1] @ W)
        outputs.append(activation(sums[-1]))
    grad, back = errors.copy(), []
    for W, z, y in zip(weights[::-1], sums[::-1], outputs[:0:-1], strict=True):
        activation.backward(z, y, grad)
        grad = grad @ W.T
        back.append(np.sqrt((grad**2).mean()))
    return [np.sqrt((a**2).mean()) for a in outputs[1:]], back[::-1]


# %%
# Xavier's variance is 1 / 100 here, since each layer has as many inputs as outputs; He's is
# 2 / 100, since ReLU cuts off half of the signal.

scales = {
    "half of Xavier's, 0.05": 0.05,
    "Xavier, 0.1": 0.1,
    "He, 0.14": np.sqrt(0.02),
    "twice Xavier's, 0.2": 0.2,
}
layers = np.arange(1, n_layers + 1)
figure, panels = plt.subplots(2, 2, figsize=(8.4, 6.2), sharex=True, sharey=True)
for row, activation in zip(panels, (Tanh(), ReLU()), strict=True):
    for (label, std), marker in zip(scales.items(), "osD^", strict=True):
        forward, backward = sizes(activation, std)
        style = {"marker": marker, "markersize": 4, "linewidth": 1.3, "label": label}
        row[0].plot(layers, forward, **style)
        row[1].plot(layers, backward, **style)
    name = type(activation).__name__
    row[0].set(yscale="log", title=f"{name}: signal after each layer", ylabel="size")
    row[1].set(title=f"{name}: error before each layer")
for panel in panels[1]:
    panel.set(xlabel="layer", xticks=[1, 5, 10, 15, 20])
panels[0, 0].legend(loc="lower left", title="standard deviation")
plt.show()
