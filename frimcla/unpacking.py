"""Takes one file out of an archive that was fetched; nothing else in it is written anywhere.

Archives come from strangers: what they announce is believed only as far as it was expected.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .errors import WeightsError

PIECE = 1 << 20
"""Bytes that are held at once; no list or header of an honest archive is longer."""
MOST_FILES = 1000
FURTHEST = 16 << 30
"""Bytes of what a packed archive unpacks to that are gone through for the file."""
DAMAGED = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, gzip.BadGzipFile),
    *(NotImplementedError, RuntimeError, KeyError),  # RuntimeError: encrypted
)
"""What reading an archive raises that is none, or no whole one."""


def take(archive: Path, member: str, target: Path, size: int) -> None:
    """Write one file of an archive to *target*.

    Args:
        archive: A ``.zip``, or a ``.tar.gz``: which one its content tells.
        member: The path in it.
        target: The file to write; overwritten if it is there.
        size: Bytes that it must have.

    Raises:
        WeightsError: To follow what the archive is called: "is damaged (...)".
        OSError: The target cannot be written.
    """
    try:
        with _opened(archive, member, size) as source, target.open("wb") as file:
            left = size
            while left and (piece := source.read(min(PIECE, left))):
                left -= file.write(piece)
    except DAMAGED as error:
        target.unlink(missing_ok=True)
        why = " ".join(str(error).split()) or type(error).__name__
        raise WeightsError(f"is no archive that can be read ({why})") from None
    if left:
        target.unlink()
        raise WeightsError(f"ends {left:,} bytes before {member} does")


@contextmanager
def _opened(archive: Path, member: str, size: int) -> Iterator[IO[bytes]]:
    with _Frugal(archive) as file:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as packed:
                info = packed.getinfo(member)
                if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise ValueError(f"{member} is packed in a strange way")
                _check(member, info.file_size, size)
                yield packed.open(info)
        else:
            with _Unzipped(file) as plain, tarfile.open(fileobj=plain, mode="r:") as packed:
                yield _found(packed, member, size)


def _found(packed: tarfile.TarFile, member: str, size: int) -> IO[bytes]:
    for _ in range(MOST_FILES):
        info = packed.next()
        if info is None:
            break
        if info.name.removeprefix("./") == member:
            plain = packed.extractfile(info) if info.isreg() and not info.issparse() else None
            if plain is None:
                raise ValueError(f"{member} is no plain file")
            _check(member, info.size, size)
            return plain
    raise ValueError(f"it holds no {member}")


def _check(member: str, found: int, size: int) -> None:
    if found != size:
        raise ValueError(f"{member} has {found:,} bytes and not {size:,}")


class _Frugal(io.FileIO):
    """A file of which nobody reads much at once, as `zipfile` does with a list of any length."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > PIECE:
            raise ValueError("it announces far too much")
        return super().read(size)


class _Unzipped(gzip.GzipFile):
    """What is in a gzip file; `tarfile` reads headers of any length at once."""

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        super().__init__(fileobj=file, mode="rb")

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= PIECE:
            raise ValueError("it announces far too much")
        return super().read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if offset > FURTHEST:
            raise ValueError("it announces far too much")
        return super().seek(offset, whence)
