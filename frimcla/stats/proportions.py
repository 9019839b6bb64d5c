"""Intervals of a share of independent images: 96 of 100 right is how sure?"""

from __future__ import annotations

from statsmodels.stats.proportion import proportion_confint

from .checked import share


def wilson(right: float, n: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval (JASA 22, 1927, 209); close to its level for any n.

    ``(p + z^2 / 2n +- z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)`` with p = right / n.
    Agrees with: R binom::binom.wilson, scipy.stats.binomtest.

    Args:
        right: Images judged right, 0 to n; a fraction where it is a share times n.
        n: Independent images.
        confidence: Of the interval.
    """
    return _interval(right, n, confidence, "wilson")


def clopper_pearson(right: int, n: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact interval (Clopper & Pearson, Biometrika 26, 1934, 404): never too narrow.

    Agrees with: R binom.test, scipy.stats.binomtest.

    Args:
        right: Images judged right, 0 to n.
        n: Independent images.
        confidence: Of the interval.
    """
    return _interval(right, n, confidence, "beta")


def _interval(right: float, n: int, confidence: float, method: str) -> tuple[float, float]:
    if n < 1 or not 0 <= right <= n:
        raise ValueError(f"a share: 0 to n of n images, n of 1 or more, not {right:g} of {n}")
    low, high = proportion_confint(right, n, 1 - share(confidence, "confidence"), method)
    # Both ends hold the share itself, which rounding may put a bit outside.
    return float(min(max(low, 0.0), right / n)), float(max(min(high, 1.0), right / n))
