"""onnxruntime, which predicts and does not train: a graph of the layers of our network."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from peer_nets import sknn_net

NAME = "onnxruntime"
VERSION = f"onnxruntime {onnxruntime.__version__}"


class Net:
    """Gemm and Relu, layer by layer, then Softmax or Sigmoid, on one thread."""

    train = None

    def __init__(self, work, dtype):
        ours = sknn_net.Net(work, dtype)
        ours.train()
        coefs, biases = ours.estimator.coefs_, ours.estimator.intercepts_
        nodes, weights, x = [], [], "x"
        n_out = coefs[-1].shape[1]
        link = "Sigmoid" if n_out == 1 else "Softmax"
        for i, (coef, bias) in enumerate(zip(coefs, biases, strict=True)):
            weights += [
                numpy_helper.from_array(np.ascontiguousarray(coef, dtype), f"w{i}"),
                numpy_helper.from_array(np.ascontiguousarray(bias, dtype), f"b{i}"),
            ]
            nodes.append(helper.make_node("Gemm", [x, f"w{i}", f"b{i}"], [f"z{i}"]))
            last = i == len(coefs) - 1
            x = "p" if last else f"h{i}"
            nodes.append(helper.make_node(link if last else "Relu", [f"z{i}"], [x]))
        kind = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE}[np.dtype(dtype).name]
        graph = helper.make_graph(
            nodes,
            "net",
            [helper.make_tensor_value_info("x", kind, [None, work.X.shape[1]])],
            [helper.make_tensor_value_info("p", kind, [None, n_out])],
            weights,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        onnx.checker.check_model(model)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def predict(self, X):
        return self.session.run(None, {"x": X})[0]
