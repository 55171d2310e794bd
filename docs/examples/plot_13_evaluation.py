"""
Judging a model: calibration, weak spots, noise
===============================================

``evaluate`` scores a model with intervals, beside simple ones, and looks where it is worse.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split

from sknn import MLPClassifierX
from sknn.interpret import evaluate

X, y = make_moons(1500, noise=0.35, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, train_size=300, random_state=0)
networks = {
    "no penalty": MLPClassifierX(100, alpha=0, solver="lbfgs", max_iter=500, random_state=0),
    "alpha=10": MLPClassifierX(100, alpha=10, solver="lbfgs", max_iter=500, random_state=0),
}
found = {
    name: evaluate(
        net.fit(X_train, y_train),
        X_test,
        y_test,
        X_train=X_train,
        y_train=y_train,
        n_bootstrap=200,
        random_state=0,
    )
    for name, net in networks.items()
}
