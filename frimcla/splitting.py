"""Keeps a share of the images for the final check, before anything looks at them.

Who is kept is decided by hashes of contents: neither names, nor order, nor the number of
workers matter. Whole groups are kept, and copies of an image stay on one side.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict

from .dataset import Dataset
from .keys import canonical


def split(dataset: Dataset, share: float, seed: int) -> tuple[Dataset, Dataset]:
    """Return the images to learn from, and those kept.

    Groups are visited in the order of their hashes; one is kept if that brings the kept share
    of every class, on the whole, closer to *share*.

    Args:
        dataset: All images.
        share: To keep of each class, 0 to 1.
        seed: The study's.
    """
    blocks = dataset.blocks
    inside: dict[str, Counter[str]] = defaultdict(Counter)
    for image, block in zip(dataset.images, blocks, strict=True):
        inside[block][image.label] += 1
    wanted = {label: share * count for label, count in dataset.counts.items()}
    kept: Counter[str] = Counter()
    chosen = set()
    for block in sorted(inside, key=lambda block: _place(seed, block)):
        without = _missed(kept, wanted)
        if _missed(kept + inside[block], wanted) < without:
            kept += inside[block]
            chosen.add(block)
    pairs = list(zip(dataset.images, blocks, strict=True))
    learnt = tuple(image for image, block in pairs if block not in chosen)
    return dataset.of(learnt), dataset.of(tuple(i for i, block in pairs if block in chosen))


def _place(seed: int, block: str) -> str:
    return hashlib.sha256(canonical([seed, "test", block])).hexdigest()


def _missed(kept: Counter[str], wanted: dict[str, float]) -> float:
    """Return by how much the kept images miss what is wanted, in shares summed over classes."""
    return sum(abs(kept[label] - goal) / goal for label, goal in wanted.items())
