"""
Activation functions and their slopes
=====================================

What a unit does with its sum, and the slope that backpropagation multiplies errors by. Where the
slope is 0, nothing is learned.
"""

import matplotlib.pyplot as plt
import numpy as np

from sknn.nn.activations import ACTIVATIONS
from sknn.plots import ActivationDisplay

ActivationDisplay.all()
plt.show()

# %%
# The logistic slope never exceeds 1/4, that of tanh reaches 1 only in the middle. The rectifiers
# let errors pass unchanged wherever a unit is active.

x = np.linspace(-4, 4, 401)
for name, cls in ACTIVATIONS.items():
    activation = cls()
    slope = np.ones_like(x)
    activation.backward(x, activation(x), slope)
    print(f"{name:12} slope from {slope.min():5.2f} to {slope.max():.2f}")
