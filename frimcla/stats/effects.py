"""How large is a difference between two candidates, whatever its p?

Give the raw difference in points with its corrected interval first (`corrected`); these numbers
without unit let studies be compared. Intervals take folds for independent and so are narrow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from .checked import Array, constant, denoised, largest, pair, settled, share, vector
from .paired import wilcoxon
from .tails import noncentral_t


class Effect(NamedTuple):
    """An effect size with its interval, nan where there is none."""

    value: float
    low: float
    high: float


def cohen_d(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> Effect:
    """Return the difference over the pooled standard deviation (Cohen 1988, eq. 2.5.1).

    ``(m_1 - m_2) / sqrt((s_1^2 + s_2^2) / 2)`` for equal n, as between unrelated samples.
    Interval by noncentral t (Steiger & Fouladi 1997). Agrees with: R effectsize::cohens_d.
    No spread: infinite, or 0 where the means are equal.
    """
    one, other = _two(first, second)
    n, m = len(one), len(other)
    pooled = ((n - 1) * _variance(one) + (m - 1) * _variance(other)) / (n + m - 2)
    scale = (1 / n + 1 / m) ** 0.5
    return _standardised(_gap(one, other), pooled**0.5, scale, n + m - 2, confidence)


def hedges_g(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> Effect:
    """Return Cohen's d without its bias (Hedges, J. Educ. Stat. 6, 1981, eq. 6e).

    d times ``J = G(v / 2) / (sqrt(v / 2) G((v - 1) / 2))``, v degrees of freedom, exact.
    """
    biased = cohen_d(first, second, confidence=confidence)
    df = len(np.asarray(first)) + len(np.asarray(second)) - 2
    exact = np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / (df / 2) ** 0.5
    return Effect(*(float(exact * one) for one in biased))


def cohen_dz(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> Effect:
    """Return the mean paired difference over its standard deviation (Cohen 1988, p. 48).

    Interval by noncentral t. Agrees with: R effectsize::cohens_d(paired = TRUE).
    """
    one, other = pair(first, second)
    d, scale = one - other, largest(one, other)
    spread = 0.0 if constant(d) else float(denoised(d.std(ddof=1), scale=scale))
    gap = float(denoised(d.mean(), scale=scale))
    return _standardised(gap, spread, len(d) ** -0.5, len(d) - 1, confidence)


def cohen_dav(first: ArrayLike, second: ArrayLike) -> float:
    """Return the difference over the root of the mean variance (Cumming 2012, p. 291)."""
    one, other = _two(first, second)
    return _over(_gap(one, other), ((_variance(one) + _variance(other)) / 2) ** 0.5)


def cliff_delta(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> Effect:
    """Return P(first > second) - P(first < second) over all n x m pairs (Cliff 1993, eq. 1).

    Asymmetric interval from the consistent variance (Feng & Cliff, J. Mod. Appl. Stat. Methods 3,
    2004, eq. 5 and 8). Agrees with: R effsize::cliff.delta. ``A12 = (delta + 1) / 2`` (Vargha &
    Delaney 2000).
    """
    one, other = _two(first, second)
    order = np.sign(settled(one[:, None] - other, scale=largest(one, other)))
    n, m = order.shape
    delta = float(order.mean())
    rows, columns = order.mean(axis=1) - delta, order.mean(axis=0) - delta
    cells = ((order - delta) ** 2).sum()
    variance = (m**2 * (rows**2).sum() + n**2 * (columns**2).sum() - cells) / (
        n * m * (n - 1) * (m - 1)
    )
    variance = max(float(variance), (1 - delta**2) / (n * m - 1))
    z = float(stats.norm.isf((1 - share(confidence, "confidence")) / 2))
    reach = z * variance**0.5 * ((1 - delta**2) ** 2 + z**2 * variance) ** 0.5
    below = 1 - delta**2 + z**2 * variance
    if below == 0:  # complete separation
        return Effect(delta, delta, delta)
    return Effect(
        delta,
        min(delta, max(-1.0, (delta - delta**3 - reach) / below)),
        max(delta, min(1.0, (delta - delta**3 + reach) / below)),
    )


def a12(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> Effect:
    """Return P(first > second) + P(equal) / 2 (Vargha & Delaney, JEBS 25, 2000, 101)."""
    return Effect(*((1 + one) / 2 for one in cliff_delta(first, second, confidence=confidence)))


def rank_biserial(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> Effect:
    """Return the matched-pairs rank-biserial correlation (Kerby, Compr. Psychol. 3:1, 2014).

    ``(W+ - W-) / (W+ + W-)`` of signed ranks, zero differences left out. Interval by Fisher's z
    with error ``sqrt((2 n^3 + 3 n^2 + n) / 6) / (n (n + 1) / 2)``. Agrees with: R
    effectsize::rank_biserial(paired = TRUE).
    """
    test = wilcoxon(first, second)
    n, z = test.n, float(stats.norm.isf((1 - share(confidence, "confidence")) / 2))
    if n == 0:
        return Effect(0.0, float("nan"), float("nan"))
    r = (test.plus - test.minus) / (test.plus + test.minus)
    if abs(r) == 1:
        return Effect(r, r, r)
    error = ((2 * n**3 + 3 * n**2 + n) / 6) ** 0.5 / (n * (n + 1) / 2)
    low, high = np.tanh(np.arctanh(r) + np.array([-z, z]) * error)
    return Effect(r, float(low), float(high))


def cohen_label(d: float) -> str:
    """Return Cohen's word for |d|: below .2 negligible, .5 small, .8 medium, else large."""
    for limit, word in ((0.2, "negligible"), (0.5, "small"), (0.8, "medium")):
        if abs(d) < limit:
            return word
    return "large"


