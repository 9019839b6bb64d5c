"""TIFF, BigTIFF, OME-TIFF and ImageJ stacks, by tifffile: every depth as it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import attrs
import numpy as np
import tifffile

from frimcla.contracts import Array, Header, Stack

from .arrays import check_finite, upright, upright_size
from .labels import channel_names
from .meanings import Meaning, meaning
from .pages import check_pages
from .refusing import hushed, refusing
from .segments import check_segments
from .series import Chosen, chosen
from .suspecting import check_description

OFF = ("avs", "eer", "indica", "mdgel", "mmstack", "ndtiff", "philips", "scanimage", "stk")
"""Makers' variants whose parsers trust what the file says; their pages are read as they are."""
ORIENTATION = 274


@attrs.frozen(kw_only=True, eq=False)
class _Plan:
    """What will be decoded, and what becomes of it."""

    chosen: Chosen
    meaning: Meaning
    orientation: int
    names: tuple[str, ...]

    @property
    def header(self) -> Header:
        chosen, meant = self.chosen, self.meaning
        height, width = upright_size(chosen.height, chosen.width, self.orientation)
        return Header(
            dtype=meant.dtype,
            bits=meant.bits,
            planes=chosen.planes,
            height=height,
            width=width,
            channels=meant.channels,
            names=self.names if len(self.names) == meant.channels else (),
            colour=meant.colour,
            notes=(*chosen.notes, *meant.notes),
        )

    def decoded(self) -> Array:
        """Return pixels as `header` says."""
        check_segments(self.chosen.series)
        stored = np.asarray(self.chosen.series.asarray(maxworkers=1))
        stored = self.chosen.arranged(stored)
        pixels = self.meaning.apply(stored.astype(stored.dtype.newbyteorder("="), copy=False))
        pixels = np.ascontiguousarray(upright(pixels, self.orientation))
        check_finite(pixels)
        pixels.setflags(write=False)
        return pixels


class Tiff:
    """Reads TIFF; see `frimcla.contracts.Reads`.

    Axes become planes, height, width and channels; the orientation is applied, transparency
    laid over white, a palette looked up, CMYK, CIELAB and YCbCr of 8 bits become RGB, white
    is made bright where it was written as zero, black and white become 0 and 255. All else
    is returned as stored, negative numbers included.
    """

    def header(self, file: BinaryIO, name: str) -> Header:
        """Say what is in *file*, before pixels are decoded.

        Raises:
            ImageError: It is no TIFF, damaged, or of a kind that is not read.
        """
        with _planned(file) as plan:
            return plan.header

    def __call__(self, file: BinaryIO, name: str) -> Stack:
        """Return the pixels.

        Raises:
            ImageError: It is no TIFF, damaged, of a kind that is not read, or holds numbers
                that are none.
        """
        with _planned(file) as plan:
            return Stack(pixels=plan.decoded(), names=plan.header.names)


@contextmanager
def _planned(file: BinaryIO) -> Iterator[_Plan]:
    with refusing("TIFF"), hushed("tifffile"):
        check_pages(file)
        known = tifffile.TIFF.FILE_FLAGS  # tifffile may come to drop some
        off: dict[str, Any] = {f"is_{kind}": False for kind in OFF if kind in known}
        # Not `_multifile`: an OME-TIFF may name other files, which nobody has looked at.
        with tifffile.TiffFile(file, _multifile=False, **off) as tiff:
            check_description(tiff)
            yield _plan(tiff)


def _plan(tiff: tifffile.TiffFile) -> _Plan:
    choice = chosen(tiff)
    tag = choice.page.tags.get(ORIENTATION)
    return _Plan(
        chosen=choice,
        meaning=meaning(choice),
        orientation=int(tag.value) if tag and tag.value in range(1, 9) else 1,
        names=channel_names(tiff),
    )
