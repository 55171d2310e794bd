"""PyTorch with its compiler."""

from peer_nets import torch_net

NAME = "torch.compile"


class Net(torch_net.Net):
    """The same loop around a compiled network; compiling is part of the warm-up."""

    compiled = True
