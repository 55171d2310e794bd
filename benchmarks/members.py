"""What members cost: a step of several networks in one beside a step of a single network.

    python benchmarks/members.py [--rounds 15]

Steps of 256 rows of 20 columns and 3 classes take turns, on one thread. The tables show the median
of the ratio of processor times within each round, divided by the number of members: 1.00 is what
separate networks cost, less is gained.
"""

import argparse

from turns import PROCESSOR, compare  # isort: skip - it limits threads before NumPy is imported

import numpy as np

from sknn.nn.activations import ReLU
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import INITIALIZERS
from sknn.nn.layers import MEMBERS
from sknn.nn.losses import LogLoss
from sknn.nn.network import Network
from sknn.train.objective import Objective

N_ROWS, N_FEATURES, N_CLASSES = 256, 20, 3


def steps(sizes, members, dtype, repeats):
    """A function that takes ``repeats`` steps without an optimizer."""
    rng, loss = np.random.RandomState(0), LogLoss()
    X = rng.normal(size=(N_ROWS, N_FEATURES)).astype(dtype)
    y = rng.randint(N_CLASSES, size=N_ROWS)
    layers = multilayer_perceptron(
        sizes, N_CLASSES, [ReLU()] * len(sizes), members=members, link=loss.link(exclusive=True)
    )
    network = Network(layers, N_FEATURES, dtype)
    network.initialize(INITIALIZERS["auto"](), rng)
    objective = Objective(network, loss)
    objective.start(None)

    def work():
        for _ in range(repeats):
            objective.value_and_grad(X, y, None)

    return work


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    print(PROCESSOR)
    print("units    precision  members  single ms  " + "  ".join(MEMBERS))
    for sizes in ((64, 64), (256, 256)):
        for dtype in ("float32", "float64"):
            for k in (1, 8, 32):
                shares = []
                for cls in MEMBERS.values():
                    together = steps(sizes, cls(n_members=k), dtype, repeats=1)
                    single = steps(sizes, None, dtype, repeats=k)
                    _, alone, ratio = compare([together, single], rounds)
                    shares.append(f"{ratio:.2f}")
                units = "-".join(map(str, sizes))
                print(f"{units:8} {dtype:9} {k:8} {alone / k:10.2f}  " + "  ".join(shares))


if __name__ == "__main__":
    main()
