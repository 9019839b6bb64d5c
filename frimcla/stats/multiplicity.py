"""Many comparisons at once: raw p values to adjusted ones, each at least as large.

Each takes p values (m,) in any order and returns them adjusted, in the same order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.stats.multitest import multipletests

from .checked import Array, p_values


def bonferroni(p: ArrayLike) -> Array:
    """Adjust by the number of comparisons: ``min(1, m p)`` (Dunn, JASA 56, 1961, 52)."""
    return _library(p, "bonferroni")


def holm(p: ArrayLike) -> Array:
    """Adjust step by step from the smallest (Holm, Scand. J. Stat. 6, 1979, 65).

    ``max_(j <= i) (m - j + 1) p_(j)``. Controls the family-wise error whatever the dependence.
    Agrees with: statsmodels, which collects garbage in every call: a tenth of a second.
    """
    raw = p_values(p)
    order = np.argsort(raw, kind="stable")
    adjusted = np.empty_like(raw)
    adjusted[order] = np.maximum.accumulate((len(raw) - np.arange(len(raw))) * raw[order])
    return np.minimum(adjusted, 1.0)


def hochberg(p: ArrayLike) -> Array:
    """Adjust step by step from the largest (Hochberg, Biometrika 75, 1988, 800).

    ``min_(j >= i) (m - j + 1) p_(j)``. Sharper than Holm; asks independent or positively
    dependent tests.
    """
    return _library(p, "simes-hochberg")


def benjamini_hochberg(p: ArrayLike) -> Array:
    """Adjust for the false discovery rate (Benjamini & Hochberg, JRSS B 57, 1995, 289).

    ``min_(j >= i) m p_(j) / j``. A share of the discoveries may be false: not for verdicts.
    """
    return _library(p, "fdr_bh")


def finner(p: ArrayLike) -> Array:
    """Adjust step by step (Finner, JASA 88, 1993, 920).

    ``max_(j <= i) 1 - (1 - p_(j))^(m / j)``. Asks independent or positively dependent tests.
    Agrees with: R scmamp; not in statsmodels.
    """
    raw = p_values(p)
    order = np.argsort(raw, kind="stable")
    with np.errstate(divide="ignore"):  # p = 1: log(0)
        steps = -np.expm1(len(raw) / np.arange(1, len(raw) + 1) * np.log1p(-raw[order]))
    adjusted = np.empty_like(raw)
    adjusted[order] = np.maximum.accumulate(np.minimum(steps, 1.0))
    return np.maximum(adjusted, raw)  # the last bit


def li(p: ArrayLike) -> Array:
    """Adjust in two steps (Li, J. Stat. Plan. Inference 138, 2008, 1521).

    ``p / (p + 1 - max(p))``. Weak where the largest p is far from 1. Agrees with: R scmamp.
    """
    raw = p_values(p)
    below = raw + (1 - raw.max())  # not raw + 1 - max, where a small p is lost
    adjusted = np.divide(raw, below, out=np.zeros_like(raw), where=below > 0)
    return np.asarray(np.clip(adjusted, raw, 1.0))


def _library(p: ArrayLike, method: str) -> Array:
    return np.asarray(multipletests(p_values(p), method=method)[1])
