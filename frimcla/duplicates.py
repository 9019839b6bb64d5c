"""Test images that look like images that were learnt from, found by their fingerprints.

Fingerprints are features like any others: computed while images are decoded anyway, and stored.
"""

from __future__ import annotations

from collections.abc import Sequence

from .components import Extractor
from .dataset import Dataset
from .recipes import Recipe
from .spaces import Space
from .store import FeatureStore
from .twins import BITS, MOST, near, packed

SHOWN = 5
"""Pairs that a warning names."""


def fingerprints() -> Recipe:
    """Return the extractor of fingerprints; it stands on no menu."""
    return Extractor(
        name="fingerprint",
        factory="frimcla.twins:maker",
        summary="perceptual hash, 256 bits",
        plugin="frimcla",
    ).recipe()


def across(
    dataset: Dataset, test: Dataset, store: FeatureStore, space: Space
) -> tuple[tuple[str, str], ...]:
    """Return the names of near-duplicates: (test image, image that was learnt from)."""
    ours, theirs = (
        packed(store.matrix(space, [image.key for image in side.images]))
        for side in (test, dataset)
    )
    views = ours.shape[1] * 64 // BITS  # of several channels, each has a fingerprint
    pairs = near(ours, theirs, MOST * max(views, 1))
    return tuple((test.images[row].name, dataset.images[other].name) for row, other, _ in pairs)


def told(pairs: Sequence[tuple[str, str]]) -> str:
    """Say which images look alike, and what to do about it."""
    named = ", ".join(f"{ours} ~ {theirs}" for ours, theirs in pairs[:SHOWN])
    more = f" and {len(pairs) - SHOWN} more" if len(pairs) > SHOWN else ""
    count = "a test image looks" if len(pairs) == 1 else f"{len(pairs)} pairs of images look"
    return (
        f"{count} like one that was learnt from ({named}{more}): if they show one thing, the "
        "scores on the test images are too good; keep such images on one side, by groups"
    )
