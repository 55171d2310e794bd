"""Modules of PyTorch predict what the estimators do, where torch is installed."""

import numpy as np
import pytest

from sknn import MLPClassifierX, to_onnx, to_torch
from sknn.exceptions import InvalidParameterError, MissingExtraError
from sknn.persist.program import evaluate, program_of

from .models import CASES, NUMBER, X, fitted


def test_without_torch(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"to_torch needs the library 'torch'"):
        to_torch(fitted("binary")[0])


@pytest.mark.parametrize("dtype", ["float16", "foo", 32])
@pytest.mark.parametrize("function", [to_torch, to_onnx])
def test_other_precisions_are_refused(function, dtype):
    match = (
        f"'dtype' parameter of {function.__name__} must be .*'float32', 'float64'.*Got {dtype!r}"
    )
    with pytest.raises(InvalidParameterError, match=match):
        function(fitted("binary")[0], dtype=dtype)


@pytest.mark.parametrize("name", CASES)
def test_modules_predict_alike(name):
    torch = pytest.importorskip("torch")
    estimator, rows = fitted(name)
    if hasattr(estimator, "encoder_"):
        given = estimator.encoder_.transform(rows)
    else:
        given = np.asarray(rows)
    has_p, is_classifier = hasattr(estimator, "predict_proba"), hasattr(estimator, "classes_")
    method = "predict_proba" if has_p else "decision_function" if is_classifier else "predict"
    wanted = np.asarray(getattr(estimator, method)(rows))
    found = to_torch(estimator)(torch.tensor(given)).detach().numpy().reshape(wanted.shape)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    program = program_of(estimator, "float64", is_encoded=True)
    double = to_torch(estimator, dtype="float64")(torch.tensor(given)).detach().numpy()
    np.testing.assert_allclose(double, evaluate(program, [given])[method], rtol=1e-6, atol=1e-12)


def test_its_parameters_are_the_learned_numbers():
    torch = pytest.importorskip("torch")
    estimator, rows = fitted("members")
    module = to_torch(estimator)
    names = dict(module.named_parameters())
    assert "layer_1_weight" in names
    assert all(name.startswith("layer_") for name in names)
    again = to_torch(estimator)
    for parameter in again.parameters():
        torch.nn.init.zeros_(parameter)
    again.load_state_dict(module.state_dict())
    x = torch.tensor(rows)
    assert torch.equal(again(x), module(x))


def test_it_can_be_trained_further():
    torch = pytest.importorskip("torch")
    module = to_torch(fitted("number")[0])
    x, y = torch.tensor(X), torch.tensor(NUMBER, dtype=torch.float32)[:, None]
    optimizer = torch.optim.Adam(module.parameters(), 0.1)
    losses = []
    for _ in range(20):
        loss = torch.nn.functional.mse_loss(module(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_the_output_can_be_chosen():
    torch = pytest.importorskip("torch")
    estimator, rows = fitted("classes")
    module = to_torch(estimator, "decision_function", dtype="float64")
    found = module(torch.tensor(rows)).detach()
    np.testing.assert_allclose(found, estimator.decision_function(rows), rtol=1e-5, atol=1e-6)
    with pytest.raises(InvalidParameterError, match=r"Got 'predict_prob' instead\. Did you"):
        to_torch(estimator, "predict_prob")
    with pytest.raises(InvalidParameterError, match="estimator of sknn is needed"):
        to_torch(MLPClassifierX)
