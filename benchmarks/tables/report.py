"""Tables in Markdown of how models compare, over the tables and repeats that all of them have."""

import statistics

import numpy as np

__all__ = ["METRICS", "Results", "lines"]

#: What is compared, and the scores that it is of; a table has the first of them that there is.
METRICS = {"error or nRMSE": ("error", "nrmse"), "log-loss": ("log_loss",)}
REFERENCES = ("lightgbm", "realmlp_td")
#: What a model costs: the name, how the number is shown, and the number of a result.
COSTS = (
    ("fit s", "{:.2f}", lambda r: r["fit_cpu_seconds"]),
    ("predict us/row", "{:.0f}", lambda r: 1e6 * r["predict_seconds"] / r["n_test"]),
    ("one row ms", "{:.1f}", lambda r: 1e3 * r["predict_one_seconds"]),
    ("peak MB", "{:.0f}", lambda r: r["peak_mb"]),
    ("fit MB", "{:.0f}", lambda r: r["fit_mb"]),
)


class Results:
    """Results by table, repeat and model.

    Parameters
    ----------
    records : list of dict
        Lines of the results; of two with the same key, the last counts.
    wanted : list of str or None
        Models to show; by default all that there are.
    """

    def __init__(self, records, wanted=None):
        there = dict.fromkeys(record["model"] for record in records)
        self.models = [model for model in there if model in (wanted or there)]
        shown = [record for record in records if record["model"] in self.models]
        self.failures = [record for record in shown if "failure" in record]
        self.settings = {r["model"]: r["settings"] for r in shown if r["settings"] is not None}
        self.by_pair = {}
        for record in records:
            if "failure" not in record:
                pair = record["table"], record["repeat"]
                self.by_pair.setdefault(pair, {})[record["model"]] = record
        needed = {*self.models, "dummy"}
        self.pairs = [pair for pair, found in self.by_pair.items() if needed <= found.keys()]
        if self.pairs:  # the best first
            scores = self.scores(next(iter(METRICS)))
            self.models = [self.models[i] for i in np.argsort(-scores, kind="stable")]

    def losses(self, metric):
        """The pairs that have a metric, the losses of each model there, and those of the dummy."""
        pairs, rows, dummies = [], [], []
        for pair in self.pairs:
            found = self.by_pair[pair]
            name = next((m for m in METRICS[metric] if m in found["dummy"]), None)
            if name:
                pairs.append(pair)
                rows.append([found[model][name] for model in self.models])
                dummies.append(found["dummy"][name])
        return pairs, np.array(rows).reshape(len(pairs), -1), np.array(dummies)

    def scores(self, metric):
        """The mean of each model: the dummy, and what is worse, has 0, and the best has 1."""
        _, losses, dummies = self.losses(metric)
        room = dummies - losses.min(axis=1, initial=np.inf)
        gained = np.maximum(dummies[:, None] - losses, 0)
        return (gained[room > 0] / room[room > 0, None]).mean(axis=0)

    def median(self, model, cost):
        """The median of what a model costs; ``cost`` takes a record."""
        return statistics.median(cost(self.by_pair[pair][model]) for pair in self.pairs)


def wins(losses):
    """How often each model beats each other, ties half: an array (models, models)."""
    one, other = losses[:, :, None], losses[:, None, :]
    return ((one < other) + 0.5 * (one == other)).mean(axis=0)


def lines(results):
    """The whole report."""
    if not results.pairs:
        yield "There is no table that all of these models, and the dummy, have results on."
        return
    yield "# Accuracy on tables"
    yield ""
    tables = dict.fromkeys(table for table, _ in results.pairs)
    yield (
        f"{len(results.pairs)} pairs of table and repeat that all models have, of {len(tables)} "
        f"tables. {_versions(results)} One thread. *Score* is 0 for the dummy, or what is worse, "
        "and 1 for the best model here on that table and repeat; *wins* is the share of pairs "
        "with a lower loss, ties half. Costs are medians: processor seconds of a fit, "
        "microseconds of a row where the whole test part is predicted, milliseconds of one row on "
        "its own, megabytes of the process at its peak, and what the fit added. A model off the "
        "line of the figure is no more accurate than a faster one on it."
    )
    yield ""
    yield from _summary(results)
    for metric in METRICS:
        if results.losses(metric)[0]:
            yield from _by_table(results, metric)
            yield from _paired(results, metric)
    for model, settings in results.settings.items():
        yield f"- {model}: `{settings}`"
    if results.settings:
        yield ""
    if results.failures:
        yield "## Failures"
        yield ""
        for record in results.failures:
            place = f"{record['model']}, {record['table']}, repeat {record['repeat']}"
            yield f"- {place}: {record['failure']}"
        yield ""


def _summary(results):
    """A row for each model: how accurate it is, and what it costs."""
    columns = []
    for metric in METRICS:
        _, losses, _ = results.losses(metric)
        if not len(losses):
            continue
        ranks, beaten = (1 + _below(losses)).mean(axis=0), wins(losses)
        columns.append((f"score ({metric})", "{:.3f}", results.scores(metric)))
        columns.append(("rank", "{:.1f}", ranks))
        for reference in REFERENCES:
            if reference in results.models:
                share = beaten[:, results.models.index(reference)]
                columns.append((f"wins against {reference}", "{:.2f}", share))
    for name, form, cost in COSTS:
        columns.append((name, form, [results.median(model, cost) for model in results.models]))
    yield f"| model | {' | '.join(name for name, _, _ in columns)} |"
    yield "|---|" + "---:|" * len(columns)
    for i, model in enumerate(results.models):
        shown = [form.format(values[i]) for _, form, values in columns]
        yield f"| {model} | {' | '.join(shown)} |"
    yield ""


def _below(losses):
    """How many models are better than each, those as good half."""
    one, other = losses[:, :, None], losses[:, None, :]
    return (other < one).sum(axis=2) + 0.5 * ((other == one).sum(axis=2) - 1)


def _by_table(results, metric):
    """The mean over repeats on each table, the best in bold."""
    pairs, losses, _ = results.losses(metric)
    yield f"## {metric[0].upper()}{metric[1:]} on each table, mean over repeats"
    yield ""
    yield f"| table | {' | '.join(results.models)} |"
    yield "|---|" + "---:|" * len(results.models)
    for table in dict.fromkeys(table for table, _ in pairs):
        means = losses[[own == table for own, _ in pairs]].mean(axis=0)
        shown = [f"**{m:.4f}**" if m == means.min() else f"{m:.4f}" for m in means]
        yield f"| {table} | {' | '.join(shown)} |"
    yield ""


def _paired(results, metric):
    """How often the model of a row beats that of a column."""
    pairs, losses, _ = results.losses(metric)
    yield f"## Wins in {metric}: the row against the column, {len(pairs)} pairs, ties half"
    yield ""
    yield f"| | {' | '.join(results.models)} |"
    yield "|---|" + "---:|" * len(results.models)
    for i, row in enumerate(wins(losses)):
        shown = ["" if i == j else f"{share:.2f}" for j, share in enumerate(row)]
        yield f"| {results.models[i]} | {' | '.join(shown)} |"
    yield ""


def _versions(results):
    """The libraries that took part, and where."""
    found, processors = set(), set()
    for pair in results.pairs:
        for model in results.models:
            record = results.by_pair[pair][model]
            found |= {f"{name} {version}" for name, version in record["versions"].items()}
            processors.add(record["processor"])
    return f"{', '.join(sorted(found, key=str.lower))}; {', '.join(sorted(processors))}."
