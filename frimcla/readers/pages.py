"""Follows the pages of a TIFF without reading them, so that nobody else walks in circles."""

from __future__ import annotations

import struct
from typing import BinaryIO

import attrs

from frimcla.errors import ImageError

PAGES = 20_000
"""Most pages of a file; reading more of their headers takes longer than a user waits."""
SUBIFDS = 330
OUTSIDE = "is TIFF, but damaged or truncated (a page lies outside of the file); replace it"
MOST_TAGS = 4096


@attrs.frozen
class _Format:
    """How offsets and counts are written: of TIFF or BigTIFF, in either byte order."""

    offset: str
    count: str
    tag_bytes: int
    order: str

    def number(self, file: BinaryIO, kind: str) -> int:
        size = struct.calcsize(kind)
        content = file.read(size)
        if len(content) < size:
            raise ImageError(OUTSIDE)
        return int(struct.unpack(self.order + kind, content)[0])


def check_pages(file: BinaryIO) -> None:
    """Refuse a TIFF whose pages are none, too many, or go in circles; leave *file* at its start.

    Raises:
        ImageError: One sentence.
    """
    size = file.seek(0, 2)
    file.seek(0)
    kind, at = _start(file)
    seen: set[int] = set()
    below = 0
    while at:
        if at in seen:
            raise ImageError("is TIFF, but damaged (its pages go in a circle); replace it")
        if at > size:
            raise ImageError(OUTSIDE)
        seen.add(at)
        file.seek(at)
        smaller, at = _page(file, kind)
        below += smaller
        if len(seen) + below > PAGES:
            raise ImageError(f"has more than {PAGES} pages; split it")
    if not seen:
        raise ImageError("is TIFF without an image; replace it")
    file.seek(0)


def _start(file: BinaryIO) -> tuple[_Format, int]:
    """Return how the file is written, and where its first page is."""
    head = file.read(4)
    order = "<" if head[:2] == b"II" else ">"
    if head[2:] in {b"+\0", b"\0+"}:
        file.seek(8)
        kind = _Format("Q", "Q", 20, order)
    else:
        kind = _Format("I", "H", 12, order)
    return kind, kind.number(file, kind.offset)


def _page(file: BinaryIO, kind: _Format) -> tuple[int, int]:
    """Return how many smaller images a page has, and where the next page is; 0: nowhere."""
    tags = kind.number(file, kind.count)
    if tags > MOST_TAGS:
        raise ImageError("is TIFF, but damaged (a page of too many tags); replace it")
    table = file.read(tags * kind.tag_bytes)
    smaller = 0
    for start in range(0, len(table) - kind.tag_bytes + 1, kind.tag_bytes):
        if struct.unpack_from(kind.order + "H", table, start)[0] == SUBIFDS:
            smaller += struct.unpack_from(kind.order + kind.offset, table, start + 4)[0]
    following = file.read(struct.calcsize(kind.offset))
    if len(following) < struct.calcsize(kind.offset):
        return smaller, 0  # the last page of a file may end with its tags
    return smaller, int(struct.unpack(kind.order + kind.offset, following)[0])
