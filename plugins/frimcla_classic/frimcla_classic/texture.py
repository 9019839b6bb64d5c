"""How grey levels follow each other: co-occurrence and local binary patterns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from mahotas.features.texture import haralick_features
from skimage.feature import local_binary_pattern

import frimcla
from frimcla.contracts import Array

from .depth import grey, one_level


@frimcla.per_image
def haralick(image: Array, *, distance: int, levels: int, span: str, statistics: str) -> Array:
    """Return Haralick's features of the grey image.

    Angular second moment, contrast, correlation, variance, inverse difference moment, sum
    average, sum variance, sum entropy, entropy, difference variance, difference entropy, two
    measures of information. Entropies are in bits; sum variance is taken around the sum
    average, which the paper misprints; difference variance is the variance of the difference.

    Directions in which a small image has no pair of pixels at that distance are left out. If
    there is none at all, each pixel is paired with itself. Correlation is 1 where nothing
    varies. So every number is finite, and a flat image has no contrast and no entropy.

    Args:
        image: RGB, ``float32``, 0 to 1, or ``uint8``; shape (height, width, 3).
        distance: From one pixel of a pair to the other, in pixels, along each axis.
        levels: Number of equally wide grey levels told apart.
        span: What they divide: ``"whole"``, all from black to white, after rounding to 8 bits;
            or ``"image"``, what lies between the darkest pixel of an image and its brightest.
        statistics: ``"mean"`` over the directions, or ``"mean_range"``: the means, then
            highest minus lowest.

    Returns:
        Shape (13,), or (26,) for ``"mean_range"``; mostly in powers of a level.

    Source: Haralick, Shanmugam & Dinstein, Textural features for image classification, IEEE
        Trans. Systems, Man, and Cybernetics 3(6), 610-621 (1973)
    """
    features: Array = haralick_features(
        cooccurrences(_tones(grey(image), levels, span), distance, levels),
        use_x_minus_y_variance=True,  # mahotas' default changes with the number of levels
        return_mean=statistics == "mean",
        return_mean_ptp=statistics == "mean_range",
    )
    return features


def _tones(grey: Array, levels: int, span: str) -> Array:
    """Return the tone of each pixel, integers from 0 to *levels* - 1."""
    if span == "whole":
        step = one_level(grey)
        return np.asarray((grey.astype(np.intp) + step // 2) // step * levels // 256)
    above = grey.astype(np.intp) - int(grey.min())
    return np.asarray(above * levels // (int(above.max()) + 1))


def cooccurrences(tones: Array, distance: int, levels: int) -> list[Array]:
    """Count how often two levels lie *distance* apart, either way round.

    Written out because mahotas needs 40 s for a distance of 127 in 512 x 512 pixels.

    Args:
        tones: Integers below *levels*, shape (height, width).
        distance: In pixels.
        levels: Number of levels.

    Returns:
        Symmetric matrices (levels, levels), at least one: horizontal, vertical, falling and
        rising, less those without a pair.
    """
    pairs = list(_pairs(tones, distance)) or [(tones, tones)]
    return [_count(first * levels + second, levels) for first, second in pairs]


def _pairs(tones: Array, distance: int) -> Iterator[tuple[Array, Array]]:
    mirrored = tones[:, ::-1]
    for picture, down, right in ((tones, 0, 1), (tones, 1, 0), (tones, 1, 1), (mirrored, 1, 1)):
        y, x = down * distance, right * distance
        height, width = picture.shape[0] - y, picture.shape[1] - x
        if height > 0 and width > 0:
            yield picture[:height, :width], picture[y:, x:]


def _count(codes: Array, levels: int) -> Array:
    counts = np.bincount(codes.ravel(), minlength=levels**2).reshape(levels, levels)
    return counts + counts.T


@frimcla.per_image
def lbp(image: Array, *, points: int, radius: int) -> Array:
    """Return the histogram of uniform, rotation invariant local binary patterns.

    A neighbour counts as 1 if it is not darker than the pixel. Beyond the border the image
    goes on as its outermost pixels, so that a border does not look like an edge.

    Args:
        image: RGB, ``float32``, 0 to 1, or ``uint8``; shape (height, width, 3).
        points: Neighbours on the circle.
        radius: Of the circle, in pixels.

    Returns:
        Shape (points + 2,), shares of pixels, 0 to 1, sum to 1: patterns with 0 to *points*
        ones in one run, last all patterns that are not uniform.

    Source: Ojala, Pietikäinen & Mäenpää, Multiresolution gray-scale and rotation invariant
        texture classification with local binary patterns, IEEE Trans. Pattern Analysis and
        Machine Intelligence 24(7), 971-987 (2002)
    """
    frame = radius + 1
    framed = np.pad(grey(image), frame, mode="edge")
    patterns: Array = local_binary_pattern(  # type: ignore[no-untyped-call]
        framed, points, radius, method="uniform"
    )
    inside = patterns[frame:-frame, frame:-frame].astype(np.intp)
    return np.asarray(np.bincount(inside.ravel(), minlength=points + 2) / inside.size)
