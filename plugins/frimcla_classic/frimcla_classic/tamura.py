"""Texture as people describe it: how coarse, how rich in contrast, how directed."""

from __future__ import annotations

import cv2
import numpy as np

import frimcla
from frimcla.contracts import Array

from .depth import tones

_STEP = 4
"""Pixels from one edge to the next along it, as in the paper."""


@frimcla.per_image
def tamura(image: Array, *, side: int, octaves: int, directions: int, edge: float) -> Array:
    """Return coarseness, contrast, directionality and line-likeness of the grey image.

    Of the paper's other two, roughness is the sum of the first two, and regularity compares
    parts of an image, which small ones do not have. Added are histograms, which say more than
    one number, and how strong edges are. Beyond the border the image goes on as its outermost
    pixels.

    Args:
        image: RGB, ``float32``, 0 to 1, or ``uint8``; shape (height, width, 3).
        side: An image whose longer side has more pixels is shrunk to it.
        octaves: Sizes of neighbourhoods that are compared: 2, 4, 8 ... pixels.
        directions: Directions of edges told apart in half a turn.
        edge: The least gradient that has a direction, in 8-bit levels.

    Returns:
        Shape (6 + octaves + directions,): coarseness in pixels; contrast in 8-bit levels;
        directionality, at most 1; line-likeness, -1 to 1; share of pixels on an edge; mean
        gradient in 8-bit levels. Then shares: of pixels for which each size of neighbourhood
        is best, and of edges in each direction, beginning with the most frequent.

    Source: Tamura, Mori & Yamawaki, Textural features corresponding to visual perception, IEEE
        Trans. Systems, Man, and Cybernetics 8(6), 460-473 (1978)
    """
    levels = tones(image, side)
    sizes = np.bincount(best_sizes(levels, octaves).ravel(), minlength=octaves) / levels.size
    strength, codes = _gradients(levels, directions)
    edges = strength >= edge
    turns = np.bincount(codes[edges], minlength=directions) / (np.count_nonzero(edges) or 1)
    turns = np.roll(turns, -int(turns.argmax()))
    numbers = [
        sizes @ 2.0 ** np.arange(1, octaves + 1),
        _contrast(levels),
        directionality(turns),
        _line_likeness(codes, edges, directions),
        edges.mean(),
        strength.mean(),
    ]
    return np.concatenate([numbers, sizes, turns])


def best_sizes(levels: Array, octaves: int) -> Array:
    """Return for each pixel which neighbourhoods differ most from the next of that size.

    Args:
        levels: Shape (height, width).
        octaves: Sizes compared: 2, 4, 8 ... pixels.

    Returns:
        Integers from 0, shape (height, width). Of equally good sizes the smallest counts.
    """
    differences = []
    for octave in range(octaves):
        half = 2**octave
        frame = 2 * half
        means = cv2.blur(np.pad(levels, frame, mode="edge"), (2 * half, 2 * half))
        middle = means[frame:-frame, frame:-frame]
        height, width = middle.shape
        right, left = (means[frame:-frame, frame + x :][:, :width] for x in (half, -half))
        below, above = (means[frame + y :, frame:-frame][:height] for y in (half, -half))
        differences.append(np.maximum(abs(right - left), abs(below - above)))
    # Sums of the same pixels must not differ by how they were rounded.
    return np.asarray(np.argmax(np.round(differences, 6), axis=0))


def _contrast(levels: Array) -> float:
    centred = levels - levels.mean()
    variance = (centred**2).mean()
    if not variance:
        return 0.0
    kurtosis = (centred**4).mean() / variance**2
    return float(np.sqrt(variance) / kurtosis**0.25)


def _gradients(levels: Array, directions: int) -> tuple[Array, Array]:
    """Return how strong gradients are, and their directions as integers below *directions*."""
    prewitt = np.array([[-1.0, 0, 1]] * 3)
    across, down = (
        cv2.filter2D(levels, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        for kernel in (prewitt, prewitt.T)
    )
    turns = np.arctan2(down, across) / np.pi
    # Rounded, for what is parallel must have one direction.
    codes = np.floor(np.round(turns * directions, 6) + 0.5).astype(np.intp) % directions
    return (abs(across) + abs(down)) / 2, codes


def directionality(turns: Array) -> float:
    """Return how sharp the peaks of a histogram of directions are.

    Args:
        turns: Shares by direction, all round half a turn, the highest first, shape (n,).

    Returns:
        1 if all edges have one of a few directions, lower the wider the peaks are and the more
        there are, 0 without edges. As in the paper, less the second moment around the nearest
        peak, times the number of peaks; here in units of that of an even histogram.
    """
    number = len(turns)
    if not turns.any():
        return 0.0
    before, after = np.roll(turns, 1), np.roll(turns, -1)
    peaks = np.flatnonzero((turns > before) & (turns >= after))
    if not peaks.size:
        return 0.0
    places = np.arange(number)
    apart = abs(places[:, None] - peaks)
    apart = np.minimum(apart, number - apart).min(axis=1)  # to the nearest peak
    even = (np.minimum(places, number - places) ** 2).mean()
    return float(1 - peaks.size * (turns @ apart**2) / even)


def _line_likeness(codes: Array, edges: Array, directions: int) -> float:
    """Return whether edges go on in their direction: 1 if all do, -1 if all stand across."""
    y, x = np.nonzero(edges)
    along = np.pi * codes[y, x] / directions + np.pi / 2  # across the gradient
    next_y = y + np.rint(_STEP * np.sin(along)).astype(np.intp)
    next_x = x + np.rint(_STEP * np.cos(along)).astype(np.intp)
    height, width = edges.shape
    inside = (next_y >= 0) & (next_y < height) & (next_x >= 0) & (next_x < width)
    y, x, next_y, next_x = (place[inside] for place in (y, x, next_y, next_x))
    both = edges[next_y, next_x]
    if not both.any():
        return 0.0
    apart = codes[y, x][both] - codes[next_y, next_x][both]
    return float(np.cos(2 * np.pi * apart / directions).mean())
