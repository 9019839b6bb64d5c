"""What tells classes apart without a look at what is shown: the shortcuts of a data set.

A classifier that learns the lamp, the size of the crop or the kind of file is right for the
wrong reason, and fails elsewhere. None of this is an error; it is for a person to judge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

import attrs
import numpy as np

from frimcla.contracts import Array

from .facts import ImageFacts
from .words import times

TELLS_APART = 0.85
"""Share of the pairs of images (one of the class, one of the others) that a number orders right."""
BEYOND_CHANCE = 4
"""Standard deviations of that share under chance: few images separate by luck."""
USUAL, RARE = 0.9, 0.1
"""Shares of a kind of file in a class and in the others by which it tells the class."""
DIFFERS = 4
"""Times the side of the smallest image that the largest has."""


@attrs.frozen(kw_only=True)
class Trait:
    """A number of an image that has nothing to do with what it shows, or should not."""

    name: str
    more: str
    less: str
    unit: str
    of: Callable[[ImageFacts], float]


TRAITS = (
    Trait(
        name="Brightness",
        more="brighter",
        less="darker",
        unit=" of 255",
        of=lambda facts: facts.brightness,
    ),
    Trait(name="Size", more="larger", less="smaller", unit=" px", of=lambda facts: facts.side),
    Trait(
        name="Shape of the frame",
        more="wider",
        less="taller",
        unit=" (width / height)",
        of=lambda facts: facts.sides[0] / facts.sides[1],
    ),
)

Classes = Sequence[tuple[str, Sequence[ImageFacts]]]


def hints(classes: Classes) -> Iterator[tuple[str, str]]:
    """Yield (what, sentence) of all that tells classes apart, or differs a lot.

    Args:
        classes: Pairs of a label and the images of that class.
    """
    for trait in TRAITS:
        yield from _told_apart(trait, classes)
    yield from _told_by_files(classes)
    yield from _sizes([facts for _, images in classes for facts in images])


def copies(names: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Say which images are there more than once.

    Args:
        names: Those of images with the same bytes together.
    """
    if names:
        first = " = ".join(names[0])
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield "Copies", f"The same image under several names: {first}{more}. They count once."


def _told_apart(trait: Trait, classes: Classes) -> Iterator[tuple[str, str]]:
    values = {label: np.array([trait.of(facts) for facts in images]) for label, images in classes}
    two = len(values) == 2
    for label in list(values)[: 1 if two else None]:
        others = [other for other in values if other != label and values[other].size]
        rest = np.concatenate([values[other] for other in others]) if others else np.array([])
        share = right_pairs(values[label], rest)
        if share is None:
            continue
        more = share > 0.5
        middle, beside = (_number(float(np.median(part))) for part in (values[label], rest))
        against = f"“{others[0]}”" if two else "the other classes"
        told = (
            f"Images of “{label}” are {trait.more if more else trait.less} than those of "
            f"{against} (medians {middle} and {beside}{trait.unit}): that number alone is right "
            f"about {100 * max(share, 1 - share):.0f} of 100 pairs. If it is not what you study, "
            "a classifier may learn it instead."
        )
        yield f"{trait.name} tells “{label}”", told


def right_pairs(ours: Array, theirs: Array) -> float | None:
    """Return the share of pairs in which ours is more, where it is far from chance; else None.

    It is the area under the ROC curve; under chance it is 1/2, with the deviation of Mann and
    Whitney's statistic.
    """
    from scipy.stats import mannwhitneyu

    n, m = ours.size, theirs.size
    if not n or not m:
        return None
    share = float(mannwhitneyu(ours, theirs, method="asymptotic").statistic) / (n * m)
    chance = np.sqrt((n + m + 1) / (12 * n * m))
    far = abs(share - 0.5)
    return share if far > max(TELLS_APART - 0.5, BEYOND_CHANCE * chance) else None


def _told_by_files(classes: Classes) -> Iterator[tuple[str, str]]:
    """Name kinds of files, of depth and of colour that only one class has."""
    for what, kind in (("file", _suffix), ("content", lambda facts: facts.content)):
        counts = {label: Counter(map(kind, images)) for label, images in classes if images}
        for label in counts if len(counts) > 1 else ():
            rest = sum((counts[other] for other in counts if other != label), Counter[str]())
            usual, count = counts[label].most_common(1)[0]
            if count >= USUAL * counts[label].total() and rest[usual] <= RARE * rest.total():
                told = (
                    f"{_share(count, counts[label])} of “{label}” are {usual}, and "
                    f"{_share(rest[usual], rest)} of the other classes: traces of how they were "
                    "saved may be learnt instead of what they show."
                )
                yield f"The kind of {what} tells “{label}”", told


def _sizes(images: Sequence[ImageFacts]) -> Iterator[tuple[str, str]]:
    if not images:
        return
    ordered = sorted(images, key=lambda facts: (max(facts.sides), facts.image.name))
    least, most = ordered[0], ordered[-1]
    if max(most.sides) >= DIFFERS * max(least.sides):
        told = (
            f"From {times(least.sides)} ({least.image.name}) to {times(most.sides)} "
            f"({most.image.name}) pixels: extractors that need one size shrink some and blow up "
            "others."
        )
        yield "Sizes differ a lot", told


def _suffix(facts: ImageFacts) -> str:
    return PurePosixPath(facts.image.name).suffix.lower() or "files without a suffix"


def _share(count: int, counts: Counter[str]) -> str:
    return f"{100 * count / max(counts.total(), 1):.0f} %"


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.2f}"
