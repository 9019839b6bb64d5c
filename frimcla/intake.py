"""From a file to what an extractor may see. One way in, for studies and for predictions."""

from __future__ import annotations

import stat
from pathlib import Path

from .contracts import Array
from .errors import ImageError
from .files import sha256
from .policy import Policy
from .readers.ordinary import read_rgb

LARGEST = 2**30
"""Bytes of one image file; larger ones hold more than any policy lets through."""


def read_image(path: Path, policy: Policy, *, key: str = "", name: str = "") -> Array:
    """Read one image as extractors see it.

    Args:
        path: The file.
        policy: What its pixels become.
        key: SHA-256 that its bytes must have, if known: a file that changed since it was
            listed would put features under the wrong key.
        name: What to call it in messages; *path* if omitted.

    Returns:
        ``uint8`` RGB, shape (height, width, 3), read-only.

    Raises:
        ImageError: One sentence without the name: what is wrong and what to do.
    """
    content = read_bytes(path)
    if key and sha256(content) != key:
        raise ImageError("changed while the study ran; run the same command again")
    return read_rgb(content, name or path.name, max_megapixels=policy.max_megapixels)


def read_bytes(path: Path) -> bytes:
    """Return a file's content.

    Raises:
        ImageError: It cannot be read, or is too large.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe would wait for ever, a device never end
            raise ImageError("is no file but a device, a pipe or a folder; name an image")
        if found.st_size > LARGEST:
            raise ImageError(f"is over {LARGEST // 2**20} MiB; cut or shrink it")
        return path.read_bytes()
    except OSError as error:
        raise ImageError(f"cannot be opened ({error.strerror})") from None
