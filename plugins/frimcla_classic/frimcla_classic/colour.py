"""What colours an image has, wherever they are: histograms and moments.

Colours are taken in OpenCV's 8-bit spaces: L*, a* and b* in 0 to 255 (a* and b* shifted by
128), hue in 0 to 179 (2 degrees each), saturation and value in 0 to 255.
"""

from __future__ import annotations

from math import prod

import cv2
import numpy as np

import frimcla
from frimcla.contracts import Array, Extracts

MOST_FEATURES = 2**18
"""Beyond this, 10,000 images would fill 10 GB."""

_SPACES = {
    "hsv": (cv2.COLOR_RGB2HSV, (180, 256, 256)),
    "lab": (cv2.COLOR_RGB2LAB, (256, 256, 256)),
}


def histogram(*, space: str, bins: tuple[int, int, int]) -> Extracts:
    """Return the joint histogram of the three channels, as shares of pixels.

    Args:
        space: ``"lab"`` or ``"hsv"``.
        bins: Number of bins per channel, equally wide.

    Returns:
        An extractor; rows have the product of *bins* numbers, 0 to 1, sum to 1. The last
        channel varies fastest.

    Raises:
        ValueError: The bins are more than `MOST_FEATURES` together.

    Source: Swain & Ballard, Color indexing, Int. J. Computer Vision 7(1), 11-32 (1991)
    """
    width = prod(bins)
    check_width("bins", width)
    conversion, tops = _SPACES[space]
    # Integers: no rounding decides on which side of an edge a colour lies.
    first, second, third = (
        np.arange(top) * count // top for top, count in zip(tops, bins, strict=True)
    )
    first, second = first * bins[1] * bins[2], second * bins[2]

    def describe(image: Array) -> Array:
        channels = cv2.cvtColor(image, conversion)
        cells = first[channels[..., 0]] + second[channels[..., 1]] + third[channels[..., 2]]
        return np.asarray(np.bincount(cells.ravel(), minlength=width) / cells.size)

    return frimcla.per_image(describe)()


@frimcla.per_image
def moments(image: Array, *, space: str) -> Array:
    """Return mean, standard deviation and skewness of each channel.

    Hue is averaged as in the paper, as a number and not as an angle: reds lie at both ends.

    Args:
        image: RGB, ``uint8``, shape (height, width, 3).
        space: ``"hsv"``, as in the paper, ``"lab"`` or ``"rgb"``.

    Returns:
        Shape (9,): three numbers for the first channel, then the second, then the third, all
        in 8-bit levels. Skewness is the cube root of the third central moment.

    Source: Stricker & Orengo, Similarity of color images, Proc. SPIE 2420, 381-392 (1995)
    """
    channels = image if space == "rgb" else cv2.cvtColor(image, _SPACES[space][0])
    return np.concatenate([_moments(channels[..., index]) for index in range(3)])


def _moments(channel: Array) -> Array:
    # By level, not by pixel: a large image is never copied to floats.
    shares = np.bincount(channel.ravel(), minlength=256) / channel.size
    mean = shares @ np.arange(256)
    centred = np.arange(256) - mean
    return np.array([mean, np.sqrt(shares @ centred**2), np.cbrt(shares @ centred**3)])


def check_width(name: str, width: int) -> None:
    """Raise ValueError if parameters ask for more than `MOST_FEATURES` features."""
    if width > MOST_FEATURES:
        most = f"{MOST_FEATURES:,} features"
        raise ValueError(f"{name} must give at most {most} together (got {width:,})")
