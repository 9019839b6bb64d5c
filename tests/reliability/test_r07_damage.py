"""R7: bits flip and ends are lost, in every file that a study leaves."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import frimcla
from frimcla.auditing.findings import read_audit
from frimcla.errors import FrimclaError
from frimcla.model import probe_scores
from frimcla.shards import read_arrays

from .conftest import Bench, Tally, drawn, some
from .study import fresh

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


def test_the_next_run_is_as_if_nothing_had_happened(bench: Bench, tally: Tally) -> None:
    """Or it is refused in a sentence; never are there other numbers."""
    luck = random.Random(7)
    for kind in drawn([kind for kind in LEFT for _ in range(20)], 1, luck):
        output, cache = fresh(bench.results, bench.home / "whole"), bench.home / "cache"
        sound = fresh(bench.home.with_name("sound"), cache)
        path = luck.choice(sorted(bench.home.glob(LEFT[kind])))
        path.write_bytes(damaged(path.read_bytes(), luck))
        try:
            with tally:
                done = bench.warm("run", "study.toml")
                assert done.code == 0 or (done.code == 1 and done.sentence), done.said
                if done.code == 0:
                    assert bench.differing(output) == [], path
        finally:
            fresh(cache, sound)


READ = {
    "a shard of a network": lambda path: read_arrays(path).arrays["features"].tobytes(),
    "a fold of a pair": lambda path: read_arrays(path).arrays["probabilities"].tobytes(),
    "all predictions": lambda path: read_arrays(path).arrays["predicted"].tobytes(),
    "the album": lambda path: read_arrays(path).facts,
    "the audit": lambda path: read_audit(path.parent),
    "a trained model": lambda path: probe_scores(frimcla.load(path)),
}
"""What is believed of a file, by who reads it."""


@pytest.mark.parametrize("kind", READ)
def test_who_reads_it_notices(bench: Bench, tally: Tally, tmp_path: Path, kind: str) -> None:
    """It is refused, or says what it said."""
    luck = random.Random(kind)
    path = sorted((bench.home / "whole").glob(LEFT[kind].removeprefix("results/")))[0]
    whole, content = READ[kind](path), path.read_bytes()
    target = tmp_path / path.name
    for _ in range(some(6, 300)):
        target.write_bytes(damaged(content, luck))
        with tally:
            try:
                said = READ[kind](target)
            except FrimclaError:
                said = None
            assert said in (None, whole)
