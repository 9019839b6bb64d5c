"""Images of any size to the square that a network takes."""

from __future__ import annotations

from typing import Any

import attrs
import cv2
import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@attrs.frozen
class Fit:
    """Makes images square. Equal ones prepare alike, so that networks can share their images.

    Attributes:
        side: Width and height in pixels.
        how: ``"squash"`` changes the proportions; ``"pad"`` keeps them and adds black;
            ``"crop"`` keeps them and cuts off what is longer.
    """

    side: int
    how: str

    def __call__(self, image: Array) -> Array:
        """Return *image* as ``uint8`` (side, side, 3); as it is where it has that size.

        Shrinks by area interpolation: every pixel counts, so that fine texture becomes grey
        and not a pattern that is not there. (Where it enlarges, that is linear.)
        """
        if self.how == "crop":
            image = _central_square(image)
        elif self.how == "pad":
            return self._padded(image)
        return self._resized(image, self.side, self.side)

    def _padded(self, image: Array) -> Array:
        height, width = image.shape[:2]
        longer = max(height, width)
        size = [max(1, round(self.side * length / longer)) for length in (height, width)]
        top, left = ((self.side - length) // 2 for length in size)
        square = np.zeros((self.side, self.side, 3), np.uint8)
        square[top : top + size[0], left : left + size[1]] = self._resized(image, *size)
        return square

    def _resized(self, image: Array, height: int, width: int) -> Array:
        if image.shape[:2] == (height, width):
            return image
        return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def _central_square(image: Array) -> Array:
    """Cut before resizing: a strip of one pixel's height would become a wall."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]
