"""Ordinary image files, by Pillow: PNG, JPEG, BMP, GIF, WebP. Nothing is crushed in silence."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from frimcla.contracts import Array, Header, Stack
from frimcla.errors import ImageError

from .arrays import flattened, upright, upright_size
from .deep import deep_png
from .formats import HEAD, format_of
from .refusing import refusing

GREY = {"1", "L", "LA", "La", "I", "I;16", "I;16B"}
"""Pillow's modes of one channel, alpha aside; all others become red, green and blue."""


class Ordinary:
    """Reads PNG, JPEG, BMP, GIF and WebP; see `frimcla.contracts.Reads`.

    EXIF orientation is applied and transparency laid over white. Palettes, CMYK and YCbCr
    become RGB, grey stays one channel, black and white become 0 and 255. Of an animation the
    first frame is taken. Returns ``uint8``, or ``uint16`` of a PNG with 16 bits.
    """

    def header(self, file: BinaryIO, name: str) -> Header:
        """Say what is in *file*, before pixels are decoded.

        Raises:
            ImageError: It is no such image, or damaged.
        """
        content = file.read()
        with _opened(content) as image:
            return _header(image, content)

    def __call__(self, file: BinaryIO, name: str) -> Stack:
        """Return the pixels, (1, height, width, 1 or 3).

        Raises:
            ImageError: It is no such image, or damaged.
        """
        content = file.read()
        with _opened(content) as image:
            orientation = _orientation(image, content)
            pixels = deep_png(content) if _is_deep(image) else _shallow(image)
            pixels = np.ascontiguousarray(upright(pixels, orientation))[None]
        pixels.setflags(write=False)
        return Stack(pixels=pixels)


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    kind = format_of(content[:HEAD])
    if kind in {"", "TIFF"}:
        raise ImageError("is no PNG, JPEG, BMP, GIF or WebP; save it as one of them")
    with refusing(kind):
        try:
            image = Image.open(io.BytesIO(content), formats=[kind])
        except UnidentifiedImageError:
            raise ImageError(
                f"is {kind}, but damaged or of a rare kind; save it again as 8-bit RGB"
            ) from None
        except Image.DecompressionBombError:
            raise ImageError("is larger than Pillow opens; cut or shrink it") from None
        with image:
            yield image


def _header(image: Image.Image, content: bytes) -> Header:
    height, width = upright_size(image.height, image.width, _orientation(image, content))
    deep = _is_deep(image)
    grey = image.mode in GREY or (deep and "LA;16" in _unpacking(image))  # in mode RGBA
    return Header(
        dtype="uint16" if deep else "uint8",
        bits=16 if deep else 8,
        height=height,
        width=width,
        channels=1 if grey else 3,
        colour=not grey,
        notes=_frames(image, len(content)),
    )


def _frames(image: Image.Image, size: int) -> tuple[str, ...]:
    """Say that there are others, and how many unless counting would take seconds."""
    if not getattr(image, "is_animated", False):
        return ()
    frames = getattr(image, "n_frames", 1) if size < 2**23 else "many"
    return (f"took the first of {frames} frames",)


def _is_deep(image: Image.Image) -> bool:
    """Say whether it is a PNG with 16 bits, by how Pillow would unpack it."""
    return image.format == "PNG" and ";16" in _unpacking(image)


def _unpacking(image: Image.Image) -> str:
    return str(getattr(image, "tile", ""))


def _shallow(image: Image.Image) -> Array:
    """Return 8-bit pixels, (height, width, 1 or 3)."""
    grey = image.mode in GREY
    image.load()
    if image.has_transparency_data:
        laid = np.asarray(flattened(image))
        return laid[..., :1] if grey else laid
    pixels = np.asarray(image.convert("L" if grey else "RGB"))
    return pixels[..., None] if grey else pixels


def _orientation(image: Image.Image, content: bytes) -> int:
    """Return 1 to 8; a damaged EXIF block says nothing about it."""
    try:
        exif = _late_exif(content) if image.format == "PNG" else image.getexif()
        if image.format == "PNG" and {"exif", "Raw profile type exif"} & image.info.keys():
            exif = image.getexif()
        found = exif.get(ExifTags.Base.Orientation, 1)
        return found if found in range(1, 9) else 1
    except Exception:  # whatever is in there, the pixels are fine
        return 1


def _late_exif(content: bytes) -> Image.Exif:
    """Return the EXIF block that follows the pixels of a PNG; Pillow would decode them first."""
    exif, at = Image.Exif(), content.rfind(b"eXIf")
    if at > 0:
        (length,) = struct.unpack_from(">I", content, at - 4)
        exif.load(content[at + 4 : at + 4 + length])
    return exif
