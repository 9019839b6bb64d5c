"""What a run did to files, in order; and what would be left had the power failed in between.

A strict file system is assumed: what was written is there after `fsync` of the file, and names
that were made, given or removed are as they were told after `fsync` of their folder. What was not
synced may be there or not: both are played.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from frimcla import files
from frimcla.files import TEMPORARY

from .watching import watch

Event = tuple[str, str, bytes]
"""Name of an operation, path, and what was written; of a renaming the old name.
``"acknowledge"``: whoever asked for the file was told that it is there."""


@attrs.frozen
class Journal:
    """The operations below a folder, as they happen."""

    events: list[Event] = attrs.field(factory=list)

    @classmethod
    def begun(cls, folder: Path) -> Journal:
        """Write down what happens below *folder* from now on."""
        journal = cls()
        watch(folder, lambda *event: journal.events.append(event))
        write = files.write_atomically

        def acknowledged(path: Path, content: bytes) -> None:
            write(path, content)
            journal.events.append(("acknowledge", os.path.abspath(path), b""))

        for module in list(sys.modules.values()):
            if getattr(module, "write_atomically", None) is write:
                module.write_atomically = acknowledged  # type: ignore[attr-defined]
        return journal


@attrs.define
class Content:
    """Of one file: what was written, and how much of it is safe."""

    written: bytes = b""
    safe: bytes = b""


Names = dict[str, Content | None]
"""What there is by path; None: a folder."""


@attrs.define
class Disk:
    """A disk whose cache is lost when the power fails."""

    names: Names = attrs.field(factory=dict)
    safe: Names = attrs.field(factory=dict)
    promised: dict[str, tuple[bytes, ...]] = attrs.field(factory=dict)

    def play(self, event: Event) -> None:
        """Do what was done."""
        name, path, content = event
        match name:
            case "mkdir":
                self.names.setdefault(path, None)
            case "create":
                self.names[path] = Content()
            case "write":
                self._content(path).written += content
            case "fsync" if isinstance(self.names.get(path), Content):
                self._content(path).safe = self._content(path).written
            case "fsync":
                self._sync_names(path)
            case "rename":
                self._rename(content.decode(), path)
            case "unlink" | "rmdir":
                self.names.pop(path, None)
            case "acknowledge":
                self.promised[path] = (self._content(path).written,)

    def left(self, *, reordered: bool) -> dict[str, bytes | None]:
        """Return what there is after the power failed, by path; None: a folder.

        Args:
            reordered: Names came to the disk before what was written; else neither did.
        """
        found: dict[str, bytes | None] = {}
        names = self.names if reordered else self.safe
        for path in sorted(names):  # folders before what is in them
            above = os.path.dirname(path)
            if above in names or above not in self.names:  # else its folder was lost
                content = names[path]
                found[path] = None if content is None else content.safe
        return {
            path: content for path, content in found.items() if _reached(path, found, self.names)
        }

    def _rename(self, old: str, new: str) -> None:
        below = f"{old}{os.sep}"
        for path in [path for path in self.names if path == old or path.startswith(below)]:
            self.names[new + path.removeprefix(old)] = self.names.pop(path)
        moved = self.names[new]
        if new in self.promised and isinstance(moved, Content):
            self.promised[new] += (moved.written,)  # until it is acknowledged, either will do

    def _sync_names(self, folder: str) -> None:
        for path in {*self.names, *self.safe}:
            if os.path.dirname(path) == folder:
                if path in self.names:
                    self.safe[path] = self.names[path]
                else:
                    self.safe.pop(path)

    def _content(self, path: str) -> Content:
        found = self.names[path]
        assert isinstance(found, Content)
        return found


def states(events: Sequence[Event]) -> Iterator[Disk]:
    """Yield the disk, the same one, after each operation that changes it."""
    disk = Disk()
    for event in events:
        if event[0] not in ("open", "read", "list", "utime"):
            disk.play(event)
            yield disk


def broken_promises(disk: Disk) -> list[str]:
    """Return what would be lost or torn, were the power to fail now: a sentence each."""
    found = []
    for reordered in (False, True):
        left = disk.left(reordered=reordered)
        how = "names first" if reordered else "nothing unsynced"
        for path, contents in disk.promised.items():
            if path not in disk.names:
                continue  # removed since
            if left.get(path) not in contents:
                what = "torn" if path in left else "lost"
                found.append(f"{path} would be {what} ({how})")
        for path, content in left.items():
            whole = disk.names.get(path)
            if TEMPORARY not in path and whole and content != whole.written:
                found.append(f"{path} would be there, but not what was written ({how})")
    return found


def _reached(path: str, found: dict[str, Any], known: Names) -> bool:
    above = os.path.dirname(path)
    return above not in known or (above in found and _reached(above, found, known))
