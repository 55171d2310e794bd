"""Reason codes: at most four, in the unfavourable direction, in the user's words."""

import json

import numpy as np
import pytest

from sknn.exceptions import InvalidParameterError
from sknn.interpret import Explanation, reason_codes, shap_values


def explanation(values, n_outputs=1):
    values = np.asarray(values, dtype=float)
    return Explanation(
        values=values,
        base_values=np.zeros(values.shape[2:]),
        predictions=values.sum(axis=1),
        data=np.arange(values.shape[0] * values.shape[1]).reshape(values.shape[:2]),
        feature_names=list("abcdef")[: values.shape[1]],
        output_names=["no", "yes"][:n_outputs],
        method="Given.",
    )


def names(codes):
    return [[reason["feature"] for reason in reasons] for reasons in codes.reasons]


def test_direction_order_and_number():
    given = explanation([[-3, 5, -1, -4, -2, -0.5], [1, 1, 1, 1, 1, 0]])
    assert names(reason_codes(given)) == [["d", "a", "e", "c"], []]
    assert names(reason_codes(given, unfavourable="higher")) == [["b"], ["a", "b", "c", "d"]]
    assert names(reason_codes(given, max_reasons=2)) == [["d", "a"], []]
    assert names(reason_codes(given, min_share=0.25)) == [["d", "a"], []]


def test_what_did_nothing_is_no_reason():
    assert names(reason_codes(explanation([[0, 0, -1]]))) == [["c"]]


def test_texts_of_the_user():
    given = explanation([[-3, -2, -1]])
    codes = reason_codes(given, texts={"a": "too few years", "b": lambda value: f"{value} late"})
    assert [reason["text"] for reason in codes.reasons[0]] == ["too few years", "1 late", "c = 2"]
    assert repr(codes) == "row 0: too few years; 1 late; c = 2"


def test_one_of_several_outputs():
    given = explanation(np.stack([[[-3.0, 2.0]], [[3.0, -2.0]]], axis=2), n_outputs=2)
    assert names(reason_codes(given, output="yes")) == [["b"]]
    assert reason_codes(given, output=0).output_name == "no"
    with pytest.raises(InvalidParameterError, match="output= one of 'no', 'yes'"):
        reason_codes(given)


def test_raw_columns_of_a_pipeline(pipeline, frame):
    codes = reason_codes(shap_values(pipeline, frame[:12], frame[40:60]))
    assert len(codes) == 12
    table = codes.to_frame()
    assert set(table["feature"]) <= set(frame)
    assert (table["contribution"] < 0).all()
    assert table["rank"].max() <= 4
    assert "missing" in " ".join(table["text"])  # row 0 has no income
    json.dumps(codes.to_dict())
    assert "not what would change the outcome" in codes.method


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"unfavourable": "low"}, "Did you mean 'lower'"),
        ({"max_reasons": 0}, "max_reasons must be"),
        ({"min_share": 2}, "min_share must be"),
        ({"texts": {"aa": "x"}}, "Did you mean 'a'"),
    ],
)
def test_what_is_not_allowed(how, message):
    with pytest.raises(InvalidParameterError, match=message):
        reason_codes(explanation([[1.0]]), **how)
    with pytest.raises(InvalidParameterError, match="needs an explanation"):
        reason_codes([[1.0]])
