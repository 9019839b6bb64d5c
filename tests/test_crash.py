"""Killed at any moment and run again, a study ends as if nothing had happened.

Two kills per phase; ``FRIMCLA_KILLS=10 pytest tests/test_crash.py`` for ten.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from frimcla.shards import read_arrays
from frimcla.testing import toy_dataset

pytest.importorskip("frimcla_classic", reason="needs the shipped plugins")
pytest.importorskip("frimcla_sklearn", reason="needs the shipped plugins")

KILLS = int(os.environ.get("FRIMCLA_KILLS", "2"))
STUDY = """
images = "cells"
extractors = ["lbp", "hog", "haralick", "colour_moments"]
classifiers = ["knn", "logistic_regression", {name = "random_forest", n_estimators = 20}]
folds = 4
"""
SAME = ["scores.csv", "table.md", "table.csv", "table.tex", "predictions.csv", "study.toml"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A study with 210 images, and what it leaves undisturbed."""
    folder = tmp_path_factory.mktemp("crash")
    toy_dataset(folder / "cells", count=70)
    (folder / "study.toml").write_text(STUDY)
    start(folder, "whole").wait(timeout=300)
    return folder


def start(folder, output, *more):
    command = [sys.executable, "-m", "frimcla", "run", "study.toml", "--output", output, *more]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True)


def assert_same(left, right):
    for name in SAME:
        assert (left / name).read_bytes() == (right / name).read_bytes(), name
    first, second = (read_arrays(folder / "predictions.h5").arrays for folder in (left, right))
    assert first.keys() == second.keys()
    for name in first:
        assert first[name].tobytes() == second[name].tobytes(), name


@pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups to kill")
@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize(
    ("phase", "pattern", "files"),
    [
        ("extraction", "features/*/s-*.h5", 16),
        ("comparison", "predictions/*/*.h5", 48),
    ],
)
def test_kill_9_and_resume(home, phase, pattern, files, number):
    """Wait for some number of finished files, and a little more; then kill everything."""
    luck = random.Random(f"{phase} {number}")
    output = home / "killed"
    shutil.rmtree(output, ignore_errors=True)
    process = start(home, "killed")
    wanted = luck.randrange(files)
    while process.poll() is None and len(list(output.glob(pattern))) < wanted:
        time.sleep(0.002)
    time.sleep(luck.random() * 0.1)
    os.killpg(process.pid, signal.SIGKILL)
    killed = process.wait()
    done = len(list(output.glob(pattern)))

    assert start(home, "killed").wait(timeout=300) == 0
    assert_same(home / "whole", output)
    print(f"{phase}: exit {killed} with {done} of {files} files")


def test_one_and_two_workers_and_other_names_agree(home):
    """The same images renamed and shuffled, with one worker: the same bits."""
    shuffled = home / "shuffled"
    for number, path in enumerate(sorted((home / "cells").rglob("*.png"), reverse=True)):
        target = shuffled / path.parent.name / str(number % 5) / f"{number * 7919 % 1000}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    text = STUDY.replace('"cells"', '"shuffled"') + "n_jobs = 1\n"
    (home / "one.toml").write_text(text)
    command = [sys.executable, "-m", "frimcla", "run", "one.toml", "--output", "one"]
    subprocess.run(command, cwd=home, check=True, stdout=subprocess.DEVNULL)

    for name in ("scores.csv", "table.md", "table.csv", "table.tex"):
        assert (home / "one" / name).read_bytes() == (home / "whole" / name).read_bytes()
    first, second = (
        read_arrays(home / output / "predictions.h5").arrays for output in ("whole", "one")
    )
    for name in first.keys() - {"names"}:
        assert np.array_equal(first[name], second[name], equal_nan=first[name].dtype.kind == "f")
