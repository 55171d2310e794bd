"""skorch, which makes a scikit-learn estimator of a PyTorch network."""

import numpy as np
import skorch
import torch

from peer_nets.torch_net import layers

NAME = "skorch"
VERSION = f"skorch {skorch.__version__}"


class Net:
    """``NeuralNetClassifier`` without a validation split, printing nothing."""

    def __init__(self, work, dtype):
        self.X, self.y = work.X.astype(dtype), work.y.astype(np.int64)
        torch.manual_seed(0)
        self.estimator = skorch.NeuralNetClassifier(
            layers(work).to(getattr(torch, np.dtype(dtype).name)),
            criterion=torch.nn.CrossEntropyLoss,
            optimizer=torch.optim.Adam,
            lr=0.001,
            max_epochs=work.epochs,
            batch_size=work.batch,
            iterator_train__shuffle=True,
            train_split=None,
            verbose=0,
        )

    def train(self):
        self.estimator.fit(self.X, self.y)

    def predict(self, X):
        return self.estimator.predict_proba(X)
