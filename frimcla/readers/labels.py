"""Names of channels, where an OME-TIFF or an ImageJ stack has them."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

LONGEST = 60


def channel_names(tiff: Any) -> tuple[str, ...]:
    """Return the names of the channels of the first image; empty where they are not all named.

    Its description must have been checked: it is parsed.
    """
    try:
        found = _of_ome(tiff.ome_metadata) if tiff.is_ome else _of_imagej(tiff.imagej_metadata)
    except (ElementTree.ParseError, AttributeError, TypeError, ValueError):
        return ()  # no names
    clean = tuple(" ".join(name.split())[:LONGEST] for name in found)
    return clean if all(clean) and len(set(clean)) == len(clean) else ()


def _of_ome(xml: str) -> list[str]:
    pixels = next(one for one in ElementTree.fromstring(xml).iter() if _tag(one) == "Pixels")
    return [one.get("Name", "") for one in pixels if _tag(one) == "Channel"]


def _of_imagej(metadata: dict[str, Any] | None) -> list[str]:
    """Labels stand for slices: they name channels where there is nothing but channels."""
    found = metadata or {}
    labels = found.get("Labels", [])
    if not isinstance(labels, list) or len(labels) != found.get("channels"):
        return []
    return [str(label) for label in labels]


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
