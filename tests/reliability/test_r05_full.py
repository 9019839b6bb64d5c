"""R5: a disk that is really full."""

from __future__ import annotations

import re

import pytest

from .conftest import Bench, Tally, some
from .study import fresh

FULL = r"Error: \S+ needs [\d,]+ bytes and the disk has [\d,]+ free; make room and run the same .*"


def test_a_small_disk(bench: Bench, tally: Tally) -> None:
    """A sentence with path and bytes; once there is room the run goes on."""
    if not bench.mounts:
        pytest.skip("needs root, who may mount a small disk; the next test does without")
    output = fresh(bench.results)
    output.mkdir()
    steps = some(1, 12)
    sizes = [round(1000 * (step + 0.5) / steps) for step in range(steps)]
    ends = {}
    for kilobytes in sizes:
        bench.warm.shell("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(output))
        try:
            with tally:
                done = bench.warm("run", "study.toml")
                assert done.code == 1, done.said
                assert re.fullmatch(FULL, done.sentence.strip()), done.said
                bench.warm.shell("mount", "-o", "remount,size=64m", str(output))
                done = bench.warm("run", "study.toml")
                assert done.code == 0, done.said
                assert bench.differing(bench.warm.seen(output)) == []
        finally:
            bench.warm.shell("umount", str(output))
        ends[kilobytes] = done.sentence
    print(ends)


def test_files_that_may_not_grow(bench: Bench, tally: Tally) -> None:
    """The limit of a process: the same, of a disk that has room."""
    steps = some(1, 6)
    for most in (round(60_000 * (step + 0.5) / steps) for step in range(steps)):
        output = fresh(bench.results)
        limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))"
        ignore = "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)"
        with tally:
            done = bench.warm(
                "run", "study.toml", first=f"import resource, signal\n{ignore}\n{limit}"
            )
            assert done.code == 1, done.said
            assert re.fullmatch(
                r"Error: \S+ cannot be written \(File too large\); look after the disk and run .*",
                done.sentence.strip(),
            )
            bench.assert_goes_on(output)
