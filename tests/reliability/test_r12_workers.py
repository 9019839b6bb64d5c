"""R12: a worker is killed, as a system does that runs out of memory."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from sessions import session

from .conftest import Bench, Tally, some
from .study import features_below, fresh, many
from .warm import left_of

TOLD = (
    "Error: a worker process was killed, most likely for want of memory; set n_jobs lower "
    "and run the same command again: what is finished is kept"
)


def killed_while(bench: Bench, command: str, done: str) -> str:
    """Begin a command, kill a worker once there is a file like *done*; return what was told."""
    child = bench.warm.begin(command, many(bench.home, workers=True), "--output", "results")
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        workers = [number for number in session(child) if is_worker(number)]
        if workers and (not done or list(bench.home.glob(done))):
            os.kill(workers[0], signal.SIGKILL)
            break
        time.sleep(0.002)
    ended = bench.warm.end(child)
    assert ended.code == 1, ended.said
    assert "Traceback" not in ended.said
    assert left_of(child) == []
    return ended.sentence.strip()


def is_worker(number: int) -> bool:
    """Return whether a process is one of joblib's, and has begun to work."""
    try:
        return b"popen_loky" in Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return False


def test_while_describing(bench: Bench, tally: Tally) -> None:
    """A sentence and no worker left; the same command then finishes."""
    for _ in range(some(1, 3)):
        for folder in ("results", "shared"):
            fresh(bench.home / folder)
        with tally:
            assert killed_while(bench, "extract", "") == TOLD
            assert bench.warm("extract", many(bench.home), "--output", "results").code == 0
            assert len(features_below(bench.home / "shared")) == 3 * 135


def test_while_comparing(bench: Bench, tally: Tally) -> None:
    for _ in range(some(1, 3)):
        fresh(bench.results)
        with tally:
            assert killed_while(bench, "compare", "results/predictions/*/*.h5") == TOLD
