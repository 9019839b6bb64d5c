"""ROC and precision-recall curves of all bootstrap samples at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import attrs
import numpy as np

from frimcla.contracts import Array

GRID = np.linspace(0, 1, 101)
"""Where curves are read: each hundredth."""
GRID.setflags(write=False)
NOISE = 1e-9
"""What rounding adds to a number of images."""
AT_ONCE = 2_000_000
"""Images of all samples that are traced at once: some 100 MB."""


@attrs.frozen(eq=False)
class Traced:
    """Curves and areas below them: of the images, then of s samples; nan where nothing is judged.

    Attributes:
        heights: At each point of `GRID`, (1 + s, 101).
        areas: Of the whole curves, (1 + s,).
    """

    heights: Array
    areas: Array


def traced(found: Array, scores: Array, counts: Array) -> tuple[Traced, Traced]:
    """Trace true by false positive rates, and precision by recall. Images are sorted once.

    Args:
        found: Which of n images are of the class, (n,).
        scores: Their probabilities of it, (n,).
        counts: How often each image is in each sample, ``int32`` (1 + s, n).
    """
    order = np.argsort(-scores, kind="stable")
    rows = found[order]
    stops = _stops(scores[order], rows)
    both = [_both(some, order, rows, stops) for some in in_blocks(counts)]
    roc, recall = zip(*both, strict=True)
    return _joined(roc), _joined(recall)


def in_blocks(counts: Array) -> Iterator[Array]:
    """Yield samples of n images, a few at a time, so that what is made of them stays small.

    Args:
        counts: How often each image is in each sample, (1 + s, n).
    """
    size = max(1, AT_ONCE // counts.shape[1])
    for start in range(0, len(counts), size):
        yield counts[start : start + size]


def _both(counts: Array, order: Array, rows: Array, stops: Array) -> tuple[Traced, Traced]:
    """Trace some samples by thresholds at *stops*; *rows* are of the class, in that order."""
    taken = np.add.reduceat(counts[:, order], np.append(0, stops[:-1]), axis=1).cumsum(axis=1)
    right = _begun(counts[:, order[rows]].cumsum(axis=1))[:, np.append(0, rows.cumsum())[stops]]
    return _roc(_begun(right), _begun(taken - right)), _recall(right, taken)


def _joined(parts: Sequence[Traced]) -> Traced:
    return Traced(
        np.concatenate([one.heights for one in parts]),
        np.concatenate([one.areas for one in parts]),
    )


def _stops(scores: Array, found: Array) -> Array:
    """Return how many images are taken at each threshold that bends a curve, (t,).

    Equal scores stand together. Where neither the images of a threshold nor those of the next are
    of the class, the curves go straight on, however often images are drawn.
    """
    stops = np.flatnonzero(np.append(np.diff(scores) != 0, True)) + 1
    some = np.add.reduceat(found, np.append(0, stops[:-1]), dtype=np.int64) > 0
    return np.asarray(stops[some | np.append(some[1:], True)])


def _roc(right: Array, wrong: Array) -> Traced:
    """Trace by images found and images wrongly taken, both (1 + s, 1 + t): none, then at each."""
    every, others = (counts[:, -1:].astype(np.float64) for counts in (right, wrong))
    every[every == 0] = others[others == 0] = np.nan
    areas = np.einsum("st,st->s", np.diff(wrong), right[:, 1:] + right[:, :-1]) / 2
    asked = GRID * wrong[:, -1:]
    # The last threshold that takes no more; from there straight on to the next.
    before = _before(wrong, np.floor(asked + NOISE), "right") - 1
    after = np.minimum(before + 1, wrong.shape[1] - 1)
    left, top, there, then = (
        np.take_along_axis(counts, places, axis=1)
        for counts in (wrong, right)
        for places in (before, after)
    )
    along = np.clip((asked - left) / np.maximum(top - left, 1), 0, 1)
    heights = (there + along * (then - there)) / every
    return Traced(heights + 0 * others, areas / (every * others)[:, 0])


def _recall(right: Array, taken: Array) -> Traced:
    """Trace by images found and images taken up to each threshold, both (1 + s, t)."""
    every = right[:, -1:].astype(np.float64)
    every[every == 0] = np.nan
    precision = right / np.maximum(taken, 1)
    areas = np.einsum("st,st->s", np.diff(right, prepend=0), precision) / every[:, 0]
    # The first threshold that finds as many as each point asks for, one image at least.
    asked = np.maximum(np.ceil(GRID * right[:, -1:] - NOISE), 1)
    reached = np.minimum(_before(right, asked, "left"), right.shape[1] - 1)
    return Traced(np.take_along_axis(precision, reached, axis=1) + 0 * every, areas)


def _before(counts: Array, asked: Array, side: Literal["left", "right"]) -> Array:
    """Return how many of each row's counts are below what is asked (or the same: ``"right"``).

    All rows are searched as one: each is lifted above the one before.

    Args:
        counts: Rising along each row, (r, t).
        asked: At most 1 more than the largest, (r, g).
        side: As in `numpy.searchsorted`.
    """
    rows = np.arange(len(counts))[:, None]
    lift = rows * (int(counts.max()) + 2)
    found = np.searchsorted((counts + lift).ravel(), (asked + lift).ravel(), side)
    return np.asarray(found.reshape(asked.shape) - rows * counts.shape[1])


def _begun(counts: Array) -> Array:
    """Return counts that begin with nothing taken."""
    return np.pad(counts, ((0, 0), (1, 0)))
