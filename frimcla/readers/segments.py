"""What strips and tiles of a TIFF unpack to, looked at before they are unpacked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from frimcla.errors import ImageError

BOUNDED = {1, 2, 3, 4, 5, 8, 32773, 32946, 34925, 34926, 50000}
"""Compressions that are told how much may come out: none, CCITT, LZW, deflate, PackBits, LZMA,
Zstandard."""
LARGE = 2**24
"""Pixels that a tile may have, whatever the size of its image."""


def check_segments(series: Any) -> None:
    """Refuse what would unpack to more than the image that was promised.

    Raises:
        ImageError: A compression that is not read, or a tile or strip larger than its image.
    """
    page = series.keyframe
    kind = int(page.compression)
    height, width = (
        (page.tilelength, page.tilewidth)
        if page.is_tiled
        else (min(page.rowsperstrip, page.imagelength), page.imagewidth)
    )
    _check_tile(page, height * width)
    if kind in BOUNDED:
        return
    if kind not in SIZES:
        name = getattr(page.compression, "name", kind)
        raise ImageError(f"is compressed by {name}, which is not read; save it with LZW")
    _check_each(series, SIZES[kind], 4 * height * width + 2**16)


def _check_tile(page: Any, area: int) -> None:
    whole = page.imagelength * page.imagewidth
    if page.is_tiled and area * page.tiledepth > max(LARGE, 4 * whole):
        raise ImageError("has tiles larger than its image; save it again")


def _check_each(series: Any, size: Callable[[Any, int, int], tuple[int, int]], most: int) -> None:
    file = series.keyframe.parent.filehandle
    for page in series.pages:
        if page is None:
            continue
        for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
            if count:
                height, width = size(file, offset, count)
                if height * width > most:
                    raise ImageError("has strips or tiles larger than its image; save it again")


def _jpeg_size(file: Any, offset: int, count: int) -> tuple[int, int]:
    """Return height and width from the frame header; libjpeg allows one."""
    at, end = offset + 2, offset + count
    while at + 9 < end:
        file.seek(at)
        head = file.read(9)
        if len(head) < 9 or head[0] != 0xFF:
            break
        if head[1] == 0xFF:  # fill byte
            at += 1
        elif 0xC0 <= head[1] <= 0xCF and head[1] not in {0xC4, 0xC8, 0xCC}:
            return int.from_bytes(head[5:7], "big"), int.from_bytes(head[7:9], "big")
        else:
            at += 2 + int.from_bytes(head[2:4], "big")
    raise ImageError("is TIFF, but damaged (JPEG data without a header); replace it")


def _jpeg2000_size(file: Any, offset: int, count: int) -> tuple[int, int]:
    file.seek(offset)
    head = file.read(16)
    if head[:4] != b"\xff\x4f\xff\x51":
        raise ImageError("is TIFF, but damaged (JPEG 2000 data without a header); replace it")
    return int.from_bytes(head[12:16], "big"), int.from_bytes(head[8:12], "big")


SIZES: dict[int, Callable[[Any, int, int], tuple[int, int]]] = {
    7: _jpeg_size,
    33003: _jpeg2000_size,
    33005: _jpeg2000_size,
    34712: _jpeg2000_size,
}
"""Compressions whose data say themselves how large they unpack, by TIFF's number."""
