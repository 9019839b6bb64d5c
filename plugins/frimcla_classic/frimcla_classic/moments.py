"""Where the brightness lies: Zernike moments, and rings around the centre."""

from __future__ import annotations

import cv2
import numpy as np
from mahotas.features import zernike_moments

import frimcla
from frimcla.contracts import Array

from .depth import grey, integers, one_level, shrunk, tones


@frimcla.per_image
def zernike(image: Array, *, side: int, degree: int) -> Array:
    """Return the magnitudes of the Zernike moments of the grey image.

    The image is resized to a square, and the disc in it is described: its corners are not
    seen. The disc lies around the centre of the image, not of its brightness: images are cut
    out around what they show, and a bright background has no centre.

    Args:
        image: RGB, ``float32``, 0 to 1, or ``uint8``; shape (height, width, 3).
        side: Of the square, in pixels.
        degree: The highest of the polynomials.

    Returns:
        Shape ((degree // 2 + 1) * ((degree + 1) // 2 + 1),), at least 0: by degree, then by
        how often the pattern repeats in a turn. They do not change when the image turns, nor
        when it gets brighter by a factor. A black image is described as a white one.

    Source: Teague, Image analysis via the general theory of moments, J. Optical Society of
        America 70(8), 920-930 (1980)
    """
    square = cv2.resize(grey(image), (side, side), interpolation=cv2.INTER_AREA)
    if not square.any():
        square = np.ones_like(square)
    centre = (side - 1) / 2
    features: Array = zernike_moments(square, side / 2, degree, (centre, centre))
    return features


@frimcla.per_image
def radial(image: Array, *, side: int, rings: int, wedges: int, channels: str) -> Array:
    """Return the brightness in rings around the centre of the image.

    Rings are ellipses, as wide and high as the image, and equally wide; the last one is what
    lies in the corners. Around the centre of the image, as images are cut out around what they
    show. Ring by ring as CellProfiler does it; the standard deviation is added.

    Args:
        image: RGB, ``float32``, 0 to 1, or ``uint8``; shape (height, width, 3).
        side: An image whose longer side has more pixels is shrunk to it.
        rings: Number of rings but the corners.
        wedges: Pieces of a ring, to see how it changes along its way.
        channels: ``"colour"``: red, green and blue, each by itself; or ``"grey"``.

    Returns:
        Shape (4 * (rings + 1),) per channel: from the centre outwards means, and then shares
        of the whole brightness, standard deviations, and standard deviations of the means of
        wedges. In 8-bit levels but for the shares. A ring without a pixel is as the mean.

    Source: McQuin et al., CellProfiler 3.0: Next-generation image processing for biology, PLoS
        Biology 16(7), e2005970 (2018), MeasureObjectIntensityDistribution
    """
    if channels == "grey":
        planes = tones(image, side)[..., None]
    else:
        seen = shrunk(integers(image), side)
        planes = seen / one_level(seen)
    height, width, _ = planes.shape
    pieces = _pieces(height, width, rings, wedges)
    sums = [
        np.stack([_sums(values, pieces, rings, wedges) for values in (plane**0, plane, plane**2)])
        for plane in np.moveaxis(planes, 2, 0)
    ]
    return np.concatenate([_profile(*three) for three in sums])


def _pieces(height: int, width: int, rings: int, wedges: int) -> Array:
    """Return the number of the piece in which each pixel lies, wedge by wedge of each ring."""
    y, x = ((2 * np.arange(length) + 1) / length - 1 for length in (height, width))
    distance, turn = np.hypot(y[:, None], x), np.arctan2(y[:, None], x) / (2 * np.pi)
    # Rounded, for what lies on an edge must lie on the same side when the image turns.
    ring = np.minimum(np.round(distance * rings, 6), rings).astype(np.intp)
    return ring * wedges + np.floor(np.round(turn * wedges, 6)).astype(np.intp) % wedges


def _sums(values: Array, pieces: Array, rings: int, wedges: int) -> Array:
    sums = np.bincount(pieces.ravel(), values.ravel(), (rings + 1) * wedges)
    return sums.reshape(rings + 1, wedges)


def _profile(counts: Array, sums: Array, squares: Array) -> Array:
    number, total = counts.sum(axis=1), sums.sum(axis=1)
    everywhere = total.sum() / number.sum()
    mean = _ratio(total, number, everywhere)
    variance = _ratio(squares.sum(axis=1), number, everywhere**2) - mean**2
    parts = _ratio(sums, counts, mean[:, None])
    share = total / (total.sum() or 1)
    return np.concatenate(
        [mean, share, np.sqrt(np.where(number > 0, variance, 0).clip(0)), parts.std(axis=1)]
    )


def _ratio(sums: Array, counts: Array, empty: Array) -> Array:
    return np.where(counts > 0, sums / np.maximum(counts, 1), empty)
