"""R2: killed at any moment, and run again."""

from __future__ import annotations

import os
import random
import signal

import pytest

from .conftest import Bench, Tally, some
from .study import PARTS, SPACES, counted, finished, fresh
from .warm import wait_for_seconds


@pytest.fixture(scope="module")
def seconds(bench: Bench) -> float:
    """What a whole run takes of the processor."""
    return bench.warm("run", "study.toml", "--output", str(fresh(bench.results))).seconds


def test_killed_at_any_moment(bench: Bench, tally: Tally, seconds: float) -> None:
    """What is finished is not computed again, and what is found is the same.

    What is left is run to its end once: the same files end in the same way.
    """
    luck, known = random.Random(2), set()
    for number in range(some(3, 200)):
        output, study = fresh(bench.results), bench.workers if number % 10 == 0 else "study.toml"
        moment = luck.uniform(0, seconds)
        child = bench.warm.begin("run", study, "--output", "results")
        wait_for_seconds(child, moment)
        os.killpg(child, signal.SIGKILL)
        done = bench.warm.end(child)
        with tally:
            assert done.code in (-9, 0), done.said
            kept, state = finished(output), bench.state(output)
            if state in known:
                continue
            bench.assert_finished(output)
            known.add(state)
            now = finished(output)
            assert kept.items() <= now.items()
            rows = len([name for name in kept if name.startswith("features")])
            assert len(now) == SPACES + PARTS
            assert counted(output) == {
                "described": 27 * (SPACES - rows),
                "fitted": PARTS - (len(kept) - rows),
            }
    print(f"{len(known)} different states were run to their end")
