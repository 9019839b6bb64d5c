"""Files that are whole or absent: atomic write, content hash.

No other module writes an output file by itself, so no other module needs to know about
crashes. A reader never meets a half-written file under its final name.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from .errors import ConfigError, FrimclaError, ReadOnlyError, SpaceError

TEMPORARY = ".frimcla-tmp-"
"""Prefix of files that are being written; one left behind by a killed run is garbage."""


STALE = 24 * 3600
"""Seconds after which nobody is still writing: a live run touches its folder at every step."""
CANNOT_WRITE = frozenset(
    {errno.EACCES, errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.EPERM, errno.EROFS}
)


def write_atomically(path: Path, content: bytes) -> None:
    """Write *content* to *path*: temporary file, fsync, rename, fsync of the folder.

    Raises:
        SpaceError: The disk is full; names the file and the bytes needed and free.
        ReadOnlyError: The folder cannot be written.
        FrimclaError: The disk failed otherwise.
    """
    temporary = path.with_name(f"{TEMPORARY}{os.urandom(8).hex()}")
    try:
        _make(path.parent)
        try:
            _write(temporary, content)
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise explain(error, path, len(content)) from error


def check_new(command: str, target: Path, suffix: str, images: Path) -> None:
    """Make sure that *target* may be written, beside *images*, for somebody to go on with.

    Raises:
        ConfigError: It ends in something else than *suffix*, is there, or lies among the images.
    """
    what = ""
    if target.suffix != suffix:
        what = f"must end in {suffix}: that is what is written"
    elif target.resolve().is_relative_to(images.resolve()):
        what = "must lie outside the images: it is no class"
    elif os.path.lexists(target):
        what = "is there already; remove it, or write to another file with --out"
    if what:
        raise ConfigError(command, [(str(target), what)])


def make_folder(path: Path) -> None:
    """Make a folder and those above it.

    Raises:
        SpaceError, ReadOnlyError: As `write_atomically`.
    """
    try:
        _make(path)
    except OSError as error:
        raise explain(error, path, 0) from error


@contextmanager
def scratch_in(folder: Path) -> Iterator[Path]:
    """Make a folder in *folder*, which is made as well, and remove it after a block.

    Raises:
        SpaceError, ReadOnlyError: As `write_atomically`.
    """
    import tempfile

    make_folder(folder)
    try:
        scratch = tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=folder)
    except OSError as error:
        raise explain(error, folder, 0) from error
    with scratch as name:
        yield Path(name)


def check_room(path: Path, needed: int) -> None:
    """Make sure that the disk of *path*, which need not be there yet, has room for more.

    Raises:
        SpaceError: It has not.
    """
    import shutil

    with contextlib.suppress(OSError):  # who cannot say how much is free finds out by writing
        if needed > shutil.disk_usage(_there(path)).free:
            raise _full(path, needed)


def can_write(folder: Path) -> bool:
    """Return whether files can be made in *folder*, which need not be there yet, or so it seems."""
    return os.access(folder if folder.exists() else _there(folder), os.W_OK | os.X_OK)


def explain(error: OSError, path: Path, needed: int) -> FrimclaError:
    """Turn what kept *needed* bytes from *path* into a sentence."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _full(path, needed)
    if error.errno in CANNOT_WRITE:
        return ReadOnlyError(
            f"{path} cannot be written ({error.strerror}); choose another output folder"
        )
    return FrimclaError(
        f"{path} cannot be written ({error.strerror or error}); look after the disk and run the "
        "same command again: what is finished is kept"
    )


def _full(path: Path, needed: int) -> SpaceError:
    import shutil

    return SpaceError(
        f"{path} needs {needed:,} bytes and the disk has {shutil.disk_usage(_there(path)).free:,} "
        "free; make room and run the same command again: what is finished is kept"
    )


def _there(path: Path) -> Path:
    """Return the nearest folder above *path* that is there."""
    return next(folder for folder in path.absolute().parents if folder.exists())


def sha256(content: bytes) -> str:
    """Return the SHA-256 of *content*, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's content, read again only if the file was written to."""
    return _digest_of_file(path, "sha256")


def md5_of_file(path: Path) -> str:
    """Return the MD5, likewise: against damage, where a publisher tells nothing better."""
    return _digest_of_file(path, "md5")


def _digest_of_file(path: Path, kind: str) -> str:
    found = path.stat()
    return _digest_of(path, kind, (found.st_ino, found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=128)  # weights of half a gigabyte, asked for with every key
def _digest_of(path: Path, kind: str, _: tuple[int, ...]) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(
            file, lambda: hashlib.new(kind, usedforsecurity=kind != "md5")
        ).hexdigest()


def sweep(folder: Path) -> None:
    """Remove what a killed run left half-written below *folder*, if older than a day."""
    for leftover in list(leftovers(folder)):
        discard(leftover)


def leftovers(folder: Path) -> Iterator[Path]:
    """Yield what was being written below *folder*, and by nobody for a day."""
    import time

    for path in folder.rglob(f"{TEMPORARY}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime >= STALE:
                yield path


def discard(path: Path) -> None:
    """Remove a file or a folder, if that can be done."""
    import shutil

    with contextlib.suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _make(folder: Path) -> None:
    """Make a folder and those above it, to stay: a name is safe once its folder is synced."""
    lacking = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in reversed(lacking):
        _sync_folder(one.parent)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows opens no folders, and its rename is durable by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
