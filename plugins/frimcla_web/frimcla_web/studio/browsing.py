"""The folders below one folder, with how many images lie in each: to choose images by clicking."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import attrs

from frimcla.guiding.images import ENDING
from frimcla.reading import Readers

MOST = 20_000
"""Files that are counted for one page; beyond, a count is a least one."""
DEEPEST = 6
"""Folders in one another that are counted."""


@attrs.frozen(kw_only=True)
class Folder:
    """A folder that may be chosen.

    Attributes:
        name: Its own.
        below: Its path below where browsing begins, with ``/``.
        images: How many lie in it and below, by their names.
        more: Whether there may be more.
        classes: Sub-folders with images.
    """

    name: str
    below: str
    images: int
    more: bool
    classes: int

    @property
    def told(self) -> str:
        """What is in it, in words."""
        if not self.images:
            return "no images"
        count = "1 image" if self.images == 1 else f"{self.images:,} images"
        count = f"at least {count}" if self.more else count
        return f"{count} in {self.classes} folders" if self.classes > 1 else count


@attrs.frozen(kw_only=True)
class Here:
    """A folder that is looked into.

    Attributes:
        path: Where it lies.
        itself: As it may be chosen.
        above: Names and paths of the folders above, the first one first.
        folders: Those in it.
    """

    path: Path
    itself: Folder
    above: tuple[tuple[str, str], ...]
    folders: tuple[Folder, ...]


def inside(start: Path, below: str) -> Path | None:
    """Return the folder *below* another one; None where it is none, or lies elsewhere.

    Links are followed first: one that leads out is no way out.
    """
    try:
        path, root = (start / below).resolve(), start.resolve()
        return path if path.is_relative_to(root) and path.is_dir() else None
    except (OSError, ValueError, RuntimeError):  # no name at all, or a link to itself
        return None


def look_into(start: Path, below: str, readers: Readers) -> Here | None:
    """Return what is in a folder; None where it cannot be looked into."""
    path = inside(start, below)
    if path is None:
        return None
    counter = _Counter(start.resolve(), readers)
    parts = path.relative_to(start.resolve()).parts
    names = (start.resolve().name or str(start), *parts)
    above = tuple((name, "/".join(parts[:depth])) for depth, name in enumerate(names))
    folders = tuple(counter.folder(one) for one in _folders(path, start))
    return Here(path=path, itself=counter.folder(path), above=above, folders=folders)


class _Counter:
    """Counts images, up to `MOST` files in all."""

    def __init__(self, start: Path, readers: Readers) -> None:
        self._start, self._readers, self._left = start, readers, MOST

    def folder(self, path: Path) -> Folder:
        per_folder = {one: self._count(one, DEEPEST) for one in _folders(path, self._start)}
        own = self._count(path, 0)
        return Folder(
            name=path.name,
            below=path.relative_to(self._start).as_posix().removeprefix("."),
            images=own + sum(per_folder.values()),
            more=self._left <= 0,
            classes=sum(bool(count) for count in per_folder.values()),
        )

    def _count(self, path: Path, depth: int) -> int:
        """Count the images in a folder, and in those below down to *depth*; no link is followed."""
        found = 0
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if self._left <= 0:
                        break
                    self._left -= 1
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        found += self._count(Path(entry.path), depth - 1) if depth else 0
                    else:
                        found += self._readers.is_image(entry.name, b"")
        except OSError:  # it may not be looked into: nothing to be counted
            pass
        return found


def _folders(path: Path, start: Path) -> Iterator[Path]:
    """Yield the folders in a folder that lie below *start*, by name.

    Studies are none, nor is what no address can name: bytes that are no text.
    """
    root = start.resolve()
    try:
        names = sorted(entry.name for entry in os.scandir(path) if entry.is_dir())
    except OSError:
        return
    for name in names:
        hidden = name.startswith(".") or name.endswith(ENDING) or not _is_text(name)
        if not hidden and (path / name).resolve().is_relative_to(root):
            yield path / name


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # how Python spells bytes that are none
        return False
    return True
