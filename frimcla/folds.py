"""Stratified, shuffled folds from labels, groups and a seed; the same for every pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import attrs
import numpy as np

from .contracts import Array
from .dataset import Dataset
from .files import sha256
from .keys import digest, seed_of

Values = Sequence[object] | Array
DEALS = 200
"""Ways to deal out groups that are tried where none of those was good."""
TRIES = 20
"""Shufflings that are tried until every fold holds every class."""


@attrs.frozen
class Split:
    """What is held out together.

    Attributes:
        repeat: Of the cross-validation, 0 the first.
        folds: One fold; or two, whose model neither has taught: it judges the choice among pairs
            while one of them is kept for judging what was chosen, and serves for both.
    """

    repeat: int
    folds: tuple[int, ...]


@attrs.frozen(kw_only=True, eq=False)
class Plan:
    """Who is held out when: everything about the folds of a study.

    Attributes:
        data: Key of the dataset.
        labels: Class of each of the n images, in the order of the dataset.
        folds: Which fold holds each image out, ``int16`` (r, n).
        inside: The inner fold of each image while fold f of repeat r is held out, ``int16``
            (r, f, n); -1 for what is held out, and for all where no search is possible.
        between: The same while two folds of the first repeat are, ``int16`` (f (f - 1) / 2, n), in
            the order of `itertools.combinations`; of no rows where the study is not nested.
        whole: The inner fold of each image in the final training, ``int16`` (n,), likewise.
        inner_folds: Folds of the search inside a training fold, where images allow so many.
        seed: Of the study.
    """

    data: str
    labels: tuple[str, ...]
    folds: Array
    inside: Array
    between: Array
    whole: Array
    inner_folds: int
    seed: int

    @classmethod
    def of(
        cls,
        dataset: Dataset,
        *,
        folds: int,
        inner_folds: int,
        seed: int,
        repeats: int = 1,
        nested: bool = False,
    ) -> Plan:
        """Plan the folds.

        Args:
            dataset: The images.
            folds: Outer folds.
            inner_folds: Folds of the search inside a training fold, at most.
            seed: Of the study.
            repeats: How often the images are split anew.
            nested: Whether two folds at a time are held out, too (`can_nest` must hold).

        Raises:
            ValueError: The groups do not allow so many folds.
        """
        labels = [image.label for image in dataset.images]
        rows = _Rows(*map(_codes, (labels, dataset.blocks, [i.key for i in dataset.images])))
        held_out = [rows.folds(folds, seed_of(seed, "folds", r)) for r in range(repeats)]

        def inner(split: Split) -> Array:
            train = ~np.isin(held_out[split.repeat], split.folds)
            return rows.inner(train, inner_folds, seed_of(seed, "inner", *_place(split)))

        singles = [[inner(Split(r, (fold,))) for fold in range(folds)] for r in range(repeats)]
        doubles = [inner(split) for split in _doubles(folds)] if nested else []
        everything = np.ones(len(labels), bool)
        return cls(
            data=dataset.key,
            labels=tuple(labels),
            folds=np.stack(held_out),
            inside=np.array(singles),
            between=np.array(doubles, np.int16).reshape(-1, len(labels)),
            whole=rows.inner(everything, inner_folds, seed_of(seed, "inner", "final")),
            inner_folds=inner_folds,
            seed=seed,
        )

    @property
    def count(self) -> int:
        """Number of outer folds."""
        return int(self.folds.max()) + 1

    @property
    def nested(self) -> bool:
        """Whether two folds at a time are held out, too."""
        return len(self.between) > 0

    @property
    def splits(self) -> tuple[Split, ...]:
        """Everything that is held out: each fold of each repeat; nested, two of the first."""
        singles = [Split(r, (fold,)) for r in range(len(self.folds)) for fold in range(self.count)]
        return (*singles, *(_doubles(self.count) if self.nested else ()))

    def key_of(self, split: Split) -> str:
        """Return the identity of a split: of what is learnt, searched and judged in it."""
        arrays = (np.isin(self.folds[split.repeat], split.folds), self._inner_row(split))
        parts = [sha256(np.ascontiguousarray(array).tobytes()) for array in arrays]
        return digest([self.data, *parts, *_place(split), self.seed])

    def train_test(self, split: Split) -> tuple[Array, Array]:
        """Return the rows to learn from and the rows held out."""
        held_out = np.isin(self.folds[split.repeat], split.folds)
        return np.flatnonzero(~held_out), np.flatnonzero(held_out)

    def inner(self, split: Split) -> Array | None:
        """Return the inner fold of each training row, or None where no search is possible."""
        train, _ = self.train_test(split)
        return _searchable(self._inner_row(split)[train])

    def seed_of_fit(self, split: Split, classifier: str) -> int:
        """Return the seed of a classifier, by its key; whatever describes the images."""
        return seed_of(self.seed, "fit", classifier, *_place(split))

    def _inner_row(self, split: Split) -> Array:
        if len(split.folds) == 1:
            return np.asarray(self.inside[split.repeat, split.folds[0]])
        return np.asarray(self.between[_doubles(self.count).index(split)])

    def final(self) -> Array | None:
        """Return the inner fold of every image in the final training, or None likewise."""
        return _searchable(self.whole)


def can_nest(dataset: Dataset, folds: int, seed: int) -> bool:
    """Say whether every class can be learnt without any two folds of the first repeat."""
    labels = _codes([image.label for image in dataset.images])
    keys = [image.key for image in dataset.images]
    held_out = fold_of(labels, dataset.blocks, keys, folds, seed_of(seed, "folds", 0))
    counts = _counts(held_out, labels, folds)
    return folds > 2 and all(
        (counts.sum(axis=0) > counts[list(split.folds)].sum(axis=0)).all()
        for split in _doubles(folds)
    )


def _doubles(folds: int) -> tuple[Split, ...]:
    return tuple(Split(0, two) for two in combinations(range(folds), 2))


def _place(split: Split) -> tuple[int, ...]:
    """Return what tells a split from others, in keys and seeds."""
    return (split.repeat, *split.folds)


@attrs.frozen(eq=False)
class _Rows:
    """Images as numbers: class, group and content of each."""

    labels: Array
    groups: Array
    keys: Array

    def folds(self, folds: int, seed: int) -> Array:
        return fold_of(self.labels, self.groups, self.keys, folds, seed)

    def inner(self, train: Array, most: int, seed: int) -> Array:
        """Return inner folds of the rows in the mask *train*, as many as they allow."""
        found = np.full(len(train), -1, np.int16)
        chosen = _Rows(self.labels[train], self.groups[train], self.keys[train])
        for folds in range(min(most, smallest_class(chosen.labels, chosen.groups)), 1, -1):
            try:
                found[train] = chosen.folds(folds, seed)
                break
            except ValueError:  # groups of very different sizes: fewer folds may do
                continue
        return found


def fold_of(labels: Values, groups: Values, keys: Values, folds: int, seed: int) -> Array:
    """Return the fold that holds out each image.

    Images of one group always stand on the same side. The folds are those of the distinct
    images, so a copy changes nobody else's fold.

    Args:
        labels: Classes of n images, in the order of their keys, which makes folds independent
            of names and places.
        groups: What must not be split, n; copies of an image share a group.
        keys: Of the images, n; copies share one.
        folds: Number of folds, at least 2.
        seed: Of the shuffle.

    Returns:
        ``int16``, shape (n,), values 0 to *folds* - 1. Without groups every fold holds every
        class; with groups, if any of `TRIES` shufflings brings that about, and every class
        can be learnt in every fold.

    Raises:
        ValueError: A class has fewer groups than *folds*, or they differ so much in size that
            some fold would leave nothing of a class to learn from.
    """
    if (most := smallest_class(labels, groups)) < folds:
        raise ValueError(f"a class has {most} groups, fewer than {folds} folds")
    _, first, back = np.unique(np.asarray(keys), return_index=True, return_inverse=True)
    classes, teams = _codes(np.asarray(labels)[first]), _codes(np.asarray(groups)[first])
    alone = len(first) == int(teams.max()) + 1
    found = _stratified(classes, folds, seed) if alone else _grouped(classes, teams, folds, seed)
    return found[back]


def smallest_class(labels: Values, groups: Values) -> int:
    """Return the number of groups of the class that has the fewest: the most folds there can be."""
    pairs = np.unique(np.stack([_codes(labels), _codes(groups)]), axis=1)
    return int(np.bincount(pairs[0]).min())


def _codes(values: Values) -> Array:
    """Return values as numbers, equal for equal, in the order of the values."""
    return np.unique(np.asarray(values), return_inverse=True)[1]


def _searchable(inner: Array) -> Array | None:
    return None if (inner < 0).any() else inner


def possible_folds(dataset: Dataset, wanted: int, seed: int) -> int:
    """Return how many folds there can be, at most *wanted*; 0 where there can be none."""
    labels = _codes([image.label for image in dataset.images])
    groups, keys = _codes(dataset.blocks), _codes([image.key for image in dataset.images])
    for folds in range(min(wanted, smallest_class(labels, groups)), 1, -1):
        try:
            fold_of(labels, groups, keys, folds, seed_of(seed, "folds", 0))
        except ValueError:
            continue
        return folds
    return 0


def _stratified(classes: Array, folds: int, seed: int) -> Array:
    from sklearn.model_selection import StratifiedKFold

    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return _numbered(splitter.split(classes, classes), len(classes))


def _grouped(classes: Array, teams: Array, folds: int, seed: int) -> Array:
    """Split whole groups, the classes as even as they allow."""
    from sklearn.model_selection import StratifiedGroupKFold

    fallback = None
    for attempt in range(TRIES):
        again = seed_of(seed, attempt) if attempt else seed
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=again)
        found = _numbered(splitter.split(classes, classes, teams), len(classes))
        counts = _counts(found, classes, folds)
        if counts.all():
            return found
        if fallback is None and _learnable(counts):
            fallback = found
    if fallback is None:
        fallback = _drawn(classes, teams, folds, seed)
    if fallback is None:
        raise ValueError(f"the groups are too unequal for {folds} folds")
    return fallback


def _drawn(classes: Array, teams: Array, folds: int, seed: int) -> Array | None:
    """Deal whole groups out by chance; return the most even way in which all can be learnt.

    Where groups are few and unequal, evening out their sizes misses ways that are there.
    """
    rng = np.random.default_rng(seed)
    best, least = None, len(classes) + 1
    for _ in range(DEALS):
        found = (rng.permutation(int(teams.max()) + 1) % folds)[teams].astype(np.int16)
        largest = int(np.bincount(found).max())
        if largest < least and _learnable(_counts(found, classes, folds)):
            best, least = found, largest
    return best


def _counts(found: Array, classes: Array, folds: int) -> Array:
    """Return the images of each class (column) in each fold (row)."""
    counts = np.zeros((folds, int(classes.max()) + 1), int)
    np.add.at(counts, (found, classes), 1)
    return counts


def _learnable(counts: Array) -> bool:
    """Say whether no fold is empty, and none holds all of a class."""
    return bool((counts < counts.sum(axis=0)).all() and counts.any(axis=1).all())


def _numbered(splits: Iterable[tuple[Array, Array]], n: int) -> Array:
    held_out = np.empty(n, np.int16)
    for number, (_, rows) in enumerate(splits):
        held_out[rows] = number
    return held_out
