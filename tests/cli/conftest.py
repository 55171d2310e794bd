"""Small tables for the command line, written as a user's CSV files."""

import numpy as np
import pandas as pd
import pytest

N_ROWS = 80


@pytest.fixture
def frame():
    """Two numeric columns, one with gaps, a string column with gaps and a boolean one."""
    random = np.random.RandomState(0)
    first, second = random.normal(size=(2, N_ROWS))
    colour = np.array(["red", "green", "blue"], dtype=object)[random.randint(3, size=N_ROWS)]
    table = pd.DataFrame(
        {
            "<script>alert(1)</script>": first,
            "$x_1$": second,
            "colour & <b>": colour,
            "flag": random.rand(N_ROWS) > 0.5,
            "constant": 1,
            "name": [f"person {i}" for i in range(N_ROWS)],
            "label": np.where(first + 0.3 * second > 0, "yes <i>", "no"),
            "amount": 100 * first + 10 * (colour == "red") + random.normal(size=N_ROWS),
        }
    )
    table.loc[::7, "$x_1$"] = np.nan
    table.loc[::9, "colour & <b>"] = np.nan
    return table


@pytest.fixture
def csv(tmp_path):
    """Write a table as CSV and give its path."""

    def write(table, name="table.csv", **kwargs):
        path = tmp_path / name
        table.to_csv(path, index=False, **kwargs)
        return path

    return write
