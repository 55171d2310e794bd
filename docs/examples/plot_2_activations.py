"""
Activation functions and their slopes
=====================================

What a unit does with its sum (solid), and the slope that backpropagation multiplies errors by
(dashed). Where the slope is 0, nothing is learned.
"""

import matplotlib.pyplot as plt
import numpy as np

from sknn.nn.activations import ACTIVATIONS

names = ["logistic", "tanh", "softsign", "hard_tanh", "relu", "leaky_relu", "elu", "softplus"]
names += ["selu", "gelu", "silu", "mish"]
x = np.linspace(-4, 4, 401)

figure, panels = plt.subplots(3, 4, figsize=(9, 6.4), sharex=True, sharey=True)
for name, panel in zip(names, panels.flat, strict=True):
    activation = ACTIVATIONS.resolve(name)
    y, slope = activation(x), np.ones_like(x)
    activation.backward(x, y, slope)  # multiplies by the slope, in place
    panel.axhline(0, color="#c9ced6", linewidth=1)
    panel.axvline(0, color="#c9ced6", linewidth=1)
    panel.plot(x, y, label="f(x)")
    panel.plot(x, slope, "--", linewidth=1.5, label="f'(x)")
    panel.set(title=name, ylim=(-2, 3), xticks=[-4, 0, 4], yticks=[-1, 0, 1, 2])
panels[0, 0].legend(loc="upper left")
plt.show()

# %%
# The logistic slope never exceeds 1/4, that of tanh reaches 1 only in the middle. The rectifiers of
# the second and third row let errors pass unchanged wherever a unit is active.

for name in names:
    activation = ACTIVATIONS.resolve(name)
    slope = np.ones_like(x)
    activation.backward(x, activation(x), slope)
    print(f"{name:10} slope from {slope.min():5.2f} to {slope.max():.2f}")
