"""Labelled images as a value: what a study learns from, whatever it was listed from.

An image is its bytes: the SHA-256 of the file is its key, so names, places and dates decide
nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import attrs

from .contracts import Header
from .held import Held
from .keys import digest

Problems = list[tuple[str, str]]


@attrs.frozen(kw_only=True)
class Image:
    """One labelled image: one row of every table, however many files or planes it has.

    Attributes:
        key: SHA-256 of the bytes; of several files, of their keys in the order of the channels.
        name: Path below the dataset, with ``/`` on every system; for people and tables.
        files: Where it lies; one file, or one per channel; none where it is held in memory.
        label: Class, in Unicode's NFC.
        group: What it belongs to, as the user says; the key where nothing is declared.
        columns: What else names or a manifest say of it, as pairs.
        channels: Names of its files, where there are several.
        header: What its files say of themselves; None where they cannot be read.
        readers: Who reads it, ``plugin:key``, of other plugins than the core's.
        held: Its pixels, where it lies in no file.
    """

    key: str
    name: str
    files: tuple[Path, ...]
    label: str
    group: str = attrs.field(default=attrs.Factory(lambda self: self.key, takes_self=True))
    columns: tuple[tuple[str, str], ...] = ()
    channels: tuple[str, ...] = ()
    header: Header | None = attrs.field(default=None, eq=False)
    readers: tuple[str, ...] = ()
    held: Held | None = attrs.field(default=None, eq=False, repr=False)

    def anywhere(self) -> Image:
        """Return the image by absolute paths, for processes that stand elsewhere."""
        return attrs.evolve(self, files=tuple(path.absolute() for path in self.files))


@attrs.frozen(kw_only=True)
class Dataset:
    """Labelled images.

    Attributes:
        images: Sorted by (key, name), so that neither renaming nor listing order changes a
            fold.
        classes: Sorted by code point; a class is its index in every array.
        grouped_by: What groups are called, ``"patient"``; empty where none are declared.
        passed_over: Pairs of name and reason: hidden, no image, beside the class folders.
        unreadable: Pairs of name and reason, where the user chose to go on without them.
        problems: Pairs of place and sentence: what is wrong with the list of images itself.
    """

    images: tuple[Image, ...]
    classes: tuple[str, ...]
    grouped_by: str = ""
    passed_over: tuple[tuple[str, str], ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Images per class."""
        found = Counter(image.label for image in self.images)
        return {label: found[label] for label in self.classes}

    @property
    def distinct(self) -> dict[str, int]:
        """Images per class, copies counted once."""
        found = Counter(label for _, label in {(i.key, i.label) for i in self.images})
        return {label: found[label] for label in self.classes}

    @property
    def independent(self) -> dict[str, int]:
        """What folds can be made of: per class the groups, or images where none are declared."""
        pairs = zip(self.blocks, self.images, strict=True)
        found = Counter(label for _, label in {(block, i.label) for block, i in pairs})
        return {label: found[label] for label in self.classes}

    @property
    def blocks(self) -> tuple[str, ...]:
        """What never straddles folds, per image: its group, with all that share a copy with it.

        Named by the smallest key in it, so that what a group is called changes no fold.
        """
        above: dict[str, str] = {}

        def top(node: str) -> str:
            while above.setdefault(node, node) != node:
                above[node] = above[above[node]]
                node = above[node]
            return node

        for image in self.images:
            key, group = top(image.key), top(f"group {image.group}")
            above[max(key, group)] = min(key, group)  # keys are hexadecimal: before "group"
        return tuple(top(image.key) for image in self.images)

    @property
    def units(self) -> tuple[str, ...] | None:
        """What intervals resample together, per image; None where images are independent."""
        return self.blocks if self.grouped_by else None

    @property
    def copies(self) -> tuple[tuple[str, ...], ...]:
        """Names of images with the same bytes, one tuple for each such image."""
        by_key = defaultdict(list)
        for image in self.images:
            by_key[image.key].append(image.name)
        return tuple(tuple(names) for names in by_key.values() if len(names) > 1)

    @property
    def key(self) -> str:
        """The identity of the images and their classes, for provenance."""
        rows = zip(self.images, self.blocks, strict=True)
        return digest([[image.key, image.label, block] for image, block in rows])

    def of(self, images: tuple[Image, ...]) -> Dataset:
        """Return the dataset with these of its images only."""
        classes = tuple(sorted({image.label for image in images}))
        return attrs.evolve(self, images=images, classes=classes)

    def without(self, unreadable: dict[str, str]) -> Dataset:
        """Return the dataset without the images of these keys (key -> reason)."""
        told = tuple((i.name, unreadable[i.key]) for i in self.images if i.key in unreadable)
        kept = self.of(tuple(image for image in self.images if image.key not in unreadable))
        return attrs.evolve(kept, unreadable=(*self.unreadable, *told))
