"""
A network as a drawing and as a table
=====================================

A small network on the iris flowers: its connections coloured by sign and as wide as their weights
are large, what each layer learns, and how the fit went.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX
from sknn.plots import LossCurveDisplay, NetworkDisplay

X, y = load_iris(as_frame=True, return_X_y=True)
names = load_iris().target_names[y]
network = MLPClassifierX((5, 4), early_stopping=True, learning_rate_init=0.02, random_state=3)
pipeline = make_pipeline(StandardScaler(), network).fit(X, names)

NetworkDisplay.from_estimator(pipeline)
plt.show()

# %%
# With a row as ``x``, the drawing shows how its prediction came about: what each unit and each
# connection added to the raw output of the class, seen from the mean over all flowers. What comes
# into a unit goes out of it.

NetworkDisplay.from_estimator(pipeline, x=X.iloc[[120]], background=X)
plt.show()

# %%
print(network.summary())

# %%
# The best epoch, whose weights early stopping keeps, is marked.

LossCurveDisplay.from_estimator(pipeline)
plt.show()
