"""Stratified, shuffled folds from labels, groups and a seed; the same for every pair."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .contracts import Array


def fold_of(labels: Sequence[str], groups: Sequence[str], folds: int, seed: int) -> Array:
    """Return the fold that holds out each image.

    Images of one group (copies of one picture) always stand on the same side. The folds are
    those of the distinct groups, so a copy changes nobody else's fold.

    Args:
        labels: Classes of n images, in the order of their keys, which makes folds independent
            of names and places.
        groups: What must not be split, n; one class per group.
        folds: Number of folds, at least 2.
        seed: Of the shuffle.

    Returns:
        ``int16``, shape (n,), values 0 to *folds* - 1. Every fold holds every class that has
        at least *folds* groups.

    Raises:
        ValueError: A class has fewer groups than *folds*.
    """
    from sklearn.model_selection import StratifiedKFold

    names, first, back = np.unique(np.asarray(groups), return_index=True, return_inverse=True)
    classes = np.asarray(labels)[first]
    _, counts = np.unique(classes, return_counts=True)
    if counts.min() < folds:
        raise ValueError(f"a class has {counts.min()} images, fewer than {folds} folds")
    held_out = np.empty(len(names), np.int16)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for number, (_, rows) in enumerate(splitter.split(classes, classes)):
        held_out[rows] = number
    return held_out[back]


def possible_folds(labels: Sequence[str], groups: Sequence[str], wanted: int) -> int:
    """Return how many folds there can be: *wanted*, or as many as the smallest class has."""
    return min(wanted, smallest_class(labels, groups))


def smallest_class(labels: Sequence[str], groups: Sequence[str]) -> int:
    """Return the number of groups of the class that has the fewest."""
    distinct = set(zip(labels, groups, strict=True))
    _, counts = np.unique([label for label, _ in distinct], return_counts=True)
    return int(counts.min())
