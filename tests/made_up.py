"""Datasets made up: of names alone, or of files that only begin like images."""

from __future__ import annotations

import hashlib
from pathlib import Path

import attrs
from hypothesis import strategies as st

from frimcla.dataset import Dataset, Image

IMAGE = b"\x89PNG\r\n\x1a\n"
"""Enough of an image for a list, which looks at no pixels."""


def put(folder: Path, *names: str, content: bytes = b"") -> Path:
    """Write files that begin like images, each with a content of its own; return the folder."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content or IMAGE + name.encode(errors="surrogateescape"))
    return folder


def image(label: str, group: str, number: object) -> Image:
    key = hashlib.sha256(f"{label} {number}".encode()).hexdigest()
    return Image(key=key, name=f"{label}/{number}", files=(Path("x"),), label=label, group=group)


def dataset(images: list[Image], grouped_by: str = "group") -> Dataset:
    """Return a dataset as `frimcla.gathering.scan` does: sorted by key."""
    if not grouped_by:
        images = [attrs.evolve(one, group=one.key) for one in images]
    classes = tuple(sorted({one.label for one in images}))
    ordered = tuple(sorted(images, key=lambda one: (one.key, one.name)))
    return Dataset(images=ordered, classes=classes, grouped_by=grouped_by)


@st.composite
def grouped(draw: st.DrawFn) -> list[Image]:
    """Images in groups of 1 to 4, each of one class (patients) or of both (plates)."""
    pure = draw(st.booleans())
    images = []
    if pure:
        for label in ("a", "b"):
            for group in range(draw(st.integers(6, 9))):
                size = draw(st.integers(1, 4))
                images += [image(label, f"{label}{group}", f"{group}-{n}") for n in range(size)]
    else:
        for group in range(draw(st.integers(6, 9))):
            for label in ("a", "b"):
                size = draw(st.integers(1, 4))
                images += [image(label, f"{group}", f"{group}-{n}") for n in range(size)]
    return images
