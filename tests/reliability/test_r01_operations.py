"""R1: the n-th operation on a file fails, whichever it is."""

from __future__ import annotations

import random
from collections import Counter

from .conftest import Bench, Tally, Undisturbed, drawn
from .faults import KILLED, NEED_ROOM
from .study import fresh, temporaries


def cases(operations: list[str]) -> list[tuple[str, int]]:
    """Return every way to fail of every operation, but those that come to the same."""
    found = []
    for number, name in enumerate(operations, start=1):
        found.append(("EIO", number))
        if name in NEED_ROOM:
            found.append(("ENOSPC", number))
            found.append(("kill", number))
        if name == "write":
            found.append(("short", number))
    return found


def test_the_nth_operation_fails(bench: Bench, tally: Tally, undisturbed: Undisturbed) -> None:
    """A sentence, or the work goes on; and whatever was left, the next run ends as ever."""
    operations = [name for name, *_ in undisturbed.events if name != "acknowledge"]
    assert len(operations) > 300
    ends: Counter[str] = Counter()
    for kind, number in drawn(cases(operations), 6, random.Random(1)):
        output = fresh(bench.results)
        with tally:
            done = bench.warm("run", "study.toml", fault=(kind, number))
            case = f"{kind} at {number}, {done.at}: exit {done.code}, {done.said}"
            assert done.code in ((KILLED,) if kind == "kill" and done.at else (0, 1)), case
            assert done.code != 1 or done.sentence, case
            assert "Traceback" not in done.said, case
            if kind != "kill" and not done.at.startswith(("unlink", "rmdir", "list")):
                assert temporaries(output) == [], case
            if done.code == 0:
                # A picture that could not be read is drawn by the next run.
                assert set(bench.differing(output)) <= {"album.h5"}, case
            bench.assert_goes_on(output)
        ends[f"{kind}, exit {done.code}"] += 1
    print(f"{dict(ends)}; {len(bench.ended)} different states were run to their end")
