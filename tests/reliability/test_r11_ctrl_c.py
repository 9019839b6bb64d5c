"""R11: Ctrl-C at any moment."""

from __future__ import annotations

import os
import random
import signal

from .conftest import Bench, Tally, some
from .study import fresh, temporaries
from .warm import left_of, wait_for_seconds


def test_ctrl_c_at_any_moment(bench: Bench, tally: Tally) -> None:
    """Exit code 130, no worker and no temporary file left, and the study can go on."""
    luck = random.Random(11)
    for number in range(some(1, 12)):
        output, study = fresh(bench.results), "study.toml" if number % 2 else bench.workers
        child = bench.warm.begin("run", study, "--output", "results")
        wait_for_seconds(child, luck.uniform(0.02, 3))
        os.killpg(child, signal.SIGINT)  # as a terminal does
        done = bench.warm.end(child)
        with tally:
            assert done.code in (130, 0), done.said
            assert "Traceback" not in done.said
            if done.code:
                told = f"to go on: frimcla run {study} --output results\n"
                assert done.said.endswith(f"Stopped. What is finished is kept; {told}")
            assert left_of(child) == []
            assert temporaries(output) == []
            bench.assert_goes_on(output)
