"""PyTorch, eagerly, with its fused Adam and batches that are slices of shuffled rows."""

from itertools import pairwise

import numpy as np
import torch

NAME = "PyTorch"
VERSION = f"PyTorch {torch.__version__}"

torch.set_num_threads(1)
torch._dynamo.config.recompile_limit = 64  # one compiled network for each table row


def layers(work):
    """Linear layers with ReLU between them."""
    widths = [work.X.shape[1], *work.hidden, work.n_classes]
    modules = []
    for n_in, n_out in pairwise(widths):
        modules += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1])


class Net:
    """A loop as its users write it, without a DataLoader, which would take longer."""

    compiled = False

    def __init__(self, work, dtype):
        self.work, self.dtype = work, getattr(torch, np.dtype(dtype).name)
        self.X = torch.as_tensor(work.X.astype(dtype))
        self.y = torch.as_tensor(work.y)
        torch.manual_seed(0)
        self.net = layers(work).to(self.dtype)
        self.run = torch.compile(self.net) if self.compiled else self.net
        self.loss = torch.nn.CrossEntropyLoss()

    def train(self):
        optimizer = torch.optim.Adam(self.net.parameters(), fused=True, weight_decay=0.0)
        n, size = len(self.X), self.work.batch
        for _ in range(self.work.epochs):
            order = torch.randperm(n)
            for start in range(0, n, size):
                rows = order[start : start + size]
                optimizer.zero_grad()
                loss = self.loss(self.run(self.X[rows]), self.y[rows])
                loss.backward()
                optimizer.step()

    def predict(self, X):
        with torch.inference_mode():
            return torch.softmax(self.run(torch.from_numpy(X)), dim=1).numpy()
