"""What keeps images from being studied: every reason at once, as (place, sentence)."""

from __future__ import annotations

from collections import defaultdict

from .dataset import Dataset, Problems
from .entries import BESIDE, UNLIKE
from .errors import ImageError
from .folds import possible_folds
from .policy import ORIGINAL, Kind, Policy, seen_channels

ASIDE = "keep them on one, or score them by frimcla evaluate if only the names are the same"
FEWEST_FOLDS = 3
"""Folds of a study that does not say how many, at the least."""


def complaints(dataset: Dataset, folds: int | None, seed: int = 0) -> Problems:
    """Return everything that keeps *dataset* from being studied, as (place, sentence).

    Args:
        dataset: The images that can be read.
        folds: What the user asked for; None where the images decide (then at least 3).
        seed: The study's.
    """
    too_small = _too_small(dataset, folds)
    found = [*dataset.problems, *_too_few(dataset), *_in_two_classes(dataset), *too_small]
    return (
        found if too_small or len(dataset.classes) < 2 else found + _unequal(dataset, folds, seed)
    )


def strangers(dataset: Dataset, kind: Kind | None, policy: Policy) -> Problems:
    """Name the images that are of another kind than *kind*, by their headers."""
    found: Problems = []
    if kind is None:
        return found
    for image in dataset.images:
        if image.header is None:  # decoding will tell
            continue
        theirs = Kind.of(image.header, policy)
        if not kind.admits(theirs):
            found.append((image.name, f"holds {theirs}, where the others hold {kind}; {ORIGINAL}"))
            continue
        try:
            seen_channels(image.header, policy)
        except ImageError as error:
            found.append((image.name, str(error)))
    return found


def shared(dataset: Dataset, other: Dataset) -> Problems:
    """Name the images of *other* that *dataset* holds as well."""
    names = {image.key: image.name for image in dataset.images}
    same = [
        (image.name, f"is the same image as {names[image.key]} in images; keep it on one side")
        for image in other.images
        if image.key in names
    ]
    groups = {image.group for image in dataset.images} if dataset.grouped_by else set()
    twice = sorted({image.group for image in other.images if image.group in groups})
    return same + [
        (
            f"{dataset.grouped_by} {group}",
            f"has images on both sides; {ASIDE}",
        )
        for group in twice
    ]


def misnamed(dataset: Dataset) -> str:
    """Say that no name fits the pattern that tells classes; empty if some do, or there is none."""
    unlike = [name for name, why in dataset.passed_over if UNLIKE in why]
    if dataset.images or not unlike:
        return ""
    return f"must stand in the names, but none fits, such as {unlike[0]}; mend the pattern"


def beside(dataset: Dataset) -> int:
    """Return how many images lie beside the folders of classes."""
    return sum(reason == BESIDE for _, reason in dataset.passed_over)


def _too_few(dataset: Dataset) -> Problems:
    if len(dataset.classes) > 1:
        return []
    if what := misnamed(dataset):
        return [("classes", what)]
    if not dataset.images:
        count = beside(dataset)
        found = (
            f"{count} images lie beside them; sort them into one folder per class, or say "
            'where their names tell it: classes = "{class}_*"'
            if count
            else "there are no images; name the folder that holds one folder per class"
        )
        return [("classes", f"must be sub-folders with images, but {found}")]
    only = dataset.classes[0]
    return [("classes", f'must be two or more (got only "{only}"); add a folder of other images')]


def _too_small(dataset: Dataset, folds: int | None) -> Problems:
    needed = folds or FEWEST_FOLDS
    possible = min(dataset.independent.values(), default=0)
    what = "groups" if dataset.grouped_by else "images"
    if possible >= (2 if dataset.grouped_by else FEWEST_FOLDS):
        advice = f"set folds = {possible} or add {what}"
    else:
        advice = f"add {what}: at least {FEWEST_FOLDS} per class"
    return [
        (label, f"has {_count(count, dataset)}, fewer than the {needed} folds; {advice}")
        for label, count in dataset.independent.items()
        if count < needed
    ]


def _count(count: int, dataset: Dataset) -> str:
    if dataset.grouped_by:
        noun = "group" if count == 1 else "groups"
        return f"{count} {noun} ({dataset.grouped_by})"
    return "1 different image" if count == 1 else f"{count} different images"


def _unequal(dataset: Dataset, folds: int | None, seed: int) -> Problems:
    """Say how many folds there can be, where groups differ too much in size for so many."""
    if not dataset.grouped_by:
        return []
    wanted = folds or FEWEST_FOLDS
    possible = possible_folds(dataset, wanted, seed)
    if possible == wanted:
        return []
    advice = f"set folds = {possible}" if possible else "add groups"
    return [("groups", f"are too unequal for {wanted} folds, some would lack a class; {advice}")]


def _in_two_classes(dataset: Dataset) -> Problems:
    labels = defaultdict(list)
    for image in dataset.images:
        labels[image.key].append(image)
    return [
        (same[0].name, f"is the same image as {other.name} in another class; remove one")
        for same in labels.values()
        for other in same[1:]
        if other.label != same[0].label
    ]
