"""The menu of what the core reads, light: found like any other plugin, under ``builtin``."""

from __future__ import annotations

from collections.abc import Iterator

from frimcla.components import Reader
from frimcla.hookspecs import hookimpl

from .formats import READ

ORDINARY = tuple(READ[name] for name in ("PNG", "JPEG", "BMP", "GIF", "WEBP"))
TIFF = READ["TIFF"]


@hookimpl
def frimcla_readers() -> Iterator[Reader]:
    """Offer ordinary image files, by Pillow, and TIFF, by tifffile."""
    yield Reader(
        name="ordinary",
        factory="frimcla.readers.ordinary:Ordinary",
        summary="PNG, JPEG, BMP, GIF, WebP",
        magic=tuple(magic for known in ORDINARY for magic in known.magic),
        suffixes=tuple(suffix for known in ORDINARY for suffix in known.suffixes),
    )
    yield Reader(
        name="tiff",
        factory="frimcla.readers.tiff:Tiff",
        summary="TIFF, BigTIFF, OME-TIFF, ImageJ stacks",
        magic=TIFF.magic,
        suffixes=TIFF.suffixes,
    )
