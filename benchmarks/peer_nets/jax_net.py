"""JAX: a compiled step of Adam, batch by batch."""

import os
from itertools import pairwise

os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import jax
import jax.numpy as jnp
import numpy as np

NAME = "JAX"
VERSION = f"JAX {jax.__version__}"

jax.config.update("jax_enable_x64", True)


def forward(params, x):
    """Raw outputs."""
    for weight, bias in params[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = params[-1]
    return x @ weight + bias


@jax.jit
def step(params, mean, square, t, x, y):
    """One step of Adam with its usual constants."""

    def loss(params):
        logs = jax.nn.log_softmax(forward(params, x))
        return -jnp.take_along_axis(logs, y[:, None], axis=1).mean()

    grads = jax.grad(loss)(params)
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, grads)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, grads)
    rate = 0.001 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    params = jax.tree.map(
        lambda p, m, v: (p - rate * m / (jnp.sqrt(v) + 1e-8)).astype(p.dtype), params, mean, square
    )
    return params, mean, square


class Net:
    """Batches are cut by NumPy, which hands them over without a copy."""

    def __init__(self, work, dtype):
        self.work, self.X, self.y = work, work.X.astype(dtype), work.y
        rng = np.random.default_rng(0)
        widths = [work.X.shape[1], *work.hidden, work.n_classes]
        self.start = [
            (
                jnp.asarray(rng.uniform(-0.1, 0.1, (n_in, n_out)).astype(dtype)),
                jnp.zeros(n_out, dtype),
            )
            for n_in, n_out in pairwise(widths)
        ]
        self.params = self.start
        self.proba = jax.jit(lambda params, x: jax.nn.softmax(forward(params, x)))
        self.rng = np.random.default_rng(0)

    def train(self):
        params = self.start
        mean = square = jax.tree.map(jnp.zeros_like, params)
        n, size, t = len(self.X), self.work.batch, 0
        for _ in range(self.work.epochs):
            order = self.rng.permutation(n)
            for start in range(0, n, size):
                rows, t = order[start : start + size], t + 1
                params, mean, square = step(
                    params, mean, square, float(t), self.X[rows], self.y[rows]
                )
        self.params = jax.block_until_ready(params)

    def predict(self, X):
        return np.asarray(self.proba(self.params, X))
