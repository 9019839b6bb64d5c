"""A zip of images to a folder; what could write elsewhere, or fill the disk, is refused unread."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from frimcla.errors import ConfigError, SpaceError
from frimcla.files import sha256_of_file

DAMAGED = (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error)
"""What reading a zip raises that is none, or no whole one."""
MOST_FILES = 200_000
MOST_BYTES = 32 * 2**30
"""What a zip may unfold to."""
DENSEST, SMALL = 200, 2**26
"""How much smaller than its content a large file may be; below so many bytes it does not matter."""


def unzip(source: Path, below: Path) -> Path:
    """Unfold a zip of images, once, and return the folder with the classes.

    Args:
        source: The zip.
        below: The folder to make a new folder in, called like the zip and after its content.

    Raises:
        ConfigError: It is no zip, or not one that may be unfolded; every problem.
        SpaceError: There is no room for it.
    """
    target = below / f"{source.stem}-{sha256_of_file(source)[:8]}"
    if not target.is_dir():
        try:
            with zipfile.ZipFile(source) as archive:
                members = list(_wanted(archive))
                _check(source, members)
                below.mkdir(parents=True, exist_ok=True)
                _unfold(archive, members, target)
        except DAMAGED as error:
            what = f"is no zip that can be read ({error}); make it again"
            raise ConfigError("the images", [(source.name, what)]) from None
    return _classes_in(target)


def _wanted(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """Yield files, without those that systems hide in a zip."""
    for member in archive.infolist():
        parts = PurePosixPath(member.filename).parts
        hidden = any(part.startswith(".") and part != ".." for part in parts)
        if not member.is_dir() and not hidden and "__MACOSX" not in parts:
            yield member


def _check(source: Path, members: list[zipfile.ZipInfo]) -> None:
    problems = [(member.filename, why) for member in members if (why := _wrong(member))]
    size = sum(member.file_size for member in members)
    names = {member.filename.casefold() for member in members}
    if not members:
        problems.append((source.name, "is empty; put one folder per class into it"))
    if len(members) > MOST_FILES or size > MOST_BYTES:
        most = f"{MOST_FILES:,} files and {MOST_BYTES // 2**30} GiB"
        problems.append((source.name, f"unfolds to more than {most}: refused; unfold it yourself"))
    elif len(names) < len(members):
        problems.append((source.name, "holds two files of one name; make it again"))
    if problems:
        raise ConfigError("the images", problems)


def _wrong(member: zipfile.ZipInfo) -> str:
    name = member.filename
    path = PurePosixPath(name)
    if (
        path.is_absolute()
        or ".." in path.parts
        or "\\" in name
        or ":" in name
        or not name.isprintable()
    ):
        return "names a place outside the zip: refused; make it again"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link: refused; put the file itself in its place"
    if member.flag_bits & 1:
        return "is encrypted; make the zip again without a password"
    if member.file_size > max(SMALL, DENSEST * member.compress_size):
        return "unfolds to far more than its size: refused"
    return ""


def _unfold(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], target: Path) -> None:
    """Write beside, then rename: a folder that is there is whole."""
    needed = sum(member.file_size for member in members)
    if needed > (free := shutil.disk_usage(target.parent).free):
        raise SpaceError(f"{target} needs {needed:,} bytes, {free:,} are free; make room")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unfolding-") as folder:
        half = Path(folder) / "half"
        for member in members:
            place = half.joinpath(*PurePosixPath(member.filename).parts)
            place.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as packed, place.open("wb") as file:
                shutil.copyfileobj(packed, file)
        half.rename(target)


def _classes_in(folder: Path) -> Path:
    """Return the folder with several folders in it: most zips wrap all of it in one more."""
    inside = list(folder.iterdir())
    while len(inside) == 1 and inside[0].is_dir() and any(p.is_dir() for p in inside[0].iterdir()):
        folder = inside[0]
        inside = list(folder.iterdir())
    return folder
