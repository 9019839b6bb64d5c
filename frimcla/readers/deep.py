"""PNG with 16 bits per channel: Pillow crushes their colours to 8 bits without a word."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import imagecodecs
import numpy as np

from frimcla.contracts import Array

from .arrays import over_white

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NEEDED = {b"IHDR", b"tRNS", b"IDAT", b"IEND"}


def deep_png(content: bytes) -> Array:
    """Return the pixels of a PNG with 16 bits per channel: ``uint16``, (height, width, 1 or 3).

    Its size must have been checked. Transparency is laid over white.
    """
    pixels: Array = imagecodecs.png_decode(_bare(content))
    pixels = pixels if pixels.ndim == 3 else pixels[..., None]
    if pixels.dtype != np.uint16:
        raise ValueError("its header says 16 bits, its data do not")
    return over_white(pixels) if pixels.shape[-1] in {2, 4} else pixels


def _bare(content: bytes) -> bytes:
    """Drop texts and profiles: they are no matter, and libpng complains of them on the screen."""
    kept = [content[at:end] for kind, at, end in _chunks(content) if kind in NEEDED]
    return SIGNATURE + b"".join(kept)


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = len(SIGNATURE)
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        yield content[at + 4 : at + 8], at, at + 12 + length
        at += 12 + length
