"""R3: four processes describe into one store, three of them are killed, and others read."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import attrs
from sessions import session

from frimcla.shards import DamagedError, read_arrays

from .conftest import Bench, Tally, some
from .study import features_below, fresh, many
from .warm import wait_for_seconds


def test_three_of_four_writers_are_killed(bench: Bench, tally: Tally) -> None:
    """The fourth finishes, the same command finishes the others; no reader sees half a file."""
    study, store = many(bench.home), bench.home / "shared"
    outputs = [bench.home / f"output_{number}" for number in range(4)]
    luck, reads = random.Random(3), 0
    alone = bench.warm("extract", study, "--output", str(fresh(outputs[0])))
    whole = features_below(fresh(bench.home / "alone", store))
    for _ in range(some(1, 12)):
        for folder in (store, *outputs):
            fresh(folder)
        with tally, reading(store) as readers:
            children = [
                bench.warm.begin("extract", study, "--output", str(output)) for output in outputs
            ]
            for child in children[:3]:
                wait_for_seconds(child, luck.uniform(0, alone.seconds / 2))
                for process in session(child):
                    os.kill(process, signal.SIGKILL)
            codes = [bench.warm.end(child).code for child in children]
            assert codes[3] == 0
            assert set(codes[:3]) <= {-9, 0}
            assert features_below(store) == whole
            again = [bench.warm("extract", study, "--output", str(one)).code for one in outputs]
            assert again == [0, 0, 0, 0]
            assert features_below(store) == whole
        assert [reader.torn for reader in readers] == [[], []]
        reads += sum(reader.whole for reader in readers)
    assert reads > 0
    print(f"{reads} files were read meanwhile, none of them torn")


@attrs.define
class Reader:
    """Reads all there is, again and again."""

    store: Path
    over: Event
    whole: int = 0
    torn: list[str] = attrs.field(factory=list)

    def __call__(self) -> None:
        while not self.over.wait(0.002):
            for path in self.store.rglob("s-*.h5"):
                try:
                    read_arrays(path)
                    self.whole += 1
                except DamagedError as error:
                    self.torn.append(str(error))


@contextmanager
def reading(store: Path) -> Iterator[list[Reader]]:
    """Have two readers at work during a block."""
    over = Event()
    readers = [Reader(store, over), Reader(store, over)]
    threads = [Thread(target=reader) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        yield readers
    finally:
        over.set()
        for thread in threads:
            thread.join()
