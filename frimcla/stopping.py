"""When a pair stops early: far behind the best and surely so, over folds that both went through.

Pairs race (Maron & Moore, NIPS 6, 1994, 59; Artif. Intell. Rev. 11, 1997, 193): all go through the
same folds in the same order, and after each of them, from the third on, those stop that cannot be
expected to catch up. Nothing but scores of the same folds decides, so that neither workers nor
their order do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import attrs
import numpy as np

from .contracts import Array
from .stats.checked import denoised, largest, settled

FEWEST = 3
"""Folds that every pair goes through."""
LEVEL = 0.01
"""One-sided p of being worse, below which a pair may stop."""
ROPES = 5
"""Regions of practical equivalence by which it must trail as well."""


@attrs.frozen(kw_only=True)
class Rule:
    """What makes a pair stop.

    Attributes:
        margin: It must trail by more than this, in the unit of the scores.
        ratio: Test images over training images of a fold, for the corrected t.
        grain: By how much one image changes the score of a fold: differences are not known better,
            even where they are all alike.
    """

    margin: float
    ratio: float
    grain: float = 0.0

    @classmethod
    def of(cls, rope: float, folds: int, images: int) -> Rule:
        """Return the rule of a study with a *rope*, so many outer *folds*, and *images*."""
        return cls(margin=ROPES * rope, ratio=1 / (folds - 1), grain=folds / images)

    def behind(self, scores: Array) -> Array:
        """Say which pairs stop after these folds.

        A pair stops where, against the pair with the best mean, the one-sided p of Nadeau and
        Bengio's corrected t (Mach. Learn. 52, 2003, eq. 9; `frimcla.stats.corrected`) is below
        `LEVEL`, and it trails by more than `margin`. Their variance is taken for that of one image
        at least: three folds of six images in which a pair has one less right prove nothing.

        Args:
            scores: Of all pairs that still run, higher is better, (n, C).

        Returns:
            ``bool`` (C,).
        """
        from scipy import stats

        n = len(scores)
        best = int(np.argmax(settled(scores.mean(axis=0))))
        gaps = scores[:, [best]] - scores
        mean = gaps.mean(axis=0)
        spread = np.maximum(gaps.var(axis=0, ddof=1), self.grain**2)
        error = np.sqrt((1 / n + self.ratio) * spread)
        far = denoised(mean - self.margin, scale=max(largest(scores), self.margin)) > 0
        return np.asarray(far & (mean > stats.t.isf(LEVEL, n - 1) * error))


class Standings(NamedTuple):
    """Where a race of C pairs through F folds stands.

    Attributes:
        running: Who still runs, or arrived; not those that lack a score of a fold that they went
            through, (C,).
        folds: After how many folds a pair was stopped, F for the others, (C,).
        shared: Folds that all who run have behind them.
        wanted: Which folds they have to go through next, (F, C); nothing at the end.
    """

    running: Array
    folds: Array
    shared: int
    wanted: Array


def standings(scores: Array, there: Array, rule: Rule | None) -> Standings:
    """Say where a race stands: who stops is decided once all have gone through the same folds.

    Args:
        scores: Of the whole race, by fold and pair, (F, C); nan where there is none.
        there: Which folds pairs have gone through, with a score or without, (F, C).
        rule: What makes a pair stop; None: all folds may be gone through at once.
    """
    total, count = there.shape
    running = np.asarray(~(there & np.isnan(scores)).any(axis=0))
    folds, at_once = np.full(count, total), total
    for done in range(FEWEST, total) if rule else ():
        if not there[:done, running].all():
            at_once = done
            break
        out = _out(scores[:done], running, rule)
        running, folds = running & ~out, np.where(out, done, folds)
    wanted = running & ~there & (np.arange(total) < at_once)[:, None]
    lacking = np.flatnonzero(wanted.any(axis=1))
    return Standings(running, folds, int(lacking[0]) if len(lacking) else total, wanted)


def race(scores: Array, rule: Rule) -> Array:
    """Say who arrives where all folds have been gone through: who lacks one, drops out there.

    Args:
        scores: By fold and pair, higher is better, (F, C); nan where there is none.
        rule: What makes a pair stop.

    Returns:
        ``bool`` (C,).
    """
    running = np.ones(scores.shape[1], bool)
    for done, row in enumerate(scores, start=1):
        running = running & ~np.isnan(row)
        if FEWEST <= done < len(scores):
            running = running & ~_out(scores[:done], running, rule)
    return running


def _out(scores: Array, running: Array, rule: Rule | None) -> Array:
    """Say who of those that run stops after these folds, (C,)."""
    out = np.zeros_like(running)
    if rule and running.any():
        out[running] = rule.behind(scores[:, running])
    return out


def leader(scores: Array, running: Array, names: Sequence[str]) -> int | None:
    """Return the pair with the best mean of those that run; equals by name; None where none does.

    Args:
        scores: By fold and pair, higher is better, (n, C).
        running: Who runs, (C,).
        names: What pairs are called, C.
    """
    if not (some := np.flatnonzero(running)).size:
        return None
    means = settled(scores[:, some].mean(axis=0))
    ranked = zip(-means, (names[int(one)] for one in some), some.tolist(), strict=True)
    return int(min(ranked)[2])
