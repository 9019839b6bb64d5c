"""From a folder or a manifest to a dataset: names, classes, groups, bytes and headers.

What is wrong with single images is collected, never raised: all of it is told at once, together
with what decoding finds.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import attrs

from .contracts import Header, Progress
from .dataset import Dataset, Image, Problems
from .entries import NO_IMAGE, Entry, entries_of
from .errors import ImageError, did_you_mean
from .files import sha256
from .intake import joined_header, key_of, read_bytes
from .naming import Naming
from .readers.formats import HEAD
from .reading import Readers


def scan(
    source: Path,
    progress: Progress | None = None,
    *,
    naming: Naming | None = None,
    readers: Readers | None = None,
) -> Dataset:
    """List and hash the images of a folder, or of a manifest.

    Without a pattern in *naming*, a folder has one sub-folder per class, and nested folders
    belong to their class. What breaks the promise of its name (a text called ``cell.png``) is
    kept: decoding tells, so that all bad files are told at once. Whether the dataset can be
    studied is for `frimcla.complaints` to say.

    Args:
        source: The folder or manifest.
        progress: Called as files are read.
        naming: What names and columns say; classes only, if omitted.
        readers: What reads files; those of the core if omitted.

    Raises:
        DatasetError: The source cannot be listed.
    """
    naming, readers = naming or Naming(), readers or Readers.built_in()
    passed_over: Problems = []
    problems: Problems = []
    entries = list(entries_of(source, naming, readers, passed_over, problems))
    naming = _known(naming, entries, problems)
    images = []
    for number, entry in enumerate(entries, start=1):
        if image := _image(entry, naming, readers, passed_over, problems):
            images.append(image)
        if progress:
            progress("list", number, len(entries))
    images.sort(key=lambda image: (image.key, image.name))
    return Dataset(
        images=tuple(images),
        classes=tuple(sorted({image.label for image in images})),
        grouped_by=naming.told,
        passed_over=tuple(sorted(passed_over)),
        problems=tuple(problems),
    )


def headed(image: Image, readers: Readers) -> Image:
    """Return an image that was not listed with what it says of itself, if it can be read."""
    try:
        if image.held is not None:
            return attrs.evolve(image, header=image.held.header)
        contents = [read_bytes(path) for path in image.files]
    except ImageError:  # decoding will tell
        return image
    header, read_by = _header(image.files, contents, image.channels, readers)
    return attrs.evolve(image, header=header, readers=read_by)


def _known(naming: Naming, entries: Sequence[Entry], problems: Problems) -> Naming:
    """Return *naming* without groups if they ask for a column that no image has."""
    columns = {column for entry in entries for column in entry.columns}
    unknown = [column for column in naming.columns if column not in columns]
    for column in unknown if entries else ():
        hint = did_you_mean(column, columns) or '; write a pattern, such as "{group}_*"'
        problems.append(
            ("groups", f'must be a column or a pattern, but "{column}" is neither{hint}')
        )
    return attrs.evolve(naming, groups=()) if unknown else naming


def _image(
    entry: Entry, naming: Naming, readers: Readers, passed_over: Problems, problems: Problems
) -> Image | None:
    place = entry.place or entry.name
    try:
        contents = [read_bytes(path) for path in entry.files]
    except ImageError:
        if entry.promised and not all(map(os.path.exists, entry.files)):
            absent = next(path for path in entry.files if not os.path.exists(path))
            problems.append((place, f"names {absent}, which is not there"))
            return None
        contents = []  # decoding will tell, with all the others
    if contents and not entry.promised and not readers.is_image(entry.name, contents[0][:HEAD]):
        passed_over.append((entry.name, NO_IMAGE))
        return None
    key = key_of(contents, entry.channels) if contents else sha256(entry.name.encode())
    group = _group(entry, naming, key, problems)
    header, read_by = _header(entry.files, contents, entry.channels, readers)
    return Image(
        key=key,
        name=entry.name,
        files=entry.files,
        label=_nfc(entry.label),
        group=group,
        columns=tuple(sorted(entry.columns.items())),
        channels=entry.channels,
        header=header,
        readers=read_by,
    )


def _group(entry: Entry, naming: Naming, key: str, problems: Problems) -> str:
    if not naming.grouped:
        return key
    group = naming.group_of(entry.name, entry.columns)
    if group is None:
        asked = " and ".join(f'"{part}"' for part in naming.groups)
        what = f"has no group by groups = {asked}; mend it, or leave groups out"
        problems.append((entry.place or entry.name, what))
    return group or key


def _header(
    files: Sequence[Path], contents: Sequence[bytes], channels: tuple[str, ...], readers: Readers
) -> tuple[Header | None, tuple[str, ...]]:
    """Return what the files say, and who reads them; decoding tells if they cannot be read."""
    try:
        pairs = list(zip(files, contents, strict=True))
        headers = [readers.header(content, path.name) for path, content in pairs]
        foreign = {readers.foreign(path.name, content[:HEAD]) for path, content in pairs}
        header = joined_header(headers, channels)
    except (ImageError, ValueError):
        return None, ()
    return header, tuple(sorted(filter(None, foreign)))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
