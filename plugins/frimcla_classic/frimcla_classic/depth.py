"""Images as integers of their own depth, 8 or 16 bits.

Textures live on what is equal and what is not, so rounding errors must neither make an edge nor
hide one. An image of 8 bits stays one: its features are those of versions that saw 8 bits only.
"""

from __future__ import annotations

import cv2
import numpy as np

from frimcla.contracts import Array

STEPS = 257
"""Steps of 16 bits in one level of 8 bits: 65535 / 255."""


def integers(image: Array) -> Array:
    """Return an image in the depth it has.

    Args:
        image: ``float32``, 0 to 1, or ``uint8``; of any shape.

    Returns:
        Of the same shape: ``uint8``, 0 to 255, if every pixel is a whole level of 8 bits, else
        ``uint16``, 0 to 65535.
    """
    if image.dtype == np.uint8:
        return image
    steps = np.rint(image * np.float32(65535)).astype(np.uint16)
    return steps if (steps % STEPS).any() else (steps // STEPS).astype(np.uint8)


def grey(image: Array) -> Array:
    """Return the luma of an image in the depth it has.

    Args:
        image: RGB, ``float32``, 0 to 1, or ``uint8``; shape (height, width, 3).

    Returns:
        ``uint8`` or ``uint16`` as `integers` gives, shape (height, width). Where red, green and
        blue are equal, it is their value.
    """
    return np.asarray(cv2.cvtColor(integers(image), cv2.COLOR_RGB2GRAY))


def one_level(integral: Array) -> int:
    """Return by how much values of such an array differ that lie one 8-bit level apart."""
    return 1 if integral.dtype == np.uint8 else STEPS


def shrunk(integral: Array, side: int) -> Array:
    """Return an image whose longer side is at most *side* pixels; a small one stays as it is.

    Args:
        integral: As `integers` and `grey` give it.
        side: In pixels.

    Returns:
        Of the same type. Where all pixels are equal, they stay so.
    """
    longer = max(integral.shape[:2])
    if longer <= side:
        return integral
    height, width = (max(1, round(length * side / longer)) for length in integral.shape[:2])
    return np.asarray(cv2.resize(integral, (width, height), interpolation=cv2.INTER_AREA))


def tones(image: Array, side: int) -> Array:
    """Return the luma of an image in 8-bit levels, ``float64``, at most *side* pixels long."""
    seen = shrunk(grey(image), side)
    return seen / one_level(seen)


def deviations(image: Array, side: int) -> Array:
    """Return by how much each pixel of such `tones` differs from their mean; 0 where all agree."""
    seen = shrunk(grey(image), side)
    return np.asarray((seen - seen.mean()) / one_level(seen))  # the mean of equals is exact
