"""Tells of every file operation of this process before it is done, to who may make it fail.

Python itself tells of opening, making, renaming and removing (PEP 578); reading, writing and
syncing are watched here. What a signal interrupts (EINTR) needs no watching: Python repeats it
(PEP 475).
"""

from __future__ import annotations

import builtins
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Watcher = Callable[[str, str, bytes], int | None]
"""Gets the name of an operation, its path, and what it writes (of a renaming the old path).
Raises, ends the process, or returns how many bytes are to be written; None: all of them."""

BY_NAME = {
    "os.mkdir": "mkdir",
    "os.rename": "rename",
    "os.remove": "unlink",
    "os.rmdir": "rmdir",
    "os.link": "link",
    "os.utime": "utime",
    "os.scandir": "list",
    "os.listdir": "list",
}
"""What is told of by PEP 578, but for opening."""
BY_DESCRIPTOR = frozenset({"read", "write", "fsync"})
"""What the system complains of without naming the file."""


def watch(folder: Path, watcher: Watcher) -> None:
    """Call *watcher* before every operation on *folder* or below, until this process ends."""
    inside = f"{folder}{os.sep}"

    def tell(name: str, path: Any, content: bytes = b"") -> int | None:
        if isinstance(path, int):
            path = os.readlink(f"/proc/self/fd/{path}")
        path = os.path.abspath(os.fsdecode(path))
        known = path.startswith(inside) or path == str(folder)
        return watcher(name, path, content) if known else None

    def hear(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = args
            if path is not None:
                tell("create" if flags & (os.O_CREAT | os.O_TRUNC) else "open", path)
        elif event in ("os.remove", "os.rmdir", "os.mkdir") and args[-1] not in (-1, None):
            home = os.readlink(f"/proc/self/fd/{args[-1]}")  # shutil.rmtree works by descriptors
            tell(BY_NAME[event], os.path.join(home, os.fsdecode(args[0])))
        elif event in ("os.rename", "os.link"):
            tell(BY_NAME[event], args[1], os.fsencode(os.path.abspath(os.fsdecode(args[0]))))
        elif event in BY_NAME and args[0] is not None:
            tell(BY_NAME[event], args[0])

    class Raw(io.FileIO):
        """A file whose reading and writing is told of."""

        def write(self, content: Any) -> int:
            data = bytes(content)
            most = tell("write", self.name, data)
            return super().write(data if most is None else data[:most])

        def readinto(self, room: Any) -> int | None:
            tell("read", self.name)
            return super().readinto(room)

        def readall(self) -> bytes:
            tell("read", self.name)
            return super().readall()

        def fileno(self) -> int:
            if self.writable() and str(self.name).endswith(".npy"):  # else numpy writes past us
                raise OSError("told to nobody")
            return super().fileno()

    opened, synced, written = io.open, os.fsync, os.write

    def opening(file: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
        if isinstance(file, int) or "b" not in mode or args or "+" in mode or more:
            return opened(file, mode, *args, **more)
        if not os.path.abspath(os.fsdecode(file)).startswith(inside):
            return opened(file, mode)
        raw = Raw(file, mode.replace("b", ""))
        return io.BufferedReader(raw) if "r" in mode else io.BufferedWriter(raw)

    def syncing(descriptor: int) -> None:
        tell("fsync", descriptor)
        synced(descriptor)

    def writing(descriptor: int, content: Any) -> int:
        data = bytes(content)
        most = tell("write", descriptor, data)
        return written(descriptor, data if most is None else data[:most])

    io.open = builtins.open = opening  # type: ignore[assignment]
    os.fsync, os.write = syncing, writing
    sys.addaudithook(hear)
