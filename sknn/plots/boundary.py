"""Where a model changes its mind: scikit-learn's ``DecisionBoundaryDisplay``, which fits ours.

It shows any model with two columns: the areas of a classifier's classes, its probabilities, or the
predictions of a regressor.

>>> from sklearn.datasets import load_iris
>>> from sknn import MLPClassifierX
>>> X, y = load_iris(return_X_y=True)
>>> net = MLPClassifierX(hidden_layer_sizes=20, solver="lbfgs", tol=0.1, random_state=0)
>>> display = DecisionBoundaryDisplay.from_estimator(net.fit(X[:, :2], y), X[:, :2])
>>> display.response.shape
(100, 100, 3)

A model of more columns is cut by a plane: a first step makes all columns from the two that are
shown. Here the plane of the two principal components:

>>> from sklearn.decomposition import PCA
>>> from sklearn.pipeline import make_pipeline
>>> from sklearn.preprocessing import FunctionTransformer
>>> net.fit(X, y)
MLPClassifierX(hidden_layer_sizes=20, random_state=0, solver='lbfgs', tol=0.1)
>>> pca = PCA(2).fit(X)
>>> from_plane = FunctionTransformer(pca.inverse_transform).fit(pca.transform(X))
>>> on_plane = make_pipeline(from_plane, net)
>>> display = DecisionBoundaryDisplay.from_estimator(on_plane, pca.transform(X))

or two of its columns, with the others at their medians:

>>> import numpy as np
>>> def with_medians(two):
...     rows = np.tile(np.median(X, axis=0), (len(two), 1))
...     rows[:, [2, 3]] = two
...     return rows
>>> on_plane = make_pipeline(FunctionTransformer(with_medians).fit(X[:, [2, 3]]), net)
>>> display = DecisionBoundaryDisplay.from_estimator(on_plane, X[:, [2, 3]])
"""

from sklearn.inspection import DecisionBoundaryDisplay

__all__ = ["DecisionBoundaryDisplay"]
