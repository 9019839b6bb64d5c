"""What workers do with a shard of images: decode each once, describe or prepare it, let it go.

A plain extractor describes the image right here. One with a `prepare` is too large to stand in
every worker: its images are made small here, and described where the network is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs
import numpy as np

from .contracts import Array
from .dataset import Image
from .errors import ImageError, PluginError
from .intake import Opener
from .pictures import Picture
from .spaces import Space

PIXELS_AT_ONCE = 2**26
"""Pixels a worker decodes before it describes them: bounds memory, whatever the images."""


@attrs.frozen(kw_only=True)
class Shard:
    """One task: images, and the spaces that lack them.

    Attributes:
        images: At most `frimcla.store.PER_SHARD`.
        spaces: All that lack these images.
        opener: Reads them.
        known: Whether keys are the hashes of the files, to be checked on reading.
    """

    images: tuple[Image, ...]
    spaces: tuple[Space, ...]
    opener: Opener
    known: bool = True


@attrs.frozen(kw_only=True, eq=False)
class Seen:
    """What became of a shard.

    Attributes:
        shard: The task.
        keys: The n images that could be read, in order.
        rows: Finished features by space, ``float32`` (n, d).
        prepared: Images made small, and the spaces whose extractors wait for them; as many
            for each key as there are views of it.
        unreadable: Why the others could not be read, by key.
    """

    shard: Shard
    keys: tuple[str, ...]
    rows: dict[Space, Array]
    prepared: tuple[tuple[tuple[Space, ...], Sequence[Array]], ...]
    unreadable: dict[str, str]


def look(shard: Shard) -> Seen:
    """Decode the images of *shard*; describe them, or prepare them for who describes them."""
    extractors = {space: space.build() for space in shard.spaces}
    plain = {space: one for space, one in extractors.items() if not hasattr(one, "prepare")}
    waiting: dict[Callable[[Array], Array], list[Space]] = {}
    for space, extractor in extractors.items():
        if space not in plain:  # extractors that prepare alike share what is prepared
            waiting.setdefault(extractor.prepare, []).append(space)
    keys: list[str] = []
    unreadable: dict[str, str] = {}
    parts: dict[Space, list[Array]] = {space: [] for space in plain}
    small: dict[Callable[[Array], Array], list[Array]] = {prepare: [] for prepare in waiting}
    for batch in _batches(shard, unreadable):
        keys += [key for key, _ in batch]
        pictures = [picture for _, picture in batch]
        views = {sees: seen(pictures, sees) for sees in {space.sees for space in shard.spaces}}
        for space, extractor in plain.items():
            rows = rows_of(space, extractor, views[space.sees])
            parts[space].append(joined(rows, len(pictures)))
        for prepare, spaces in waiting.items():
            small[prepare] += _prepared(spaces[0], prepare, views[spaces[0].sees])
    return Seen(
        shard=shard,
        keys=tuple(keys),
        rows={space: np.concatenate(part) for space, part in parts.items() if part},
        prepared=tuple(
            (tuple(waiting[prepare]), _together(images)) for prepare, images in small.items()
        ),
        unreadable=unreadable,
    )


def seen(pictures: Sequence[Picture], sees: str) -> list[Array]:
    """Return the views of all pictures, those of one picture side by side."""
    return [view for picture in pictures for view in picture.views(sees)]


def joined(rows: Array, pictures: int) -> Array:
    """Join the rows of the views of each picture: one row (v * d) per picture, (n, v * d)."""
    return rows.reshape(pictures, -1) if pictures else rows


def rows_of(space: Space, extractor: object, pixels: Iterable[Array]) -> Array:
    """Return the rows of one extractor, checked against its contract.

    Raises:
        PluginError: It breaks it.
    """
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


def _prepared(
    space: Space, prepare: Callable[[Array], Array], pixels: Iterable[Array]
) -> list[Array]:
    try:
        return [prepare(image) for image in pixels]
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise PluginError(f"extractor {space.recipe.label} cannot prepare: {why}") from error


def _together(images: list[Array]) -> Sequence[Array]:
    """Stack images of one shape: one piece of memory goes to the other process, not 64."""
    alike = len({(image.shape, image.dtype) for image in images}) == 1
    return np.stack(images) if alike else images  # type: ignore[return-value]


def _batches(shard: Shard, unreadable: dict[str, str]) -> Iterator[list[tuple[str, Picture]]]:
    """Yield (key, picture) of the images that can be read, a few at a time."""
    batch: list[tuple[str, Picture]] = []
    for image in shard.images:
        try:
            picture = shard.opener.picture(image, known=shard.known)
            picture.check()
        except ImageError as error:
            unreadable[image.key] = str(error)
            continue
        batch.append((image.key, picture))
        if sum(picture.stored.size for _, picture in batch) > PIXELS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
