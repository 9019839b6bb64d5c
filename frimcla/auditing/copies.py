"""FRM101 and FRM102: images that are there more than once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from frimcla.dataset import Dataset, Image
from frimcla.number import Number
from frimcla.opening import Opened
from frimcla.twins import BITS, MOST, near_each_other

from .facts import Measured
from .findings import Finding, Severity, Suspect

LISTED = 100
"""Images that a finding lists, at most."""


def exact(opened: Opened) -> Finding | None:
    """Look for images with the same bytes; in two classes, a study refuses them."""
    same = _same(opened.dataset)
    if not same:
        return None
    torn = [images for images in same if len({image.label for image in images}) > 1]
    many = "1 image is" if len(same) == 1 else f"{len(same):,} images are"
    sentence = (
        f"{many} there under several names. Copies count once, and never stand on both sides of "
        "a split: nothing needs to be done."
    )
    if torn:
        sentence = (
            f"{len(torn):,} of {len(same):,} images that are there more than once are in several "
            "classes: at most one of them can be right. Look at them, and remove the others."
        )
    return Finding(
        code="FRM101",
        severity=Severity.ERROR if torn else Severity.NOTE,
        sentence=sentence,
        numbers={
            "images": _count(len(same), "images with copies", "the same SHA-256"),
            "copies": _count(sum(map(len, same)) - len(same), "further copies", "likewise"),
        },
        suspects=tuple(
            Suspect(
                key=image.key,
                name=image.name,
                label=image.label,
                told=f"one of {len(images)} copies",
            )
            for images in sorted(same, key=lambda some: some not in torn)
            for image in images
        )[:LISTED],
    )


def _same(dataset: Dataset) -> list[list[Image]]:
    by_key = defaultdict(list)
    for image in dataset.images:
        by_key[image.key].append(image)
    return [images for images in by_key.values() if len(images) > 1]


def alike(opened: Opened, images: Sequence[Measured]) -> Finding | None:
    """Look for near-duplicates that may stand on both sides of a split, or in two classes.

    Args:
        opened: The study.
        images: Those that could be measured.
    """
    shown = list({one.image.key: one for one in images}.values())  # copies are told by FRM101
    if not shown:
        return None
    bits = shown[0].print.size * 64
    torn, across, pairs = _torn(opened, shown, MOST * bits // BITS)
    if not torn:
        return None
    many = "1 pair of images looks" if torn == 1 else f"{torn:,} pairs of images look"
    classes = f", {across:,} of them in two classes" if across else ""
    sentence = (
        f"{many} alike{classes}, and may stand on both sides of a split. If they show one thing "
        "twice, scores are too good: name what they have in common by groups, or remove one of "
        "each."
    )
    return Finding(
        code="FRM102",
        severity=Severity.WARNING,
        sentence=sentence,
        numbers={
            "pairs": _count(torn, "pairs that look alike", _METHOD),
            "in two classes": _count(across, "pairs in two classes", _METHOD),
        },
        suspects=tuple(
            Suspect(
                key=ours.key,
                name=ours.name,
                label=ours.label,
                told=f"{differ} of {bits} bits differ from the image beside it",
                beside=(theirs.key,),
            )
            for differ, ours, theirs in pairs
        ),
    )


def _torn(
    opened: Opened, shown: Sequence[Measured], most: int
) -> tuple[int, int, list[tuple[int, Image, Image]]]:
    """Count near-duplicates that a split may part, and those in two classes; list the nearest.

    Args:
        opened: The study.
        shown: Images, none twice.
        most: Bits that may differ.

    Returns:
        Pairs, pairs in two classes, and `LISTED` of them: bits that differ, image, image.
    """
    keys = (image.key for image in opened.dataset.images)
    blocks = dict(zip(keys, opened.dataset.blocks, strict=True))
    parts = np.unique([blocks[one.image.key] for one in shown], return_inverse=True)[1]
    classes = np.unique([one.image.label for one in shown], return_inverse=True)[1]
    pairs = across = 0
    nearest = np.empty((0, 3), int)
    for some in near_each_other(np.stack([one.print for one in shown]), most):
        row, other = some[:, 0], some[:, 1]
        apart = classes[row] != classes[other]
        torn = apart | (parts[row] != parts[other])
        pairs += int(torn.sum())
        across += int(apart.sum())
        nearest = np.concatenate([nearest, some[torn]])
        order = np.lexsort((nearest[:, 1], nearest[:, 0], nearest[:, 2]))  # bits, then images
        nearest = nearest[order][:LISTED]
    listed = [
        (differ, shown[row].image, shown[other].image) for row, other, differ in nearest.tolist()
    ]
    return pairs, across, listed


_METHOD = f"perceptual hash, at most {MOST} of {BITS} bits differ"


def _count(value: int, metric: str, method: str) -> Number:
    return Number(value=value, unit="count", metric=metric, method=method)
