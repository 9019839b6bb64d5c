"""All k (k - 1) / 2 comparisons of k candidates: not every set of them can be true at once.

If A = B and B = C then A = C: the procedures here use that and reject more than Holm does.
p values stand in the order of ``itertools.combinations(range(k), 2)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from .checked import Array, p_values

MOST = 10
"""Candidates that `bergmann_hommel` takes: 10 have 115,975 partitions, 12 over four million."""


def shaffer(p: ArrayLike) -> Array:
    """Adjust all pairwise p values (Shaffer, JASA 81, 1986, 826; static, "S1").

    ``max_(j <= i) t_j p_(j)``, t_j the most hypotheses that can be true once j - 1 are rejected.
    Agrees with: R scmamp adjustShaffer.

    Args:
        p: All pairs of k candidates, (k (k - 1) / 2,).

    Raises:
        ValueError: Their number is not that of all pairs.
    """
    raw = p_values(p)
    possible = sorted(_true_counts(_candidates(raw)))
    left = len(raw) - np.arange(len(raw))
    factors = np.array([max(count for count in possible if count <= most) for most in left])
    order = np.argsort(raw, kind="stable")
    adjusted = np.empty_like(raw)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * raw[order]))
    return adjusted


def bergmann_hommel(p: ArrayLike) -> Array:
    """Adjust all pairwise p values, sharpest of these (Bergmann & Hommel, 1988).

    The largest ``|I| min_(j in I) p_j`` over all sets I of hypotheses that can be exactly the
    true ones and hold this one (Garcia & Herrera, JMLR 9, 2008, sec. 2.1). Those sets are the
    partitions of the candidates into equals. Agrees with: R scmamp adjustBergmannHommel.

    Args:
        p: All pairs of k candidates, (k (k - 1) / 2,), k at most 10.

    Raises:
        ValueError: Their number is not that of all pairs, or k is above 10.
    """
    raw = p_values(p)
    k = _candidates(raw)
    if k > MOST:
        raise ValueError(f"Bergmann-Hommel: {MOST} candidates at most, not {k}: use shaffer")
    place = {pair: number for number, pair in enumerate(combinations(range(k), 2))}
    adjusted = np.zeros_like(raw)
    for blocks in _partitions(k):
        true = [place[pair] for block in blocks for pair in combinations(block, 2)]
        if true:
            adjusted[true] = np.maximum(adjusted[true], len(true) * raw[true].min())
    return np.minimum(1.0, adjusted)


def _candidates(raw: Array) -> int:
    k = int((1 + (1 + 8 * len(raw)) ** 0.5) / 2 + 0.5)
    if k * (k - 1) // 2 != len(raw):
        raise ValueError(f"all pairs: k (k - 1) / 2 p values are asked, there are {len(raw)}")
    return k


@cache
def _true_counts(k: int) -> frozenset[int]:
    """Return how many of all pairwise equalities of k candidates can be true together."""
    if k < 2:
        return frozenset({0})
    return frozenset(
        size * (size - 1) // 2 + rest for size in range(1, k + 1) for rest in _true_counts(k - size)
    )


def _partitions(k: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield every way to part ``range(k)`` into sets."""
    if k == 0:
        yield ()
        return
    for rest in _partitions(k - 1):
        yield (*rest, (k - 1,))
        for number, block in enumerate(rest):
            yield (*rest[:number], (*block, k - 1), *rest[number + 1 :])
