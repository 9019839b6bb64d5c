"""Where windows lie that cover parts of an image, one after the other."""

from __future__ import annotations

import attrs
import numpy as np

from frimcla.contracts import Array

PARTS = 6
"""A window's side is this part of that of a square as large as the image."""
LONGEST = 12
"""No side of an image has more windows than this beside each other: twice as many overlap."""


@attrs.frozen
class Windows:
    """Windows of one size, a grid of them, each half covered by the next.

    They are squares, whatever the image's shape; only in very long images they are longer, and in
    very small ones a pixel is as small as they get.

    Attributes:
        width: Of the image, in pixels.
        height: Of the image, in pixels.
    """

    width: int
    height: int

    @property
    def sides(self) -> tuple[int, int]:
        """Width and height of a window, in pixels."""
        side = np.sqrt(self.width * self.height) / PARTS
        wide, high = (
            round(min(max(side, whole / LONGEST, 1), whole)) for whole in (self.width, self.height)
        )
        return int(wide), int(high)

    @property
    def lefts(self) -> list[int]:
        """Where windows begin, from the left."""
        return _starts(self.width, self.sides[0])

    @property
    def tops(self) -> list[int]:
        """Where windows begin, from the top."""
        return _starts(self.height, self.sides[1])

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the grid."""
        return len(self.tops), len(self.lefts)

    @property
    def places(self) -> list[tuple[slice, slice]]:
        """Rows and columns of pixels that each window covers, row by row."""
        wide, high = self.sides
        return [
            (slice(top, top + high), slice(left, left + wide))
            for top in self.tops
            for left in self.lefts
        ]

    def spread(self, grid: Array, width: int, height: int) -> Array:
        """Return a value for every pixel of a picture: of windows' centres, linear in between.

        Args:
            grid: A value for each window, (rows, columns).
            width: Of the picture.
            height: Of the picture.

        Returns:
            ``float64`` (height, width); beyond the outermost centres their values.
        """
        wide, high = self.sides
        rows = _between(np.array(self.tops) + high / 2, self.height, height)
        columns = _between(np.array(self.lefts) + wide / 2, self.width, width)
        return np.asarray(rows @ grid @ columns.T)


def _starts(whole: int, part: int) -> list[int]:
    """Return evenly spread places where parts of a line begin, about half a part apart."""
    count = max(1, round(2 * whole / part) - 1)
    return sorted({int(start) for start in np.rint(np.linspace(0, whole - part, count))})


def _between(centres: Array, whole: int, pixels: int) -> Array:
    """Return the weight of each centre for each pixel, (pixels, centres)."""
    at = (np.arange(pixels) + 0.5) * whole / pixels
    weights = [np.interp(at, centres, one) for one in np.eye(len(centres))]
    return np.stack(weights, axis=1)
