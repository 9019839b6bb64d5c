"""Files in a folder of a study, which a stranger may have sent: plain and small, or not read."""

from __future__ import annotations

import stat
from pathlib import Path

from frimcla.errors import ImageError
from frimcla.intake import read_bytes

LARGEST = 2**24
"""Bytes of a file that a page is made from."""


def is_plain(path: Path) -> bool:
    """Say whether this is a file itself: studies leave no links, which may lead anywhere."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def read_plain(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        OSError: It is a link, a pipe or a device, larger than any of ours, or not there.
    """
    try:
        if is_plain(path):
            return read_bytes(path, LARGEST, over="is too large")
    except ImageError as error:
        raise OSError(str(error)) from None
    raise FileNotFoundError(path)
