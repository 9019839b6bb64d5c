"""Descriptors that see different things of an image, joined."""

from __future__ import annotations

import numpy as np

import frimcla
from frimcla.contracts import Array, Extracts

from .colour import moments
from .depth import STEPS, integers, shrunk
from .moments import radial, zernike
from .texture import haralick, lbp


@frimcla.per_image
def textures(image: Array, *, side: int) -> Array:
    """Return what `radial`, `zernike`, `haralick`, `lbp` (twice) and `colour_moments` see.

    In this order: rings of the three colours; Zernike moments; Haralick's features, means and
    ranges; local binary patterns of 24 points in radius 3, and of 8 in radius 1; moments of
    L*, a* and b*. All else is as these extractors have it by default.

    Args:
        image: RGB, ``float32``, 0 to 1, or ``uint8``; shape (height, width, 3).
        side: An image whose longer side has more pixels is shrunk to it, once for all.

    Returns:
        Shape (180,): 84 + 25 + 26 + 26 + 10 + 9 numbers.

    Source: its members
    """
    small = shrunk(integers(image), side)
    seen = small if small.dtype == np.uint8 else (small / 65535).astype(np.float32)
    return np.concatenate([member([seen])[0] for member in _members(side)] + [_colours(small)])


def _members(side: int) -> list[Extracts]:
    return [
        radial(side=side, rings=6, wedges=8, channels="colour"),
        zernike(side=64, degree=8),
        haralick(distance=1, levels=256, span="whole", statistics="mean_range"),
        lbp(points=24, radius=3),
        lbp(points=8, radius=1),
    ]


def _colours(small: Array) -> Array:
    """Return the moments of colours, which are taken in 8 bits."""
    bytes_ = small if small.dtype == np.uint8 else np.rint(small / STEPS).astype(np.uint8)
    return np.asarray(moments(space="lab")([bytes_])[0])
