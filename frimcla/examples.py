"""Images of the study that go with a model, small, to be shown beside predictions."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from . import npz
from .contracts import Array
from .errors import BundleError
from .novelty import Novelty

NEAREST = 3
"""Images that are shown beside a prediction."""
MOST = 1000
"""Images that go with a model."""
WHAT = "its collection of training images"
LAYOUT = {
    "labels": ("<i2", "m"),
    "sizes": ("<i8", "m"),
    "pictures": ("|u1", "b"),
    "points": ("<f4", "me"),
}
"""Of the arrays in a model's file: class numbers, bytes of each picture, all pictures, points."""


@attrs.frozen(kw_only=True)
class Example:
    """An image of the study that is near a new one.

    Attributes:
        label: Its class.
        picture: What extractors see of it, small: the bytes of a WebP file.
        distance: From the new image, as `frimcla.novelty` measures it.
    """

    label: str
    picture: bytes
    distance: float


@attrs.frozen(kw_only=True, eq=False)
class Examples:
    """Some of the images that a model has learnt from.

    Attributes:
        labels: Their classes (m,).
        pictures: WebP files (m,).
        points: What is known of them, ``float32`` (m, e): `frimcla.novelty.Novelty.points`.
    """

    labels: tuple[str, ...]
    pictures: tuple[bytes, ...]
    points: Array

    def nearest(self, point: Array, novelty: Novelty) -> tuple[Example, ...]:
        """Return the nearest to a point (e,), the nearest first."""
        distances = novelty.lengths(self.points - point)
        return tuple(
            Example(
                label=self.labels[row],
                picture=self.pictures[row],
                distance=float(distances[row]),
            )
            for row in np.argsort(distances, kind="stable")[:NEAREST]
        )


def gather(labels: Array, pictures: Sequence[bytes], points: Array) -> Examples:
    """Put images together, in an order that tells nothing of the study's.

    Args:
        labels: Their classes (m,).
        pictures: WebP files (m,).
        points: `frimcla.novelty.Novelty.points` (m, e).
    """
    order = sorted(range(len(pictures)), key=lambda row: (labels[row], pictures[row]))
    return Examples(
        labels=tuple(str(labels[row]) for row in order),
        pictures=tuple(pictures[row] for row in order),
        points=points[order].astype(np.float32),
    )


def pack(examples: Examples, classes: Sequence[str]) -> bytes:
    """Return them as bytes of a model's file."""
    return npz.pack(
        {
            "labels": np.searchsorted(np.array(classes), examples.labels).astype(np.int16),
            "sizes": np.array([len(picture) for picture in examples.pictures], np.int64),
            "pictures": np.frombuffer(b"".join(examples.pictures), np.uint8),
            "points": examples.points,
        }
    )


def unpack(content: bytes, classes: Sequence[str], novelty: Novelty) -> Examples:
    """Read what `pack` wrote, or anybody else.

    Args:
        content: The bytes.
        classes: Of the model.
        novelty: Of the model.

    Raises:
        BundleError: They are something else, or hold what is no picture.
    """
    found = npz.unpack(content, LAYOUT, {"e": len(novelty.mean)}, WHAT)
    labels, sizes = found["labels"], found["sizes"]
    good = (
        0 < len(labels) <= MOST
        and ((labels >= 0) & (labels < len(classes))).all()
        and ((sizes > 0) & (sizes <= len(found["pictures"]))).all()
        and sizes.sum() == len(found["pictures"])
        and np.isfinite(found["points"]).all()
    )
    if not good:
        raise BundleError(f"{WHAT} holds numbers that cannot be: refused")
    ends = np.cumsum(sizes)
    whole = found["pictures"].tobytes()
    pictures = tuple(whole[end - size : end] for end, size in zip(ends, sizes, strict=True))
    if not all(one.startswith(b"RIFF") and one[8:12] == b"WEBP" for one in pictures):
        raise BundleError(f"{WHAT} holds what is no picture: refused")
    return Examples(
        labels=tuple(classes[number] for number in labels),
        pictures=pictures,
        points=found["points"],
    )
