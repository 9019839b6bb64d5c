"""Bayesian comparison: how probable is it that one is better, or that both are as good?

A p value cannot say that two are equal; these can, up to a region of practical equivalence (ROPE).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from .checked import Array, constant, denoised, largest, settled, share, vector
from .tails import LEVELS, legendre

PLACES = ("worse", "equivalent", "better")
FAINT = 1e-4
"""Added to each count: a Dirichlet distribution needs all of them above 0."""


class Posterior(NamedTuple):
    """What is known of the mean difference ``first - second``.

    Attributes:
        worse: P(difference below -rope), 0 to 1.
        equivalent: P(difference within the rope).
        better: P(difference above rope).
        mean: Centre of the posterior, a Student t.
        scale: Its scale.
        df: Its degrees of freedom.
        low: Lower end of the central interval, of 95 % if not asked otherwise.
        high: Upper end.
    """

    worse: float
    equivalent: float
    better: float
    mean: float
    scale: float
    df: int
    low: float
    high: float


class Sign(NamedTuple):
    """Probabilities over data sets, and the Dirichlet parameters (worse, equivalent, better)."""

    worse: float
    equivalent: float
    better: float
    alpha: tuple[float, float, float]


def correlated_t(
    differences: ArrayLike, *, rho: float, rope: float = 0.01, confidence: float = 0.95
) -> Posterior:
    """Return the posterior of a mean difference over folds of one data set.

    ``mu ~ t_(n-1)(mean(d), (1 / n + rho / (1 - rho)) var(d))`` (Corani & Benavoli, Mach. Learn.
    100, 2015, 285; Benavoli, Corani, Demsar & Zaffalon, JMLR 18, 2017, eq. 5). rho = 1 / K for
    K folds makes it the corrected t seen from the other side. Agrees with: baycomp
    CorrelatedTTest. Without variance everything lies in one region.

    Args:
        differences: First less second in every fold, (n,), n of 2 or more.
        rho: Correlation of differences, test over all images of a split: 1 / K.
        rope: Half width of the region where a difference does not matter, in the unit of scores.
        confidence: Of the central interval.
    """
    d = vector(differences, least=2, name="differences")
    if not 0 <= rho < 1:
        raise ValueError(f"rho: 0 or more and below 1 is asked, not {rho:g}")
    _rope(rope)
    share(confidence, "confidence")
    n, mean, variance = len(d), float(d.mean()), float(d.var(ddof=1))
    if constant(d):
        return _point(float(d[0]), rope, n - 1)
    scale = ((1 / n + rho / (1 - rho)) * variance) ** 0.5
    below = float(stats.t.cdf((-rope - mean) / scale, n - 1))
    above = float(stats.t.sf((rope - mean) / scale, n - 1))
    reach = float(stats.t.isf((1 - confidence) / 2, n - 1)) * scale
    inside = max(0.0, 1 - below - above)
    return Posterior(below, inside, above, mean, scale, n - 1, mean - reach, mean + reach)


def sign(
    differences: ArrayLike,
    *,
    rope: float = 0.01,
    prior_strength: float = 1.0,
    prior_place: Literal["worse", "equivalent", "better"] = "equivalent",
) -> Sign:
    """Compare two candidates over n data sets: who wins more often (Benavoli et al. 2017, 4.1)?

    Differences below, within and above the rope are counted, the prior adds its strength to one
    place, and the result is how probable each place is the most frequent one under the Dirichlet
    posterior: integrated here, not drawn. Agrees with: baycomp SignTest, which draws 50,000 times.

    Args:
        differences: First less second on every data set, (n,); they are independent.
        rope: Half width of the region where a difference does not matter.
        prior_strength: Data sets that the prior is worth.
        prior_place: Where the prior puts them.
    """
    d = vector(differences, name="differences")
    _rope(rope)
    if not 0 <= prior_strength < float("inf") or prior_place not in PLACES:
        raise ValueError(
            f"prior: a strength of 0 or more at one of {', '.join(PLACES)} is asked, "
            f"not {prior_strength:g} at {prior_place}"
        )
    beyond = settled(np.abs(d) - rope, scale=max(largest(d), rope)) > 0
    counts = [float(x.sum()) for x in (beyond & (d < 0), ~beyond, beyond & (d > 0))]
    counts[PLACES.index(prior_place)] += prior_strength
    alpha = np.array(counts) + FAINT
    return Sign(*_largest(alpha), (float(alpha[0]), float(alpha[1]), float(alpha[2])))


def _rope(rope: float) -> None:
    if not 0 <= rope < float("inf"):
        raise ValueError(f"rope: 0 or more is asked, not {rope:g}")


def _point(mean: float, rope: float, df: int) -> Posterior:
    """Return the posterior without variance: all of it at the mean."""
    beyond = denoised(abs(mean) - rope, scale=max(abs(mean), rope)) > 0
    places = (float(beyond and mean < 0), float(not beyond), float(beyond and mean > 0))
    return Posterior(*places, mean, 0.0, df, mean, mean)


def _largest(alpha: Array) -> tuple[float, float, float]:
    """Return the probability of each share of a Dirichlet distribution to be the largest.

    Shares are gamma variables over their sum, so the largest share is the largest of independent
    gamma variables: ``P(i) = E[prod_(j != i) F_j(X_i)]``, an integral over the probability of
    X_i, by Gauss and Legendre between places where one of the others reaches some quantile.
    """
    quantiles = special.gammaincinv(alpha[:, None], LEVELS)

    def largest_is(i: int) -> float:
        at, weights = legendre(np.append(special.gammainc(alpha[i], quantiles), (0.0, 1.0)))
        others = np.delete(alpha, i)[:, None]
        below = special.gammainc(others, special.gammaincinv(alpha[i], at))
        return float(below.prod(axis=0) @ weights)

    found = np.array([largest_is(i) for i in range(3)])
    worse, equivalent, better = found / found.sum()
    return float(worse), float(equivalent), float(better)
