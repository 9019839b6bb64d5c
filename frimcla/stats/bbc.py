"""What to expect of the best of many without a nested study: bootstrap bias corrected CV.

Choosing the best of C candidates by their out-of-fold predictions makes its score optimistic.
BBC-CV repeats the choice on bootstrap samples of the rows and scores each chosen one on the rows
left out: no model is fitted again. Near chance it stays a little optimistic (1 to 3 points in
simulations), since rows of a cross-validation share training data; with signal it is close.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from math import factorial
from typing import NamedTuple

import attrs
import numpy as np
from numpy.typing import ArrayLike

from .checked import NOISE, Array, share, table

MOST = 8
"""Units up to which all bootstrap samples are gone through: 8 have 6,435."""

Score = Callable[[int, Array], float]
"""A candidate, 0 to C - 1, and rows, integers (m,), some perhaps several times, to its score on
them; higher is better, nan where there is none."""


@attrs.frozen(eq=False)
class Draws:
    """Bootstrap samples of units: B times how often each unit was drawn, (U,).

    They are drawn as they are gone through, and the same each time, so that those of many units
    need not all be held.

    Attributes:
        units: Their number, U.
        weights: Probability of each sample, (B,), 1 in all.
        drawn: Draws all of them.
    """

    units: int
    weights: Array
    drawn: Callable[[], Iterator[Array]]

    def __iter__(self) -> Iterator[Array]:
        return self.drawn()


class Corrected(NamedTuple):
    """BBC-CV estimate of the score of the chosen candidate.

    Attributes:
        estimate: Mean over samples, out of bag.
        naive: Score of the best candidate on all rows, which is optimistic.
        low: Lower end of the percentile interval; it is wide (98 to 100 % where 95 % is asked).
        high: Upper end.
        samples: Bootstrap samples that could be scored.
        chosen: In how large a share of the samples each candidate was chosen, (C,).
    """

    estimate: float
    naive: float
    low: float
    high: float
    samples: int
    chosen: Array

    @property
    def optimism(self) -> float:
        """How much the naive score says too much."""
        return self.naive - self.estimate


def bbc_cv(
    score: Score,
    candidates: int,
    units: ArrayLike,
    draws: Draws,
    *,
    told: Score | None = None,
    allowed: Array | None = None,
    confidence: float = 0.95,
) -> Corrected:
    """Estimate the score of "the best candidate" (Tsamardinos, Greasidou & Borboudakis, 2018).

    Machine Learning 107, 1895, Algorithm 4: in each bootstrap sample the candidate with the best
    score in the bag is chosen (of equals the lowest index) and scored out of the bag; the
    estimate is the mean. Samples with nothing out of the bag, or where no score can be computed
    (AUROC of one class), are skipped.

    Args:
        score: What a candidate is chosen by.
        candidates: Their number, C.
        units: What is drawn: the group of each of N rows, (N,), or ``range(N)`` where each row
            stands for itself. Rows of a unit are in the bag together, or out of it.
        draws: Samples of the distinct units, in sorted order.
        told: What is told of the chosen one, where that is another metric.
        allowed: Who may be chosen in each sample, ``bool`` (B, C), all if None: where candidates
            may stop before they are judged to the end, some would have stopped there.
        confidence: Of the percentile interval.

    Raises:
        ValueError: Draws of another number of units, or no sample could be scored.
    """
    share(confidence, "confidence")
    names, unit_of = np.unique(np.asarray(units), return_inverse=True)
    if draws.units != len(names):
        raise ValueError(f"BBC-CV: draws of {len(names)} units, not of {draws.units}")
    rows, told = np.arange(len(unit_of)), told or score
    naive = _scores(score, candidates, rows)
    found, weights, chosen = [], [], np.zeros(candidates)
    everyone = np.ones((len(draws.weights), candidates), bool) if allowed is None else allowed
    for counts, weight, some in zip(draws, draws.weights, everyone, strict=True):
        one = _one(score, told, some, counts[unit_of])
        if one is not None:
            found.append(one[1])
            weights.append(weight)
            chosen[one[0]] += weight
    if not found or np.isnan(naive).all():
        raise ValueError("BBC-CV: no bootstrap sample could be scored: too few rows or classes")
    mass, tail = float(np.sum(weights)), (1 - confidence) / 2
    low, high = np.quantile(found, [tail, 1 - tail], weights=weights, method="inverted_cdf")
    return Corrected(
        float(np.clip(np.dot(weights, found) / mass, min(found), max(found))),  # no share above 1
        float(told(int(np.nanargmax(naive)), rows)),
        float(low),
        float(high),
        len(found),
        chosen / mass,
    )


def means(values: ArrayLike) -> Score:
    """Return the score of candidates whose metric is a mean over rows, such as accuracy.

    Args:
        values: Rows x candidates, (N, C): whether each candidate is right on each row.
    """
    right = table(values, rows=1, columns=1)
    return lambda candidate, rows: float(right[rows, candidate].mean())


def sampled(units: int, *, samples: int = 1000, seed: int) -> Draws:
    """Draw bootstrap samples of a number of units; the same for the same seed."""
    if units < 2 or samples < 1:
        raise ValueError(
            f"bootstrap: 2 units and 1 sample or more are asked, there are {units} and {samples}"
        )

    def drawn() -> Iterator[Array]:
        rng, even = np.random.default_rng(seed), np.full(units, 1 / units)
        return (rng.multinomial(units, even) for _ in range(samples))

    return Draws(units, np.full(samples, 1 / samples), drawn)


def every(units: int) -> Draws:
    """Return all bootstrap samples of at most 8 units with their probabilities: exact, not drawn.

    A sample is a composition of U into U counts; its probability ``U! / prod(c!) / U^U``.
    """
    if not 2 <= units <= MOST:
        raise ValueError(f"all bootstrap samples: 2 to {MOST} units, not {units}")
    size = 2 * units - 1
    bars = np.array(list(combinations(range(size), units - 1)))
    edges = np.hstack([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), size)])
    counts = np.diff(edges, axis=1) - 1
    ways = np.array([factorial(one) for one in range(units + 1)], dtype=np.float64)
    weights = factorial(units) / ways[counts].prod(axis=1) / float(units) ** units
    return Draws(units, weights, lambda: iter(counts))


def _one(score: Score, told: Score, allowed: Array, counts: Array) -> tuple[int, float] | None:
    """Return who is best in the bag, and its score out of it; None where there is none."""
    rows = np.arange(len(counts))
    outside = rows[counts == 0]
    if not len(outside):
        return None
    bag = np.repeat(rows, counts)
    inside = np.array([score(one, bag) if may else np.nan for one, may in enumerate(allowed)])
    if np.isnan(inside).all():
        return None
    top = np.nanmax(inside)
    best = int(np.argmax(inside >= top - NOISE * abs(top)))  # sums of equals differ in noise
    value = told(best, outside)
    return None if np.isnan(value) else (best, float(value))


def _scores(score: Score, candidates: int, rows: Array) -> Array:
    return np.array([score(one, rows) for one in range(candidates)], dtype=np.float64)
