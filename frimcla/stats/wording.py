"""What a row of the table says in words: stars, cells, and who is as good as the winner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .checked import Array, settled, vector

STARS = (0.05, 0.01, 0.001)
"""What p must be below for one, two and three stars."""


class Other(NamedTuple):
    """A candidate beside the winner.

    Attributes:
        name: Its label.
        mean: Its mean score, higher is better.
        worse: Whether it was found to be worse than the winner.
    """

    name: str
    mean: float
    worse: bool


def ordering(winner: str, others: Iterable[tuple[str, float, bool]]) -> str:
    """Return ``MLP ≃ LR, SVM; MLP > KNN``: not told apart from the winner; worse than it.

    Members stand by descending mean, equals by name. "≃" is no claim that they are equal.
    """
    ranked = sorted((Other(*one) for one in others), key=lambda one: (-one.mean, one.name))
    alike = [one.name for one in ranked if not one.worse]
    worse = [one.name for one in ranked if one.worse]
    parts = [
        f"{winner} {sign} {', '.join(names)}"
        for sign, names in (("≃", alike), (">", worse))
        if names
    ]
    return "; ".join(parts) or winner


def stars(p: float) -> str:
    """Return ``*`` below .05, ``**`` below .01, ``***`` below .001."""
    return "*" * sum(p < limit for limit in STARS)


def cell(scores: ArrayLike) -> str:
    """Return ``98.5 (1.2)``: mean and deviation in percent, as the 2019 paper (ddof = 0)."""
    values = vector(scores, name="scores")
    return f"{100 * values.mean():.1f} ({100 * values.std():.1f})"


def best(names: Sequence[str], values: Array) -> int:
    """Return the index of the highest value; of equals, the first by name."""
    told = settled(np.asarray(values, dtype=np.float64))
    return min(range(len(names)), key=lambda one: (-told[one], names[one]))
