"""Two candidates on the same folds: tests that take the folds for independent.

They are not: training sets overlap. On one 10-fold cross-validation these tests are somewhat
liberal; over repeats they reject equals in half of all studies (`docs/statistics.md` has the
table). `corrected` has the test to use; these stand beside it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from .checked import Array, constant, denoised, largest, pair, settled, vector


class TTest(NamedTuple):
    """Student's t: statistic, two-sided p, degrees of freedom."""

    statistic: float
    p: float
    df: int


class SignedRank(NamedTuple):
    """Wilcoxon's signed-rank test.

    ``plus`` and ``minus`` are the sums of ranks of positive and negative differences; ``n`` is
    how many differences were ranked.
    """

    plus: float
    minus: float
    n: int
    p: float


def paired_t(first: ArrayLike, second: ArrayLike) -> TTest:
    """Compare the means of two candidates on n common folds (Student 1908; Sheskin, Test 17).

    ``t = mean(d) / sqrt(var(d) / n)``, d = first - second, on n - 1 degrees of freedom. Assumes
    independent normal differences. Agrees with: scipy.stats.ttest_rel, which gives nan for
    constant differences: here p is 1 where all are zero, and 0 where all are equal.
    """
    one, other = pair(first, second)
    return t_of_mean(one - other, scale=largest(one, other))


def independent_t(first: ArrayLike, second: ArrayLike) -> TTest:
    """Compare as if the folds were unrelated (Sheskin, Test 11): only for `classic`.

    Agrees with: scipy.stats.ttest_ind, except for its nan without variance.
    """
    one, other = vector(first, least=2, name="first"), vector(second, least=2, name="second")
    df = len(one) + len(other) - 2
    pooled = ((len(one) - 1) * one.var(ddof=1) + (len(other) - 1) * other.var(ddof=1)) / df
    scale = largest(one, other)
    gap = float(denoised(one.mean() - other.mean(), scale=scale))
    error = float(denoised((pooled * (1 / len(one) + 1 / len(other))) ** 0.5, scale=scale))
    return t_of(gap, error, df)


def wilcoxon(first: ArrayLike, second: ArrayLike) -> SignedRank:
    """Compare two candidates by exact signed ranks (Wilcoxon, Biometrics Bull. 1, 1945, 80).

    Zero differences are left out; ties share their mean rank; p is exact under all 2^n signs,
    with ties too. Agrees with: R coin::wilcoxsign_test(distribution = "exact"), and
    scipy.stats.wilcoxon where that is exact (with ties up to n = 13 only: with more it turns to
    the normal approximation, as older versions do with any ties: .0335 for an exact .0547).
    Assumes differences symmetric around their median.
    """
    d = _settled(first, second)
    d = d[d != 0]
    if not len(d):
        return SignedRank(0.0, 0.0, 0, 1.0)
    ranks = stats.rankdata(np.abs(d))
    plus, minus = float(ranks[d > 0].sum()), float(ranks[d < 0].sum())
    return SignedRank(plus, minus, len(d), _exact(ranks, min(plus, minus)))


def wilcoxon_normal(first: ArrayLike, second: ArrayLike) -> tuple[SignedRank, float]:
    """Compute the same as Demsar (JMLR 7, 2006, sec. 3.1.3): ranks of zeros are split evenly.

    ``z = (T - n (n + 1) / 4) / sqrt(n (n + 1)(2 n + 1) / 24)``, T the smaller sum, all n
    differences ranked; where zeros are odd in number, each side still gets half of their ranks.

    Returns:
        The test, and z.
    """
    d = _settled(first, second)
    n = len(d)
    ranks = stats.rankdata(np.abs(d))
    half = ranks[d == 0].sum() / 2
    plus, minus = float(ranks[d > 0].sum() + half), float(ranks[d < 0].sum() + half)
    z = (min(plus, minus) - n * (n + 1) / 4) / (n * (n + 1) * (2 * n + 1) / 24) ** 0.5
    return SignedRank(plus, minus, n, min(1.0, float(2 * stats.norm.cdf(z)))), float(z)


def smallest_p(n: int) -> float:
    """Return the smallest two-sided p that n signed ranks can reach: ``2^(1 - n)``.

    5 folds: .0625. However much better a candidate is, an exact test never finds it at .05.
    """
    return float(min(1.0, 2.0 ** (1 - n)))


def t_of(mean: float, error: float, df: int) -> TTest:
    """Return t of a mean and its standard error; never nan.

    Without variance: p = 1 where the mean is 0, else t is infinite and p = 0.
    """
    if mean == 0:
        return TTest(0.0, 1.0, df)
    if error == 0:
        return TTest(float(np.copysign(np.inf, mean)), 0.0, df)
    return TTest(mean / error, float(2 * stats.t.sf(abs(mean / error), df)), df)


def t_of_mean(d: Array, *, scale: float) -> TTest:
    """Return t of the mean of differences (n,) of scores of *scale*."""
    n = len(d)
    mean, spread = d.mean(), 0.0 if constant(d) else d.std(ddof=1)
    mean, spread = (float(denoised(one, scale=scale)) for one in (mean, spread))
    return t_of(mean, spread / n**0.5, n - 1)


def _settled(first: ArrayLike, second: ArrayLike) -> Array:
    """Return the differences as they are ranked."""
    one, other = pair(first, second)
    return settled(one - other, scale=largest(one, other))


def _exact(ranks: Array, smaller: float) -> float:
    """Return the exact two-sided p of the smaller rank sum, over all signs of *ranks*.

    Ranks are doubled to whole numbers; the number of signs behind each sum is a convolution.
    """
    doubled = np.rint(2 * ranks).astype(int)
    ways = np.zeros(doubled.sum() + 1)
    ways[0] = 1.0
    for rank in doubled:
        ways[rank:] = (ways[rank:] + ways[:-rank]) / 2
        ways[:rank] /= 2
    return float(min(1.0, 2 * ways[: round(2 * smaller) + 1].sum()))
