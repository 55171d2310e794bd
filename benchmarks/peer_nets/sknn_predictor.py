"""Our own network as a compiled predictor, which predicts and does not train."""

from peer_nets import sknn_net
from sknn import compile_predictor

NAME = "sknn, compile_predictor"


class Net:
    """A plain function, without the checks of ``predict_proba``."""

    train = None

    def __init__(self, work, dtype):
        ours = sknn_net.Net(work, dtype)
        ours.train()
        self.predictor = compile_predictor(ours.estimator)

    def predict(self, X):
        return self.predictor(X)
