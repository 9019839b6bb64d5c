"""Ever smaller parts of a training fold: nested, of whole units, classes in their shares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from frimcla.contracts import Array
from frimcla.folds import Plan, Split
from frimcla.keys import seed_of

STEPS = 5
"""Sizes of a curve, the whole training fold among them."""
SMALLEST = 1 / 8
"""Of a training fold: what is learnt from still fewer images says little of more images."""
LEAST = 2
"""Independent units that each class has in the smallest part."""


def parts(plan: Plan, units: Array, folds: Sequence[int]) -> list[list[Array]]:
    """Return the rows of each part of each training fold of the first repeat.

    Parts of a fold are nested and differ in size; the training fold itself is not among them.
    Units are drawn by the seed and the places of their images, which are sorted by key: neither
    names nor order of the files decide.

    Args:
        plan: The folds.
        units: What is independent, (n,).
        folds: Those that are held out in turn.

    Returns:
        Per size, ascending, rows by fold; none where a class has too few units.
    """
    labels = np.unique(plan.labels, return_inverse=True)[1]
    trains = [plan.train_test(Split(0, (fold,)))[0] for fold in folds]
    fewest = min(_fewest(labels[train], units[train]) for train in trains)
    if fewest <= 2 * LEAST:
        return []
    shares = np.geomspace(max(SMALLEST, LEAST / fewest), 1, STEPS)[:-1]
    drawn = [
        _ranks(labels[train], units[train], seed_of(plan.seed, "learn", fold))
        for fold, train in zip(folds, trains, strict=True)
    ]
    found: list[list[Array]] = []
    before = [0] * len(trains)
    for one in shares:
        rows = [train[ranks < one] for train, ranks in zip(trains, drawn, strict=True)]
        enough = all(_fewest(labels[some], units[some], labels) >= LEAST for some in rows)
        counts = [len(some) for some in rows]
        if enough and all(
            last < count < len(train)
            for last, count, train in zip(before, counts, trains, strict=True)
        ):
            found.append(rows)
            before = counts
    return found


def _fewest(labels: Array, units: Array, known: Array | None = None) -> int:
    """Return the number of units of the class that has the fewest."""
    pairs = np.unique(np.stack([labels, units]), axis=1)
    most = int((labels if known is None else known).max()) + 1
    return int(np.bincount(pairs[0], minlength=most).min())


def _ranks(labels: Array, units: Array, seed: int) -> Array:
    """Return from which share on each row is learnt from, 0 to below 1, (m,).

    A unit counts for the class that it holds the largest share of. Of each class units follow in
    an order that is drawn; each enters where the images of those before end. The first `LEAST`
    are always in.
    """
    _, first, members = np.unique(units, return_index=True, return_inverse=True)
    held = np.zeros((len(first), int(labels.max()) + 1))
    np.add.at(held, (members, labels), 1)
    classes = (held / np.maximum(held.sum(axis=0), 1)).argmax(axis=1)
    sizes = held.sum(axis=1)
    order = np.argsort(first)[np.random.default_rng(seed).permutation(len(first))]
    enters = np.empty(len(first))
    for label in np.unique(classes):
        queue = order[classes[order] == label]
        before = np.cumsum(sizes[queue]) - sizes[queue]
        before[:LEAST] = 0
        enters[queue] = before / sizes[queue].sum()
    return np.asarray(enters[members])
