"""Scores to a comparison: which pairs differ, and which may be taken in place of the best.

Decides by `frimcla.stats.strict`; tests of 2019 (`classic`) are only shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any

import attrs
import numpy as np

from .contracts import Array
from .predictions import Labels
from .selection import Selection, told_pair
from .stats.bayes import Posterior
from .stats.classic import classic
from .stats.corrected import Corrected, corrected_t
from .stats.multiplicity import holm
from .stats.rows import Classic, Strict
from .stats.strict import strict

EQUIVALENT, TOO_MUCH = 0.95, 0.05
"""P(within the rope) from which on two pairs are called equivalent; P(worse by more than the rope)
up to which a pair is recommended in place of the best."""
MOST_REPEATS = 100
"""Repeats beyond which more of them are no advice."""


class Standing(StrEnum):
    """What a pair is beside the best."""

    EQUIVALENT = "equivalent"
    RECOMMENDED = "recommended"
    UNDECIDED = "undecided"
    WORSE = "worse"


@attrs.frozen(kw_only=True)
class Comparison:
    """The best pair against another; differences are best - other, in the metric's direction.

    Attributes:
        difference: Corrected t and interval; above 0 where the best is better.
        p: Its p, adjusted by Holm over all other pairs.
        other: Probabilities that the *other* is worse by more than the rope, equivalent, or
            better by more than it.
        standing: What follows.
        repeats: Repeats of the cross-validation that might decide, if undecided; 0 where no
            number of them would, with differences as they are.
    """

    difference: Corrected
    p: float
    other: Posterior
    standing: Standing
    repeats: int | None = None


@attrs.frozen(kw_only=True, eq=False)
class Comparisons:
    """Everything that was tested.

    Attributes:
        statistics: Whose tests the rows show: ``"strict"`` or ``"classic"``.
        rows: Per extractor, its classifiers compared; extractors whose pairs all failed lack.
        best: The best pair of each extractor, compared with each other.
        grid: All pairs, compared with each other.
        against: Every pair but the best.
        control: The best pair of all controls; None where the study has none.
        beyond: The best pair of every other extractor less the control: corrected t and interval,
            and its p, adjusted by Holm over these extractors.
    """

    statistics: str
    rows: Mapping[str, Strict | Classic]
    best: Strict | Classic
    grid: Strict
    against: Mapping[Labels, Comparison]
    control: Labels | None
    beyond: Mapping[Labels, tuple[Corrected, float]]

    def standing(self, *wanted: Standing) -> tuple[Labels, ...]:
        """Return the pairs of some standings, in the order of the ranking."""
        return tuple(pair for pair, one in self.against.items() if one.standing in wanted)

    def no_better_than_control(self, alpha: float) -> tuple[Labels, ...]:
        """Return the extractors, by their best pair, that were not found better than a control."""
        return tuple(
            pair for pair, (gap, p) in self.beyond.items() if not (gap.mean > 0 and p < alpha)
        )


def compared(
    selection: Selection,
    *,
    controls: Collection[str] = (),
    statistics: str = "strict",
    alpha: float = 0.05,
    rope: float = 0.01,
) -> Comparisons:
    """Compare the pairs of *selection*.

    Args:
        selection: All pairs under the deciding metric.
        controls: Labels of extractors that see nothing of what the others are meant to see.
        statistics: Whose tests the rows show.
        alpha: Level of every test.
        rope: Half width of the region where a difference does not matter, in the metric's unit.
    """
    names = {pair: told_pair(pair) for pair in selection.cells}
    repeats, folds = selection.cells[selection.winner].scores.shape
    ratio = 1 / (folds - 1)

    def tested(pairs: Sequence[Labels], labels: Sequence[str]) -> Strict:
        scores = _matrix(selection, pairs)
        return strict(scores, labels, ratio=ratio, repeats=repeats, alpha=alpha, rope=rope)

    def row(pairs: Sequence[Labels], labels: Sequence[str]) -> Strict | Classic:
        if statistics == "strict":
            return tested(pairs, labels)
        return classic(_matrix(selection, pairs)[:folds], labels, alpha=alpha)

    best = [pair for name in selection.extractors if (pair := selection.best_of(name))]
    grid = tested(selection.ranking, [names[pair] for pair in selection.ranking])
    return Comparisons(
        statistics=statistics,
        rows={
            name: row(pairs, [classifier for _, classifier in pairs])
            for name in selection.extractors
            if (pairs := [pair for pair in selection.cells if pair[0] == name])
        },
        best=row(best, [names[pair] for pair in best]),
        grid=grid,
        against={
            pair: _standing(grid, names[pair], folds=folds, repeats=repeats, alpha=alpha, rope=rope)
            for pair in selection.ranking[1:]
        },
        **_beyond(selection, best, controls, ratio),
    )


def _beyond(
    selection: Selection, best: Sequence[Labels], controls: Collection[str], ratio: float
) -> dict[str, Any]:
    """Compare the best pair of each extractor with the best of the controls."""
    control = next((pair for pair in selection.ranking if pair[0] in controls), None)
    others = [pair for pair in best if pair[0] not in controls]
    if control is None or not others:
        return {"control": control, "beyond": {}}
    scores = _matrix(selection, [control, *others])
    gaps = [corrected_t(column - scores[:, 0], ratio=ratio) for column in scores.T[1:]]
    adjusted = holm([gap.p for gap in gaps])
    found = {pair: (gap, float(p)) for pair, gap, p in zip(others, gaps, adjusted, strict=True)}
    return {"control": control, "beyond": found}


def _matrix(selection: Selection, pairs: Sequence[Labels]) -> Array:
    """Return the scores of pairs, higher is better, (repeats x folds, pairs)."""
    sign = selection.judge.sign
    return sign * np.stack([selection.cells[pair].scores.ravel() for pair in pairs], axis=1)


def _standing(
    grid: Strict, name: str, *, folds: int, repeats: int, alpha: float, rope: float
) -> Comparison:
    found = grid.against[name]
    best = found.posterior  # of the best less the other: the other's mirror image
    other = best._replace(worse=best.better, better=best.worse)
    if other.equivalent >= EQUIVALENT:
        standing = Standing.EQUIVALENT
    elif other.worse <= TOO_MUCH:
        standing = Standing.RECOMMENDED
    else:
        standing = Standing.WORSE if found.worse else Standing.UNDECIDED
    needed = None
    if standing is Standing.UNDECIDED:
        level = alpha / len(grid.against)
        needed = _repeats(found.difference, folds, repeats, rope=rope, level=level)
    return Comparison(
        difference=found.difference, p=found.p, other=other, standing=standing, repeats=needed
    )


def _repeats(seen: Corrected, folds: int, done: int, *, rope: float, level: float) -> int:
    """Return the repeats that would decide if differences stay as they are; 0 if none would.

    Their mean gets surer with repeats, but not without end: training sets go on overlapping.
    """
    from scipy import stats

    if seen.degenerate:  # surer than sure it cannot get
        return 0
    for repeats in range(done + 1, MOST_REPEATS + 1):
        n = repeats * folds
        scale = ((1 / n + 1 / (folds - 1)) * seen.variance) ** 0.5
        worse = float(stats.t.sf((rope - seen.mean) / scale, n - 1))
        p = 2 * float(stats.t.sf(abs(seen.mean) / scale, n - 1))
        if worse <= TOO_MUCH or p < level:
            return repeats
    return 0
