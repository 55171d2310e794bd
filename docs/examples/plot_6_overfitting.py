"""
Overfitting, and what helps
===========================

300 digits to learn from, a fifth of them with a random label. Without help the network learns the
wrong labels by heart, and its answers for new digits get worse.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from sknn import MLPClassifierX

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X / 16, y, train_size=300, stratify=y, random_state=0)
rng = np.random.RandomState(0)
truth, y = y, np.where(rng.rand(300) < 0.2, rng.randint(10, size=300), y)


def curves(epochs=120, **settings):
    """Accuracy on the training rows and on new rows after each epoch."""
    net = MLPClassifierX(
        hidden_layer_sizes=200, learning_rate_init=0.005, random_state=0, **settings
    )
    scores = []
    for _ in range(epochs):
        net.partial_fit(X, y, classes=range(10))
        scores.append((net.score(X, y), net.score(X_test, y_test)))
    return np.array(scores).T


# %%
# The grey line is the share of training labels that are right. A model that learns the digits and
# not the errors stays near it on the training rows, since it contradicts the wrong labels.

cases = {
    "no regularization": {},
    "dropout=0.7": {"dropout": 0.7},
    "alpha=1": {"alpha": 1.0},
}
figure, panels = plt.subplots(1, 3, figsize=(9.4, 3.6), sharey=True)
for panel, (name, settings) in zip(panels, cases.items(), strict=True):
    train, test = curves(**settings)
    epochs = range(1, len(train) + 1)
    panel.axhline((y == truth).mean(), color="#8b939c", linewidth=1)
    panel.plot(epochs, train, "--", label="training rows, some labels wrong")
    panel.plot(epochs, test, label="new rows, labels right")
    panel.set(title=name, xlabel="epoch", ylim=(0.5, 1.02))
panels[0].set_ylabel("accuracy")
figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
plt.show()
