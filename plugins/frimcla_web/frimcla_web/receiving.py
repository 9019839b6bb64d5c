"""Forms with files: read within limits, kept under names of ours, zips unfolded."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from frimcla.errors import ConfigError, DatasetError, SpaceError
from frimcla.guiding.unzipping import Most, unzip
from frimcla.readers.formats import HEAD, is_zip
from frimcla.reading import Readers
from frimcla.walking import looks_like_an_image, loose_images

from .guard import size_said
from .limits import Limits
from .private import keep, shown_name
from .turns import LATER

IMAGES = "images"
"""The field that holds files."""
Named = list[tuple[str, Path]]
FORGOTTEN = "These images were forgotten; send them again."
FULL = "There is no room for more images now; forget some, or try again later."


@attrs.frozen
class Received:
    """What came.

    Attributes:
        images: Names and places.
        problems: What is wrong with other files: names, and a sentence for each.
        passed_over: How many files of folders were no images.
        bytes: That all of it takes on the disk.
        files: That zips unfolded to, images or not.
    """

    images: Named = attrs.field(factory=list)
    problems: list[tuple[str, str]] = attrs.field(factory=list)
    passed_over: int = 0
    bytes: int = 0
    files: int = 0

    def remove(self) -> None:
        """Remove the images again."""
        for _, path in self.images:
            path.unlink(missing_ok=True)


@asynccontextmanager
async def form_of(
    request: Request, limits: Limits, *, files: bool = True
) -> AsyncIterator[FormData]:
    """Read a form, with files or without; what is too large or none is refused.

    Raises:
        HTTPException: 400, 408, 413; 404 and 429 where the disk has no place for it.
    """
    try:
        async with request.form(
            max_files=limits.files if files else 0,
            max_fields=limits.fields,
            max_part_size=64 * 1024,
        ) as form:
            yield form
    except FileNotFoundError:  # the visitor had all forgotten meanwhile
        raise HTTPException(404, FORGOTTEN) from None
    except SpaceError:
        raise HTTPException(429, FULL, LATER) from None
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise HTTPException(429, FULL, LATER) from None


def size_of(request: Request, limits: Limits) -> int:
    """Return how many bytes a request brings; the most it may where it does not say."""
    said = size_said(request.headers)
    return limits.body if said is None else said


def uploads_of(form: FormData) -> list[UploadFile]:
    """Return the files of a form; a browser sends an empty one where none was chosen."""
    found = [one for one in form.getlist(IMAGES) if isinstance(one, UploadFile)]
    return [one for one in found if one.filename or one.size]


async def received(
    uploads: Sequence[UploadFile], room: Path, readers: Readers, limits: Limits
) -> Received:
    """Keep files in *room*, and unfold zips there; in folders, what is no image is passed over."""
    suffixes = suffixes_of(readers)
    images: Named = []
    problems: list[tuple[str, str]] = []
    passed_over, size, files = 0, 0, 0
    for upload in uploads:
        name = shown_name(upload.filename)
        path = await keep(upload, room, suffixes)
        if await _is_zip(upload):
            most = Most(files=limits.images - files, bytes=limits.unfolded - size)
            inside = await run_in_threadpool(_unfolded, path, room, readers, most)
            images += [(f"{name}/{one}", file) for one, file in inside.images]
            problems += dict.fromkeys((name, what) for _, what in inside.problems)
            size += inside.bytes
            files += inside.files
            path.unlink(missing_ok=True)
        elif "/" in name and not looks_like_an_image(path, readers):
            passed_over += 1
            path.unlink(missing_ok=True)
        else:
            images.append((name, path))
            size += path.stat().st_size
    return Received(images, problems, passed_over, size, files)


def suffixes_of(readers: Readers) -> frozenset[str]:
    """Return how names may end that a reader goes by."""
    return frozenset(suffix for reader in readers.readers for suffix in reader.suffixes)


async def _is_zip(upload: UploadFile) -> bool:
    await upload.seek(0)
    return is_zip(await upload.read(HEAD))


def _unfolded(path: Path, room: Path, readers: Readers, most: Most) -> Received:
    try:
        folder = unzip(path, room, most)
        below = [(shown_name(name), file) for file, name in loose_images([folder], readers)]
    except (ConfigError, DatasetError) as error:
        return Received(problems=list(error.problems))
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    problems = [] if below else [("", "holds no images; put images into it")]
    return Received(below, problems, 0, sum(sizes), len(sizes))


def refuse_more(already: int, new: int, limits: Limits) -> None:
    """Make sure that a job stays within its limit.

    Raises:
        HTTPException: 413.
    """
    if already + new > limits.images:
        raise HTTPException(
            413, f"{already + new:,} images are more than {limits.images:,}; send fewer"
        )
