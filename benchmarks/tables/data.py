"""Tables to learn from: those of a folder, or scikit-learn's own and two that are generated.

A folder has a file NAME.csv.gz for each table, with what is to be predicted in the column
``target``, and a file meta.json that gives the ``task`` (``"binary"``, ``"multiclass"`` or
``"regression"``) and the ``categorical`` columns of each by name. An empty cell is missing.
"""

import json

__all__ = ["load", "names", "split"]

BUNDLED = ("breast_cancer", "wine", "digits", "diabetes", "iris", "mixed_classes", "mixed_numbers")


def names(folder):
    """The names of all tables."""
    return list(_meta(folder)) if folder else list(BUNDLED)


def load(name, folder=None, rows=None):
    """A table by name: its columns, what is to be predicted, and whether those are classes.

    Categories are columns of pandas' ``category``, numbers of float64, and classes are counted from
    zero. With ``rows`` it is a sample of so many.
    """
    import numpy as np
    from sklearn.model_selection import train_test_split

    X, y, is_classification = _from_folder(name, folder) if folder else _bundled(name)
    if is_classification:
        y = np.unique(y, return_inverse=True)[1]
    if rows and rows < len(X):
        X, _, y, _ = train_test_split(
            X, y, train_size=rows, random_state=0, stratify=y if is_classification else None
        )
    return X, y, is_classification


def split(X, y, is_classification, repeat):
    """Three quarters to train on, and one to test on."""
    from sklearn.model_selection import train_test_split

    stratify = y if is_classification else None
    return train_test_split(X, y, test_size=0.25, random_state=repeat, stratify=stratify)


def _meta(folder):
    return json.loads((folder / "meta.json").read_text(encoding="utf-8"))


def _from_folder(name, folder):
    import pandas as pd

    meta, path = _meta(folder)[name], folder / f"{name}.csv.gz"
    header = pd.read_csv(path, nrows=0).columns
    categorical = meta["categorical"]
    X = pd.read_csv(
        path,
        dtype=dict.fromkeys(categorical, str),
        keep_default_na=False,  # a category may be called NA
        na_values={column: [""] for column in header},
    )
    y = X.pop("target").to_numpy()
    types = {column: "category" if column in categorical else float for column in X}
    return X.astype(types), y, meta["task"] != "regression"


def _bundled(name):
    from sklearn import datasets

    if name.startswith("mixed"):
        return _mixed(name == "mixed_classes")
    table = getattr(datasets, f"load_{name}")(as_frame=True)
    return table.data.astype(float), table.target.to_numpy(), name != "diabetes"


def _mixed(is_classification, n=2000):
    """Three categories and Friedman's function of four numbers, with two more; some are missing."""
    import numpy as np
    import pandas as pd

    random = np.random.RandomState(0)
    numbers = random.uniform(size=(n, 6))
    levels = (2, 5, 12)
    codes = [random.randint(k, size=n) for k in levels]
    y = 10 * np.sin(np.pi * numbers[:, 0] * numbers[:, 1]) + 20 * (numbers[:, 2] - 0.5) ** 2
    y += 10 * numbers[:, 3]
    for k, code in zip(levels, codes, strict=True):
        y += random.normal(0, 2, k)[code]
    y += random.normal(size=n)
    X = pd.DataFrame(numbers, columns=[f"number_{j}" for j in range(6)])
    for j, code in enumerate(codes):
        X[f"category_{j}"] = pd.Series([f"level {c}" for c in code])
    X = X.mask(random.uniform(size=X.shape) < 0.05)
    X = X.astype({column: "category" for column in X if column.startswith("category")})
    if is_classification:
        y = np.digitize(y, np.quantile(y, [0.3, 0.8]))
    return X, y, is_classification
