"""Ridge regression on the classes as noughts and ones, fitted once for all labellings.

What it says of images that were held out is a matrix times the classes. So thousands of
shufflings of the classes cost one product of matrices per fold, and everything that is fitted is
fitted on training folds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from frimcla.contracts import Array

RIDGE = 1.0
"""Weight of the penalty per training image, for columns of deviation 1."""
BINS = 8
"""Ranges of a number, of equal count, where it may tell classes in the middle of its range."""


@attrs.frozen(kw_only=True, eq=False)
class Numbers:
    """Numbers of n images: a description.

    Attributes:
        values: (n, d), finite.
        binned: Whether ranges of each number count by themselves.
        explained: What explains the values, (n, e): in each fold it is taken away as far as least
            squares on the training rows go, and the rest is told in steps. None: nothing is.
        step: Of the rest.
    """

    values: Array
    binned: bool = False
    explained: Array | None = None
    step: float = 0.0

    @property
    def constant(self) -> bool:
        """Whether all images have the same."""
        return bool((self.values == self.values[:1]).all())


@attrs.frozen(kw_only=True, eq=False)
class Smoother:
    """What a fold makes of classes: scores of the images held out, rows with equal numbers once.

    Attributes:
        train: Rows that are learnt from.
        test: Rows that are held out, sorted by `kind`.
        starts: Where each kind begins in `test`.
        weights: (d, t); times noughts and ones (t,) it is what ridge regression learns.
        described: (u, d), of each kind.
    """

    train: Array
    test: Array
    starts: Array
    weights: Array
    described: Array

    def counted(self, held: Array) -> Array:
        """Return how many images of each kind are marked, (p, u), of marks (p, m)."""
        if len(self.starts) == len(self.test):  # no two have the same numbers
            return held.astype(np.float32)
        return np.asarray(np.add.reduceat(held, self.starts, axis=1, dtype=np.float32))


def smoothers_of(numbers: Numbers, folds: Array) -> Iterator[Smoother]:
    """Yield what each fold makes of classes, whatever these are.

    Args:
        numbers: Of n images.
        folds: Which fold holds each image out, (n,).
    """
    for fold in np.unique(folds):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        known, asked = encoded(numbers, train, test)
        kinds, member = np.unique(asked, axis=0, return_inverse=True)
        order = np.argsort(member.ravel(), kind="stable")
        starts = np.searchsorted(member.ravel()[order], np.arange(len(kinds)))
        penalty = RIDGE * len(train) * np.eye(known.shape[1])
        yield Smoother(
            train=train,
            test=test[order],
            starts=starts,
            weights=np.linalg.solve(known.T @ known + penalty, known.T).astype(np.float32),
            described=kinds.astype(np.float32),
        )


def encoded(numbers: Numbers, train: Array, test: Array) -> tuple[Array, Array]:
    """Return columns of mean 0 and deviation 1 on the training rows, for both kinds of rows.

    Args:
        numbers: Of n images.
        train: Rows that scales and ranges are taken from, (t,).
        test: Other rows, (m,).
    """
    values = np.asarray(numbers.values, np.float64)
    if numbers.explained is not None:
        law = np.linalg.lstsq(numbers.explained[train], values[train], rcond=None)[0]
        values = np.round((values - numbers.explained @ law) / numbers.step)
    if numbers.binned:
        values = np.concatenate([values, *_ranges(values, train)], axis=1)
    known, asked = values[train], values[test]
    mean, scale = known.mean(axis=0), known.std(axis=0)
    kept = scale > 1e-9 * (1 + np.abs(mean))
    return (known - mean)[:, kept] / scale[kept], (asked - mean)[:, kept] / scale[kept]


def _ranges(values: Array, train: Array) -> Iterator[Array]:
    """Yield for each column in which of its ranges a row lies, as noughts and ones."""
    for column in values.T:
        edges = np.unique(np.quantile(column[train], np.arange(1, BINS) / BINS))
        places = np.searchsorted(edges, column, side="right")
        yield (places[:, None] == np.arange(len(edges) + 1)).astype(np.float64)


def areas_of(smoothers: Sequence[Smoother], labels: Array) -> Array:
    """Return the area of each class (column) for each labelling of the images (row).

    Pairs of images of one fold are compared, never those of two: what was learnt differs.

    Args:
        smoothers: Of each fold.
        labels: Class numbers, (p, n).

    Returns:
        (p, k); of two classes (p, 1), for the other has the same.
    """
    count = int(labels.max()) + 1
    told = range(1 if count == 2 else count)  # the other of two is told as well
    right, pairs = np.zeros((2, len(labels), len(told)))
    for smoother in smoothers:
        for number in told:
            ours = labels == number
            learnt = ours[:, smoother.train].astype(np.float32) @ smoother.weights.T
            scores = learnt @ smoother.described.T
            held = ours[:, smoother.test]
            inside, outside = smoother.counted(held), smoother.counted(~held)
            right[:, number] += _right_pairs(scores, inside, outside)
            pairs[:, number] += inside.sum(axis=1) * outside.sum(axis=1)
    return np.asarray(right / np.maximum(pairs, 1))


def _right_pairs(scores: Array, inside: Array, outside: Array) -> Array:
    """Return the pairs (one of the class, one of the others) in the right order; ties half.

    Args:
        scores: Of u kinds of images, (p, u).
        inside: Images of the class of each kind, (p, u).
        outside: Images of others.
    """
    order = scores.argsort(axis=1)
    ours, theirs = (np.take_along_axis(part, order, axis=1) for part in (inside, outside))
    return np.asarray((ours * (np.cumsum(theirs, axis=1) - theirs / 2)).sum(axis=1))


def scores_of(smoothers: Sequence[Smoother], ours: Array) -> Array:
    """Return what each fold says of the images held out, (n,).

    Args:
        smoothers: Of each fold.
        ours: Whether an image is of the class that is learnt, (n,).
    """
    scores = np.empty(len(ours))
    for smoother in smoothers:
        learnt = smoother.weights @ ours[smoother.train].astype(np.float32)
        sizes = np.diff(smoother.starts, append=len(smoother.test))
        scores[smoother.test] = np.repeat(smoother.described @ learnt, sizes)
    return scores
