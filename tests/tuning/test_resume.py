"""A search whose process is killed goes on where it was, to the same table."""

import json
import pickle
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

#: An estimator that kills its process after some calls. A module, since classes of a script are
#: pickled with a copy of what they count in.
MORTAL = """
import os, signal
from sklearn.linear_model import SGDClassifier

n_before_the_end = n_done = 0

class Mortal(SGDClassifier):
    def fit(self, X, y):
        count()
        return super().fit(X, y)

    def partial_fit(self, X, y, classes=None):
        count()
        return super().partial_fit(X, y, classes=classes)

def count():
    global n_done
    n_done += 1
    if n_done > n_before_the_end:
        os.kill(os.getpid(), signal.SIGKILL)
"""

CODE = """
import pickle, sys
from scipy.stats import loguniform
from sklearn.datasets import make_classification
from sknn.tuning import BayesSearchCV, HyperbandSearchCV
import mortal

mortal.n_before_the_end, folder, settings = int(sys.argv[1]), sys.argv[2], eval(sys.argv[3])
X, y = make_classification(90, 5, random_state=0)
Search = HyperbandSearchCV if "max_epochs" in settings else BayesSearchCV
space = {"alpha": loguniform(1e-5, 1e-1), "penalty": ["l1", "l2"]}
search = Search(mortal.Mortal(random_state=0), space, cv=2, random_state=0, refit=False,
                checkpoint=None if folder == "none" else folder, **settings).fit(X, y)
print(mortal.n_done, file=sys.stderr)
results = {k: v for k, v in search.cv_results_.items() if "_time" not in k}
sys.stdout.buffer.write(pickle.dumps(results))
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "mortal.py").write_text(MORTAL)

    def started(n_before_the_end, folder, settings):
        command = [sys.executable, "-c", CODE, str(n_before_the_end), str(folder), repr(settings)]
        return subprocess.run(command, capture_output=True, check=False, cwd=tmp_path)

    return started


@pytest.mark.parametrize(
    ("settings", "n_each"),
    [
        ({"n_iter": 7, "n_points": 2}, 5),  # in the middle of a pair, and between two
        ({"max_epochs": 9}, 55),  # on the way to a rung, and after one
        ({"max_epochs": 9, "strategy": "asha", "sampler": "tpe", "n_points": 2}, 55),
    ],
)
def test_killed_again_and_again(tmp_path, run, settings, n_each):
    alone = run(10_000, "none", settings)
    assert alone.returncode == 0, alone.stderr.decode()
    expected, n_needed = pickle.loads(alone.stdout), int(alone.stderr)
    n_deaths, n_lines = 0, 0
    while (done := run(n_each, tmp_path, settings)).returncode == -signal.SIGKILL:
        n_deaths += 1
        (path,) = tmp_path.glob("*.jsonl")
        n_now = path.read_bytes().count(b"\n")
        assert n_now > n_lines  # each life gets further
        n_lines = n_now
    assert done.returncode == 0, done.stderr.decode()
    assert n_deaths >= 2
    assert int(done.stderr) < n_needed
    results = pickle.loads(done.stdout)
    assert results.keys() == expected.keys()
    for name in expected:
        assert list(results[name]) == list(expected[name]), name


def test_lost_and_half_written_files(tmp_path, run):
    settings = {"max_epochs": 9}
    expected = pickle.loads(run(10_000, "none", settings).stdout)
    assert run(60, tmp_path, settings).returncode == -signal.SIGKILL
    (path,) = tmp_path.glob("*.jsonl")
    path.write_bytes(path.read_bytes()[:-7])  # the last line was not on disk yet
    states = list(path.with_suffix("").glob("*.pickle"))
    assert states
    for state in states:  # nor were the estimators
        state.unlink()
    done = run(10_000, tmp_path, settings)
    assert done.returncode == 0, done.stderr.decode()
    results = pickle.loads(done.stdout)
    for name in expected:
        assert list(results[name]) == list(expected[name]), name
    assert not list(path.with_suffix("").glob("*.pickle"))  # none is left behind
    header = json.loads(path.read_text().splitlines()[0].partition(" ")[2])
    assert header["search"] == "HyperbandSearchCV"
