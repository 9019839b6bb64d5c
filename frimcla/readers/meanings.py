"""What stored values of a TIFF mean: grey, colours, a palette, transparency, channels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.errors import ImageError

from .arrays import colours, over_white, through
from .series import Chosen

MINISWHITE, MINISBLACK, RGB, PALETTE, SEPARATED, YCBCR, CIELAB = 0, 1, 2, 3, 5, 6, 8
JPEG = 7
ASSOCIATED, UNASSOCIATED = 1, 2
SPACES = {SEPARATED: ("CMYK", 4), YCBCR: ("YCbCr", 3), CIELAB: ("LAB", 3)}
"""Colour spaces that Pillow converts, and how many samples they have."""

Change = Callable[[Array], Array]
"""From (planes, height, width, channels, samples) to (planes, height, width, channels)."""


@attrs.frozen(kw_only=True, eq=False)
class Meaning:
    """What becomes of stored values.

    Attributes:
        apply: From stored values to (planes, height, width, channels).
        dtype: Of the result.
        bits: Significant bits of a value.
        channels: Of the result.
        colour: Red, green and blue.
        notes: What was chosen.
    """

    apply: Change
    dtype: str
    bits: int
    channels: int
    colour: bool = False
    notes: tuple[str, ...] = ()


def meaning(chosen: Chosen) -> Meaning:
    """Return what the values of the chosen image mean.

    Raises:
        ImageError: Of a kind that is not read.
    """
    page = chosen.page
    dtype = np.dtype(chosen.series.dtype)
    if dtype.kind not in "buif":
        raise ImageError(f"holds {dtype.name} numbers; save their magnitude, or each part")
    kind = int(page.photometric)
    alone = chosen.separate == 1
    if kind == PALETTE and alone and chosen.samples == 1:
        return _palette(page, dtype)
    if kind in SPACES and not (kind == YCBCR and int(page.compression) == JPEG):
        return _space(kind, chosen, dtype)
    if kind not in {MINISWHITE, MINISBLACK, RGB, PALETTE, YCBCR}:
        raise ImageError("is TIFF of a rare kind of colour; save it as RGB or grey")
    if _has_alpha(page, chosen.samples) and alone:
        return _transparent(page, chosen, dtype)
    return _plain(kind, chosen, dtype)


def _plain(kind: int, chosen: Chosen, dtype: Any) -> Meaning:
    """Grey, colour, or channels: as stored."""
    channels = chosen.separate * chosen.samples
    bits, change = _span(int(chosen.page.bitspersample), dtype, channels == 1)
    notes: tuple[str, ...] = ()
    if kind == PALETTE:
        notes = ("left out the palette, since there are several channels",)
    if kind == MINISWHITE and dtype.kind not in "ub":
        notes = ("took the numbers as stored, although white is written as zero",)
    elif kind == MINISWHITE:
        change = partial(_inverted, change, 2**bits - 1)
    return Meaning(
        apply=change,
        dtype="uint8" if dtype.kind == "b" else dtype.name,
        bits=bits,
        channels=channels,
        colour=kind in {RGB, YCBCR} and chosen.separate == 1 and chosen.samples == 3,
        notes=notes,
    )


def _span(bits: int, dtype: Any, grey: bool) -> tuple[int, Change]:
    """Return significant bits, and what makes 1, 2 and 4 bits of grey reach from 0 to 255."""
    factor = 255 // (2**bits - 1) if bits in {1, 2, 4} and grey and dtype.kind in {"b", "u"} else 1
    if dtype.kind == "b":
        factor = 255
    if factor == 1:
        return (bits if dtype.kind == "u" else dtype.itemsize * 8), _merged
    return 8, lambda stored: _merged(stored).astype(np.uint8) * np.uint8(factor)


def _merged(stored: Array) -> Array:
    return np.reshape(stored, (*stored.shape[:3], -1))


def _inverted(change: Change, white: int, stored: Array) -> Array:
    pixels = change(stored)
    inverted: Array = pixels.dtype.type(white) - pixels
    return inverted


def _has_alpha(page: Any, samples: int) -> bool:
    """Say whether the last sample is transparency, after grey or red, green and blue."""
    extra = [int(kind) for kind in page.extrasamples]
    return samples in {2, 4} and len(extra) == 1 and extra[0] in {ASSOCIATED, UNASSOCIATED}


def _transparent(page: Any, chosen: Chosen, dtype: Any) -> Meaning:
    if dtype.kind != "u" or int(page.bitspersample) != dtype.itemsize * 8:
        raise ImageError("has transparency in rare numbers; save it without")
    premultiplied = int(page.extrasamples[0]) == ASSOCIATED
    white_is_zero = int(page.photometric) == MINISWHITE

    def change(stored: Array) -> Array:
        pixels = _merged(stored)
        if white_is_zero:
            pixels = pixels.copy()
            pixels[..., 0] = np.iinfo(pixels.dtype).max - pixels[..., 0]
        return over_white(pixels, premultiplied=premultiplied)

    channels = chosen.samples - 1
    return Meaning(
        apply=change,
        dtype=dtype.name,
        bits=dtype.itemsize * 8,
        channels=channels,
        colour=channels == 3,
    )


def _space(kind: int, chosen: Chosen, dtype: Any) -> Meaning:
    mode, samples = SPACES[kind]
    if dtype != np.uint8 or chosen.samples != samples or chosen.separate != 1:
        raise ImageError(f"is {mode} of a rare kind; save it as RGB")
    return Meaning(
        apply=lambda stored: colours(_merged(stored), mode),
        dtype="uint8",
        bits=8,
        channels=3,
        colour=True,
    )


def _palette(page: Any, dtype: Any) -> Meaning:
    table = None if page.colormap is None else np.asarray(page.colormap)
    if table is None or table.ndim != 2 or len(table) != 3 or dtype.itemsize > 1:
        raise ImageError("has a palette that is missing or has more than 256 colours; save as RGB")
    shown = np.ascontiguousarray((table.T // 256).astype(np.uint8))
    grey = bool((shown == shown[:, :1]).all())
    lookup = shown[:, :1] if grey else shown
    return Meaning(
        apply=lambda stored: through(lookup, _merged(stored).astype(np.uint8, copy=False)),
        dtype="uint8",
        bits=8,
        channels=1 if grey else 3,
        colour=not grey,
        notes=() if grey else ("took the colours of its palette",),
    )
