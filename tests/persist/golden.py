"""Write the files that later versions must go on reading: ``python -m tests.persist.golden``.

Run it once for each released version, from the root of a clone, and commit the folder that it
makes. A folder is never changed afterwards.
"""

import json
from pathlib import Path

import numpy as np

import sknn

FOLDER = Path(__file__).parent / "golden"
#: The cases of models.py that are kept, and how many rows with what is predicted of them.
NAMES = [
    "binary", "classes", "labels", "objects", "numbers", "quantiles", "rich", "members",
    "activation prelu", "embedding pbld", "loss hinge", "table of two", "table of quantiles",
]  # fmt: skip
N_ROWS = 5


def as_lists(value):
    """An array as JSON has it; texts and numbers stay what they are."""
    return np.asarray(value).tolist()


def main():
    from tests.persist.models import answers, fitted

    folder = FOLDER / sknn.__version__
    folder.mkdir(parents=True)  # and fail where there is one
    expected = {}
    for name in NAMES:
        estimator, rows = fitted(name)
        rows = rows[:N_ROWS]
        sknn.save(estimator, folder / f"{name.replace(' ', '_')}.sknn")
        columns = list(rows.columns) if hasattr(rows, "columns") else None
        shown = rows.astype(object).where(rows.notna(), None).map(str_of_date) if columns else rows
        expected[name] = {
            "columns": columns,
            "rows": as_lists(shown),
            "answers": {key: as_lists(v) for key, v in answers(estimator, rows).items()},
        }
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


def str_of_date(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


if __name__ == "__main__":
    main()
