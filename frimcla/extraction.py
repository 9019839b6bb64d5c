"""Images to every missing feature, each image decoded once for all extractors.

Work goes out in shards of 64 images; a worker decodes them, holds a few at a time, and gives
back rows, never pixels. What is finished is on disk before the next shard comes back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import attrs
import numpy as np

from .contracts import Array, Progress
from .dataset import Dataset, Image
from .errors import ImageError, PluginError
from .intake import read_image
from .parallel import unordered
from .policy import Policy
from .store import PER_SHARD, FeatureStore, Space

PIXELS_AT_ONCE = 2**26
"""Pixels a worker decodes before it describes them: bounds memory, whatever the images."""


@attrs.frozen(kw_only=True)
class Extracted:
    """What an extraction did.

    Attributes:
        decoded: Images that were decoded.
        computed: Rows that were computed, over all extractors.
        reused: Rows that were there already.
        unreadable: One sentence per image key.
    """

    decoded: int
    computed: int
    reused: int
    unreadable: dict[str, str]


@attrs.frozen(kw_only=True)
class _Shard:
    """One task: images, and the spaces that lack them.

    Attributes:
        known: Whether keys are the hashes of the files, to be checked on reading.
    """

    images: tuple[Image, ...]
    spaces: tuple[Space, ...]
    policy: Policy
    known: bool = True


@attrs.frozen(kw_only=True, eq=False)
class _Rows:
    """What a task gives back: keys that were read, one matrix per space, what was not read."""

    shard: _Shard
    keys: tuple[str, ...]
    features: tuple[Array, ...]
    unreadable: dict[str, str]


def extract(
    images: Sequence[Image],
    spaces: Sequence[Space],
    store: FeatureStore,
    *,
    policy: Policy,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> Extracted:
    """Compute what is missing of *images* in *spaces*, and store it.

    Raises:
        PluginError: An extractor cannot be made, or breaks its contract.
    """
    distinct = {image.key: image for image in images}
    lacking = _lacking(distinct, spaces, store)
    shards = list(_shards(distinct, lacking, policy))
    wanted = sum(len(shard.images) for shard in shards)
    unreadable: dict[str, str] = {}
    computed = done = 0
    for rows in unordered(_describe_shard, shards, n_jobs):
        for space, features in zip(rows.shard.spaces, rows.features, strict=True):
            store.write(space, rows.keys, features)
            computed += len(features)
        unreadable |= rows.unreadable
        done += len(rows.shard.images)
        if progress:
            progress("extract", done, wanted)
    return Extracted(
        decoded=wanted,
        computed=computed,
        reused=len(distinct) * len(spaces) - sum(map(len, lacking.values())),
        unreadable=unreadable,
    )


def unreadable(dataset: Dataset, policy: Policy, n_jobs: int = 1) -> dict[str, str]:
    """Decode every image, describe none: which cannot be read, and why, by key."""
    distinct = {image.key: image for image in dataset.images}
    lacking: dict[str, list[Space]] = {key: [] for key in distinct}
    shards = list(_shards(distinct, lacking, policy))
    return {
        key: why
        for rows in unordered(_describe_shard, shards, n_jobs)
        for key, why in rows.unreadable.items()
    }


def describe_files(
    paths: Sequence[Path], space: Space, *, n_jobs: int = 1, progress: Progress | None = None
) -> tuple[dict[int, Array], dict[int, str]]:
    """Describe files that belong to no dataset, and store nothing.

    Returns:
        By position in *paths*: rows ``float32`` (d,), and why a file has none.
    """
    numbered = [
        Image(key=f"{number:012}", name=str(path), path=path, label="")
        for number, path in enumerate(paths)
    ]
    lacking = {image.key: [space] for image in numbered}
    shards = [
        attrs.evolve(shard, known=False)
        for shard in _shards({image.key: image for image in numbered}, lacking, space.policy)
    ]
    rows: dict[int, Array] = {}
    problems: dict[int, str] = {}
    for answer in unordered(_describe_shard, shards, n_jobs):
        for features in answer.features:
            rows |= dict(zip(map(int, answer.keys), features, strict=True))
        problems |= {int(key): why for key, why in answer.unreadable.items()}
        if progress:
            progress("predict", len(rows) + len(problems), len(paths))
    return rows, problems


def describe(pixels: Sequence[Array], space: Space) -> Array:
    """Return the features ``float32`` (n, d) of n decoded images."""
    return _rows(space, space.recipe.build(), pixels)


def _lacking(
    images: dict[str, Image], spaces: Sequence[Space], store: FeatureStore
) -> dict[str, list[Space]]:
    """Return the spaces that lack each image; images that all spaces have are left out."""
    lacking: dict[str, list[Space]] = defaultdict(list)
    for space in {space.key: space for space in spaces}.values():
        present = store.read(space)
        for key in images:
            if key not in present:
                lacking[key].append(space)
    return lacking


def _shards(
    images: dict[str, Image], lacking: dict[str, list[Space]], policy: Policy
) -> Iterator[_Shard]:
    """Cut the images that lack the same spaces into shards, in the order of their keys."""
    alike: dict[tuple[Space, ...], list[Image]] = defaultdict(list)
    for key in sorted(lacking):
        alike[tuple(lacking[key])].append(images[key])
    for spaces, members in alike.items():
        for start in range(0, len(members), PER_SHARD):
            part = tuple(members[start : start + PER_SHARD])
            yield _Shard(images=part, spaces=spaces, policy=policy)


def _describe_shard(shard: _Shard) -> _Rows:
    keys: list[str] = []
    unreadable: dict[str, str] = {}
    parts: list[list[Array]] = [[] for _ in shard.spaces]
    extractors = [space.recipe.build() for space in shard.spaces]
    for batch in _batches(shard, unreadable):
        keys += [key for key, _ in batch]
        pixels = [image for _, image in batch]
        for space, extractor, part in zip(shard.spaces, extractors, parts, strict=True):
            part.append(_rows(space, extractor, pixels))
    features = tuple(np.concatenate(part) for part in parts if part)
    described = attrs.evolve(shard, spaces=shard.spaces if features else ())
    return _Rows(shard=described, keys=tuple(keys), features=features, unreadable=unreadable)


def _batches(shard: _Shard, unreadable: dict[str, str]) -> Iterator[list[tuple[str, Array]]]:
    """Yield (key, pixels) of the images that can be read, a few at a time."""
    batch: list[tuple[str, Array]] = []
    for image in shard.images:
        try:
            key = image.key if shard.known else ""
            pixels = read_image(image.path, shard.policy, key=key, name=image.name)
        except ImageError as error:
            unreadable[image.key] = str(error)
            continue
        batch.append((image.key, pixels))
        if sum(pixels.size for _, pixels in batch) > PIXELS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _rows(space: Space, extractor: object, pixels: Iterable[Array]) -> Array:
    """Return the rows of one extractor, checked against its contract."""
    images = list(pixels)
    label = space.recipe.label
    try:
        features = np.asarray(extractor(images))  # type: ignore[operator]
    except Exception as error:
        raise PluginError(f"extractor {label} failed: {type(error).__name__}: {error}") from error
    if features.ndim != 2 or len(features) != len(images) or features.dtype != np.float32:
        got = f"{features.dtype} {features.shape}"
        raise PluginError(f"extractor {label} must return float32 ({len(images)}, d), got {got}")
    if not np.isfinite(features).all():
        raise PluginError(f"extractor {label} returned nan or infinity; its plugin must be mended")
    return features
