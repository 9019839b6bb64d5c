"""Ranks within blocks: Friedman's test, with Iman & Davenport's F, and its comparisons."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from .checked import Array, settled, table


class ChiSquare(NamedTuple):
    """Statistic, its p, and its degrees of freedom."""

    statistic: float
    p: float
    df: int


class FTest(NamedTuple):
    """Statistic, its p, and both degrees of freedom."""

    statistic: float
    p: float
    df: tuple[int, int]


def ranks(scores: ArrayLike, *, higher_is_better: bool = True) -> Array:
    """Return the rank of every candidate in its block, (n, k): 1 is best, ties share their mean.

    Scores are settled first (`checked.settled`), so that equal scores tie.
    """
    values = settled(table(scores))
    return np.asarray(stats.rankdata(-values if higher_is_better else values, axis=1))


def mean_ranks(scores: ArrayLike, *, higher_is_better: bool = True) -> Array:
    """Return the mean rank of every candidate, (k,)."""
    return np.asarray(ranks(scores, higher_is_better=higher_is_better).mean(axis=0))


def friedman(scores: ArrayLike, *, ties: bool = True) -> ChiSquare:
    """Test whether k candidates of (n, k) have equal mean ranks (Friedman, JASA 32, 1937, 675).

    ``Q = 12 n / (k (k + 1)) * sum (R_j - (k + 1) / 2)^2``, divided, with *ties*, by
    ``1 - sum (t^3 - t) / (n k (k^2 - 1))`` over all groups of t ties. Chi-squared, k - 1.
    Agrees with: scipy.stats.friedmanchisquare and R friedman.test (both with ties; scipy asks
    k of 3 or more, has no value without ties and nan where all tie). All tie: Q = 0, p = 1.

    Args:
        scores: Blocks x candidates.
        ties: Correct for ties. Without is what Demsar (JMLR 7, 2006, eq. 6) prints.
    """
    ranked = ranks(scores)
    n, k = ranked.shape
    statistic = 12 * n / (k * (k + 1)) * ((ranked.mean(axis=0) - (k + 1) / 2) ** 2).sum()
    if ties:
        free = 1 - _tied(ranked) / (n * k * (k * k - 1))
        statistic = statistic / free if free > 1e-12 else 0.0
    return ChiSquare(float(statistic), float(stats.chi2.sf(statistic, k - 1)), k - 1)


def iman_davenport(scores: ArrayLike, *, ties: bool = True) -> FTest:
    """Turn Friedman's Q into an F, less conservative (Iman & Davenport, Comm. Stat. A9, 1980, 571).

    ``F = (n - 1) Q / (n (k - 1) - Q)`` on k - 1 and (k - 1)(n - 1) degrees of freedom (Demsar
    2006, eq. 7). All blocks in the same order: F is infinite, p = 0. No library kept today has it.
    """
    values = table(scores)
    n, k = values.shape
    q = friedman(values, ties=ties).statistic
    df = k - 1, (k - 1) * (n - 1)
    left = n * (k - 1) - q
    if left <= 1e-9 * n * k:
        return FTest(float("inf"), 0.0, df)
    statistic = (n - 1) * q / left
    return FTest(float(statistic), float(stats.f.sf(statistic, *df)), df)


def kendalls_w(scores: ArrayLike) -> float:
    """Return how far the blocks agree on the order, 0 to 1: ``W = Q / (n (k - 1))``, with ties.

    Kendall & Babington Smith, Ann. Math. Stat. 10 (1939) 275.
    """
    values = table(scores)
    n, k = values.shape
    return float(friedman(values).statistic / (n * (k - 1)))


def rank_pairs(scores: ArrayLike) -> Array:
    """Compare mean ranks of every two candidates: raw two-sided p, (k, k), 1 on the diagonal.

    ``z = (R_i - R_j) / sqrt(k (k + 1) / (6 n))`` (Demsar 2006, eq. 9; Garcia & Herrera, JMLR 9,
    2008). Agrees with: R scmamp. Whether A beats B depends here on the other candidates (Benavoli,
    Corani & Mangili, JMLR 17, 2016): for studies of many data sets, never for one headline.
    """
    n, k = table(scores).shape
    return normal_pairs(mean_ranks(scores), (k * (k + 1) / (6 * n)) ** 0.5)


def normal_pairs(means: Array, error: float) -> Array:
    """Return the two-sided normal p of all differences of *means* (k,) with one standard error."""
    z = np.abs(means[:, None] - means) / error
    return np.asarray(2 * stats.norm.sf(z))


def _tied(ranked: Array) -> float:
    """Return the sum of t^3 - t over all groups of t tied values of all blocks."""
    counts = np.concatenate([np.unique(block, return_counts=True)[1] for block in ranked])
    return float((counts.astype(np.float64) ** 3 - counts).sum())
