"""What an inspection leaves: sheets, a page, a table of all images, and a record."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from frimcla.errors import ConfigError
from frimcla.files import write_atomically
from frimcla.tables import csv_text

from .found import ClassSheet, Inspection
from .page import page
from .sheets import sheet_png
from .thumbnails import Thumbnail

RECORD, PAGE, TABLE = "inspection.json", "index.html", "images.csv"
"""The record is what a folder is known by as an inspection's own."""
OURS = re.compile(r"\d+-[a-z0-9-]+\.png")
COLUMNS = (
    *("file", "class", "group", "width", "height", "type", "bits", "channels", "planes"),
    *("min", "p0.1", "p99.9", "max", "brightness", "deviation", "white", "warnings"),
)


def check_target(folder: Path) -> None:
    """Refuse to write into a folder that holds something else.

    Raises:
        ConfigError: It does.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError("inspect", [("--out", f'must be a folder, but "{folder}" is a file')])
    if folder.is_dir() and any(folder.iterdir()) and not (folder / RECORD).is_file():
        what = f'holds something else (got "{folder}"); name an empty or new folder'
        raise ConfigError("inspect", [("--out", what)])


def begin(folder: Path, found: Inspection) -> Inspection:
    """Make *folder* known as an inspection's own, and empty it of the sheets of one before.

    What is written first tells whose it is, should the rest be interrupted.
    """
    _clear(folder)
    names = (PAGE, *(sheet.file for sheet in found.sheets), TABLE, RECORD)
    found = attrs.evolve(found, written=names)
    record = json.dumps(_record(found), indent=1, ensure_ascii=False) + "\n"
    write_atomically(folder / RECORD, record.encode())
    return found


def _clear(folder: Path) -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        written = json.loads((folder / RECORD).read_text("utf-8")).get("files", [])
        for name in filter(OURS.fullmatch, map(str, written)):
            (folder / name).unlink(missing_ok=True)


def write_sheet(
    folder: Path, found: Inspection, sheet: ClassSheet, thumbnails: Mapping[str, Thumbnail]
) -> None:
    """Write the contact sheet of a class."""
    write_atomically(folder / sheet.file, sheet_png(found, sheet, thumbnails))


def write_inspection(
    folder: Path, found: Inspection, thumbnails: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> None:
    """Write the page, and the table of all images.

    Args:
        folder: Where to.
        found: What to write.
        thumbnails: By class and name, the views of an image as ``data:`` addresses.
    """
    write_atomically(folder / PAGE, page(found, thumbnails).encode("utf-8"))
    write_atomically(folder / TABLE, csv_text(COLUMNS, _rows(found)).encode())


def _rows(found: Inspection) -> Iterator[list[object]]:
    for seen in found.images:
        facts, image, header = seen.facts, seen.facts.image, seen.facts.header
        grouped = bool(found.opened.dataset.grouped_by)
        yield [
            *(image.name, image.label, image.group if grouped else ""),
            *(header.width, header.height, header.dtype, header.bits),
            *(header.channels, header.planes),
            *(f"{value:.9g}" for value in facts.stored),
            f"{facts.brightness:.2f}",
            f"{max(channel.deviation for channel in facts.channels):.2f}",
            f"{max(channel.white for channel in facts.channels):.4f}",
            "; ".join(f"{mark.rule.name}: {mark.told}" for mark in seen.marks),
        ]


def _record(found: Inspection) -> dict[str, object]:
    """Return what was found, for programs."""
    return {
        "format": "frimcla-inspection 1",
        "files": list(found.written),
        "images": len(found.images),
        "policy": attrs.asdict(found.opened.policy),
        "classes": [
            {
                "class": sheet.label,
                "images": len(sheet.images),
                "warnings": {rule.name: count for rule, count in sheet.marked.items()},
            }
            for sheet in found.sheets
        ],
        "hints": [sentence for _, sentence in found.hints],
        "problems": [list(pair) for pair in found.problems],
        "unreadable": [list(pair) for pair in found.unreadable],
    }
