"""How much do k candidates differ among each other, with intervals?"""

from __future__ import annotations

from numpy.typing import ArrayLike
from scipy import stats

from .anova import oneway, repeated
from .checked import share, table
from .effects import Effect, noncentral
from .friedman import friedman, kendalls_w
from .tails import noncentral_f


def partial_eta2(scores: ArrayLike, *, confidence: float = 0.95) -> Effect:
    """Return the share of variance within blocks that the candidates of (n, k) explain.

    ``SS_candidates / (SS_candidates + SS_error)`` of the repeated-measures model. Interval by
    noncentral F (Steiger, Psychol. Methods 9, 2004, 164), without correction for sphericity.
    Agrees with: R effectsize::F_to_eta2(alternative = "two.sided").
    """
    found = repeated(scores)
    return _of_f(found.partial_eta2, found.statistic, found.df, confidence)


def eta2(scores: ArrayLike, *, confidence: float = 0.95) -> Effect:
    """Return the share of all variance that the candidates explain, blocks ignored (one-way)."""
    found = oneway(scores)
    return _of_f(found.eta2, found.statistic, found.df, confidence)


def concordance(scores: ArrayLike, *, confidence: float = 0.95) -> Effect:
    """Return Kendall's W with an interval: how far blocks agree on the order of candidates.

    The interval is that of the noncentrality of Friedman's chi-squared over ``n (k - 1)``: an
    approximation for many blocks.
    """
    n, k = table(scores).shape
    q = friedman(scores).statistic
    low, high = noncentral(
        lambda one: float(stats.ncx2.cdf(q, k - 1, one) if one else stats.chi2.cdf(q, k - 1)),
        confidence,
        q,
        0.0,
    )
    w, most = kendalls_w(scores), n * (k - 1)
    return Effect(w, min(w, low / most), max(w, min(1.0, high / most)))


def _of_f(value: float, f: float, df: tuple[int, int], confidence: float) -> Effect:
    share(confidence, "confidence")
    if f == float("inf"):
        return Effect(value, 1.0, 1.0)
    low, high = noncentral(lambda one: noncentral_f(f, df, one), confidence, f * df[0], 0.0)
    cells = df[0] + df[1] + 1
    return Effect(value, min(value, low / (low + cells)), max(value, high / (high + cells)))
