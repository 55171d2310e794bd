"""The documentation that both tabular estimators share, written once."""

import textwrap
from typing import TypeVar

__all__ = ["documented"]

COMMON = """\
effort : {"fast", "default", "best"}, default="default"
    How much work goes into the model: members, steps and width. Every parameter below that is
    ``"auto"`` follows it, and most also the size of the table.

categorical_features : "from_dtype", array-like of bool, int or str, or None, \
default="from_dtype"
    The columns that are categories, as in scikit-learn's ``HistGradientBoostingClassifier``:
    strings, objects, categories and booleans of a DataFrame; or a mask, indices or names; or None.

max_one_hot : int >= 0 or None, default=8
    The most levels of a category that become one column each. A category with more levels is
    embedded: each level becomes 8 learned numbers. None: never.

hidden_layer_sizes : int, array-like, Layers or "auto", default="auto"
    Units of each hidden layer of a member.

activation : str, Activation, tuple or "auto", default="auto"
    Activation of a member; by default SELU for a classifier and Mish for a regressor, with a share
    that is learned for each unit (``Parametric``).

embedding : str, Embedding, None or "auto", default="auto"
    What columns of numbers become before the first layer.

dropout : float in [0, 1) or "auto", default="auto"
    Share of the units that is silenced in each step at the beginning; it falls to 0.

weight_decay : float >= 0 or "auto", default="auto"
    Decay of the weights at the beginning; it falls to 0.

learning_rate : str, Schedule or "auto", default="auto"
    How the learning rate moves; by default it rises and falls once (``OneCycle``).

learning_rate_init : float > 0 or "auto", default="auto"
    Its largest value, for the parametrization ``"ntk"``.

batch_size : int, float, "full" or "auto", default="auto"
    Rows of a step.

max_iter : int >= 1 or "auto", default="auto"
    Epochs of a member.

n_iter_no_change : int >= 1, inf or "auto", default="auto"
    Stop a member after so many epochs without improvement; by default after twice the epochs up to
    its best one, and some more.

n_folds : int >= 1 or "auto", default="auto"
    The rows are cut into so many folds, and each member is trained on all but one and validated on
    that one. With 1 all members hold out the same ``validation_fraction``.

n_repeats : int >= 1 or "auto", default="auto"
    How often the rows are cut anew; there are ``n_folds * n_repeats`` members.

validation_fraction : float in (0, 1), default=0.2
    Share of the rows that is held out under ``n_folds=1``.

scoring : str, callable or None, default={scoring}
    What picks the epoch, the same for all members, by its mean over the members on the rows that
    they do not train on: ``"loss"``; ``"refined_loss"``, the log-loss after the temperature that
    suits these rows best; None, which is accuracy or R^2; the name of a scikit-learn scorer, or a
    callable ``scorer(estimator, X, y)``, which is given the encoded rows. Of epochs whose loss is
    hardly above the least one, the last is taken.

{own}

time_limit : float > 0 or None, default=None
    Seconds that ``fit`` may take. Where there is not enough time for all epochs, fewer are planned,
    and if need be fewer members.

n_jobs : int or None, default=None
    Members, or stacks of narrow ones, that are trained at the same time, in threads. The model does
    not depend on it.

random_state : int, RandomState instance or None, default=None
    Source of the folds, starting weights, order of the rows and dropout.

verbose : bool or int, default=False
    Show a progress bar for the epochs of all members.

callbacks : str, Callback, list of them or None, default=None
    Called at the joints of each member's training.

member_params : dict or None, default=None
    Any other parameter of {member}, such as ``{"normalization": "layer"}``; not its callbacks
    and its random_state."""

ATTRIBUTES = """\
encoder_ : TableEncoder
    What turns rows into the numbers that the members take.

estimators_ : list of {member}
    The members. They take encoded rows.

n_iter_ : int
    Most epochs of a member.

n_parameters_ : int
    Numbers that are learned, by all members.

history_ : dict of list
    The tables of their training below each other, with the number of the member.

n_features_in_ : int
    Columns of X.

feature_names_in_ : array of str
    Their names, where X had names."""

NOTES = """\
Notes
-----
Equal rows count as one row of their total weight, and the model does not depend on the order of
the rows. With a ``random_state`` it is the same for any ``n_jobs`` and number of threads.

References
----------
Holzmüller, Grinsztajn, Steinwart (2024), "Better by default: strong pre-tuned MLPs and boosted
trees on tabular data", arXiv:2407.04491, for most parts of the recipe."""

ClassT = TypeVar("ClassT", bound=type)


def documented(own: str, member: str, scoring: str):
    """Fill the shared sections into the docstring of a class.

    Parameters
    ----------
    own : str
        The parameters that only this estimator has.
    member : str
        The class of its members.
    scoring : str
        What picks the epoch.
    """

    def fill(cls: ClassT) -> ClassT:
        text = cls.__doc__ or ""
        sections = {"{common}": COMMON, "{attributes}": ATTRIBUTES, "{notes}": NOTES}
        for mark, section in sections.items():
            section = section.replace("{own}", own.strip("\n")).replace("{member}", f"``{member}``")
            section = section.replace("{scoring}", repr(scoring).replace("'", '"'))
            text = text.replace(mark, textwrap.indent(section, "    ").lstrip())
        cls.__doc__ = text
        return cls

    return fill
