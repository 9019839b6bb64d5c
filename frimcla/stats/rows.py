"""What a row of the table holds: everything that one extractor's classifiers were tested for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from numpy.typing import ArrayLike

from .assumptions import Check, Epsilons
from .bayes import Posterior
from .checked import Array, table
from .corrected import Corrected
from .effects import Effect

EXACT = "exact Wilcoxon"
"""What the test of two candidates by exact signed ranks is called."""


class Classic(NamedTuple):
    """One extractor's row; p values are those of the old program."""

    shapiro_pooled: Check
    levene: Check
    parametric: bool
    test: str
    statistic: float
    df: tuple[int, ...]
    p: float
    stars: str
    winner: str
    adjusted: Mapping[str, float]
    order: str
    cells: Mapping[str, str]


class Omnibus(NamedTuple):
    """Whether any candidates differ: the test that the branch chose, with its effect size."""

    test: str
    statistic: float
    df: tuple[float, ...]
    p: float
    effect: str
    size: Effect


class Against(NamedTuple):
    """The winner against one other candidate; differences are winner - other.

    Attributes:
        difference: Corrected t of the differences over all folds of all repeats.
        p: Its p, adjusted by Holm over all others.
        p_wilcoxon: Exact signed-rank p of the first repeat, adjusted by Holm.
        posterior: Probabilities that the winner is worse, equivalent, better.
        worse: Whether this one was found worse: omnibus and corrected test below alpha.
    """

    difference: Corrected
    p: float
    p_wilcoxon: float
    posterior: Posterior
    worse: bool


class Strict(NamedTuple):
    """One extractor's row.

    Attributes:
        shapiro_p: Normality of residuals; reported, and names the branch.
        levene_p: Equal spread.
        sphericity: Epsilons.
        parametric: Whether the parametric omnibus stands in the table.
        omnibus: It, or the other.
        other_omnibus: The other of the two, None for one candidate.
        stars: Of the omnibus.
        winner: Best mean over all folds of all repeats.
        mean_ranks: Over folds of the first repeat, 1 is best.
        against: Every other candidate.
        order: Who is worse than the winner, by corrected t: the headline.
        order_wilcoxon: The same by exact signed ranks, which are liberal on folds.
        wilcoxon_can: Whether signed ranks of so few folds could be significant at all.
    """

    shapiro_p: float
    levene_p: float
    sphericity: Epsilons
    parametric: bool
    omnibus: Omnibus
    other_omnibus: Omnibus | None
    stars: str
    winner: str
    mean_ranks: Mapping[str, float]
    against: Mapping[str, Against]
    order: str
    order_wilcoxon: str
    wilcoxon_can: bool


def labelled(scores: ArrayLike, names: Sequence[str]) -> tuple[Array, list[str]]:
    """Return scores (n, k), k of 1 or more, and their k distinct names.

    Raises:
        ValueError: They do not fit, or a name repeats.
    """
    values, labels = table(scores, rows=2, columns=1), [str(name) for name in names]
    if len(labels) != values.shape[1] or len(set(labels)) != len(labels):
        raise ValueError(
            f"names: {values.shape[1]} different names, one per column, are asked: {labels}"
        )
    return values, labels
