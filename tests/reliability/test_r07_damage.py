"""R7: bits flip and ends are lost, in every file that a study leaves."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import frimcla
from frimcla.auditing.findings import read_audit
from frimcla.errors import FrimclaError
from frimcla.model import probe_scores
from frimcla.shards import DamagedError, read_arrays

from .conftest import Bench, Tally, some
from .study import Outcome, fresh

LEFT = {
    "a shard of a descriptor": "results/features/lbp-*/s-*.h5",
    "a shard of a network": "results/features/mobilenet-*/s-*.h5",
    "probes": "results/features/*/probes.h5",
    "a fold of a pair": "results/predictions/*/*.h5",
    "all predictions": "results/predictions.h5",
    "the album": "results/album.h5",
    "the record": "results/run.json",
    "the audit": "results/audit.json",
    "the verdict": "results/verdict.json",
    "the study as run": "results/study.toml",
    "tables": "results/*.csv",
    "the report": "results/report.html",
    "a trained model": "results/model.frimcla",
    "an exported network": "cache/onnx/*.onnx",
    "what is known of it": "cache/onnx/*.json",
}
"""Where files of each kind lie."""


def damaged(content: bytes, luck: random.Random) -> bytes:
    """Return *content* with one bit flipped, or cut off somewhere."""
    place = luck.randrange(len(content))
    if luck.random() < 0.3:
        return content[:place]
    flipped = content[place] ^ 1 << luck.randrange(8)
    return content[:place] + bytes([flipped]) + content[place + 1 :]


@pytest.mark.parametrize("kind", LEFT)
def test_the_next_run_is_as_if_nothing_had_happened(bench: Bench, tally: Tally, kind: str) -> None:
    """Or it is refused in a sentence; never are there other numbers."""
    luck = random.Random(kind)
    for _ in range(some(0, 20)):
        output, cache = fresh(bench.results, bench.home / "whole"), bench.home / "cache"
        sound = fresh(bench.home.with_name("sound"), cache)
        path = luck.choice(sorted(bench.home.glob(LEFT[kind])))
        path.write_bytes(damaged(path.read_bytes(), luck))
        with tally:
            done = bench.warm("run", "study.toml")
            assert done.code == 0 or (done.code == 1 and done.sentence), done.said
            if done.code == 0:
                assert bench.differing(output) == [], path
        fresh(cache, sound)
