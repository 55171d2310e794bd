"""Our own network, on NumPy alone."""

from sknn import MLPClassifierX, use_engine

NAME = "sknn"


class Net:
    """An estimator through its public ``fit``, with the dtype of the rows."""

    kind = MLPClassifierX
    engine = "numpy"

    def __init__(self, work, dtype):
        self.X, self.y = work.X.astype(dtype), work.y
        self.estimator = self.kind(
            work.hidden,
            batch_size=work.batch,
            max_iter=work.epochs,
            tol=0,
            n_iter_no_change=work.epochs + 1,
            random_state=0,
        )

    def train(self):
        with use_engine(self.engine):
            self.estimator.fit(self.X, self.y)

    def predict(self, X):
        return self.estimator.predict_proba(X)
