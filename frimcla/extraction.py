"""Images to every missing feature, each image decoded once for all extractors.

Work goes out in shards of 64 images. Workers decode, describe what is described by plain
extractors, and prepare images for networks; networks stand here, once, and describe what is
prepared while workers decode what comes next. Few shards are under way at any time, so memory
does not grow with the images. A shard is on disk before the next one is finished.

Workers on other machines get whole shards: networks stand there, once in each, and features go
to the store from there. The numbers are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any

import attrs
import numpy as np

from .contracts import Array, Progress
from .dataset import Image
from .decoding import Seen, Shard, joined, look, rows_of
from .errors import FrimclaError
from .intake import Batch, Opener
from .parallel import elsewhere, one_thread, unordered, workers
from .room import check_room, damaged
from .store import PER_SHARD, FeatureStore, Space, Survey

AT_ONCE = 16
"""Prepared images that an extractor is given at once if it has no ``batch``."""

Count = Callable[[int], None]
"""Called with rows as they are done."""
Networks = Callable[..., Any]
"""A space, and how many ``threads`` to use, to its extractor."""


@attrs.frozen(kw_only=True)
class Extracted:
    """What an extraction did.

    Attributes:
        decoded: Images that were decoded.
        computed: Rows that were computed, over all extractors.
        reused: Rows that were there already.
        unreadable: One sentence per image key.
        notices: What the user should know of the store, a sentence each.
    """

    decoded: int
    computed: int
    reused: int
    unreadable: dict[str, str]
    notices: tuple[str, ...] = ()


def extract(
    images: Sequence[Image],
    spaces: Sequence[Space],
    store: FeatureStore,
    *,
    opener: Opener,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> Extracted:
    """Compute what is missing of *images* in *spaces* and what these are made of, and store it.

    Raises:
        PluginError: An extractor cannot be made, or breaks its contract.
        SpaceError: There is no room for the features, which is said before any is computed.
    """
    distinct = {image.key: image for image in images}
    parts = list({part.key: part for space in spaces for part in space.parts}.values())
    for part in parts:
        store.sweep(part)
    surveys = {part: store.survey(part) for part in parts}
    lacking = _lacking(distinct, surveys)
    notices = (*damaged(surveys.values()), *check_room(store, lacking))
    shards = list(_shards(distinct, lacking, opener))
    unreadable: dict[str, str] = {}
    computed = 0
    described = _stored_elsewhere if elsewhere() else _stored_here
    for done in described(shards, store, n_jobs, _counted("extract", shards, progress)):
        computed += done.computed
        unreadable |= done.unreadable
    return Extracted(
        decoded=sum(len(shard.images) for shard in shards),
        computed=computed,
        reused=len(distinct) * len(parts) - sum(map(len, lacking.values())),
        unreadable=unreadable,
        notices=notices,
    )


@attrs.frozen(kw_only=True)
class Errand:
    """One task for a worker elsewhere: a shard, to be described and stored there.

    Attributes:
        shard: The images and the spaces that lack them.
        keys: Of these spaces: networks of other content are other networks.
        store: Where the features go, by an absolute path.
    """

    shard: Shard
    keys: tuple[str, ...]
    store: FeatureStore


@attrs.frozen(kw_only=True)
class Stored:
    """What became of a shard whose features are on disk.

    Attributes:
        told: Rows that there are or cannot be.
        computed: Rows that there are.
        unreadable: Why there are no others, by key.
    """

    told: int
    computed: int
    unreadable: dict[str, str]

    @classmethod
    def of(cls, seen: Seen) -> Stored:
        """Count what is in a shard that is described to the end."""
        return cls(
            told=len(seen.shard.images) * len(seen.shard.spaces),
            computed=sum(map(len, seen.rows.values())),
            unreadable=seen.unreadable,
        )


def _stored_here(
    shards: Sequence[Shard], store: FeatureStore, n_jobs: int, count: Count
) -> Iterator[Stored]:
    """Describe shards, networks in this process, and store them from here."""
    with ThreadPoolExecutor(1) as writer:  # waiting for the disk, networks can go on
        written: list[Future[None]] = []
        for seen in _described(shards, n_jobs, count, networks_once()):
            _all_done(written)
            written = [
                writer.submit(store.write, space, seen.keys, features)
                for space, features in seen.rows.items()
            ]
            yield Stored.of(seen)
        _all_done(written)


def _stored_elsewhere(
    shards: Sequence[Shard], store: FeatureStore, n_jobs: int, count: Count
) -> Iterator[Stored]:
    """Have shards described and stored by workers, wherever they stand."""
    store = store.absolute()
    spaces = {space for shard in shards for space in shard.spaces}
    keys = {space: space.key for space in spaces}
    errands = [
        Errand(shard=shard, keys=tuple(keys[space] for space in shard.spaces), store=store)
        for shard in shards
    ]
    for done in unordered(describe_shard, errands, n_jobs):
        count(done.told)
        for shard in shards if done.unreadable else ():
            _refuse_what_only_they_cannot_read(shard, done.unreadable)
        yield done


def describe_shard(errand: Errand) -> Stored:
    """Decode, describe and store a shard; networks are loaded once in a process, and kept."""
    keys = dict(zip(errand.shard.spaces, errand.keys, strict=True))
    seen = _finished(look(errand.shard), lambda space: _network(space, keys[space]), _uncounted)
    for space, features in seen.rows.items():
        errand.store.write(space, seen.keys, features)
    return Stored.of(seen)


@lru_cache(maxsize=32)
def _network(space: Space, _key: str) -> Any:
    return space.build()


def _refuse_what_only_they_cannot_read(shard: Shard, unreadable: dict[str, str]) -> None:
    """Read here what a worker could not: it may have other files, and must not decide then.

    Raises:
        FrimclaError: It can be read here.
    """
    bad = tuple(image for image in shard.images if image.key in unreadable)
    here = look(attrs.evolve(shard, images=bad, spaces=())).unreadable
    for image in bad:
        if image.key not in here:
            raise FrimclaError(
                f"{image.name} can be read here, but for a worker it {unreadable[image.key]}; "
                "all machines must see the same files under the same names"
            )


def unreadable(
    images: Sequence[Image], opener: Opener, n_jobs: int = 1, *, known: bool = True
) -> dict[str, str]:
    """Decode every image, describe none: which cannot be read, and why, by key.

    Args:
        images: What to decode.
        opener: Reads them.
        n_jobs: Processes.
        known: Whether keys are the hashes of the files.
    """
    distinct = {image.key: image for image in images}
    lacking: dict[str, list[Space]] = {key: [] for key in distinct}
    shards = [attrs.evolve(shard, known=known) for shard in _shards(distinct, lacking, opener)]
    return {
        key: why for seen in unordered(look, shards, n_jobs) for key, why in seen.unreadable.items()
    }


def describe_files(
    files: Sequence[Image],
    space: Space,
    opener: Opener,
    *,
    n_jobs: int = 1,
    progress: Progress | None = None,
    networks: Networks | None = None,
) -> tuple[dict[int, Array], dict[int, str]]:
    """Describe files that belong to no dataset, and store nothing.

    Args:
        files: Which ones.
        space: What describes them.
        opener: Reads them.
        n_jobs: Processes; changes no number.
        progress: Called as rows are done.
        networks: Of `networks_once`, where the same are asked for again; else they are loaded.

    Returns:
        By position in *files*: rows ``float32`` (d,), and why a file has none.
    """
    numbered = [attrs.evolve(image, key=f"{number:012}") for number, image in enumerate(files)]
    lacking = {image.key: list(space.parts) for image in numbered}
    shards = [
        attrs.evolve(shard, known=False)
        for shard in _shards({image.key: image for image in numbered}, lacking, opener)
    ]
    rows: dict[int, Array] = {}
    problems: dict[int, str] = {}
    count = _counted("predict", shards, progress)
    for seen in _described(shards, n_jobs, count, networks or networks_once()):
        if seen.keys:
            features = np.hstack([seen.rows[part] for part in space.parts])
            rows |= dict(zip(map(int, seen.keys), features, strict=True))
        problems |= {int(key): why for key, why in seen.unreadable.items()}
    return rows, problems


def describe(pixels: Sequence[Array], space: Space) -> Array:
    """Return the features ``float32`` (n, d) of n images, ``uint8`` (height, width, 3)."""
    shown = {"rgb8": pixels, "float": [image / np.float32(255) for image in pixels]}
    return np.hstack([rows_of(part, part.build(), shown[part.sees]) for part in space.parts])


def _all_done(written: Sequence[Future[None]]) -> None:
    """Wait for what is being written; raise what went wrong."""
    for one in written:
        one.result()


def _lacking(images: dict[str, Image], surveys: Mapping[Space, Survey]) -> dict[str, list[Space]]:
    """Return the spaces that lack each image; images that all spaces have are left out."""
    lacking: dict[str, list[Space]] = defaultdict(list)
    for space, survey in surveys.items():
        for key in images:
            if key not in survey.keys:
                lacking[key].append(space)
    return lacking


def _shards(
    images: dict[str, Image], lacking: dict[str, list[Space]], opener: Opener
) -> Iterator[Shard]:
    """Cut the images that lack the same spaces into shards, in the order of their keys."""
    alike: dict[tuple[Space, ...], list[Image]] = defaultdict(list)
    for key in sorted(lacking):
        alike[tuple(lacking[key])].append(images[key])
    for spaces, members in alike.items():
        for batch in Batch.cut(members, opener, PER_SHARD):
            yield Shard(images=batch.images, spaces=spaces, opener=opener)


def networks_once() -> Networks:
    """Return what loads the network of a space, to use so many threads, the first time only."""
    return lru_cache(maxsize=None)(Space.build)


def _described(
    shards: Sequence[Shard], n_jobs: int, count: Count, networks: Networks
) -> Iterator[Seen]:
    """Yield shards as they are finished, nothing of them prepared any more."""
    threads = workers(n_jobs)
    with one_thread():
        for seen in unordered(look, shards, n_jobs, ahead=threads):
            spaces = len(seen.shard.spaces)
            count(len(seen.rows) * len(seen.keys) + spaces * len(seen.unreadable))
            yield _finished(seen, partial(networks, threads=threads), count)


def _finished(seen: Seen, network: Callable[[Space], Any], count: Count) -> Seen:
    """Describe what was prepared for networks."""
    rows = dict(seen.rows)
    for waiting, images in seen.prepared:
        for space in waiting if len(images) else ():
            described = _in_batches(space, network(space), images, count, len(seen.keys))
            rows[space] = joined(described, len(seen.keys))
    return attrs.evolve(seen, rows=rows, prepared=())


def _in_batches(
    space: Space, network: Any, images: Sequence[Array], count: Count, keys: int
) -> Array:
    """Describe *images*, several views of each of *keys*, and count the keys that are done."""
    size = getattr(network, "batch", AT_ONCE)
    parts, told = [], 0
    for start in range(0, len(images), size):
        parts.append(rows_of(space, network, images[start : start + size]))
        done = min(start + size, len(images)) * keys // len(images)
        count(done - told)
        told = done
    return np.concatenate(parts)


def _uncounted(_rows: int) -> None:
    """Tell nobody: who counts stands elsewhere."""


def _counted(phase: str, shards: Sequence[Shard], progress: Progress | None) -> Count:
    """Return what is called with rows as they are done, to draw them."""
    total = sum(len(shard.images) * len(shard.spaces) for shard in shards)
    done = 0

    def count(rows: int) -> None:
        nonlocal done
        done += rows
        if progress:
            progress(phase, done, total)

    return count
