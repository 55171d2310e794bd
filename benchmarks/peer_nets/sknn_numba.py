"""Our own network, with compiled kernels."""

import numba

from peer_nets import sknn_net

NAME = "sknn with Numba"
VERSION = f"Numba {numba.__version__}"


class Net(sknn_net.Net):
    """The same calls; prediction is NumPy's in any case."""

    engine = "numba"
    predict = None
