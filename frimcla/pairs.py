"""Pairs: the mean of each with its interval, and each against every other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import attrs

from .number import Number
from .predictions import Labels
from .scoring import metric_of, unit_of
from .selection import Selection
from .stats.corrected import Corrected, corrected_t
from .stats.multiplicity import holm

FEW = 12
"""Pairs up to which all of them are compared with each other, not only the best of each
extractor: 66 comparisons, which a picture can show and Holm does not drown."""


@attrs.frozen(kw_only=True, eq=False)
class Between:
    """Two pairs: the better one first.

    Attributes:
        first: The pair with the better mean.
        second: The other.
        difference: Of their scores, in the metric's direction.
        p: Its p, adjusted by Holm over all comparisons.
    """

    first: Labels
    second: Labels
    difference: Corrected
    p: float


def mean_of(selection: Selection, pair: Labels) -> Number:
    """Return the mean of a pair over all folds, with Nadeau and Bengio's interval."""
    judge, scores = selection.judge, selection.cells[pair].scores
    found = corrected_t(scores.ravel(), ratio=1 / (scores.shape[1] - 1))
    low: float | None
    high: float | None
    low, high, how = found.low, found.high, "corrected t"
    if found.degenerate:
        low, high, how = None, None, "all alike: no interval"
    elif metric_of(judge.recipe).share:
        low, high = max(0.0, found.low), min(1.0, found.high)
    return Number(
        value=selection.cells[pair].mean,
        unit=unit_of(judge),
        metric=judge.recipe.label,
        method=f"mean of {scores.size} folds, {how}; optimistic of the best of many",
        low=low,
        high=high,
    )


def contenders(selection: Selection) -> tuple[Labels, ...]:
    """Return whom to compare with each other: all pairs if few, else each extractor's best."""
    if len(selection.cells) <= FEW:
        return selection.ranking
    best = {selection.best_of(extractor) for extractor in selection.extractors}
    return tuple(pair for pair in selection.ranking if pair in best)


def pairwise(selection: Selection, pairs: Sequence[Labels]) -> tuple[Between, ...]:
    """Compare all of *pairs*, best first, by Nadeau and Bengio's corrected t with Holm."""
    sign, (_, folds) = selection.judge.sign, selection.cells[selection.winner].scores.shape
    both = list(combinations(pairs, 2))
    if not both:
        return ()
    tests = [
        corrected_t(
            sign * (selection.cells[one].scores - selection.cells[other].scores).ravel(),
            ratio=1 / (folds - 1),
        )
        for one, other in both
    ]
    adjusted = holm([test.p for test in tests])
    return tuple(
        Between(first=one, second=other, difference=test, p=float(p))
        for (one, other), test, p in zip(both, tests, adjusted, strict=True)
    )
