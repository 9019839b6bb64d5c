"""R4: two whole runs at once, into one output folder."""

from __future__ import annotations

from .conftest import Bench, Tally, some
from .study import fresh


def test_the_second_run_says_who_is_running(bench: Bench, tally: Tally) -> None:
    """Or both find the same."""
    for _ in range(some(1, 6)):
        fresh(bench.results)
        children = [bench.warm.begin("run", "study.toml") for _ in range(2)]
        ended = {child: bench.warm.end(child) for child in children}
        with tally:
            assert 0 in [done.code for done in ended.values()]
            for child, done in ended.items():
                if done.code:
                    assert done.code == 1
                    (other,) = set(children) - {child}
                    assert f"process {other}" in done.sentence
            assert bench.differing(bench.results) == []
