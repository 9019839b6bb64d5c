"""Images as folders, names and manifests list them, before any of their pixels are read."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from .dataset import Problems
from .index import Row, read_index
from .naming import CHANNEL, CLASS, Naming, is_manifest
from .patterns import Pattern
from .reading import Readers
from .walking import looks_like_an_image, walk

BESIDE, NO_IMAGE, UNLIKE = "beside the class folders", "no image", "does not fit classes = "
"""Why a file is passed over."""


@attrs.frozen(kw_only=True)
class Entry:
    """An image as it is listed, before any of its bytes are read.

    Attributes:
        name: What to call it.
        files: One file, or one per channel.
        label: Class.
        columns: What else is known of it.
        channels: Names of its files, where there are several.
        place: Where its problems lie; the name if empty.
        promised: Whether it must be an image; else it is passed over if it is none.
    """

    name: str
    files: tuple[Path, ...]
    label: str
    columns: Mapping[str, str] = attrs.field(factory=dict)
    channels: tuple[str, ...] = ()
    place: str = ""
    promised: bool = False


def entries_of(
    source: Path, naming: Naming, readers: Readers, passed_over: Problems, problems: Problems
) -> Iterator[Entry]:
    """Yield what a folder or manifest lists; collect what is passed over and what is wrong."""
    if is_manifest(source):
        rows, bad = read_index(source, labelled=not naming.classes)
        problems += bad
        yield from _of_rows(rows, naming, problems)
    elif naming.classes:
        yield from _of_names(source, naming, readers, passed_over, problems)
    else:
        for path, name in walk(source, passed_over):
            if "/" in name:
                yield Entry(
                    name=name,
                    files=(path,),
                    label=unicodedata.normalize("NFC", name.split("/", 1)[0]),
                )
            else:
                reason = BESIDE if looks_like_an_image(path, readers) else NO_IMAGE
                passed_over.append((name, reason))


def joined_files(folder: Path, names: str, readers: Readers) -> tuple[list[Entry], Problems]:
    """List the images of a folder whose channels lie in files of their own.

    Args:
        folder: Searched to the bottom.
        names: Pattern with ``{channel}``; what does not fit is passed over.
        readers: What reads files.

    Returns:
        Entries in the order of their names, and what is wrong with others.
    """
    problems: Problems = []
    found = list(_of_names(folder, Naming(classes=names), readers, [], problems))
    return sorted(found, key=lambda entry: entry.name), problems


def _of_rows(rows: Sequence[Row], naming: Naming, problems: Problems) -> Iterator[Entry]:
    if naming.classes and CHANNEL in Pattern.of(naming.classes).fields:
        what = "must not hold {channel} for a manifest: write columns file_NAME, one per channel"
        problems.append(("classes", what))
        return
    for row in rows:
        columns, label = dict(row.columns), row.label
        if naming.classes:
            found = Pattern.of(naming.classes).match(row.name)
            if found is None:
                problems.append((row.place, f"names {row.name}, which {_unlike(naming)}"))
                continue
            label = found.pop(CLASS)
            columns |= found
        yield Entry(
            name=row.name,
            files=row.files,
            label=label,
            columns=columns,
            channels=row.channels,
            place=row.place,
            promised=True,
        )


def _of_names(
    folder: Path, naming: Naming, readers: Readers, passed_over: Problems, problems: Problems
) -> Iterator[Entry]:
    """Yield the images of a folder whose classes stand in the names."""
    pattern = Pattern.of(naming.classes)
    together: dict[tuple[str, ...], dict[str, tuple[Path, str]]] = defaultdict(dict)
    known: dict[tuple[str, ...], dict[str, str]] = {}
    for path, name in walk(folder, passed_over):
        found = pattern.match(name)
        if found is None:
            image = looks_like_an_image(path, readers)
            passed_over.append((name, _unlike(naming) if image else NO_IMAGE))
        elif CHANNEL not in found:
            yield Entry(name=name, files=(path,), label=found.pop(CLASS, ""), columns=found)
        else:
            channel = found.pop(CHANNEL)
            same = pattern.without(name, CHANNEL)
            if channel in together[same]:  # names that differ in how letters are composed
                problems.append((name, f"is channel {channel} a second time; remove one"))
            together[same][channel] = (path, name)
            known[same] = found
    yield from _joined(together, known, problems)


def _joined(
    together: Mapping[tuple[str, ...], Mapping[str, tuple[Path, str]]],
    known: Mapping[tuple[str, ...], Mapping[str, str]],
    problems: Problems,
) -> Iterator[Entry]:
    """Yield images whose channels lie in files of their own, channels in the order of names."""
    channels = sorted({channel for files in together.values() for channel in files})
    for same, files in together.items():
        first = min(name for _, name in files.values())
        if absent := [channel for channel in channels if channel not in files]:
            what = f"has no file of channel {', '.join(absent)}; add it, or remove the others"
            problems.append((first, what))
            continue
        columns = dict(known[same])
        yield Entry(
            name=first,
            files=tuple(files[channel][0] for channel in channels),
            label=columns.pop(CLASS, ""),
            columns=columns,
            channels=tuple(channels),
        )


def _unlike(naming: Naming) -> str:
    return f'{UNLIKE}"{naming.classes}"'
