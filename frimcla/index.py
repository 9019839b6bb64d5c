"""A manifest: a table of images in a text file, as spreadsheets and microscopes export it.

Columns are ``file`` (or one ``file_NAME`` per channel), ``class``, and whatever else is known of
an image. Commas, tabs or semicolons; UTF-8 with or without a byte order mark; paths relative to
the manifest.
"""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from .errors import DatasetError, ImageError, did_you_mean
from .intake import read_bytes
from .naming import CLASS

FILE, FILE_OF = "file", "file_"
LARGEST = 2**28
"""Bytes of a manifest: some million images."""
ALIKE = {FILE: ("filename", "path", "image", "name"), CLASS: ("label", "category", "target")}
"""What such columns are often called."""


@attrs.frozen(kw_only=True)
class Row:
    """One image of a manifest.

    Attributes:
        place: ``"line 7"``.
        name: What the first file is called there.
        files: One file, or one per channel.
        channels: Names of the channels, where there are several files.
        label: Class.
        columns: The other columns.
    """

    place: str
    name: str
    files: tuple[Path, ...]
    channels: tuple[str, ...]
    label: str
    columns: dict[str, str]


def read_index(path: Path, *, labelled: bool = True) -> tuple[list[Row], list[tuple[str, str]]]:
    """Read a manifest.

    Args:
        path: The file.
        labelled: Whether a column must tell the class; else names do.

    Returns:
        Its rows, and (place, sentence) for each row that cannot be used.

    Raises:
        DatasetError: It is no table with the columns that are needed.
    """
    text = _text(path)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [unicodedata.normalize("NFC", cell.strip()) for cell in next(lines, [])]
        wanted = _files(header)
        needed = {FILE: bool(wanted), CLASS: CLASS in header or not labelled}
        if problems := _missing(header, needed):
            raise DatasetError(str(path), problems)
        rows, bad = [], []
        for cells in lines:
            if any(cell.strip() for cell in cells):
                place = f"line {lines.line_num}"
                problem = _wrong(cells, header, [*wanted, *([CLASS] if labelled else [])])
                if problem:
                    bad.append((place, problem))
                else:
                    values = dict(zip(header, (_clean(cell) for cell in cells), strict=True))
                    rows.append(_row(path.parent, place, values, wanted))
    except csv.Error as error:
        what = f"is no table ({error}, line {lines.line_num}); save it as CSV"
        raise _refused(path, what) from None
    return rows, bad + list(_twice(rows))


def _text(path: Path) -> str:
    over = f"is over {LARGEST:,} bytes: no list of images"
    try:
        text = read_bytes(path, LARGEST, over=over, instead="").decode("utf-8-sig")
    except ImageError as error:
        raise _refused(path, str(error)) from None
    except UnicodeDecodeError as error:
        what = f"must be text in UTF-8 (byte {error.start} is not); save it as CSV UTF-8"
        raise _refused(path, what) from None
    if "\0" in text:
        raise _refused(path, "holds zero bytes: no text; save it as CSV UTF-8")
    return text


def _delimiter(text: str) -> str:
    """Return what stands between the columns: of the first line, whatever is most frequent."""
    first = next(iter(text.lstrip("\r\n").splitlines()), "")
    return max(",\t;", key=first.count)


def _files(header: Sequence[str]) -> list[str]:
    return [FILE] if FILE in header else [name for name in header if name.startswith(FILE_OF)]


def _missing(header: Sequence[str], needed: Mapping[str, bool]) -> list[tuple[str, str]]:
    """Say which columns are not there, or there twice."""
    problems = []
    lower = {name.lower(): name for name in header}
    for column, there in needed.items():
        if not there:
            alike = [lower[name] for name in (column, *ALIKE[column]) if name in lower]
            hint = f'; rename "{alike[0]}"' if alike else did_you_mean(column, header)
            problems.append(("line 1", f'has no column "{column}"{hint}'))
    for name in sorted(name for name, count in Counter(header).items() if count > 1):
        problems.append(("line 1", f'has the column "{name}" twice; rename one'))
    return problems


def _wrong(cells: Sequence[str], header: Sequence[str], wanted: Sequence[str]) -> str:
    if len(cells) != len(header):
        count = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
        return f"has {count}, and the header has {len(header)}"
    values = dict(zip(header, cells, strict=True))
    empty = [name for name in wanted if not values[name].strip()]
    return f"has no {', no '.join(empty)}; fill it in, or remove the line" if empty else ""


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell.strip())


def _row(here: Path, place: str, values: dict[str, str], wanted: Sequence[str]) -> Row:
    names = [values[column].replace("\\", "/") for column in wanted]  # written on Windows
    several = len(wanted) > 1
    return Row(
        place=place,
        name=names[0],
        files=tuple(_found(here, name) for name in names),
        channels=tuple(column.removeprefix(FILE_OF) for column in wanted) if several else (),
        label=values.get(CLASS, ""),
        columns={k: v for k, v in values.items() if k not in {*wanted, CLASS}},
    )


def _found(here: Path, name: str) -> Path:
    """Return the file, whichever way the system spells letters with accents."""
    for form in ("NFC", "NFD"):
        path = here / unicodedata.normalize(form, name)
        if os.path.exists(path):  # False for names that are too long
            return path
    return here / name


def _twice(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Name the rows whose file another row names already."""
    first: dict[tuple[Path, ...], str] = {}
    for row in rows:
        if row.files in first:
            yield row.place, f"names {row.name} again, like {first[row.files]}; remove one"
        first.setdefault(row.files, row.place)


def _refused(path: Path, what: str) -> DatasetError:
    return DatasetError(str(path), [("manifest", what)])
