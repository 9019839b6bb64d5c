"""FRM101 and FRM102: images that are there more than once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from frimcla.dataset import Dataset, Image
from frimcla.number import Number
from frimcla.opening import Opened
from frimcla.twins import BITS, MOST, near

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
    listed = opened.dataset.images
    keys = (image.key for image in listed)
    blocks = dict(zip(keys, opened.dataset.blocks, strict=True))
    shown = list({one.image.key: one for one in images}.values())  # copies are told by FRM101
    if not shown:
        return None
    prints = np.stack([one.print for one in shown])
    bits = prints.shape[1] * 64
    pairs = [
        (differ, shown[row].image, shown[other].image)
        for row, other, differ in near(prints, prints, MOST * bits // BITS)
        if row < other
    ]
    torn = [
        (differ, ours, theirs)
        for differ, ours, theirs in sorted(pairs, key=lambda pair: (pair[0], pair[1].key))
        if blocks[ours.key] != blocks[theirs.key] or ours.label != theirs.label
    ]
    if not torn:
        return None
    across = sum(ours.label != theirs.label for _, ours, theirs in torn)
    many = "1 pair of images looks" if len(torn) == 1 else f"{len(torn):,} pairs of images look"
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
            "pairs": _count(len(torn), "pairs that look alike", _METHOD),
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
            for differ, ours, theirs in torn[:LISTED]
        ),
    )


_METHOD = f"perceptual hash, at most {MOST} of {BITS} bits differ"


def _count(value: int, metric: str, method: str) -> Number:
    return Number(value=value, unit="count", metric=metric, method=method)
