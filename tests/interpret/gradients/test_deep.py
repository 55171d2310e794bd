"""DeepLIFT for shap_values: additive on every scale that has a rule, through pipelines."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sknn import MLPClassifierX
from sknn.exceptions import InvalidParameterError
from sknn.interpret.gradients.deep import deep_values
from sknn.interpret.model import Model
from sknn.interpret.players import Players
from sknn.interpret.result import weights_of
from sknn.interpret.table import Table


def explain(estimator, X, background, output="auto", groups=None, sample_weight=None):
    model, table, behind = (
        Model.of(estimator, X, output=output),
        Table.of(X),
        Table.of(background),
    )
    weight = weights_of(sample_weight, behind.n_rows)
    return model, deep_values(model, table, behind, weight, Players.of(groups, table))


@pytest.mark.parametrize("sample_weight", [None, np.arange(30.0)])
def test_additive_on_every_scale(case, sample_weight):
    net, X, output = case
    if output == "proba" and len(net.classes_) == 3 and net.out_activation_ == "softmax":
        with pytest.raises(InvalidParameterError, match=r"no rule for the softmax.*'logit'"):
            explain(net, X[:10], X[::5], output)
        return
    model, (values, base, se) = explain(net, X[:10], X[::5], output, None, sample_weight)
    assert values.shape == (10, 4, model.n_outputs)
    assert_allclose(base, np.average(model(X[::5]), axis=0, weights=sample_weight))
    assert_allclose(values.sum(axis=1) + base, model(X[:10]), rtol=1e-7, atol=1e-9)
    assert se is None


def test_of_raw_columns(people):
    pipeline, frame = people
    _, (values, _, _) = explain(pipeline, frame.head(5), frame)
    inside = pipeline[:-1].transform(frame)
    expected = pipeline[-1].deeplift(inside[:5], inside)
    assert_allclose(values[:, 1, 0], expected[:, :3].sum(axis=1))
    assert_allclose(values[:, [0, 2], 0], expected[:, 3:])
    _, (grouped, _, _) = explain(pipeline, frame.head(5), frame, groups={"a": ["city", "age"]})
    assert_allclose(grouped[:, 0], values[:, :2].sum(axis=1))


def test_logits_of_several_classes_sum_to_0(iris):
    X, y = iris
    net = MLPClassifierX(hidden_layer_sizes=5, solver="lbfgs", tol=0.1, random_state=0).fit(X, y)
    _, (values, _, _) = explain(net, X[:9], X)
    assert_allclose(values.sum(axis=2), 0.0, atol=1e-9)
