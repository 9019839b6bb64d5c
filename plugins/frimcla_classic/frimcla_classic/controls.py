"""What an image gives away without a look at what is on it.

Where classes were photographed in different rooms, on different days or by different machines,
so little is enough to tell them apart. A descriptor that is no better than these has not shown
that it sees anything else.
"""

from __future__ import annotations

import numpy as np

import frimcla
from frimcla.contracts import Array


@frimcla.per_image
def mean_colour(image: Array) -> Array:
    """Return the mean of each channel over all pixels.

    Args:
        image: RGB, ``float32``, 0 to 1; shape (height, width, 3).

    Returns:
        Shape (3,): red, green and blue, 0 to 1.

    Source: a control; see Geirhos et al., Shortcut learning in deep neural networks, Nature
        Machine Intelligence 2, 665-673 (2020)
    """
    return np.asarray(image.mean(axis=(0, 1), dtype=np.float64))


@frimcla.per_image
def image_size(image: Array) -> Array:
    """Return the size of an image, whatever is on it.

    It is that of the file, turned as its EXIF data say: FrImCla resizes no image.

    Args:
        image: RGB, shape (height, width, 3).

    Returns:
        Shape (3,): width and height in pixels, and the logarithm to base 2 of their ratio, for
        which an upright image is as far from a square as one that lies on its side.

    Source: a control; see Geirhos et al. (2020), as above
    """
    height, width = image.shape[:2]
    return np.array([width, height, np.log2(width / height)])
