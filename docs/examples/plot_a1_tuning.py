"""
One table, tuned in five ways
=============================

By hand, by grid, at random, by a model of what was good so far, and with early stopping: what each
finds for the same number of epochs. Each candidate is scored by cross-validation; the test rows are
looked at once, at the end.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import loguniform
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX
from sknn.plots import ParameterImportanceDisplay, RungsDisplay
from sknn.tuning import (
    BayesSearchCV,
    HyperbandSearchCV,
    PopulationGridSearchCV,
    PopulationRandomizedSearchCV,
)

warnings.simplefilter("ignore", ConvergenceWarning)  # 27 epochs are what all of them have
X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X, y, train_size=600, random_state=0)

EPOCHS = 27
network = MLPClassifierX(max_iter=EPOCHS, n_iter_no_change=EPOCHS, random_state=0)
pipeline = make_pipeline(StandardScaler(), network)
space = {
    "mlpclassifierx__hidden_layer_sizes": [16, 32, 64, 128],
    "mlpclassifierx__learning_rate_init": loguniform(1e-4, 1e-1),
    "mlpclassifierx__alpha": loguniform(1e-6, 1e1),
    "mlpclassifierx__dropout": [0.0, 0.2, 0.4],
}

# %%
# Hyperband's plan for 27 epochs takes as many epochs as about 16 networks in full, so the others
# get 16 candidates. By hand one changes one thing at a time.
rate, alpha, width = (
    f"mlpclassifierx__{name}" for name in ("learning_rate_init", "alpha", "hidden_layer_sizes")
)
by_hand = [{rate: [value]} for value in (0.001, 0.003, 0.01, 0.03)]
by_hand += [{rate: [0.01], alpha: [value]} for value in (1e-3, 1e-1, 1.0)]
by_hand += [{rate: [0.01], width: [value]} for value in (32, 64, 128)]
grid = {rate: [1e-3, 1e-2], alpha: [1e-4, 1e-1], width: [16, 32, 64, 128]}

common = {"cv": 3}
searches = {
    "by hand": PopulationGridSearchCV(pipeline, by_hand, **common),
    "grid": PopulationGridSearchCV(pipeline, grid, **common),
    "random": PopulationRandomizedSearchCV(pipeline, space, n_iter=16, random_state=0, **common),
    "Bayesian": BayesSearchCV(pipeline, space, n_iter=16, random_state=0, **common),
    "Hyperband": HyperbandSearchCV(pipeline, space, max_epochs=EPOCHS, random_state=0, **common),
}
for search in searches.values():
    search.fit(X, y)

# %%
# The best so far against the epochs that it took. Hyperband has many candidates, of which most get
# one epoch or three; only those that were trained in full are counted here.
figure, (left, right) = plt.subplots(
    1, 2, figsize=(9, 3.6), width_ratios=[3, 2], layout="constrained"
)
for name, search in searches.items():
    results = search.cv_results_
    scores = results["mean_test_score"]
    n_epochs = results.get("n_epochs", np.full(len(scores), EPOCHS))
    spent = np.array(n_epochs)
    if "rung" in results:  # a promoted candidate goes on from where it was
        last = dict.fromkeys(results["config_id"], 0)
        for row, candidate in enumerate(results["config_id"]):
            spent[row] = n_epochs[row] - last[candidate]
            last[candidate] = n_epochs[row]
    best = np.maximum.accumulate(np.where(n_epochs == EPOCHS, scores, -np.inf))
    shown = np.isfinite(best)
    left.step(np.cumsum(spent)[shown], best[shown], where="post", label=name)
left.set(xlabel="epochs on each fold", ylabel="best mean accuracy", ylim=(0.9, 0.97))
left.legend(frameon=False)

tests = {name: search.score(X_test, y_test) for name, search in searches.items()}
right.barh(list(tests), list(tests.values()), color="0.6")
for place, score in enumerate(tests.values()):
    right.text(score, place, f" {score:.3f}", va="center")
right.invert_yaxis()
right.set(xlabel="accuracy on the test rows", xlim=(0.85, 1.0))
plt.show()

# %%
# What Hyperband left behind, and what mattered.
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
RungsDisplay.from_estimator(searches["Hyperband"], ax=left)
ParameterImportanceDisplay.from_estimator(searches["Hyperband"], ax=right)
plt.show()
