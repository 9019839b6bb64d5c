"""Tells image formats by their first bytes; a file's name decides nothing."""

from __future__ import annotations

from pathlib import PurePath

HEAD = 132
"""Bytes that are enough to tell."""

READ = {
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "BMP": (b"BM",),
    "GIF": (b"GIF87a", b"GIF89a"),
    "TIFF": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
}
"""Formats that are read, by magic bytes. WebP is told apart in `format_of`."""

FOREIGN = {
    ".avif": "AVIF",
    ".czi": "CZI",
    ".dcm": "DICOM",
    ".fits": "FITS",
    ".heic": "HEIC",
    ".heif": "HEIF",
    ".ims": "Imaris",
    ".j2k": "JPEG 2000",
    ".jp2": "JPEG 2000",
    ".jxl": "JPEG XL",
    ".lif": "LIF",
    ".lsm": "LSM",
    ".nd2": "ND2",
    ".oib": "OIB",
    ".pbm": "PBM",
    ".pgm": "PGM",
    ".ppm": "PPM",
    ".psd": "Photoshop",
    ".svg": "SVG",
    ".svs": "SVS",
    ".vsi": "VSI",
}
"""Formats that are images and that the core does not read, but for those that are TIFF inside
(LSM, SVS): told by name, never passed over in silence."""

SUFFIXES = frozenset(
    {".bmp", ".dib", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
)
"""Names that promise an image: content that breaks the promise is a problem."""


def format_of(head: bytes) -> str:
    """Return Pillow's name of the format that starts with *head*, or ``""``.

    >>> format_of(b"GIF89a...."), format_of(b"hello")
    ('GIF', '')
    """
    if _foreign_content(head):
        return ""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:2] == b"BM" and head[6:10] != bytes(4):  # four reserved zeros: "BM" alone is a word
        return ""
    return next((name for name, magics in READ.items() if head.startswith(magics)), "")


def is_image(name: str, head: bytes) -> bool:
    """Say whether a file is an image, or ought to be one by its name."""
    promised = PurePath(name).suffix.lower() in SUFFIXES | FOREIGN.keys()
    return promised or bool(format_of(head) or _foreign_content(head))


def foreign_format(name: str, head: bytes) -> str:
    """Return the format that a file is in, by content or by name, and that is not read."""
    return _foreign_content(head) or FOREIGN.get(PurePath(name).suffix.lower(), "")


def _foreign_content(head: bytes) -> str:
    # Whatever stands before it, even the beginning of a TIFF.
    return "DICOM" if head[128:132] == b"DICM" else ""
