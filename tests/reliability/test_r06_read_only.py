"""R6: a disk that cannot be written; root may write anywhere else, so it is mounted so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import Bench, Tally
from .study import features_below, fresh, many

CANNOT = "cannot be written (Read-only file system); choose another output folder"


@pytest.fixture(autouse=True)
def _mounts(bench: Bench) -> None:
    if not bench.mounts:
        pytest.skip("needs root, who may mount a folder read-only")


@contextmanager
def read_only(bench: Bench, folder: Path) -> Iterator[None]:
    """Let a folder be of a disk that cannot be written."""
    bench.warm.shell("mount", "--bind", str(folder), str(folder))
    bench.warm.shell("mount", "-o", "remount,bind,ro", str(folder))
    try:
        yield
    finally:
        bench.warm.shell("umount", str(folder))


@pytest.mark.parametrize("left", ["nothing", "a finished study"])
def test_the_output(bench: Bench, tally: Tally, left: str) -> None:
    """A sentence; and what was there is as it was."""
    output = fresh(bench.results, bench.home / "whole" if left != "nothing" else None)
    output.mkdir(exist_ok=True)
    with tally, read_only(bench, output):
        done = bench.warm("run", "study.toml")
        if left == "nothing" or done.code:
            assert done.code == 1
            assert done.sentence.startswith("Error: results")
            assert CANNOT in done.sentence
        if left != "nothing":
            assert bench.differing(output) == []


@pytest.mark.parametrize("kept", ["everything", "a part", "nothing"])
def test_a_store_that_is_shared(bench: Bench, tally: Tally, kept: str) -> None:
    """What it has is taken from it; what it lacks lies in the output."""
    study, store = many(bench.home), bench.home / "shared"
    fresh(store).mkdir()
    output = fresh(bench.results)
    if kept != "nothing":
        assert bench.warm("extract", study, "--output", "results").code == 0
        for path in sorted(store.rglob("s-*.h5"))[:: 2 if kept == "a part" else 99]:
            if kept == "a part":
                path.unlink()
    had = features_below(store)
    with tally, read_only(bench, store):
        done = bench.warm("extract", study, "--output", str(fresh(output)))
        assert done.code == 0, done.said
        assert (features_below(output) == {}) == (kept == "everything")
    assert features_below(store) == had
    assert len(had | features_below(output)) == 3 * 135


def test_the_cache_of_networks(bench: Bench, tally: Tally) -> None:
    """Where a network was exported before nothing is to be written."""
    output = fresh(bench.results)
    with tally, read_only(bench, bench.home / "cache"):
        assert bench.warm("extract", "study.toml").code == 0
    assert len(features_below(output)) == 3 * 27
