"""scikit-learn's network."""

import sklearn
from sklearn.neural_network import MLPClassifier

from peer_nets import sknn_net

NAME = "scikit-learn"
VERSION = f"scikit-learn {sklearn.__version__}"


class Net(sknn_net.Net):
    """The same calls of ``MLPClassifier``."""

    kind = MLPClassifier
