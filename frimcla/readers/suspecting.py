"""What the description of a TIFF promises, which tifffile believes and makes room for."""

from __future__ import annotations

import json
import math
import re
from xml.etree import ElementTree

import tifffile

from frimcla.errors import ImageError

from .pages import PAGES

WIDEST = 2**20
"""Most rows or columns."""
LONGEST = 2**24
"""Most characters of a description: room for the OME-XML of many thousand planes."""


def check_description(tiff: tifffile.TiffFile) -> None:
    """Refuse a file whose description alone would take too much time or memory.

    Raises:
        ImageError: It promises too many planes, or defines entities.
    """
    for description in _descriptions(tiff):
        if len(description) > LONGEST:
            raise ImageError("has a description of more than 16 MB; save it again without")
        if "<!ENTITY" in description or "<!DOCTYPE" in description:
            raise ImageError("has a description that defines its own words; save it again without")
        if _promised(description) > PAGES:
            raise ImageError(f"promises more than {PAGES} planes, or endless ones; split it")


def _descriptions(tiff: tifffile.TiffFile) -> list[str]:
    page = tiff.pages.first
    return [tag.value for tag in page.tags if tag.code == 270 and isinstance(tag.value, str)]


def _promised(description: str) -> int:
    """Return the planes that a description promises: of OME, ImageJ or tifffile itself."""
    start = description.lstrip()[:64]
    if start.startswith(("<?xml", "<OME")):
        return _promised_by_ome(description)
    if start.startswith("ImageJ="):
        return max((int(n) for n in re.findall(r"^(?:images|frames|slices|channels)=(\d{1,18})",
                                              description, re.MULTILINE)), default=1)  # fmt: skip
    return _promised_by_tifffile(description) if start.startswith("{") else 1


def _promised_by_ome(description: str) -> int:
    try:
        root = ElementTree.fromstring(description)
    except ElementTree.ParseError:
        return 1  # tifffile passes over it too
    planes = 0
    for element in root.iter():
        if element.tag.rpartition("}")[2] == "Pixels":
            order = element.get("DimensionOrder", "XYZCT")  # the first two are within a plane
            sizes = [max(1, int(element.get(f"Size{axis}", "1"))) for axis in order]
            planes += math.prod(sizes[2:]) if max(sizes[:2]) <= WIDEST else PAGES + 1
    return planes


def _promised_by_tifffile(description: str) -> int:
    try:
        shape = json.loads(description).get("shape", [])
        *planes, _, _ = shape if len(shape) > 2 else (1, 1, 1)
    except (ValueError, AttributeError, TypeError):
        return 1
    return math.prod(int(size) for size in planes)
