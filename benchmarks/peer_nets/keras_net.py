"""Keras, on the PyTorch that is installed."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras

NAME = "Keras"
VERSION = f"Keras {keras.__version__} on {keras.backend.backend()}"


class Net:
    """``Sequential.fit`` anew from the same weights, and a call of the model to predict."""

    def __init__(self, work, dtype):
        self.work, self.X, self.y = work, work.X.astype(dtype), work.y
        keras.utils.set_random_seed(0)
        hidden = [keras.layers.Dense(n, "relu", dtype=dtype) for n in work.hidden]
        last = keras.layers.Dense(work.n_classes, "softmax", dtype=dtype)
        self.model = keras.Sequential([keras.Input((work.X.shape[1],)), *hidden, last])
        self.start = self.model.get_weights()

    def train(self):
        self.model.set_weights(self.start)
        self.model.compile(keras.optimizers.Adam(0.001), "sparse_categorical_crossentropy")
        self.model.fit(
            self.X, self.y, batch_size=self.work.batch, epochs=self.work.epochs, verbose=0
        )

    def predict(self, X):
        return keras.ops.convert_to_numpy(self.model(X, training=False))
