"""Five repeats of two-fold cross-validation: for classifiers too slow for 10 x 10."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from .checked import Array, denoised, largest, table


class FiveByTwo(NamedTuple):
    """A statistic and its p."""

    statistic: float
    p: float


def dietterich_t(differences: ArrayLike) -> FiveByTwo:
    """Test with the first difference only (Dietterich, Neural Comput. 10, 1998, 1895, eq. 11).

    ``t = d_11 / sqrt(sum s_i^2 / 5)``, s_i^2 the variance of the two differences of repeat i;
    t with 5 degrees of freedom, two-sided. Which fold comes first is chance. Agrees with:
    mlxtend paired_ttest_5x2cv.

    Args:
        differences: First less second, (5, 2): repeats x folds.
    """
    d = _five_by_two(differences)
    spread = _spread(d)
    first = float(d[0, 0])
    if first == 0:
        return FiveByTwo(0.0, 1.0)
    if spread == 0:
        return FiveByTwo(float(np.copysign(np.inf, first)), 0.0)
    t = first / (spread / 5) ** 0.5
    return FiveByTwo(t, float(2 * stats.t.sf(abs(t), 5)))


def alpaydin_f(differences: ArrayLike) -> FiveByTwo:
    """Test with all ten differences (Alpaydin, Neural Comput. 11, 1999, 1885, eq. 4).

    ``F = sum d_ij^2 / (2 sum s_i^2)`` with 10 and 5 degrees of freedom. Agrees with: mlxtend
    combined_ftest_5x2cv.

    Args:
        differences: First less second, (5, 2): repeats x folds.
    """
    d = _five_by_two(differences)
    spread, square = _spread(d), float((d**2).sum())
    if square == 0:
        return FiveByTwo(0.0, 1.0)
    if spread == 0:
        return FiveByTwo(float("inf"), 0.0)
    f = square / (2 * spread)
    return FiveByTwo(f, float(stats.f.sf(f, 10, 5)))


def _five_by_two(differences: ArrayLike) -> Array:
    d = table(differences)
    if d.shape != (5, 2):
        raise ValueError(f"5 x 2: differences of shape (5, 2) are asked, not {d.shape}")
    return d


def _spread(d: Array) -> float:
    """Return the sum over repeats of ``(d_1 - mean)^2 + (d_2 - mean)^2``."""
    left = denoised(d - d.mean(axis=1, keepdims=True), scale=largest(d))
    return float((left**2).sum())
