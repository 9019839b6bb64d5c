"""Intervals of what is shown of a pair: Wilson's, or a bootstrap of what is independent."""

from __future__ import annotations

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.final_check import FEWEST_GROUPS
from frimcla.keys import seed_of
from frimcla.stats.proportions import wilson

DRAWS = 200
"""Bootstrap samples behind an interval."""


@attrs.frozen(kw_only=True, eq=False)
class Draws:
    """Bootstrap samples of n images, the same for all pairs of a study.

    Attributes:
        counts: How often each image is in each sample, ``int32`` (1 + s, n). The first row is all
            ones: the images themselves, so that a value and its samples are computed together.
        units: What is independent, (n,).
    """

    counts: Array
    units: Array

    @classmethod
    def of(cls, truth: Array, units: Array, seed: int, *, draws: int = DRAWS) -> Draws:
        """Draw samples: within classes, or, where images belong together, of whole units.

        Args:
            truth: Classes of n images.
            units: What is independent, (n,).
            seed: The study's.
            draws: Samples, s.

        Source: Efron & Tibshirani, An introduction to the bootstrap (1993), ch. 13; of whole
            units: Davison & Hinkley, Bootstrap methods and their application (1997), 3.8
        """
        if not alone(units) and len(np.unique(units)) < FEWEST_GROUPS:
            draws = 0  # a bootstrap of so few says too little
        rng = np.random.default_rng(seed_of(seed, "showing"))
        counts = np.ones((1 + draws, len(truth)), np.int32)
        if alone(units):
            for label in np.unique(truth):  # so that no class is ever missing
                rows = np.flatnonzero(truth == label)
                counts[1:, rows] = _drawn(len(rows), draws, rng)
        else:
            members = _by_place(units)
            counts[1:] = _drawn(int(members.max()) + 1, draws, rng)[:, members]
        return cls(counts=counts, units=np.asarray(units))

    @property
    def alone(self) -> bool:
        """Whether every image stands for itself."""
        return alone(self.units)


@attrs.frozen(kw_only=True)
class Estimate:
    """A number with its 95 % interval; nan where there is none.

    Attributes:
        value: The number.
        low: Lower end.
        high: Upper end.
    """

    value: float
    low: float = float("nan")
    high: float = float("nan")


def alone(units: Array) -> bool:
    """Say whether every image stands for itself."""
    return len(np.unique(units)) == len(units)


def ends(samples: Array) -> tuple[Array, Array]:
    """Return both ends of the 95 % percentile interval, each of shape (...).

    Args:
        samples: Values in s samples, (s, ...); samples with a nan are left out.
    """
    if len(samples) == 0:
        nothing = np.full(samples.shape[1:], np.nan)
        return nothing, nothing
    bad = np.isnan(samples).reshape(len(samples), -1).any(axis=1)
    if bad.all():
        nothing = np.full(samples.shape[1:], np.nan)
        return nothing, nothing
    low, high = np.percentile(samples[~bad], [2.5, 97.5], axis=0)
    return low, high


def estimate(values: Array) -> Estimate:
    """Return a number with the ends of its samples; without them where all samples are alike.

    Args:
        values: The number, then its value in s samples, (1 + s,).
    """
    low, high = (float(end) for end in ends(values[1:]))
    if not low < high:
        return Estimate(value=float(values[0]))
    return Estimate(value=float(values[0]), low=low, high=high)


def share(right: Array, rows: Array, draws: Draws) -> Estimate:
    """Return the share of some images that were judged right, 0 to 1, with its interval.

    Wilson's interval where these images are independent. Else the percentile bootstrap of whole
    units; where units are few or all samples alike, Wilson's as if each unit were one image, which
    is rather too wide: no share of a unit varies more than a coin.

    Args:
        right: Whether each of n images was, (n,).
        rows: Which of them are asked about: a mask (n,), or their numbers.
        draws: Of the n images.
    """
    judged, units = right[rows], draws.units[rows]
    if not len(judged):
        return Estimate(value=float("nan"))
    value, independent = float(judged.mean()), len(np.unique(units))
    if independent == len(units):
        low, high = wilson(int(judged.sum()), len(judged))
        return Estimate(value=value, low=low, high=high)
    if independent >= FEWEST_GROUPS:
        found = estimate(_shares(judged, draws.counts[:, rows]))
        if found.low < found.high:
            return found
    low, high = wilson(value * independent, independent)
    return Estimate(value=value, low=low, high=high)


def _shares(right: Array, counts: Array) -> Array:
    """Return the share in every sample, (1 + s,); nan where no image was drawn."""
    drawn = counts.sum(axis=1)
    return np.asarray(np.where(drawn, counts @ right / np.maximum(drawn, 1), np.nan))


def _drawn(count: int, draws: int, rng: np.random.Generator) -> Array:
    return np.asarray(rng.multinomial(count, np.full(count, 1 / count), size=draws))


def _by_place(units: Array) -> Array:
    """Return units as numbers in the order of their first images, whatever they are called."""
    _, first, members = np.unique(units, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[members])
