"""Critical differences of mean ranks: how far apart two must be to differ."""

from __future__ import annotations

from scipy import stats

from .checked import share


def nemenyi(candidates: int, blocks: int, *, alpha: float = 0.05) -> float:
    """Return Nemenyi's critical difference of mean ranks, for all pairs.

    ``q / sqrt(2) * sqrt(k (k + 1) / (6 n))``, q of the studentised range with infinite degrees
    of freedom (Demsar 2006, eq. 8). Agrees with: autorank; R scmamp uses k (n - 1) degrees of
    freedom instead (1.1277, not 1.1136, for 5 candidates and 30 blocks).
    """
    share(alpha, "alpha")
    error = _error(candidates, blocks)
    q = stats.studentized_range.ppf(1 - alpha, candidates, float("inf"))
    return float(q / 2**0.5 * error)


def nemenyi_p(difference: float, candidates: int, blocks: int) -> float:
    """Return the p of a difference of mean ranks, for all pairs at once.

    Agrees with: scikit_posthocs.posthoc_nemenyi_friedman.
    """
    q = abs(difference) / _error(candidates, blocks) * 2**0.5
    return float(stats.studentized_range.sf(q, candidates, float("inf")))


def bonferroni_dunn(candidates: int, blocks: int, *, alpha: float = 0.05) -> float:
    """Return the critical difference of mean ranks to one control (Demsar 2006, p. 12)."""
    share(alpha, "alpha")
    error = _error(candidates, blocks)
    return float(stats.norm.isf(alpha / (2 * (candidates - 1))) * error)


def _error(candidates: int, blocks: int) -> float:
    if candidates < 2 or blocks < 1:
        raise ValueError(
            f"mean ranks: 2 candidates and 1 block or more are asked, "
            f"there are {candidates} and {blocks}"
        )
    return float((candidates * (candidates + 1) / (6 * blocks)) ** 0.5)
