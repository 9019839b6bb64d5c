"""Stratified, shuffled folds from labels, groups and a seed; the same for every pair."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from .contracts import Array
from .keys import digest, seed_of


@attrs.frozen(kw_only=True, eq=False)
class Plan:
    """Who is held out when: everything about the folds of a study.

    Attributes:
        data: Key of the dataset.
        labels: Class of each of the n images, in the order of the dataset.
        groups: What must not be split, per image.
        folds: Which fold holds each image out, ``int16`` (r, n).
        inner_folds: Folds of the search inside a training fold.
        seed: Of the study.
    """

    data: str
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    folds: Array
    inner_folds: int
    seed: int

    @classmethod
    def of(
        cls,
        data: str,
        labels: Sequence[str],
        groups: Sequence[str],
        *,
        folds: int,
        inner_folds: int,
        seed: int,
    ) -> Plan:
        """Plan the folds of one repeat."""
        held_out = fold_of(labels, groups, folds, seed_of(seed, "folds", 0))
        return cls(
            data=data,
            labels=tuple(labels),
            groups=tuple(groups),
            folds=held_out[None],
            inner_folds=inner_folds,
            seed=seed,
        )

    @property
    def key(self) -> str:
        """The identity of the folds."""
        shape = [int(self.folds.max()) + 1, len(self.folds)]
        return digest([self.data, *shape, self.inner_folds, self.seed])

    def train_test(self, repeat: int, fold: int) -> tuple[Array, Array]:
        """Return the rows to learn from and the rows held out."""
        held_out = self.folds[repeat] == fold
        return np.flatnonzero(~held_out), np.flatnonzero(held_out)

    def inner(self, train: Array, *where: object) -> Array | None:
        """Return the inner fold of each training row, ``int16``, by the same function.

        As many folds as the smallest class of the training rows allows, at most
        `inner_folds`; None where it allows no search (one image).

        Args:
            train: Rows of the training fold.
            where: What the training rows are, for the seed.
        """
        labels = [self.labels[row] for row in train]
        groups = [self.groups[row] for row in train]
        folds = possible_folds(labels, groups, self.inner_folds)
        if folds < 2:
            return None
        return fold_of(labels, groups, folds, seed_of(self.seed, "inner", *where))


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
