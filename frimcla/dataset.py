"""A folder of images, one sub-folder per class, as a value; or everything wrong with it.

An image is its bytes: the SHA-256 of the file is its key, so names, places and dates decide
nothing. This module reads names and bytes, never pixels.
"""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import attrs

from .contracts import Progress
from .errors import DatasetError, ImageError
from .files import sha256
from .intake import read_bytes
from .keys import digest
from .readers.formats import HEAD, is_image

LITTER = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
"""What operating systems leave in folders of images."""

FOLDER, FILE = stat.S_IFDIR, stat.S_IFREG
BESIDE, NO_IMAGE, HIDDEN = "beside the class folders", "no image", "hidden"
"""Why a file is passed over."""


Problems = list[tuple[str, str]]


@attrs.frozen(kw_only=True)
class Image:
    """One labelled image: one row of every table.

    Attributes:
        key: SHA-256 of the bytes.
        name: Path below the dataset, with ``/`` on every system; for people and tables.
        path: Where it lies.
        label: Class, in Unicode's NFC.
    """

    key: str
    name: str
    path: Path
    label: str

    @property
    def group(self) -> str:
        """What never straddles folds: the key, so that copies of an image stay together."""
        return self.key


@attrs.frozen(kw_only=True)
class Dataset:
    """Labelled images.

    Attributes:
        images: Sorted by (key, name), so that neither renaming nor listing order changes a
            fold.
        classes: Sorted by code point; a class is its index in every array.
        passed_over: Pairs of name and reason: hidden, no image, beside the class folders.
        unreadable: Pairs of name and reason, where the user chose to go on without them.
    """

    images: tuple[Image, ...]
    classes: tuple[str, ...]
    passed_over: tuple[tuple[str, str], ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()

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
    def copies(self) -> tuple[tuple[str, ...], ...]:
        """Names of images with the same bytes, one tuple for each such image."""
        by_key = defaultdict(list)
        for image in self.images:
            by_key[image.key].append(image.name)
        return tuple(tuple(names) for names in by_key.values() if len(names) > 1)

    @property
    def key(self) -> str:
        """The identity of the images and their classes, for provenance."""
        return digest([[image.key, image.label, image.group] for image in self.images])

    def without(self, unreadable: dict[str, str]) -> Dataset:
        """Return the dataset without the images of these keys (key -> reason)."""
        kept = tuple(image for image in self.images if image.key not in unreadable)
        told = tuple((i.name, unreadable[i.key]) for i in self.images if i.key in unreadable)
        classes = tuple(sorted({image.label for image in kept}))
        return attrs.evolve(
            self, images=kept, classes=classes, unreadable=(*self.unreadable, *told)
        )


def scan(folder: Path, progress: Progress | None = None) -> Dataset:
    """List and hash the images of a folder with one sub-folder per class.

    Nested folders belong to their class. What breaks the promise of its name (a text called
    ``cell.png``) is kept: decoding tells, so that all bad files are told at once. Whether the
    dataset can be studied is for `frimcla.complaints` to say.
    """
    passed_over: Problems = []
    found = list(_walk(folder, passed_over))
    images = []
    for number, (path, name) in enumerate(found, start=1):
        if image := _image(path, name, passed_over):
            images.append(image)
        if progress:
            progress("list", number, len(found))
    images.sort(key=lambda image: (image.key, image.name))
    classes = tuple(sorted({image.label for image in images}))
    return Dataset(images=tuple(images), classes=classes, passed_over=tuple(sorted(passed_over)))


def loose_images(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """Yield (path, name) of images to predict: files as given, folders searched in order.

    A file that is named is yielded whatever it is; in a folder, what is no image is passed
    over. Names are paths below the folder given.
    """
    for path in paths:
        if _kind(path, path) == FOLDER:
            for file, name in _walk(path, []):
                if _looks_like_an_image(file):
                    yield file, name
        else:
            yield path, str(path)


def _walk(folder: Path, passed_over: Problems) -> Iterator[tuple[Path, str]]:
    """Yield (path, name) of all regular files below *folder*, in the order of their names."""
    seen = set()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        identity = _identity(here, folder)
        if identity in seen:  # a link to a folder above, or twice the same folder
            passed_over.append((_name(here, folder), "a folder that was already read"))
            continue
        seen.add(identity)
        folders = []
        for path in _listed(here, folder):
            name = _name(path, folder)
            if path.name.startswith(".") or path.name.lower() in LITTER:
                passed_over.append((name, HIDDEN))
                continue
            kind = _kind(path, folder)
            if kind == FOLDER:
                folders.append(path)
            elif kind == FILE:
                yield path, name
            else:
                passed_over.append((name, "neither a file nor a folder"))
        waiting += sorted(folders, key=lambda path: (path.is_symlink(), path.name), reverse=True)


def _identity(here: Path, folder: Path) -> tuple[int, int]:
    """Return what two paths to one folder share."""
    try:
        found = here.stat()
    except OSError as error:
        raise _closed(here, folder, error) from None
    return found.st_dev, found.st_ino


def _listed(here: Path, folder: Path) -> list[Path]:
    try:
        return sorted(here.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise _closed(here, folder, error) from None


def _kind(path: Path, folder: Path) -> int:
    """Return what a path is, of `FOLDER`, `FILE` and others; a link is what it leads to."""
    try:
        return stat.S_IFMT(path.stat().st_mode)
    except (FileNotFoundError, RuntimeError):  # a link to nothing, or to itself
        return 0
    except OSError as error:
        if error.errno == errno.ELOOP:
            return 0
        # A folder that may be listed but not entered is to blame for what lies in it.
        blamed = path if path == folder or os.path.islink(path) else path.parent
        raise _closed(blamed, folder, error) from None


def _closed(path: Path, folder: Path, error: OSError) -> DatasetError:
    """Refuse what cannot be entered: a class left out in silence would be another study."""
    what = f"cannot be opened ({error.strerror}); allow it, or move it elsewhere"
    return DatasetError(str(folder), [(_name(path, folder), what)])


def _name(path: Path, folder: Path) -> str:
    # File names that are no UTF-8 must be printable, in tables as on a terminal.
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")


def _image(path: Path, name: str, passed_over: Problems) -> Image | None:
    if "/" not in name:
        reason = BESIDE if _looks_like_an_image(path) else NO_IMAGE
        passed_over.append((name, reason))
        return None
    label = unicodedata.normalize("NFC", name.split("/", 1)[0])
    try:
        content = read_bytes(path)
    except ImageError:  # decoding will tell, with all the others
        return Image(key=sha256(name.encode()), name=name, path=path, label=label)
    if not is_image(name, content[:HEAD]):
        passed_over.append((name, NO_IMAGE))
        return None
    return Image(key=sha256(content), name=name, path=path, label=label)


def _looks_like_an_image(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return is_image(path.name, file.read(HEAD))
    except OSError:
        return is_image(path.name, b"")
