"""Tells image formats by their first bytes; a file's name decides nothing."""

from __future__ import annotations

from pathlib import PurePath

import attrs

HEAD = 132
"""Bytes that are enough to tell."""


@attrs.frozen
class Format:
    """How files are told that are read.

    Attributes:
        magic: How they start; ``?`` stands for any byte.
        suffixes: Names that promise it: content that breaks the promise is a problem.
    """

    magic: tuple[bytes, ...]
    suffixes: tuple[str, ...]


READ = {
    "PNG": Format((b"\x89PNG\r\n\x1a\n",), (".png",)),
    "JPEG": Format((b"\xff\xd8\xff",), (".jfif", ".jpe", ".jpeg", ".jpg")),
    "BMP": Format((b"BM????\0\0\0\0",), (".bmp", ".dib")),  # zeros: "BM" alone is a word
    "GIF": Format((b"GIF87a", b"GIF89a"), (".gif",)),
    "WEBP": Format((b"RIFF????WEBP",), (".webp",)),
    "TIFF": Format((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), (".tif", ".tiff")),
}
"""Formats that are read, by Pillow's names."""

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

SUFFIXES = frozenset(suffix for known in READ.values() for suffix in known.suffixes)
"""All names that promise an image that is read."""


def starts(head: bytes, magic: bytes) -> bool:
    """Say whether *head* starts with *magic*, in which ``?`` stands for any byte.

    >>> starts(b"RIFF1234WEBPVP8", b"RIFF????WEBP"), starts(b"RIFF", b"RIFF????WEBP")
    (True, False)
    """
    any_byte = ord("?")
    return len(head) >= len(magic) and all(
        wanted in (any_byte, byte) for byte, wanted in zip(head, magic, strict=False)
    )


def format_of(head: bytes) -> str:
    """Return Pillow's name of the format that starts with *head*, or ``""``.

    >>> format_of(b"GIF89a...."), format_of(b"hello")
    ('GIF', '')
    """
    if _foreign_content(head):
        return ""
    fitting = (name for name, known in READ.items() if any(starts(head, m) for m in known.magic))
    return next(fitting, "")


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


def is_zip(head: bytes) -> bool:
    """Say whether a file is a zip."""
    return head.startswith(b"PK\x03\x04")
