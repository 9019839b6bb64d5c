"""One run at a time in a folder, for people: no result depends on it.

Whatever two runs write at once is whole and the same, so a lock that cannot be had, on a network
disk or where nothing can be written, stops nobody. It is the system's own, and gone with the
process that holds it.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import BusyError, FrimclaError
from .files import make_folder

LOCK = ".frimcla-lock"
"""The file that is locked; it says who runs. A killed run leaves it, unlocked."""
BEHIND = 2**20
"""The byte that is locked: Windows lets nobody read one that is."""


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold *folder* while a block runs.

    Raises:
        BusyError: Another process holds it; says which.
    """
    file = _locked(folder)
    try:
        yield
    finally:
        if file is not None:
            _let_go(file, folder / LOCK)


def _locked(folder: Path) -> int | None:
    """Return the open and locked file of *folder*; None where there can be none."""
    path = folder / LOCK
    try:
        make_folder(folder)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except (OSError, FrimclaError):  # who writes there will say so
        return None
    try:
        _lock(file)
        if not os.path.samestat(os.fstat(file), path.stat()):
            raise FileNotFoundError  # who had it has removed it meanwhile
    except BlockingIOError:
        os.close(file)
        raise BusyError(f"another run is active in {folder}{_named(path)}; wait for it") from None
    except FileNotFoundError:
        os.close(file)
        return _locked(folder)
    except OSError:
        os.close(file)
        return None
    with contextlib.suppress(OSError):  # on a full disk it is locked all the same
        os.ftruncate(file, 0)
        os.write(file, _who().encode())
    return file


def _let_go(file: int, path: Path) -> None:
    """Remove the file and unlock it; in this order where that can be, lest two have it."""
    with contextlib.suppress(OSError):
        path.unlink()
    os.close(file)
    if os.name == "nt":  # which removes no open files
        with contextlib.suppress(OSError):
            path.unlink()


def _who() -> str:
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    return f"process {os.getpid()} on {platform.node()} since {since}"


def _named(path: Path) -> str:
    """Say who holds a lock, where that can be read."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        who = path.read_text("utf-8").strip()
        return f" ({who})" if who else ""
    return ""


if sys.platform == "win32":
    import errno
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, BEHIND, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in {errno.EACCES, errno.EDEADLK}:
                raise BlockingIOError from error
            raise
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
