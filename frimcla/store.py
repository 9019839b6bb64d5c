"""Features on disk: by space (what computes them) and image key (what they describe).

Correct without locks: a shard is immutable and named by its content's keys, so two runs that
write the same shard write the same bytes. There is no other copy and no list of what is there:
a shard is believed because its checksum holds, and what no shard describes is missing. So
nothing can disagree with anything, and no crash leaves a list that is behind.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from .contracts import Array
from .errors import FrimclaError, ReadOnlyError
from .files import can_write, sweep
from .keys import digest
from .shards import Arrays, DamagedError, read_arrays, text, words, write_arrays
from .spaces import Space

UNUSABLE = (DamagedError, AttributeError, KeyError, TypeError, ValueError)
"""What reading a file raises that is whole, but was not written by the store."""
PROBES = "probes.h5"
"""The file of a space that holds the features of the drawn images."""
PER_SHARD = 64
"""Images per file: what a crash can cost, at the most, per worker."""
SHARDS, ASIDE = "s-*.h5", ".bad"
"""How shards are called, and how one ends that was damaged."""
TOLERANCE = 1e-5
"""Of the largest feature: beyond this, numbers are others. Two processors may differ below it."""


@attrs.frozen
class Survey:
    """What a store has of a space.

    Attributes:
        keys: The images that are described.
        damaged: Shards that were not as they were written, by the names that they had.
    """

    keys: frozenset[str]
    damaged: tuple[Path, ...] = ()


@attrs.frozen
class FeatureStore:
    """The features below one folder, and those of a cache that studies share.

    Attributes:
        folder: That of one study.
        cache: Read as well, and written in its place where it can be written; or None.
    """

    folder: Path
    cache: Path | None = None

    @property
    def folders(self) -> tuple[Path, ...]:
        """All that are read; the first that can be written is."""
        return (self.cache, self.folder) if self.cache else (self.folder,)

    def absolute(self) -> FeatureStore:
        """Return the same store, for a process that stands in another folder."""
        return FeatureStore(self.folder.absolute(), self.cache and self.cache.absolute())

    def keys(self, space: Space) -> frozenset[str]:
        """Return the images that a space describes."""
        return self.survey(space).keys

    def survey(self, space: Space) -> Survey:
        """Read every shard of a space; set aside as ``.bad`` what is damaged.

        Its rows are absent then, to be computed again.
        """
        found = [self._survey(part) for part in space.parts]
        return Survey(
            keys=frozenset.intersection(*(one.keys for one in found)),
            damaged=tuple(path for one in found for path in one.damaged),
        )

    def _survey(self, space: Space) -> Survey:
        damaged: list[Path] = []
        keys = {key for _, names in self._whole(space, damaged) for key in names}
        return Survey(keys=frozenset(keys), damaged=tuple(damaged))

    def matrix(self, space: Space, keys: Sequence[str]) -> Array:
        """Return the features of these images, ``float32`` (n, d).

        Raises:
            FrimclaError: Some are missing; or two shards disagree on an image, which nothing
                but a bug or another program can bring about.
        """
        if len(space.parts) > 1:
            return np.hstack([self.matrix(part, keys) for part in space.parts])
        rows = {key: row for row, key in enumerate(dict.fromkeys(keys))}
        found, matrix = np.zeros(len(rows), bool), np.empty((len(rows), 0), np.float32)
        for path, names in self._whole(space, []):
            wanted = [at for at, name in enumerate(names) if name in rows]
            if not wanted:
                continue
            try:
                features = _read(path, space.key)[1]
            except UNUSABLE:  # since its keys were read; its rows are missing then
                _set_aside(path)
                continue
            if not matrix.size:
                matrix = np.empty((len(rows), features.shape[1]), np.float32)
            for at in wanted:
                row = rows[names[at]]
                if not found[row]:
                    matrix[row], found[row] = features[at], True
                elif not alike(matrix[row], features[at]):
                    raise _disagreeing(path)
        if missing := len(found) - int(found.sum()):
            raise FrimclaError(
                f"{space.recipe.label}: {missing} features are missing; extract again"
            )
        return matrix if len(rows) == len(keys) else matrix[[rows[key] for key in keys]]

    def width(self, space: Space) -> int:
        """Return how many numbers describe an image; 0 where no image is described yet."""
        return sum(
            next((_described(path, part.key)[1] for path, _ in self._whole(part, [])), 0)
            for part in space.parts
        )

    def _whole(self, space: Space, damaged: list[Path]) -> Iterator[tuple[Path, tuple[str, ...]]]:
        """Yield path and keys of every shard that is as it was written; name the others."""
        width = None
        for path in self._shards(space):
            try:
                keys, wide = _described(path, space.key)
                if width not in (None, wide):
                    raise DamagedError(f"{path} belongs elsewhere")
            except FileNotFoundError:  # another run has set it aside meanwhile
                continue
            except UNUSABLE:
                damaged.append(path)
                _set_aside(path)
                continue
            width = wide
            yield path, keys

    def writes_to(self, space: Space) -> Path:
        """Return the first of the folders where a space can be written, as far as one can tell.

        In a shared cache it may be a folder of somebody else.
        """
        *others, last = self.folders
        return next((one for one in others if can_write(one / space.key)), last)

    def write(self, space: Space, keys: Iterable[str], features: Array) -> None:
        """Store the rows of at most `PER_SHARD` images, whole or not at all.

        A shard that is there already stays: it says the same.

        Raises:
            FrimclaError: What is there already says something else.
            ReadOnlyError, SpaceError: None of the folders can be written.
        """
        names = list(keys)
        name = f"s-{digest(names)}.h5"
        for path in (home / name for home in self._homes(space)):
            with contextlib.suppress(OSError, *UNUSABLE):
                if not alike(_read(path, space.key)[1], features):
                    raise _disagreeing(path)
                return
        self._write(space, name, {"features": features, "keys": text(names)}, {})

    def read_probes(self, space: Space) -> dict[Path, tuple[Array, dict[str, str]]]:
        """Return the features of the probe images and the versions that made them, where kept.

        By the folder of the space: two folders may have been filled by different machines.
        """
        found = {}
        for home in self._homes(space):
            with contextlib.suppress(OSError, *UNUSABLE):
                kept = read_arrays(home / PROBES)
                found[home] = kept.arrays["features"], dict(kept.facts["versions"])
        return found

    def write_probes(self, space: Space, features: Array, versions: Mapping[str, str]) -> None:
        """Keep the features of the probe images."""
        self._write(space, PROBES, {"features": features}, {"versions": dict(versions)})

    def sweep(self, space: Space) -> None:
        """Remove what killed runs left half-written of a space; see `files.sweep`."""
        for home in self._homes(space):
            sweep(home)

    def _write(
        self, space: Space, name: str, arrays: dict[str, Array], more: dict[str, Any]
    ) -> None:
        """Write to the first of the folders that can be written."""
        content = Arrays(
            arrays=arrays, facts={"space": space.key, "identity": space.identity, **more}
        )
        *others, last = self.folders
        for folder in others:
            with contextlib.suppress(ReadOnlyError):
                return write_arrays(folder / space.key / name, content)
        return write_arrays(last / space.key / name, content)

    def _homes(self, space: Space) -> list[Path]:
        return [folder / space.key for folder in self.folders]

    def _shards(self, space: Space) -> Iterator[Path]:
        for home in self._homes(space):
            yield from sorted(home.glob(SHARDS))


def alike(one: Array, other: Array) -> bool:
    """Return whether two arrays hold the same numbers, but for what processors differ by."""
    if one.shape != other.shape:
        return False
    largest = max(float(np.abs(one).max(initial=0)), 1e-12)
    return float(np.abs(one - other).max(initial=0)) <= TOLERANCE * largest


def read_shard(path: Path) -> tuple[Mapping[str, Any], tuple[str, ...], Array]:
    """Return facts, keys and features ``float32`` (n, d) of a shard that is as it was written.

    Raises:
        UNUSABLE: It is not.
        OSError: It cannot be read.
    """
    shard = read_arrays(path)
    keys, features = words(shard.arrays["keys"]), shard.arrays["features"]
    if (
        features.dtype != np.float32
        or features.ndim != 2
        or len(features) != len(keys)
        or not np.isfinite(features).all()
    ):
        raise DamagedError(f"{path} holds no features")
    return shard.facts, keys, features


def _read(path: Path, space: str) -> tuple[tuple[str, ...], Array]:
    facts, keys, features = read_shard(path)
    if facts["space"] != space:
        raise DamagedError(f"{path} belongs elsewhere")
    return keys, features


def _described(path: Path, space: str) -> tuple[tuple[str, ...], int]:
    """Return the keys and the width of a shard, read again only if the file was written to."""
    found = path.stat()
    return _remembered(path, space, (found.st_ino, found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=2**16)  # keys alone: who wants features reads, and verifies, the file
def _remembered(path: Path, space: str, _: tuple[int, ...]) -> tuple[tuple[str, ...], int]:
    keys, features = _read(path, space)
    return tuple(map(sys.intern, keys)), features.shape[1]  # spaces share the keys of images


def _set_aside(path: Path) -> None:
    with contextlib.suppress(OSError):  # a read-only store keeps it; it is not used
        path.replace(path.with_suffix(ASIDE))


def _disagreeing(path: Path) -> FrimclaError:
    return FrimclaError(f"{path.parent} holds two descriptions of one image; remove it")
