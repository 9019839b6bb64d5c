"""Noncentral t and F: how probable is at most this statistic where there is an effect?

scipy's ``nct`` is nan at single points (scipy 1.17, t = 6.68 on 1 degree of freedom), and its
``ncf`` beyond some 1e8, where the search for an interval stops. These are never nan.
"""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from .checked import Array

FAR = 9.0
"""Standard deviations beyond which the normal distribution holds less than 1e-18."""
HUGE = 1e7
"""Noncentrality from which chi-squared is its mean to three digits, an explained share to nine."""

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_TAIL = 10.0 ** np.arange(-15, 0)
LEVELS = np.concatenate([_TAIL, [0.3, 0.5, 0.7], 1 - _TAIL[::-1]])
"""Probabilities between whose quantiles an integral is smooth enough."""


def noncentral_t(t: float, df: int, noncentrality: float) -> float:
    """Return P(T <= t), T the noncentral t distribution.

    ``T = (Z + c) / S`` with Z normal and S the root of chi-squared over df, so that for t > 0 it
    is ``E[P(S >= (Z + c) / t)]``: an integral over Z, by Gauss and Legendre between quantiles.
    Agrees with: scipy.stats.nct, where that is a number.
    """
    if t < 0:
        return 1 - noncentral_t(-t, df, -noncentrality)
    if t == 0:
        return float(special.ndtr(-noncentrality))
    steps = t * np.sqrt(special.chdtri(df, 1 - LEVELS) / df) - noncentrality
    edges = np.concatenate([np.linspace(-FAR, FAR, 19), steps, [-noncentrality]])
    at, weights = legendre(edges[np.abs(edges) <= FAR])
    root = np.maximum(at + noncentrality, 0) / t
    above = special.chdtrc(df, df * root**2)
    return float(np.clip((np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi) * above) @ weights, 0, 1))


def noncentral_f(f: float, df: tuple[int, int], noncentrality: float) -> float:
    """Return P(F <= f), F the noncentral F distribution.

    Agrees with: scipy.stats.ncf. From a noncentrality of 1e7 on, the numerator is its mean.
    """
    if noncentrality == 0 or f <= 0:
        return float(stats.f.cdf(f, *df))
    if max(noncentrality, f * df[0]) < HUGE:
        return float(stats.ncf.cdf(f, *df, noncentrality))
    return float(special.chdtrc(df[1], df[1] * (noncentrality + df[0]) / (f * df[0])))


def legendre(edges: Array) -> tuple[Array, Array]:
    """Return nodes and weights of an integral that is smooth between *edges*."""
    ends = np.unique(edges)
    half, centre = np.diff(ends) / 2, (ends[1:] + ends[:-1]) / 2
    return (centre[:, None] + half[:, None] * _NODES).ravel(), (half[:, None] * _WEIGHTS).ravel()
