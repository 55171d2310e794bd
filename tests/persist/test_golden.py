"""Files of every released version load, and predict what they did when they were written."""

import json

import numpy as np
import pandas as pd
import pytest

import sknn

from .golden import FOLDER, as_lists
from .models import answers

EXPECTED = {
    (path.parent.name, name): each
    for path in sorted(FOLDER.glob("*/expected.json"))
    for name, each in json.loads(path.read_text()).items()
}


def test_there_is_a_file_of_each_version():
    assert sknn.__version__ in {version for version, _ in EXPECTED}


@pytest.mark.parametrize(("version", "name"), EXPECTED)
def test_old_files_predict_what_they_did(version, name):
    expected = EXPECTED[version, name]
    estimator = sknn.load(FOLDER / version / f"{name.replace(' ', '_')}.sknn")
    if expected["columns"]:
        rows = pd.DataFrame(expected["rows"], columns=expected["columns"])
        rows = rows.assign(day=pd.to_datetime(rows["day"]), area=rows["area"].astype(float))
    else:
        rows = np.array(expected["rows"], np.float32)
    found = answers(estimator, rows)
    assert found.keys() == expected["answers"].keys()
    for method, wanted in expected["answers"].items():
        got = as_lists(found[method])
        if np.asarray(wanted).dtype.kind == "f":
            np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6, err_msg=method)
        else:
            assert got == wanted, method
