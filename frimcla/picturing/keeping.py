"""``album.h5``: the album as a file; see ``docs/output.md``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.shards import Arrays, read_arrays, text, words, write_arrays
from frimcla.store import UNUSABLE

from .album import Album, Map, Projection, Thumb
from .checking import MapsCheck

FORMAT, FILE = 1, "album.h5"
PARTS = ("thumbnails", "projection", "maps")
"""Each made by itself, and said to be made once it is whole."""


def write_album(path: Path, album: Album) -> None:
    """Write an album, whole or not at all: equal content, equal arrays."""
    pictures = [one.picture for one in album.maps]
    arrays = {
        "thumbnails/keys": text(album.thumbnails),
        **_files("thumbnails", list(album.thumbnails.values())),
        **_files("maps/pictures", pictures),
        **_maps(album.maps),
    }
    if found := album.projection:
        arrays |= {
            "projection/keys": text(found.keys),
            "projection/pca": found.pca,
            "projection/tsne": found.tsne,
            "projection/shares": np.array(found.shares),
            "projection/images": np.array(found.images),
        }
    facts = {
        "format": FORMAT,
        "made_for": dict(album.made_for),
        "missing": dict(album.missing),
        "check": attrs.asdict(album.check) if album.check else None,
    }
    write_arrays(path, Arrays(arrays=arrays, facts=facts))


def read_album(path: Path) -> Album | None:
    """Read an album back; None where there is none, a damaged one, or one of another version."""
    try:
        content = read_arrays(path)
        found, facts = content.arrays, content.facts
        if facts["format"] != FORMAT:
            return None
        keys = words(found["thumbnails/keys"])
        return Album(
            thumbnails=dict(zip(keys, _thumbs("thumbnails", found), strict=True)),
            projection=_projection(found),
            maps=tuple(_read_maps(found)),
            check=MapsCheck(**facts["check"]) if facts["check"] else None,
            missing=facts["missing"],
            made_for=facts["made_for"],
        )
    except (OSError, IndexError, *UNUSABLE):
        return None


def _files(name: str, thumbs: Sequence[Thumb]) -> dict[str, Array]:
    """Return files as one array of bytes, where each ends, and what is known of them."""
    content = b"".join(one.webp for one in thumbs)
    return {
        f"{name}/bytes": np.frombuffer(content, np.uint8),
        f"{name}/ends": np.cumsum([len(one.webp) for one in thumbs], dtype=np.int64),
        f"{name}/sides": np.array([one.sides for one in thumbs], np.int32).reshape(-1, 2),
        f"{name}/exact": np.array([one.exact for one in thumbs], np.uint8),
    }


def _thumbs(name: str, found: Mapping[str, Array]) -> list[Thumb]:
    files = _cut(found[f"{name}/bytes"], found[f"{name}/ends"])
    known = zip(files, found[f"{name}/sides"].tolist(), found[f"{name}/exact"], strict=True)
    return [
        Thumb(webp=file.tobytes(), width=width, height=height, exact=bool(exact))
        for file, (width, height), exact in known
    ]


def _cut(array: Array, ends: Array) -> list[Array]:
    """Return the parts of an array that end where *ends* says; the last ends with it."""
    if len(array) != (ends[-1] if len(ends) else 0):
        raise ValueError("parts do not add up")
    return np.split(array, ends[:-1]) if len(ends) else []


def _maps(maps: Sequence[Map]) -> dict[str, Array]:
    def numbers(values: Iterable[float | None]) -> Array:
        return np.array([np.nan if value is None else value for value in values], np.float64)

    def joined(grids: Sequence[Array]) -> Array:
        flat = [grid.ravel() for grid in grids]
        return np.concatenate([np.zeros(0, np.float32), *flat]).astype(np.float32)

    return {
        "maps/keys": text(one.key for one in maps),
        "maps/labels": text(one.label for one in maps),
        "maps/held_out": text(one.held_out for one in maps),
        "maps/predicted": text(one.predicted for one in maps),
        "maps/probability": numbers(one.probability for one in maps),
        "maps/similarity": numbers(one.similarity for one in maps),
        "maps/shapes": np.array([one.grid.shape for one in maps], np.int32).reshape(-1, 2),
        "maps/grids": joined([one.grid for one in maps]),
        "maps/shuffled": joined([one.shuffled for one in maps]),
        "maps/sides": np.array([one.sides for one in maps], np.int32).reshape(-1, 2),
        "maps/views": np.array([one.views for one in maps], np.int32),
    }


def _read_maps(found: Mapping[str, Array]) -> Iterable[Map]:
    shapes = found["maps/shapes"]
    ends = np.cumsum(shapes.prod(axis=1))
    grids, shuffled = (_cut(found[f"maps/{name}"], ends) for name in ("grids", "shuffled"))
    columns: Any = {
        **{name: words(found[f"maps/{name}s"]) for name in ("key", "label")},
        **{name: words(found[f"maps/{name}"]) for name in ("held_out", "predicted")},
        **{
            name: [None if np.isnan(value) else value for value in found[f"maps/{name}"].tolist()]
            for name in ("probability", "similarity")
        },
        "grid": [grid.reshape(shape) for grid, shape in zip(grids, shapes, strict=True)],
        "shuffled": [grid.reshape(shape) for grid, shape in zip(shuffled, shapes, strict=True)],
        "sides": [tuple(sides) for sides in found["maps/sides"].tolist()],
        "picture": _thumbs("maps/pictures", found),
        "views": found["maps/views"].tolist(),
    }
    for values in zip(*columns.values(), strict=True):
        yield Map(**dict(zip(columns, values, strict=True)))


def _projection(found: Mapping[str, Array]) -> Projection | None:
    if "projection/keys" not in found:
        return None
    first, second = found["projection/shares"].tolist()
    keys = words(found["projection/keys"])
    pca, tsne = found["projection/pca"], found["projection/tsne"]
    if not pca.shape == tsne.shape == (len(keys), 2):
        raise ValueError("points do not belong to keys")
    return Projection(
        keys=keys,
        pca=pca,
        tsne=tsne,
        shares=(first, second),
        images=int(found["projection/images"]),
    )