def noncentral(
    cdf: Callable[[float], float], confidence: float, start: float, lowest: float
) -> tuple[float, float]:
    """Return the noncentralities at which what was seen is at either tail of its distribution.

    Steiger & Fouladi, in Harlow et al., What If There Were No Significance Tests?, 1997, 221.

    Args:
        cdf: P(statistic <= the one seen) given a noncentrality; falls as that grows.
        confidence: Of the interval.
        start: Noncentrality near the one seen.
        lowest: Smallest noncentrality there is.
    """
    tail = (1 - share(confidence, "confidence")) / 2
    return _crossing(cdf, 1 - tail, start, lowest), _crossing(cdf, tail, start, lowest)


def _crossing(cdf: Callable[[float], float], level: float, start: float, lowest: float) -> float:
    """Return where a falling *cdf* is *level*, or *lowest* where it is below it everywhere."""
    step = 1.0
    high = max(start, lowest) + step
    while cdf(high) > level:
        high, step = high + step, 2 * step
    low, step = high, 1.0
    while cdf(low) <= level:
        if low <= lowest:
            return lowest
        low, step = max(lowest, low - step), 2 * step
    return float(optimize.brentq(lambda one: cdf(one) - level, low, high, xtol=1e-10))


def _standardised(gap: float, spread: float, scale: float, df: int, confidence: float) -> Effect:
    share(confidence, "confidence")
    value = _over(gap, spread)
    if not np.isfinite(value) or spread == 0:
        return Effect(value, float("nan"), float("nan"))
    t = value / scale
    low, high = noncentral(lambda one: noncentral_t(t, df, one), confidence, t, float("-inf"))
    return Effect(value, low * scale, high * scale)


def _two(first: ArrayLike, second: ArrayLike) -> tuple[Array, Array]:
    return vector(first, least=2, name="first"), vector(second, least=2, name="second")


def _variance(values: Array) -> float:
    """Return the variance, 0 where only noise of floating point is left."""
    return float(denoised(values.std(ddof=1), scale=largest(values))) ** 2


def _gap(one: Array, other: Array) -> float:
    """Return the difference of means, 0 where only noise of floating point is left."""
    return float(denoised(one.mean() - other.mean(), scale=largest(one, other)))


def _over(gap: float, spread: float) -> float:
    if gap == 0:
        return 0.0
    return gap / spread if spread > 0 else float(np.copysign(np.inf, gap))
