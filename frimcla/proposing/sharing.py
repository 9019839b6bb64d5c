"""How images share values: what makes a group, and what only counts or crosses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import attrs


@attrs.frozen(kw_only=True)
class Sharing:
    """How the images of a data set share values.

    Attributes:
        groups: Number of different values.
        classes: Number of classes.
        images: Number of images.
        pairs: Number of different values, counted in each class.
        told: The value follows from the class.
        within: Share of images with a sibling, which is of the same value and class.
        ever: Share of images with another one of the same value.
    """

    groups: int
    classes: int
    images: int
    pairs: int
    told: bool
    within: float
    ever: float

    @classmethod
    def of(cls, values: Sequence[Hashable], labels: Sequence[str]) -> Sharing:
        """Return how images of *labels* share *values*."""
        pairs = Counter(zip(values, labels, strict=True))
        alone = Counter(values)
        classes = len(set(labels))
        return cls(
            groups=len(alone),
            classes=classes,
            images=len(values),
            pairs=len(pairs),
            told=len(pairs) == classes,
            within=_repeated(pairs),
            ever=_repeated(alone),
        )

    @property
    def repeats(self) -> bool:
        """Enough values for folds, and enough images of each to matter."""
        return self.groups >= 3 and self.images > 1.2 * self.groups and not self.told


def crossed(outer: Sequence[Hashable], inner: Sequence[Hashable]) -> bool:
    """Say whether the same values of *inner* come back within most values of *outer*.

    So do magnifications, days and counters that start again; names of things do not.
    """
    return len(set(zip(outer, inner, strict=True))) > 1.5 * len(set(inner))


def counts(values: Sequence[str], labels: Sequence[str]) -> bool:
    """Say whether *values* number the images of a class: most numbers of their range are taken.

    Two classes share such numbers by chance, as every class has a first and a second image.
    """
    taken: dict[str, set[int]] = {}
    for value, label in zip(values, labels, strict=True):
        if not value.isdecimal():
            return False
        taken.setdefault(label, set()).add(int(value[:18]))
    return any(2 * len(ns) > max(ns) - min(ns) + 1 for ns in taken.values() if len(ns) > 1)


def _repeated(counted: Counter[Hashable] | Counter[tuple[Hashable, str]]) -> float:
    times = counted.values()
    return sum(n for n in times if n > 1) / sum(times)
