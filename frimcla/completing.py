"""What waits for networks is described where they stand, each of them once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

import attrs
import numpy as np

from .contracts import Array
from .decoding import Seen, Shard, joined, look, rows_of
from .parallel import one_thread, unordered, workers
from .spaces import Space

AT_ONCE = 16
"""Prepared images that an extractor is given at once if it has no ``batch``."""

Count = Callable[[int], None]
"""Called with rows as they are done."""
Networks = Callable[..., Any]
"""A space, and how many ``threads`` to use, to its extractor."""


def networks_once() -> Networks:
    """Return what loads the network of a space, to use so many threads, the first time only."""
    return lru_cache(maxsize=None)(Space.build)


def described(
    shards: Sequence[Shard], n_jobs: int, count: Count, networks: Networks | None = None
) -> Iterator[Seen]:
    """Yield shards as they are finished, nothing of them prepared any more.

    Args:
        shards: To be described.
        n_jobs: Processes; changes no number.
        count: Called with rows as they are done.
        networks: Of who keeps them for the next time; else they are loaded for this one.
    """
    threads = workers(n_jobs)
    network = partial(networks or networks_once(), threads=threads)
    with one_thread():
        for seen in unordered(look, shards, n_jobs, ahead=threads):
            spaces = len(seen.shard.spaces)
            count(len(seen.rows) * len(seen.keys) + spaces * len(seen.unreadable))
            yield finished(seen, network, count)


def finished(seen: Seen, network: Callable[[Space], Any], count: Count) -> Seen:
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
