"""R2: killed at any moment, and run again."""

from __future__ import annotations

import os
import random
import signal

from .conftest import Bench, Tally, Undisturbed, some
from .study import PARTS, SPACES, counted, finished, fresh, temporaries
from .warm import wait_for_seconds


def test_killed_at_any_moment(bench: Bench, tally: Tally, undisturbed: Undisturbed) -> None:
    """What is finished is not computed again, and what is found is the same."""
    luck = random.Random(2)
    for number in range(some(2, 200)):
        output, study = fresh(bench.results), "study.toml" if number % 10 else bench.workers
        child = bench.warm.begin("run", study, "--output", "results")
        wait_for_seconds(child, luck.uniform(0, undisturbed.seconds))
        os.killpg(child, signal.SIGKILL)
        done = bench.warm.end(child)
        with tally:
            assert done.code in (-9, 0), done.said
            kept = finished(output)
            for path in temporaries(output):  # a day has passed: nobody is writing them
                os.utime(path, (0, 0))
            if not bench.assert_goes_on(output):
                continue
            now = finished(output)
            assert temporaries(output) == []
            assert kept.items() <= now.items()
            assert len(now) == SPACES + PARTS
            rows = len([name for name in kept if name.startswith("features")])
            assert counted(output) == {
                "described": 27 * (SPACES - rows),
                "fitted": PARTS - (len(kept) - rows),
            }
    print(f"{len(bench.ended)} different states were run to their end")
