"""R10: another clock, another zone, other names, another order, another number of workers."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np

from frimcla.auditing.findings import read_audit
from frimcla.shards import read_arrays

from .conftest import Bench, Tally
from .study import fresh

JUMPS = """
import itertools, time
real, jumps = time.time, itertools.cycle([0, 4e8, -9e8, 7200, -7200])
time.time = lambda: real() + next(jumps)
"""
"""A clock that jumps by years, and by an hour or two as some do twice a year."""


def test_they_change_no_number(bench: Bench, tally: Tally) -> None:
    """The same images under all names that a disk takes, by two workers."""
    renamed(bench.home / "cells", fresh(bench.home / "renamed"))
    study = (bench.home / bench.workers).read_text().replace('"cells"', '"renamed"')
    (bench.home / "renamed.toml").write_text(study)
    output, whole = fresh(bench.results), bench.home / "whole"
    with tally:
        done = bench.warm(
            "run", "renamed.toml", "--output", "results",
            first=JUMPS, environment={"TZ": "Pacific/Kiritimati"},
        )  # fmt: skip
        assert done.code == 0, done.said
        for name in ("scores.csv", "table.md", "table.csv", "table.tex"):
            assert (output / name).read_bytes() == (whole / name).read_bytes()
        for file in ("predictions.h5", "album.h5"):
            first, second = (read_arrays(folder / file).arrays for folder in (whole, output))
            for name in first.keys() - {"names", "facts"}:
                nans = first[name].dtype.kind == "f"
                assert np.array_equal(first[name], second[name], equal_nan=nans), (file, name)
        ours, theirs = read_audit(whole), read_audit(output)
        assert ours
        assert theirs
        numbers = [  # names of folders may suggest groups
            {one.code: one.numbers for one in audit.findings if one.code != "FRM104"}
            for audit in (ours, theirs)
        ]
        assert numbers[0] == numbers[1]
        assert ours.curve == theirs.curve


def renamed(images: Path, to: Path) -> None:
    """Copy images under other names, in folders that lead back to themselves."""
    for number, path in enumerate(sorted(images.rglob("*.png"), reverse=True)):
        home = to / path.parent.name / f"deep er {number % 5}"
        home.mkdir(parents=True, exist_ok=True)
        names = [b"\xff\xfe %d.png" % number, b"%d" % number * 100, b" %d.png" % number]
        name = names[number % 3][:200] + b"." * (51 if number % 3 == 1 else 0) + b".png"
        shutil.copy(path, os.fsencode(home) + b"/" + name)
        if not (home / "loop").exists():
            (home / "loop").symlink_to(to, target_is_directory=True)
