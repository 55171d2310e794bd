"""The plan of Hyperband: which bracket trains how many candidates for how many epochs."""

from dataclasses import dataclass

__all__ = ["Bracket", "plan"]


@dataclass(frozen=True)
class Bracket:
    """One race: many candidates for a few epochs, and fewer and fewer for longer.

    Parameters
    ----------
    number : int
        How often candidates are left behind.
    n_candidates : tuple of int
        Candidates on each rung.
    n_epochs : tuple of int
        Epochs that each of them has been trained for when the rung ends.

    Examples
    --------
    >>> bracket = Bracket(2, (9, 3, 1), (1, 3, 9))
    >>> bracket.total
    21
    """

    number: int
    n_candidates: tuple[int, ...]
    n_epochs: tuple[int, ...]

    @property
    def total(self) -> int:
        """Epochs of all candidates together, each trained on from where it was."""
        before = (0, *self.n_epochs[:-1])
        each = zip(self.n_candidates, self.n_epochs, before, strict=True)
        return sum(n * (epochs - already) for n, epochs, already in each)


def plan(
    max_epochs: int, min_epochs: int = 1, eta: int = 3, n_brackets: int | None = None
) -> list[Bracket]:
    """The brackets of Hyperband, the one with the most candidates first.

    With R epochs at most and r at least, s_max is the largest s with r eta^s <= R. Bracket s
    begins with n = ceil((s_max + 1) eta^s / (s + 1)) candidates for R / eta^s epochs; on rung i
    there are n / eta^i of them, trained for R / eta^(s - i) epochs, both rounded down. All of it
    in integers: the logarithm of 243 to the base 3 is 4.999... in floating point, which loses a
    bracket.

    Parameters
    ----------
    max_epochs : int
        R.
    min_epochs : int, default=1
        r.
    eta : int, default=3
        One in eta is promoted.
    n_brackets : int, optional
        Only so many, from the first on; all by default.

    Returns
    -------
    brackets : list of Bracket

    References
    ----------
    Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar, Hyperband, JMLR 18 (2018), algorithm 1.

    Examples
    --------
    >>> for bracket in plan(9):
    ...     print(bracket.n_candidates, bracket.n_epochs)
    (9, 3, 1) (1, 3, 9)
    (5, 1) (3, 9)
    (3,) (9,)
    >>> sum(bracket.total for bracket in plan(81))
    1581
    """
    most = 0
    while min_epochs * eta ** (most + 1) <= max_epochs:
        most += 1
    brackets = []
    for s in range(most, -1, -1):
        n = -(-(most + 1) * eta**s // (s + 1))
        rungs = range(s + 1)
        brackets.append(
            Bracket(
                s,
                tuple(n // eta**i for i in rungs),
                tuple(max_epochs // eta ** (s - i) for i in rungs),
            )
        )
    return brackets[:n_brackets]
