"""The files below a folder, in one order on every system; links, loops and locked doors told.

This module reads names and the first bytes, never pixels.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from .dataset import Problems
from .errors import DatasetError
from .readers.formats import HEAD
from .reading import Readers

LITTER = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
"""What operating systems leave in folders of images."""

FOLDER, FILE = stat.S_IFDIR, stat.S_IFREG
HIDDEN = "hidden"
"""Why a file is passed over."""


def loose_images(paths: list[Path], readers: Readers) -> Iterator[tuple[Path, str]]:
    """Yield (path, name) of images to predict: files as given, folders searched in order.

    A file that is named is yielded whatever it is; in a folder, what is no image is passed
    over. Names are paths below the folder given.
    """
    for path in paths:
        if kind_of(path, path) == FOLDER:
            for file, name in walk(path, []):
                if looks_like_an_image(file, readers):
                    yield file, name
        else:
            yield path, str(path)


def looks_like_an_image(path: Path, readers: Readers) -> bool:
    """Say whether a file is an image, or ought to be one by its name."""
    try:
        with path.open("rb") as file:
            return readers.is_image(path.name, file.read(HEAD))
    except OSError:
        return readers.is_image(path.name, b"")


def walk(folder: Path, passed_over: Problems) -> Iterator[tuple[Path, str]]:
    """Yield (path, name) of all regular files below *folder*, in the order of their names."""
    seen = set()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        identity = _identity(here, folder)
        if identity in seen:  # a link to a folder above, or twice the same folder
            passed_over.append((name_of(here, folder), "a folder that was already read"))
            continue
        seen.add(identity)
        folders = []
        for path in _listed(here, folder):
            name = name_of(path, folder)
            if path.name.startswith(".") or path.name.lower() in LITTER:
                passed_over.append((name, HIDDEN))
                continue
            kind = kind_of(path, folder)
            if kind == FOLDER:
                folders.append(path)
            elif kind == FILE:
                yield path, name
            else:
                passed_over.append((name, "neither a file nor a folder"))
        waiting += sorted(folders, key=lambda path: (path.is_symlink(), path.name), reverse=True)


def _identity(here: Path, folder: Path) -> tuple[int, int]:
    """Return what two paths to one folder share."""
    try:
        found = here.stat()
    except OSError as error:
        raise _closed(here, folder, error) from None
    return found.st_dev, found.st_ino


def _listed(here: Path, folder: Path) -> list[Path]:
    try:
        return sorted(here.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise _closed(here, folder, error) from None


def kind_of(path: Path, folder: Path) -> int:
    """Return what a path is, of `FOLDER`, `FILE` and others; a link is what it leads to."""
    try:
        return stat.S_IFMT(path.stat().st_mode)
    except (FileNotFoundError, RuntimeError):  # a link to nothing, or to itself
        return 0
    except OSError as error:
        if error.errno == errno.ELOOP:
            return 0
        # A folder that may be listed but not entered is to blame for what lies in it.
        blamed = path if path == folder or os.path.islink(path) else path.parent
        raise _closed(blamed, folder, error) from None


def _closed(path: Path, folder: Path, error: OSError) -> DatasetError:
    """Refuse what cannot be entered: a class left out in silence would be another study."""
    what = f"cannot be opened ({error.strerror}); allow it, or move it elsewhere"
    return DatasetError(str(folder), [(name_of(path, folder), what)])


def name_of(path: Path, folder: Path) -> str:
    """Return the path below *folder*, with ``/`` on every system."""
    # File names that are no UTF-8 must be printable, in tables as on a terminal.
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
