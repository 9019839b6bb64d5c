"""Images to every missing feature, each image decoded once for all extractors.

Work goes out in shards of 64 images. Workers decode, describe what is described by plain
extractors, and prepare images for networks; networks stand here, once, and describe what is
prepared while workers decode what comes next. Few shards are under way at any time, so memory
does not grow with the images. A shard is on disk before the next one is finished.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np

from .completing import Count, Networks, described
from .contracts import Array, Progress
from .dataset import Image
from .decoding import Shard, look, rows_of
from .intake import Batch, Opener
from .parallel import elsewhere, unordered
from .room import check_room, damaged
from .spaces import Space
from .store import PER_SHARD, FeatureStore, Survey
from .storing import stored_elsewhere, stored_here


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
    stored = stored_elsewhere if elsewhere() else stored_here
    for done in stored(shards, store, n_jobs, _counted("extract", shards, progress)):
        computed += done.computed
        unreadable |= done.unreadable
    return Extracted(
        decoded=sum(len(shard.images) for shard in shards),
        computed=computed,
        reused=len(distinct) * len(parts) - sum(map(len, lacking.values())),
        unreadable=unreadable,
        notices=notices,
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
        networks: Of who keeps them for the next time; else they are loaded for this one.

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
    for seen in described(shards, n_jobs, count, networks):
        if seen.keys:
            features = np.hstack([seen.rows[part] for part in space.parts])
            rows |= dict(zip(map(int, seen.keys), features, strict=True))
        problems |= {int(key): why for key, why in seen.unreadable.items()}
    return rows, problems


def describe(pixels: Sequence[Array], space: Space) -> Array:
    """Return the features ``float32`` (n, d) of n images, ``uint8`` (height, width, 3)."""
    shown = {"rgb8": pixels, "float": [image / np.float32(255) for image in pixels]}
    return np.hstack([rows_of(part, part.build(), shown[part.sees]) for part in space.parts])


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
