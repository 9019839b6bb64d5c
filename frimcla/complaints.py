"""What keeps images from being studied: every reason at once, as (place, sentence)."""

from __future__ import annotations

from collections import defaultdict

from .dataset import BESIDE, Dataset, Problems

FEWEST_FOLDS = 3
"""Folds of a study that does not say how many, at the least."""


def complaints(dataset: Dataset, folds: int | None) -> Problems:
    """Return everything that keeps *dataset* from being studied, as (place, sentence).

    Args:
        dataset: The images that can be read.
        folds: What the user asked for; None where the images decide (then at least 3).
    """
    return [*_too_few(dataset), *_in_two_classes(dataset), *_too_small(dataset, folds)]


def shared(dataset: Dataset, other: Dataset) -> Problems:
    """Name the images of *other* that *dataset* holds as well."""
    names = {image.key: image.name for image in dataset.images}
    return [
        (image.name, f"is the same image as {names[image.key]} in images; keep it on one side")
        for image in other.images
        if image.key in names
    ]


def _too_few(dataset: Dataset) -> Problems:
    if len(dataset.classes) > 1:
        return []
    beside = sum(reason == BESIDE for _, reason in dataset.passed_over)
    if not dataset.images:
        found = (
            f"{beside} images lie beside them; sort them into one folder per class"
            if beside
            else "there are no images; name the folder that holds one folder per class"
        )
        return [("classes", f"must be sub-folders with images, but {found}")]
    only = dataset.classes[0]
    return [("classes", f'must be two or more (got only "{only}"); add a folder of other images')]


def _too_small(dataset: Dataset, folds: int | None) -> Problems:
    needed = folds or FEWEST_FOLDS
    possible = min(dataset.distinct.values(), default=0)
    if possible >= FEWEST_FOLDS:
        advice = f"set folds = {possible} or add images"
    else:
        advice = f"add images: at least {FEWEST_FOLDS} per class"
    return [
        (label, f"has {_count(count)}, fewer than the {needed} folds; {advice}")
        for label, count in dataset.distinct.items()
        if count < needed
    ]


def _count(images: int) -> str:
    return "1 different image" if images == 1 else f"{images} different images"


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
