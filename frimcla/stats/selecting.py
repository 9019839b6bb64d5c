"""Choosing one of many: how much the best looks better than it is, and who is cheap enough."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from .checked import denoised, largest, vector


class Cheapest(NamedTuple):
    """Who is within one standard error of the best; all are indices.

    Attributes:
        best: Highest mean.
        threshold: Its mean less its standard error.
        eligible: All with a mean of the threshold or more.
        chosen: The cheapest of these.
    """

    best: int
    threshold: float
    eligible: tuple[int, ...]
    chosen: int


def expected_maximum(n: int, candidates: int, *, p: float = 0.5) -> float:
    """Return the expected best share of *candidates* that are all right with probability *p*.

    ``E[max] = sum_(x >= 1) (1 - F(x - 1)^C) / n``, F binomial(n, p): the best of 72 coins on 100
    images looks like .619. What a naive headline shows where there is nothing to find.

    Args:
        n: Independent images.
        candidates: Independent candidates, C.
        p: Probability of each to be right.
    """
    if n < 1 or candidates < 1 or not 0 <= p <= 1:
        raise ValueError(
            f"expected maximum: images and candidates of 1 or more and p from 0 to 1 are asked, "
            f"not {n}, {candidates} and {p:g}"
        )
    below = stats.binom.cdf(np.arange(n), n, p)
    return float((1 - below**candidates).sum() / n)


def one_standard_error(means: ArrayLike, errors: ArrayLike, costs: ArrayLike) -> Cheapest:
    """Choose the cheapest within one standard error of the best (Breiman et al., 1984, 3.4.3).

    Of equal cost, the higher mean is taken, then the lower index.

    Args:
        means: Mean scores, higher is better, (k,).
        errors: Their standard errors, (k,).
        costs: In any one unit, (k,).
    """
    mean = vector(means, name="means")
    error, cost = vector(errors, name="standard errors"), vector(costs, name="costs")
    if not len(mean) == len(error) == len(cost):
        raise ValueError(
            f"one standard error: means, errors and costs of the same candidates are asked, "
            f"there are {len(mean)}, {len(error)} and {len(cost)}"
        )
    if error.min() < 0:
        raise ValueError(f"standard errors: 0 or more is asked, not {error.min():g}")
    best = int(np.argmax(mean))
    threshold = float(mean[best] - error[best])
    near = denoised(mean - threshold, scale=largest(mean)) >= 0
    eligible = tuple(int(one) for one in np.flatnonzero(near))
    chosen = min(eligible, key=lambda one: (cost[one], -mean[one], one))
    return Cheapest(best, threshold, eligible, chosen)
