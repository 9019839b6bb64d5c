"""R8: the power fails, and what was not synced is lost."""

from __future__ import annotations

import random
from pathlib import Path

from frimcla.files import TEMPORARY

from .conftest import Bench, Tally, Undisturbed, some
from .journal import Disk, Event, broken_promises, states
from .study import fresh


def test_what_was_acknowledged_is_there_whenever_the_power_fails(
    tally: Tally, undisturbed: Undisturbed
) -> None:
    """After every single operation, whether names come to the disk before contents or not."""
    acknowledged = 0
    for disk in states(undisturbed.events):
        acknowledged = len(disk.promised)
        with tally:
            assert broken_promises(disk) == []
    assert acknowledged > 50


def test_a_run_goes_on_from_what_is_left(
    bench: Bench, tally: Tally, undisturbed: Undisturbed
) -> None:
    luck, events = random.Random(8), undisturbed.events
    moments = set(luck.sample(range(len(list(states(events)))), some(1, 40)))
    for number, disk in enumerate(states(events)):
        if number in moments:
            restore(bench.results, disk, reordered=luck.random() < 0.5)
            with tally:
                bench.assert_goes_on(bench.results)


def test_a_file_that_is_not_synced_is_missed() -> None:
    """These rules would notice."""
    new = f"/{TEMPORARY}new"
    write = [("create", new, b""), ("write", new, b"content"), ("fsync", new, b"")]
    done = [("rename", "/a", new.encode()), ("fsync", "/", b""), ("acknowledge", "/a", b"")]

    assert told([*write, *done]) == []
    assert (
        told([*write[:2], *done])[0] == "/a would be there, but not what was written (names first)"
    )
    assert told([*write, done[0], done[2]]) == ["/a would be lost (nothing unsynced)"]
    assert told([("mkdir", "/x", b""), *below("/x", [*write, *done])]) == [
        "/x/a would be lost (nothing unsynced)"
    ]


def told(events: list[Event]) -> list[str]:
    return [line for disk in states(events) for line in broken_promises(disk)]


def below(folder: str, events: list[Event]) -> list[Event]:
    """Return the same, done in a folder."""
    return [
        (name, folder + path.rstrip("/"), folder.encode() + old if name == "rename" else old)
        for name, path, old in events
    ]


def restore(output: Path, disk: Disk, *, reordered: bool) -> None:
    """Make *output* what would be left of it."""
    fresh(output)
    for path, content in disk.left(reordered=reordered).items():
        if Path(path).is_relative_to(output):
            if content is None:
                Path(path).mkdir(parents=True, exist_ok=True)
            else:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                Path(path).write_bytes(content)
