"""Described shards on their way to the store: from here, or from workers wherever they stand.

Workers on other machines get whole shards: networks stand there, once in each, and features go to
the store from there. The numbers are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import attrs

from .completing import Count, described, finished
from .decoding import Seen, Shard, look
from .errors import FrimclaError
from .parallel import unordered
from .spaces import Space
from .store import FeatureStore


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


def stored_here(
    shards: Sequence[Shard], store: FeatureStore, n_jobs: int, count: Count
) -> Iterator[Stored]:
    """Describe shards, networks in this process, and store them from here."""
    with ThreadPoolExecutor(1) as writer:  # waiting for the disk, networks can go on
        written: list[Future[None]] = []
        for seen in described(shards, n_jobs, count):
            _all_done(written)
            written = [
                writer.submit(store.write, space, seen.keys, features)
                for space, features in seen.rows.items()
            ]
            yield Stored.of(seen)
        _all_done(written)


def stored_elsewhere(
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
    seen = finished(look(errand.shard), lambda space: _network(space, keys[space]), _uncounted)
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


def _uncounted(_rows: int) -> None:
    """Tell nobody: who counts stands elsewhere."""


def _all_done(written: Sequence[Future[None]]) -> None:
    """Wait for what is being written; raise what went wrong."""
    for one in written:
        one.result()
