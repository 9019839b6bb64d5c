"""The menu of what the core reads, light: found like any other plugin, under ``builtin``."""

from __future__ import annotations

from collections.abc import Iterator

from frimcla.components import Reader
from frimcla.hookspecs import hookimpl


@hookimpl
def frimcla_readers() -> Iterator[Reader]:
    """Offer ordinary image files, by Pillow, and TIFF, by tifffile."""
    yield Reader(
        name="ordinary",
        factory="frimcla.readers.ordinary:Ordinary",
        summary="PNG, JPEG, BMP, GIF, WebP",
        magic=(
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"BM????\0\0\0\0",  # four reserved zeros: "BM" alone is a word
            b"GIF87a",
            b"GIF89a",
            b"RIFF????WEBP",
        ),
        suffixes=(".bmp", ".dib", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".webp"),
    )
    yield Reader(
        name="tiff",
        factory="frimcla.readers.tiff:Tiff",
        summary="TIFF, BigTIFF, OME-TIFF, ImageJ stacks",
        magic=(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
        suffixes=(".tif", ".tiff"),
    )
