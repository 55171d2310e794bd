"""Optional libraries: the module, or one clear message."""

import json

import pytest

from sknn.exceptions import MissingExtraError
from sknn.optional import require


def test_gives_the_module():
    assert require("json", extra="cli", purpose="A test") is json
    assert require("os.path", extra="cli", purpose="A test").join("a", "b")


@pytest.mark.parametrize("module", ["no_such_library", "no_such_library.part"])
def test_a_missing_library_is_one_clear_message(module):
    with pytest.raises(MissingExtraError) as error:
        require(module, extra="interpret", purpose="Drawing a network")
    assert str(error.value) == (
        "Drawing a network needs the library 'no_such_library', which could not be imported "
        "(No module named 'no_such_library'). Install it with: pip install 'sknn[interpret]'"
    )
    assert isinstance(error.value, ImportError)
    assert isinstance(error.value.__cause__, ModuleNotFoundError)


def test_a_library_that_is_broken_itself(tmp_path, monkeypatch):
    (tmp_path / "broken_library_of_a_test.py").write_text("import not_there_either")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingExtraError, match=r"'broken_library_of_a_test'.*not_there_either"):
        require("broken_library_of_a_test", extra="cli", purpose="It")


def test_other_errors_pass(tmp_path, monkeypatch):
    (tmp_path / "failing_library_of_a_test.py").write_text("raise ZeroDivisionError('mine')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ZeroDivisionError, match="mine"):
        require("failing_library_of_a_test", extra="cli", purpose="It")
