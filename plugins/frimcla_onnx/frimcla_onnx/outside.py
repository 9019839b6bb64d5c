"""Files beside a model that hold a part of it: beside it and nowhere else.

A model names them; one from somebody else may name ``../../secret``, or a link to it.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath, PureWindowsPath

from frimcla.files import sha256_of_file

from .refusing import RefusedError, named


def place(model: Path, location: str) -> Path:
    """Return the file at *location*, relative to the folder of *model*.

    Raises:
        RefusedError: It lies elsewhere, is a link, or is no file.
    """
    what = f"its data in {named(location)}"
    parts = PurePosixPath(location).parts
    strange = "\\" in location or "\0" in location or PureWindowsPath(location).drive
    if not parts or strange or location.startswith("/") or ".." in parts:
        raise RefusedError(f"{what} must lie in its own folder; put them there, export it again")
    here = model.parent
    try:
        for part in parts:
            here = here / part
            if here.is_symlink():
                raise RefusedError(f"{what} are a link; put a copy in its place")
        found = here.lstat()
    except (OSError, ValueError):
        raise RefusedError(f"{what} are not there; put the file beside it") from None
    if not stat.S_ISREG(found.st_mode):
        raise RefusedError(f"{what} are no file; put the file there")
    if found.st_nlink > 1:
        raise RefusedError(f"{what} have another name elsewhere (hard link); put a copy there")
    return here


def digests(model: Path, locations: list[str]) -> dict[str, str]:
    """Return the SHA-256 of each file at *locations*.

    Raises:
        RefusedError: As `place`, or it cannot be read.
    """
    try:
        return {location: sha256_of_file(place(model, location)) for location in locations}
    except OSError as error:
        what = f"its data in {named(str(error.filename))} cannot be read ({error.strerror})"
        raise RefusedError(f"{what}; let this user read them") from None


def part(model: Path, location: str, start: int, length: int) -> bytes:
    """Return *length* bytes from *start* of the file at *location*.

    Raises:
        RefusedError: As `place`, or the file ends before.
    """
    path = place(model, location)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with open(descriptor, "rb") as file:
            if start < 0 or os.fstat(file.fileno()).st_size < start + length:
                what = f"its data in {named(location)} end before byte {start + length:,}"
                raise RefusedError(f"{what}; copy that file once more")
            file.seek(start)
            return file.read(length)
    except OSError as error:
        what = f"its data in {named(location)} cannot be read ({error.strerror})"
        raise RefusedError(f"{what}; let this user read them") from None
