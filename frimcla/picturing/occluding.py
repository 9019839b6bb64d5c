"""Images with one place after the other covered, described as the model describes images.

What is covered is what the extractor is shown, after the values of the image were scaled: so the
range of an image stays as it is, whatever is covered, and every extractor sees the same window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import numpy as np

from frimcla.completing import AT_ONCE
from frimcla.contracts import Array, Progress
from frimcla.dataset import Image
from frimcla.decoding import PIXELS_AT_ONCE, joined, rows_of
from frimcla.errors import ImageError, PluginError
from frimcla.inspecting.thumbnails import Thumbnail, thumbnail
from frimcla.intake import Opener
from frimcla.parallel import cut, one_thread, unordered, workers
from frimcla.spaces import Space

from .windows import Windows

PER_TASK = 32
"""Windows of one task: they are described together, and read the image once."""


@attrs.frozen(kw_only=True)
class Cover:
    """One task: an image, and some of the windows that cover it.

    Attributes:
        image: By absolute paths; its header says how large it is.
        space: Describes it.
        opener: Reads it.
        numbers: Of the windows; -1 is the image as it is.
    """

    image: Image
    space: Space
    opener: Opener
    numbers: tuple[int, ...]


@attrs.frozen(kw_only=True, eq=False)
class Covered:
    """What became of a task.

    Attributes:
        task: The task.
        rows: Features of each covered image, ``float32`` (w, d); None until they are described.
        prepared: Covered images for an extractor that waits for them, as many as there are views.
        copy: A small copy of the image itself, with its first window.
        sides: Width and height of the image.
    """

    task: Cover
    rows: Array | None
    prepared: Sequence[Array]
    copy: Thumbnail | None
    sides: tuple[int, int]


@attrs.frozen(kw_only=True, eq=False)
class Described:
    """An image and all that became of it.

    Attributes:
        key: Of the image.
        sides: Width and height, in pixels.
        rows: Features ``float32`` (1 + windows, d): of the image as it is, then of each window.
        copy: A small copy.
    """

    key: str
    sides: tuple[int, int]
    rows: Array
    copy: Thumbnail


def covered(
    images: Sequence[Image],
    space: Space,
    opener: Opener,
    *,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> Iterator[Described]:
    """Yield images, as they are finished, with the features of all their windows covered.

    Workers cover and prepare, networks stand here, as in `frimcla.extraction`. Images that cannot
    be read any more, or that changed since they were listed, are passed over.

    Args:
        images: Different ones, with headers.
        space: What describes them: the model's.
        opener: Reads them as the study did.
        n_jobs: Processes; changes no number.
        progress: Called with ``"explain"``, windows done, windows in all.
    """
    tasks = [
        task
        for image in images
        for part in space.parts
        for task in _tasks(image.anywhere(), part, opener)
    ]
    total, done = sum(len(task.numbers) for task in tasks), 0
    found_of: dict[str, list[Covered]] = {image.key: [] for image in images}
    waiting = {key: sum(task.image.key == key for task in tasks) for key in found_of}
    networks: dict[Space, Any] = {}
    with one_thread():
        for found in unordered(cover, tasks, n_jobs, ahead=workers(n_jobs)):
            part, key = found.task.space, found.task.image.key
            if len(found.prepared):
                if part not in networks:
                    networks[part] = part.build(threads=workers(n_jobs))
                found = _by_network(found, networks[part])  # noqa: PLW2901
            found_of[key].append(found)
            done += len(found.task.numbers)
            if progress:
                progress("explain", done, total)
            if len(found_of[key]) == waiting[key]:
                whole = _whole(key, space.parts, found_of.pop(key))
                if whole:
                    yield whole


def _tasks(image: Image, space: Space, opener: Opener) -> Iterator[Cover]:
    """Cut the windows of an image into tasks; without a header it cannot be read anyway."""
    if image.header is None:
        return
    count = len(Windows(image.header.width, image.header.height).places)
    for numbers in cut(range(-1, count), PER_TASK):
        yield Cover(image=image, space=space, opener=opener, numbers=numbers)


def cover(task: Cover) -> Covered:
    """Read an image, cover it, and describe it or prepare it for who describes it."""
    nothing = Covered(task=task, rows=None, prepared=(), copy=None, sides=(0, 0))
    try:
        picture = task.opener.picture(task.image, known=True)
        views = picture.views(task.space.sees)
    except ImageError:
        return nothing
    height, width = views[0].shape[:2]
    places = Windows(width, height).places
    extractor = task.space.build()
    size = sum(view.size for view in views)
    rows, prepared = [], []
    for numbers in cut(task.numbers, max(1, PIXELS_AT_ONCE // size)):
        hidden = [_hidden(view, places, one) for one in numbers for view in views]
        if hasattr(extractor, "prepare"):
            prepared += _prepared(task.space, extractor, hidden)
        else:
            rows.append(joined(rows_of(task.space, extractor, hidden), len(numbers)))
    return attrs.evolve(
        nothing,
        rows=np.concatenate(rows) if rows else None,
        prepared=prepared,
        copy=thumbnail(picture) if -1 in task.numbers else None,
        sides=(width, height),
    )


def _prepared(space: Space, extractor: Any, images: Sequence[Array]) -> list[Array]:
    try:
        return [extractor.prepare(image) for image in images]
    except Exception as error:  # a third party's extractor may raise anything
        why = f"{type(error).__name__}: {error}"
        raise PluginError(f"extractor {space.recipe.label} cannot prepare: {why}") from error


def _hidden(view: Array, places: Sequence[tuple[slice, slice]], number: int) -> Array:
    """Return a view with one window in its mean colour: what is gone leaves no new colour."""
    if number < 0:
        return view
    mean = view.mean(axis=(0, 1), dtype=np.float64)
    filled = np.rint(mean) if view.dtype == np.uint8 else mean
    found = view.copy()
    found[places[number]] = filled.astype(view.dtype)
    found.setflags(write=False)
    return found


def _by_network(found: Covered, network: Any) -> Covered:
    """Describe what was prepared."""
    space, size = found.task.space, getattr(network, "batch", AT_ONCE)
    parts = [rows_of(space, network, some) for some in cut(found.prepared, size)]
    rows = joined(np.concatenate(parts), len(found.task.numbers))
    return attrs.evolve(found, rows=rows, prepared=())


def _whole(key: str, parts: Sequence[Space], found: Sequence[Covered]) -> Described | None:
    """Join what was found of an image; None where some of it could not be read."""
    ordered = sorted(found, key=lambda one: one.task.numbers)
    first = ordered[0]
    if first.copy is None or any(one.rows is None for one in found):
        return None
    rows = [
        np.concatenate(
            [one.rows for one in ordered if one.rows is not None and one.task.space == part]
        )
        for part in parts
    ]
    return Described(key=key, sides=first.sides, rows=np.hstack(rows), copy=first.copy)
