"""An image that a caller holds in memory, taken as a reader takes one that lies in a file."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from .contracts import Array, Header
from .errors import ImageError
from .readers.arrays import check_finite

STORED = ("uint8", "uint16", "uint32", "int8", "int16", "int32", "float16", "float32", "float64")
"""What pixels may be: what TIFF may hold, without 64-bit integers, which nobody means."""


@attrs.frozen(eq=False)
class Held:
    """What stands in the place of a file, unchecked until it is read.

    Attributes:
        given: To be an array, (height, width) or (height, width, channels), of a type in `STORED`.
        colour: Whether it must be grey, or red, green and blue; else it has channels of any
            meaning, and who asks knows which are seen.
    """

    given: Any
    colour: bool

    @property
    def header(self) -> Header:
        """What a file with these pixels would say of itself.

        Raises:
            ImageError: It is no image.
        """
        height, width, channels = self._stored().shape
        return Header(
            dtype=self.given.dtype.name,
            bits=8 * self.given.dtype.itemsize,
            height=height,
            width=width,
            channels=channels,
            colour=self.colour and channels == 3,
        )

    @property
    def stack(self) -> Array:
        """The pixels as a reader returns them, (1, height, width, channels), read-only.

        Raises:
            ImageError: It is no image.
        """
        stored = self._stored()
        check_finite(stored)
        ready = np.ascontiguousarray(stored[None], dtype=stored.dtype.newbyteorder("="))
        ready.setflags(write=False)  # of the view: the caller's array stays as it was
        return ready

    def _stored(self) -> Array:
        """Return the pixels, (height, width, channels), in the caller's memory."""
        given = self.given
        if not isinstance(given, np.ndarray):
            raise ImageError(f"is neither a path nor an array (got {type(given).__name__})")
        if isinstance(given, np.ma.MaskedArray):
            raise ImageError("has masked pixels; fill them, by .filled(0) say")
        if given.dtype.name not in STORED:
            raise ImageError(
                f"must hold uint8, uint16 or floating-point numbers (got {given.dtype.name}); "
                "convert it, by .astype(numpy.uint8) say"
            )
        shape = tuple(map(int, given.shape))
        if len(shape) not in {2, 3}:
            raise ImageError(
                f"must be of shape (height, width) or (height, width, 3) (got {shape}); "
                "give images one by one"
            )
        if 0 in shape:
            raise ImageError(f"has no pixels (shape {shape}); replace it")
        if self.colour and len(shape) == 3 and shape[2] not in {1, 3}:
            raise ImageError(
                f"has {shape[2]} channels (shape {shape}), where one (grey) or three (red, green "
                'and blue) are seen; name them, channels = [0, 1, 2] or "each"'
            )
        return given[..., None] if len(shape) == 2 else given
