"""
The same network as scikit-learn's
==================================

With scikit-learn's own parameters, the same ``random_state`` gives the same model: the loss curves
lie on each other, and what is left between them is rounding.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

from sknn import MLPClassifierX

X, y = load_digits(return_X_y=True)
X = X / 16
settings = {"hidden_layer_sizes": (50,), "max_iter": 300, "learning_rate_init": 0.005}

theirs = MLPClassifier(**settings, random_state=0).fit(X, y)
ours = MLPClassifierX(**settings, random_state=0).fit(X, y)

# %%
# The wide line is scikit-learn's, the narrow one in it is ours. Losses that are equal to the last
# bit are drawn at 1e-17.

difference = np.abs(np.subtract(ours.loss_curve_, theirs.loss_curve_))
epochs = np.arange(1, ours.n_iter_ + 1)

figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.6))
left.plot(epochs, theirs.loss_curve_, linewidth=6, alpha=0.5, color="C4", label="scikit-learn")
left.plot(epochs, ours.loss_curve_, linewidth=1.5, color="C0", label="sknn")
left.set(yscale="log", xlabel="epoch", title="Training loss")
left.legend()
right.plot(epochs, np.maximum(difference, 1e-17), ".", markersize=4, color="C0")
right.set(yscale="log", ylim=(1e-18, 1e-8), xlabel="epoch", title="Difference of the two losses")
plt.show()

# %%
# Probabilities and weights agree as well:

print(np.allclose(ours.predict_proba(X), theirs.predict_proba(X)))
print(all(np.allclose(a, b) for a, b in zip(ours.coefs_, theirs.coefs_, strict=True)))
