"""Analysis of variance: do k candidates differ in their means?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from .assumptions import Epsilons, epsilons, residuals
from .checked import Array, denoised, largest, table, vector


class OneWay(NamedTuple):
    """One-way analysis of variance between independent groups.

    ``df`` are k - 1 and k (n - 1); ``eta2`` and ``omega2`` are shares of the variance explained.
    """

    statistic: float
    p: float
    df: tuple[int, int]
    eta2: float
    omega2: float


class Repeated(NamedTuple):
    """Repeated-measures analysis of variance; p with and without a correction for sphericity.

    ``df`` are k - 1 and (k - 1)(n - 1), to be multiplied by an epsilon where corrected.
    """

    statistic: float
    p: float
    df: tuple[int, int]
    epsilons: Epsilons
    p_greenhouse_geisser: float
    p_huynh_feldt: float
    partial_eta2: float
    generalized_eta2: float

    @property
    def df_greenhouse_geisser(self) -> tuple[float, float]:
        """Degrees of freedom behind ``p_greenhouse_geisser``."""
        eps = self.epsilons.greenhouse_geisser
        return self.df[0] * eps, self.df[1] * eps


def oneway(scores: ArrayLike) -> OneWay:
    """Compare the candidates of (n, k) as if their folds were unrelated (Sheskin, Test 21).

    That ignores that all were measured on the same folds: kept for `classic`.
    Agrees with: scipy.stats.f_oneway, R aov.
    """
    values = table(scores)
    deviations = denoised(values.std(axis=0, ddof=1), scale=largest(values))
    return oneway_of_summary(values.mean(axis=0), deviations, len(values))


def oneway_of_summary(means: ArrayLike, deviations: ArrayLike, n: int, *, ddof: int = 1) -> OneWay:
    """Compute the same from what a paper prints: ``F = n var(means) / mean(variances)``.

    Args:
        means: Of k candidates, (k,).
        deviations: Standard deviations, (k,).
        n: Values behind each.
        ddof: What the deviations were divided by: n - ddof.

    Raises:
        ValueError: Lengths differ, a deviation is below 0, or n is below 2.
    """
    centre, spread = vector(means, least=2, name="means"), vector(deviations, name="deviations")
    if len(centre) != len(spread) or spread.min() < 0 or n < 2:
        raise ValueError(
            f"one-way: as many means as deviations of 0 or more, and n of 2 or more, are asked, "
            f"not {len(centre)}, {len(spread)} from {spread.min():g}, and n = {n}"
        )
    k = len(centre)
    between = float(n * denoised(centre.std(ddof=1), scale=largest(centre)) ** 2)
    within = float(np.mean(spread**2)) * (n - ddof) / (n - 1)
    df = k - 1, k * (n - 1)
    statistic, p = _f_test(between, within, df)
    return OneWay(statistic, p, df, *_explained(between, within, df))


def repeated(scores: ArrayLike) -> Repeated:
    """Compare the candidates of (n, k), measured on the same n blocks (Sheskin, Test 24).

    ``F = MS_candidates / MS_error`` on k - 1 and (k - 1)(n - 1) degrees of freedom, both
    multiplied by epsilon where sphericity is not taken for granted (`assumptions.epsilons`).
    Assumes normal `residuals`. Agrees with: statsmodels AnovaRM (which has no correction),
    pingouin.rm_anova, R car::Anova. Effect sizes: partial eta squared; generalized eta squared
    (Olejnik & Algina, Psychol. Methods 8, 2003, 434).
    """
    values = table(scores)
    n, k = values.shape
    gaps = denoised(values.mean(axis=0) - values.mean(), scale=largest(values))
    effect = float(n * (gaps**2).sum())
    error = float((residuals(values) ** 2).sum())
    total = float(((values - values.mean()) ** 2).sum())
    df = k - 1, (k - 1) * (n - 1)
    statistic, p = _f_test(effect / df[0], error / df[1], df)
    eps = epsilons(values)
    gg, hf = (float(stats.f.sf(statistic, df[0] * one, df[1] * one)) for one in eps)
    partial, general = (effect / (effect + error), effect / total) if effect else (0.0, 0.0)
    return Repeated(statistic, p, df, eps, gg, hf, partial, general)


def pooled_pairs(scores: ArrayLike, *, one_sided: bool = False) -> Array:
    """Compare every two candidates of (n, k) with the pooled variance (Sheskin, Test 21b).

    ``t = |m_i - m_j| / sqrt(2 MS_within / n)`` on k (n - 1) degrees of freedom, times the number
    of pairs (Bonferroni-Dunn), at most 1.

    Args:
        scores: Blocks x candidates.
        one_sided: Halve the p values, as the old program did by mistake; only for `classic`.

    Returns:
        Adjusted p values, (k, k), symmetric, with 1 on the diagonal.
    """
    values = table(scores)
    n, k = values.shape
    size, means = largest(values), values.mean(axis=0)
    within = float((denoised(values.std(axis=0, ddof=1), scale=size) ** 2).mean())
    gaps = np.abs(denoised(means[:, None] - means, scale=size))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(gaps == 0, 0.0, gaps / np.sqrt(2 * within / n))
    p = stats.t.sf(t, k * (n - 1)) * (1 if one_sided else 2)
    adjusted = np.minimum(1.0, p * (k * (k - 1) / 2))
    np.fill_diagonal(adjusted, 1.0)
    return np.asarray(adjusted)


def _f_test(effect: float, error: float, df: tuple[int, int]) -> tuple[float, float]:
    """Return F and p; never nan: no effect is p = 1, an effect without any error is p = 0."""
    if effect == 0:
        return 0.0, 1.0
    if error == 0:
        return float("inf"), 0.0
    return effect / error, float(stats.f.sf(effect / error, *df))


def _explained(between: float, within: float, df: tuple[int, int]) -> tuple[float, float]:
    """Return eta squared and omega squared (Hays 1963; below 0 where F is below 1)."""
    if between == 0:
        return 0.0, 0.0
    effect, error = between * df[0], within * df[1]
    return effect / (effect + error), (effect - df[0] * within) / (effect + error + within)
