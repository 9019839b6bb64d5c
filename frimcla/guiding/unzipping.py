"""A zip of images to a folder; what could write elsewhere, or fill the disk, is refused unread."""

from __future__ import annotations

import errno
import io
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from lzma import LZMAError
from pathlib import Path, PurePosixPath

import attrs

from frimcla.errors import ConfigError, SpaceError
from frimcla.files import TEMPORARY, explain, make_folder, sha256_of_file, sweep
from frimcla.freezing import DENSEST, SMALL

DAMAGED: tuple[type[Exception], ...] = (
    *(zipfile.BadZipFile, LZMAError, zlib.error, EOFError, IndexError),
    *(NotImplementedError, UnicodeDecodeError),
)
"""What reading a zip raises that is none, or no whole one."""
DEEPEST, LONGEST = 30, 200
"""Folders in one another, and bytes of a name, that every disk can hold."""
ENTRY = 1024
"""Bytes of the list of a zip that one of its files may take."""


@attrs.frozen(kw_only=True)
class Most:
    """What a zip may unfold to."""

    files: int = 200_000
    bytes: int = 32 * 2**30

    @property
    def told(self) -> str:
        """Say it."""
        size = f"{self.bytes // 2**30} GiB" if self.bytes >= 2**30 else f"{self.bytes >> 20} MiB"
        return f"{self.files:,} files and {size}"


def unzip(source: Path, below: Path, most: Most = Most()) -> Path:
    """Unfold a zip of images, once, and return the folder with the classes.

    Args:
        source: The zip.
        below: The folder to make a new folder in, called like the zip and after its content.
        most: What it may unfold to.

    Raises:
        ConfigError: It is no zip, or not one that may be unfolded; every problem.
        ReadOnlyError, SpaceError: It cannot be written.
    """
    target = below / f"{source.stem[:LONGEST]}-{sha256_of_file(source)[:8]}"
    if not target.is_dir():
        try:
            with _Listing(source, most) as file, zipfile.ZipFile(file) as archive:
                members = list(_wanted(archive))
                _check(source, members, most)
                make_folder(below)
                sweep(below)
                _unfold(archive, members, target)
        except DAMAGED as error:
            what = f"is no zip that can be read ({error or type(error).__name__}); make it again"
            raise ConfigError("the zip", [(source.name, what)]) from None
        except OSError as error:
            if error.filename is None and error.errno != errno.ENOSPC:  # of a decompressor
                what = f"is damaged ({error}); make it again"
                raise ConfigError("the zip", [(source.name, what)]) from None
            raise explain(error, target, source.stat().st_size) from error
    return _classes_in(target)


class _Listing(io.FileIO):
    """A zip whose list is not read where it is far too long: `zipfile` reads it at once."""

    def __init__(self, source: Path, most: Most) -> None:
        super().__init__(source)
        self._most = max(2**20, ENTRY * most.files)

    def read(self, size: int | None = -1, /) -> bytes:
        if size and size > self._most:
            raise zipfile.BadZipFile("it lists far too many files")
        return super().read(size)


def _wanted(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """Yield files, without those that systems hide in a zip."""
    for member in archive.infolist():
        parts = PurePosixPath(member.filename).parts
        hidden = any(part.startswith(".") and part != ".." for part in parts)
        if not member.is_dir() and not hidden and "__MACOSX" not in parts:
            yield member


def _check(source: Path, members: list[zipfile.ZipInfo], most: Most) -> None:
    problems = [(_shown(member), why) for member in members if (why := _wrong(member))]
    size = sum(member.file_size for member in members)
    names = {PurePosixPath(member.filename).as_posix().casefold() for member in members}
    folders = {str(above) for name in names for above in PurePosixPath(name).parents}
    if not members:
        problems.append((source.name, "is empty; put one folder per class into it"))
    elif len(members) > most.files or size > most.bytes:
        problems.append(
            (source.name, f"unfolds to more than {most.told}: refused; unfold it yourself")
        )
    elif not problems and size > max(SMALL, DENSEST * source.stat().st_size):
        problems.append((source.name, "unfolds to far more than its size: refused"))
    elif len(names) < len(members) or names & folders:
        problems.append((source.name, "holds two files of one name; make it again"))
    if problems:
        raise ConfigError("the zip", problems)


def _wrong(member: zipfile.ZipInfo) -> str:
    name = member.filename
    path = PurePosixPath(name)
    outside = path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name
    if outside or not name.isprintable():
        return "names a place outside the zip: refused; make it again"
    if len(path.parts) > DEEPEST or any(len(part.encode()) > LONGEST for part in path.parts):
        return "has a name that is too long or too deep; rename it"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link: refused; put the file itself in its place"
    if member.flag_bits & 1:
        return "is encrypted; make the zip again without a password"
    if member.file_size > max(SMALL, DENSEST * member.compress_size):
        return "unfolds to far more than its size: refused"
    return ""


def _shown(member: zipfile.ZipInfo) -> str:
    name = member.filename
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}..."


def _unfold(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], target: Path) -> None:
    """Write beside, then rename: a folder that is there is whole."""
    needed = sum(member.file_size for member in members)
    if needed > (free := shutil.disk_usage(target.parent).free):
        raise SpaceError(f"{target} needs {needed:,} bytes, {free:,} are free; make room")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=TEMPORARY) as folder:
        half = Path(folder) / "half"
        for member in members:
            place = half.joinpath(*PurePosixPath(member.filename).parts)
            place.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as packed, place.open("xb") as file:
                shutil.copyfileobj(packed, file)
        try:
            half.rename(target)
        except OSError:
            if not target.is_dir():  # else another process unfolded it meanwhile
                raise


def _classes_in(folder: Path) -> Path:
    """Return the folder with several folders in it: most zips wrap all of it in one more."""
    inside = list(folder.iterdir())
    while len(inside) == 1 and inside[0].is_dir() and any(p.is_dir() for p in inside[0].iterdir()):
        folder = inside[0]
        inside = list(folder.iterdir())
    return folder
