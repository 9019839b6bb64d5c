"""Quade's test: Friedman's, with blocks weighted by how much their candidates differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from .checked import Array, largest, settled, table
from .friedman import FTest, normal_pairs, ranks


def quade(scores: ArrayLike) -> FTest:
    """Test whether k candidates of (n, k) differ (Quade, JASA 74, 1979, 680).

    With r_ij the rank of candidate j in block i, and Q_i the rank of the block by its range:
    ``S_ij = Q_i (r_ij - (k + 1) / 2)``, ``A = sum S_ij^2``, ``B = sum_j (sum_i S_ij)^2 / n``,
    ``F = (n - 1) B / (A - B)`` on k - 1 and (k - 1)(n - 1) degrees of freedom (Conover, Practical
    Nonparametric Statistics, 1999, p. 373). Agrees with: R quade.test. No difference in any block:
    F = 0, p = 1; A = B (all blocks in the same order): F infinite, p = ``(1 / k!)^(n - 1)``,
    as Conover and R.
    """
    values = table(scores)
    n, k = values.shape
    weighted = _weights(values)[:, None] * (ranks(values) - (k + 1) / 2)
    spread, between = float((weighted**2).sum()), float((weighted.sum(axis=0) ** 2).sum() / n)
    df = k - 1, (k - 1) * (n - 1)
    if spread == 0:
        return FTest(0.0, 1.0, df)
    if spread - between <= 1e-12 * spread:
        return FTest(float("inf"), float(np.prod(1.0 / np.arange(1, k + 1)) ** (n - 1)), df)
    statistic = (n - 1) * between / (spread - between)
    return FTest(statistic, float(stats.f.sf(statistic, *df)), df)


def quade_pairs(scores: ArrayLike) -> Array:
    """Compare every two candidates on Quade's scale: raw two-sided p, (k, k).

    ``T_j = sum_i Q_i r_ij / (n (n + 1) / 2)`` and ``z = (T_i - T_j) / sqrt(k (k + 1)(2 n + 1)
    (k - 1) / (18 n (n + 1)))`` (Garcia, Fernandez, Luengo & Herrera, Inf. Sci. 180, 2010, 2044).
    Agrees with: R scmamp. Not with scikit-posthocs' posthoc_quade(dist="normal"), which is on
    another scale.
    """
    values = table(scores)
    n, k = values.shape
    means = (_weights(values)[:, None] * ranks(values)).sum(axis=0) / (n * (n + 1) / 2)
    error = np.sqrt(k * (k + 1) * (2 * n + 1) * (k - 1) / (18 * n * (n + 1)))
    return normal_pairs(means, float(error))


def _weights(values: Array) -> Array:
    """Return the rank of each block by the range of its scores, (n,): 1 is the smallest range."""
    ranges = np.ptp(values, axis=1)
    return np.asarray(stats.rankdata(settled(ranges, scale=largest(values))))
