"""Aligned ranks: all scores ranked together once the mean of their block is gone."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from .checked import Array, largest, settled, table
from .friedman import ChiSquare, normal_pairs


def aligned_ranks(scores: ArrayLike) -> Array:
    """Return ranks over the whole of (n, k) of scores less the mean of their block; 1 is best."""
    values = table(scores)
    left = values - values.mean(axis=1, keepdims=True)
    flat = settled(left, scale=largest(values)).ravel()
    return np.asarray(stats.rankdata(-flat)).reshape(values.shape)


def aligned(scores: ArrayLike) -> ChiSquare:
    """Test whether k candidates differ (Hodges & Lehmann, Ann. Math. Stat. 33, 1962, 482).

    With R_j the rank sums of candidates and R_i those of blocks:
    ``T = (k - 1) (sum R_j^2 - k n^2 (k n + 1)^2 / 4) /
    (k n (k n + 1)(2 k n + 1) / 6 - sum R_i^2 / k)``, chi-squared, k - 1 (Garcia & Herrera 2010,
    eq. 4). Without scores settled, noise of floating point breaks ties and T changes: statds
    prints 41.696 and scmamp 41.691 for the table of Garcia & Herrera 2008, where it is 41.728.
    All tie: T = 0, p = 1.
    """
    ranked = aligned_ranks(scores)
    n, k = ranked.shape
    cells = n * k
    above = (ranked.sum(axis=0) ** 2).sum() - k * n**2 * (cells + 1) ** 2 / 4
    below = cells * (cells + 1) * (2 * cells + 1) / 6 - (ranked.sum(axis=1) ** 2).sum() / k
    statistic = (k - 1) * float(above) / float(below) if np.ptp(ranked) else 0.0
    return ChiSquare(statistic, float(stats.chi2.sf(statistic, k - 1)), k - 1)


def aligned_pairs(scores: ArrayLike) -> Array:
    """Compare mean aligned ranks of every two candidates: raw two-sided p, (k, k).

    ``z = (R_i - R_j) / sqrt(k (k n + 1) / 6)``: the variance of ranks 1 to k n (Garcia et al.
    2010, eq. 8, prints n + 1 for k n + 1 there). Agrees with: R scmamp, up to its
    ties broken by noise.
    """
    ranked = aligned_ranks(scores)
    n, k = ranked.shape
    return normal_pairs(ranked.mean(axis=0), (k * (n * k + 1) / 6) ** 0.5)
