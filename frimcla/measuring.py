"""Settles what becomes of stored pixels: one look at the images, none at their classes.

What is measured here are two numbers per channel, and they are written into the study; test
images are never among those that are measured.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from .contracts import Array, Header, Progress
from .dataset import Dataset
from .errors import DatasetError, ImageError
from .intake import Batch, Opener
from .parallel import unordered
from .pictures import range_of
from .policy import Kind, Policy, Range
from .reading import Readers

OUTLYING = 0.01
"""Share of the images, at either end, whose own range does not widen the range of all."""
AT_ONCE = 32
"""Images of one task."""


def kind_of(dataset: Dataset, policy: Policy) -> Kind | None:
    """Return the kind that most images are of, by their headers; None if there are none."""
    kinds = Counter(Kind.of(header, policy) for header in _headers(dataset))
    return max(kinds, key=lambda kind: (kinds[kind], str(kind))) if kinds else None


def settle_policy(
    policy: Policy,
    dataset: Dataset,
    readers: Readers,
    *,
    test: Dataset | None = None,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> Policy:
    """Return *policy* with words that ask for a look at the images replaced by what was seen.

    Args:
        policy: As the user wrote it.
        dataset: The images to learn from: they alone are measured.
        readers: What reads them.
        test: The images kept for the end; who reads them is noted, nothing else.
        n_jobs: Processes; changes no number.
        progress: Called as images are measured.

    Raises:
        DatasetError: No image could be measured.
    """
    images = (*dataset.images, *(test.images if test else ()))
    foreign = sorted({reader for image in images for reader in image.readers})
    policy = attrs.evolve(policy, readers=tuple(foreign))
    if policy.settled:
        return policy
    if policy.scaling == "auto" and all(_is_bytes(header) for header in _headers(dataset)):
        return attrs.evolve(policy, scaling="dtype")
    ranges = _measured(policy, dataset, readers, n_jobs, progress)
    return attrs.evolve(policy, scaling=ranges[0] if len(ranges) == 1 else ranges)


def seen_as(policy: Policy, dataset: Dataset) -> Iterator[str]:
    """Say what the images hold and what of it extractors see, with the other ways to see it.

    Args:
        policy: Settled.
        dataset: The images.
    """
    headers = list(_headers(dataset))
    if not headers:
        return
    yield from _scaling_told(policy, headers)
    yield from _channels_told(policy, headers)
    if most := max((header.planes for header in headers if header.planes > 1), default=0):
        others = " or ".join(
            f'"{word}"' for word in ("max", "mean", "middle") if word != policy.planes
        )
        which = "the middle one" if policy.planes == "middle" else f"their {policy.planes}"
        yield f"up to {most} planes, seen is {which}; planes = {others} takes another"
    notes = Counter(note for header in headers for note in header.notes)
    for note, count in sorted(notes.items()):
        yield f"{note} (in {count} of {len(headers)} images)"


def _headers(dataset: Dataset) -> Iterator[Header]:
    return (image.header for image in dataset.images if image.header is not None)


def _is_bytes(header: Header) -> bool:
    return (header.dtype, header.bits) == ("uint8", 8)


def _scaling_told(policy: Policy, headers: Sequence[Header]) -> Iterator[str]:
    if all(map(_is_bytes, headers)) and policy.scaling == "dtype":
        yield "8 bits, seen as they are"  # nothing to choose
        return
    depth = ", ".join(sorted({f"{h.bits} bits ({h.dtype})" for h in headers}))
    if ranges := policy.ranges:
        ends = ", ".join(f"{low:g} to {high:g}" for low, high in ranges)
        how = f"black to white is {ends}"
    elif policy.scaling == "percentile":
        how = "black and white are each image's own 0.1 and 99.9 %"
    else:
        how = "black to white is the whole range of the type"
    yield f'{depth}: {how}; scaling = "dtype", "percentile", "dataset" or [low, high] sets another'


def _channels_told(policy: Policy, headers: Sequence[Header]) -> Iterator[str]:
    if not isinstance(policy.channels, str):
        named = ", ".join(map(str, policy.channels))
        yield f"seen of their channels: {named}, as {_colours(len(policy.channels))}"
        return
    odd = [h for h in headers if h.channels != 1 and not (h.channels == 3 and h.colour)]
    if not odd:
        return
    first = odd[0]
    names = f" ({', '.join(first.names)})" if first.names else ""
    if policy.channels == "each":
        yield f"{first.channels} channels{names}, each described by itself as a grey image"
        return
    which = "seen as" if first.channels <= 3 else "the first three seen as"
    yield (
        f"{first.channels} channels{names}, {which} {_colours(first.channels)}; "
        'channels = "each" describes every one, channels = [0] takes one'
    )


def _colours(channels: int) -> str:
    return ("grey", "red and green", "red, green and blue")[min(channels, 3) - 1]


def _measured(
    policy: Policy, dataset: Dataset, readers: Readers, n_jobs: int, progress: Progress | None
) -> tuple[Range, ...]:
    tasks = Batch.cut(dataset.images, Opener(readers=readers, policy=policy), AT_ONCE)
    parts, done = [], 0
    for found, count in unordered(measure, tasks, n_jobs):
        parts += found
        done += count
        if progress:
            progress("measure", done, len(dataset.images))
    kind = kind_of(dataset, policy)
    if kind and not kind.channels:  # grey or colour: one range keeps the balance of colours
        parts = [np.array([[part[:, 0].min(), part[:, 1].max()]]) for part in parts]
    widths = Counter(len(part) for part in parts)
    if not widths:
        raise DatasetError("the images", [("scaling", "cannot be measured: none can be read")])
    channels = max(widths, key=lambda width: (widths[width], width))
    ends = np.array([part for part in parts if len(part) == channels])  # (n, channels, 2)
    whole = not any("float" in header.dtype for header in _headers(dataset))
    lows = np.quantile(ends[..., 0], OUTLYING, axis=0)
    highs = np.quantile(ends[..., 1], 1 - OUTLYING, axis=0)
    return tuple(_rounded(low, high, whole) for low, high in zip(lows, highs, strict=True))


def measure(batch: Batch) -> tuple[list[Array], int]:
    """Return (low, high) per channel of each image that can be read, and how many there were."""
    found = []
    for image in batch.images:
        try:
            planes = np.moveaxis(batch.opener.picture(image).stored, 2, 0)
            found.append(np.array([range_of(channel) for channel in planes]))
        except ImageError:  # extraction will tell
            continue
    return found, len(batch.images)


def _rounded(low: float, high: float, whole: bool) -> Range:
    """Round outwards, to what a person would write."""
    if whole:
        low, high = math.floor(low), math.ceil(high)
    low, high = float(f"{low:.6g}"), float(f"{high:.6g}")
    return (low, high) if low < high else (low, low + 1)
