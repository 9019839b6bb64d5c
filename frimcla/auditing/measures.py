"""What of a view, ``uint8`` (height, width, 3), hardly says what it shows; and how sharp it is."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image as Pictures
from scipy import ndimage

from frimcla.contracts import Array

RING = 0.08
"""Width of the border, as a share of each side."""
CELLS = 8
"""Cells of a thumbnail along each side."""
FOCUS = 64
"""Longest side in pixels of the copy that sharpness is measured on: what is softer than that is
blurred to whoever looks at the whole image; what is only large is not."""
WINDOW = 256
"""Side in pixels of the middle part whose bytes are counted."""
LEVELS = np.arange(256.0)


def needed(view: Array) -> Array:
    """Return the bytes per pixel that the middle of an image takes as JPEG and as PNG, (2,)."""
    height, width = view.shape[:2]
    top, left = max(0, height - WINDOW) // 2, max(0, width - WINDOW) // 2
    middle = np.ascontiguousarray(view[top : top + WINDOW, left : left + WINDOW])
    picture = Pictures.fromarray(middle)
    sizes = []
    for kind, options in (("JPEG", {"quality": 90}), ("PNG", {"compress_level": 1})):
        buffer = io.BytesIO()
        picture.save(buffer, kind, **options)
        sizes.append(buffer.tell() / (middle.shape[0] * middle.shape[1]))
    return np.array(sizes)


def border(view: Array) -> Array:
    """Return the means of the thirds of each side's outermost `RING`, (12, 3), in levels.

    Means only: how much a border varies is the texture that goes on beyond it.
    """
    height, width = view.shape[:2]
    high, wide = max(1, round(RING * height)), max(1, round(RING * width))
    sides = (view[:high], view[-high:], view[:, :wide], view[:, -wide:])
    return np.stack(
        [
            moments(part)[:, 0]
            for number, side in enumerate(sides)
            for part in _thirds(side, axis=1 if number < 2 else 0)
        ]
    )


def _thirds(side: Array, axis: int) -> list[Array]:
    """Return three parts of a side, none of them empty: parts of short ones overlap."""
    length = side.shape[axis]
    size = -(-length // 3)
    starts = (0, (length - size) // 2, length - size)
    return [side.take(range(start, start + size), axis=axis) for start in starts]


def moments(part: Array) -> Array:
    """Return mean and deviation of each channel, (3, 2)."""
    counts = Pictures.fromarray(np.ascontiguousarray(part)).histogram()
    shares = np.reshape(counts, (3, 256)) / (part.shape[0] * part.shape[1])
    means = shares @ LEVELS
    power = (shares * (LEVELS - means[:, None]) ** 2).sum(axis=1)
    return np.stack([means, np.sqrt(power)], axis=1)


def thumbnail(view: Array) -> Array:
    """Return the means of 8 x 8 cells, (8, 8, 3), in levels."""
    small = Pictures.fromarray(view).resize((CELLS, CELLS), Pictures.Resampling.BOX)
    return np.asarray(small, np.float32)


def sharpness(views: Sequence[Array]) -> float:
    """Return the power of the finest structures relative to all, of the sharpest view.

    The variance of the Laplacian (Pech-Pacheco et al., ICPR 2000, 3, 314) by that of the image,
    so that contrast does not count; on a copy of at most `FOCUS` pixels.
    """
    return max(_sharpness(view) for view in views)


def _sharpness(view: Array) -> float:
    picture = Pictures.fromarray(view).convert("L").convert("F")
    share = FOCUS / max(picture.size)
    if share < 1:
        width, height = (max(1, round(share * side)) for side in picture.size)
        picture = picture.resize((width, height), Pictures.Resampling.BOX)
    grey = np.asarray(picture, np.float64)
    power = grey.var()
    return float(ndimage.laplace(grey, mode="nearest").var() / power) if power > 1e-9 else 0.0
