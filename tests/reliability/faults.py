"""File operations that fail: the n-th, once or from then on, or the process with it."""

from __future__ import annotations

import errno
import json
import mmap
import os

import attrs

from .watching import BY_DESCRIPTOR

NEED_ROOM = frozenset({"create", "mkdir", "write", "fsync", "rename", "link"})
"""What a full disk refuses; reading and removing go on."""
KINDS = ("EIO", "ENOSPC", "short", "kill")
"""The n-th operation fails; the disk is full from it on; of what it writes half comes to the disk
and that is told; the process ends before it, as if killed."""
KILLED = 137


@attrs.define
class Told:
    """What a process that may die says to the one that waits for it, in memory of both."""

    room: mmap.mmap = attrs.field(factory=lambda: mmap.mmap(-1, 4096))

    def say(self, count: int, at: str) -> None:
        """Write down how many operations there were, and which of them failed."""
        line = json.dumps([count, at]).encode()
        self.room[: len(line) + 1] = line + b"\0"

    def heard(self) -> tuple[int, str]:
        """Return what was said."""
        line = self.room[:].partition(b"\0")[0]
        count, at = json.loads(line) if line else (0, "")
        return count, at


@attrs.define
class Fault:
    """Makes the operation that is the *number*-th, from 1, fail in the way of its *kind*."""

    kind: str
    number: int
    told: Told
    count: int = 0
    at: str = ""

    def __call__(self, name: str, path: str, content: bytes) -> int | None:
        """Count an operation, and fail if it is its turn: see `watching.Watcher`."""
        self.count += 1
        now = self.count == self.number
        if now:
            self.at = f"{name} {os.path.basename(path)}"
        self.told.say(self.count, self.at)
        match self.kind:
            case "kill" if now:
                os._exit(KILLED)
            case "short" | "ENOSPC" if now and name == "write" and len(content) > 1:
                return len(content) // 2
            case "EIO" if now:
                self._fail(errno.EIO, name, path)
            case "ENOSPC" if self.count >= self.number and name in NEED_ROOM:
                self._fail(errno.ENOSPC, name, path)
        return None

    def _fail(self, number: int, name: str, path: str) -> None:
        named = () if name in BY_DESCRIPTOR else (path,)
        raise OSError(number, os.strerror(number), *named)
