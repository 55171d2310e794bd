"""scikit-learn's network."""

import sklearn
from sklearn.neural_network import MLPClassifier

NAME = "scikit-learn"
VERSION = f"scikit-learn {sklearn.__version__}"


class Net:
    """``MLPClassifier``, with the dtype of the rows."""

    def __init__(self, work, dtype):
        self.X, self.y = work.X.astype(dtype), work.y
        self.estimator = MLPClassifier(
            work.hidden,
            batch_size=work.batch,
            max_iter=work.epochs,
            tol=0,
            n_iter_no_change=work.epochs + 1,
            random_state=0,
        )

    def train(self):
        self.estimator.fit(self.X, self.y)

    def predict(self, X):
        return self.estimator.predict_proba(X)
