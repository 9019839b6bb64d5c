"""Small copies of what extractors see, together no larger than a page can carry.

Workers read and shrink; here the largest size and quality is chosen at which all fit. The bytes
are the same whatever the number of workers.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

import attrs
import numpy as np
from PIL import Image as Pictures

from frimcla.contracts import Array, Progress
from frimcla.dataset import Image
from frimcla.errors import ImageError
from frimcla.inspecting.thumbnails import Thumbnail, thumbnail
from frimcla.intake import Batch, Opener
from frimcla.parallel import unordered

from .album import Thumb

BUDGET = 2_200_000
"""Bytes of all thumbnails; a third more on a page, which is to stay below five million."""
MOST = 1500
"""Images that get one."""
AT_ONCE, AHEAD = 16, 16
"""Images of one task, and tasks that workers may be ahead."""
GAP = 2
"""Pixels of white between channels that stand side by side."""
SAMPLE = 48
"""Images by which a size is judged before all are drawn in it."""


@attrs.frozen
class Size:
    """How small copies are kept.

    Attributes:
        side: Pixels of the longer side of each view, at most.
        quality: Of WebP, 0 to 100.
        exact: Whether images that are small enough are kept as they are, pixel by pixel.
    """

    side: int
    quality: int
    exact: bool = True


SIZES = (
    *(Size(96, 82), Size(96, 70), Size(64, 75), Size(64, 60)),
    *(Size(96, 70, False), Size(64, 75, False), Size(64, 60, False), Size(64, 40, False)),
    *(Size(48, 45, False), Size(32, 45, False), Size(32, 15, False), Size(16, 15, False)),
)
"""Of thumbnails, the best first."""


def thumbnails(
    images: Sequence[Image],
    opener: Opener,
    *,
    n_jobs: int = 1,
    progress: Progress | None = None,
    budget: int = BUDGET,
) -> dict[str, Thumb]:
    """Return a small copy of each image, by key, sorted; of equal images one.

    Images that cannot be read any more, or that changed since they were listed, have none.

    Args:
        images: Which ones.
        opener: Reads them, by the policy of the study.
        n_jobs: Processes; changes no byte.
        progress: Called with ``"picture"``, images done, images in all.
        budget: Bytes of all of them together.
    """
    distinct = {image.key: image for image in sorted(images, key=lambda one: one.name)}
    tasks = Batch.cut([distinct[key] for key in sorted(distinct)], opener, AT_ONCE)
    found: dict[str, Thumbnail] = {}
    done = 0
    for drawn, looked_at in unordered(_draw, tasks, n_jobs, ahead=AHEAD):
        found |= drawn
        done += looked_at
        if progress:
            progress("picture", done, len(distinct))
    return fitted({key: found[key] for key in sorted(found)}, SIZES, budget)


def _draw(batch: Batch) -> tuple[dict[str, Thumbnail], int]:
    """Return the copies of a batch by key, and how many images were looked at."""
    found = {}
    for image in batch.images:
        try:
            seen = thumbnail(batch.opener.picture(image, known=True))
        except ImageError:  # gone or changed since: the page does without
            continue
        found[image.key] = smaller(seen, SIZES[0].side)
    return found, len(batch.images)


def fitted(copies: Mapping[str, Thumbnail], sizes: Sequence[Size], budget: int) -> dict[str, Thumb]:
    """Return files of the first size at which all together have at most *budget* bytes.

    The last size is taken whatever it weighs.

    Args:
        copies: Small copies by key; none larger than the first size unless it is exact.
        sizes: The best first.
        budget: In bytes.
    """
    every = max(1, len(copies) // SAMPLE)
    sample = list(copies)[::every]
    for size in sizes[:-1]:
        if _weight(kept(copies[key], size) for key in sample) * every > 1.1 * budget:
            continue  # no need to draw them all: the sample is too heavy by far
        files = {key: kept(copy, size) for key, copy in copies.items()}
        if _weight(files.values()) <= budget:
            return files
    return {key: kept(copy, sizes[-1]) for key, copy in copies.items()}


def _weight(files: Iterable[Thumb]) -> int:
    return sum(len(file.webp) for file in files)


def kept(copy: Thumbnail, size: Size) -> Thumb:
    """Return a small copy as a file; several views stand side by side."""
    exact = copy.exact and size.exact
    if not exact:
        copy = smaller(attrs.evolve(copy, exact=False), size.side)
    image = Pictures.fromarray(beside(copy.views))
    return Thumb(
        webp=webp(image, None if exact else size.quality),
        width=image.width,
        height=image.height,
        exact=exact,
    )


def webp(image: Pictures.Image, quality: int | None) -> bytes:
    """Return an image as WebP; without a quality, pixel by pixel."""
    buffer = io.BytesIO()
    if quality is None:
        image.save(buffer, "WEBP", lossless=True, quality=75)
    else:
        image.save(buffer, "WEBP", quality=quality, method=4)
    return buffer.getvalue()


def beside(views: Sequence[Array]) -> Array:
    """Return views of one size side by side, ``uint8`` (height, width, 3), a gap between them."""
    gap = np.full((views[0].shape[0], GAP, 3), 255, np.uint8)
    row = [part for view in views for part in (gap, view)]
    return np.ascontiguousarray(np.concatenate(row[1:], axis=1))


def smaller(copy: Thumbnail, side: int) -> Thumbnail:
    """Return a copy with views of at most *side* pixels; an exact one stays as it is."""
    if copy.exact or max(copy.views[0].shape[:2]) <= side:
        return copy
    return attrs.evolve(copy, views=tuple(_shrunk(view, side) for view in copy.views))


def _shrunk(view: Array, side: int) -> Array:
    image = Pictures.fromarray(np.ascontiguousarray(view))
    image.thumbnail((side, side), Pictures.Resampling.LANCZOS)
    return np.asarray(image)
