"""Tells image formats by their first bytes; a file's name decides nothing."""

from __future__ import annotations

from pathlib import PurePath

HEAD = 32
"""Bytes that are enough to tell."""

READ = {
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "BMP": (b"BM",),
    "GIF": (b"GIF87a", b"GIF89a"),
    "TIFF": (b"II*\x00", b"MM\x00*"),
}
"""Formats that are read, by magic bytes. WebP is told apart in `format_of`."""

FOREIGN = {
    ".avif": "AVIF",
    ".czi": "CZI",
    ".dcm": "DICOM",
    ".heic": "HEIC",
    ".ims": "Imaris",
    ".jp2": "JPEG 2000",
    ".lif": "LIF",
    ".lsm": "LSM",
    ".nd2": "ND2",
    ".oib": "OIB",
    ".psd": "Photoshop",
    ".svg": "SVG",
    ".svs": "SVS",
    ".vsi": "VSI",
}
"""Formats that are images but not read: refused by name, never passed over in silence."""

SUFFIXES = frozenset(
    {".bmp", ".dib", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
)
"""Names that promise an image: content that breaks the promise is a problem."""


def format_of(head: bytes) -> str:
    """Return Pillow's name of the format that starts with *head*, or ``""``.

    >>> format_of(b"GIF89a...."), format_of(b"hello")
    ('GIF', '')
    """
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:2] == b"BM" and head[6:10] != bytes(4):  # four reserved zeros: "BM" alone is a word
        return ""
    return next((name for name, magics in READ.items() if head.startswith(magics)), "")


def promises_an_image(name: str) -> bool:
    """Say whether a file of this name ought to be an image."""
    return PurePath(name).suffix.lower() in SUFFIXES | FOREIGN.keys()


def foreign_format(name: str) -> str:
    """Return the format that the name promises and that is not read, or ``""``."""
    return FOREIGN.get(PurePath(name).suffix.lower(), "")
