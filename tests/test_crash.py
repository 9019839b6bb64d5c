"""Killed at any moment and run again, a study ends as if nothing had happened.

One kill per phase; ``FRIMCLA_KILLS=10 pytest tests/test_crash.py`` for ten.
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

from frimcla.auditing.findings import read_audit
from frimcla.shards import read_arrays
from frimcla.testing import toy_dataset

pytest.importorskip("frimcla_classic", reason="needs the shipped plugins")
pytest.importorskip("frimcla_sklearn", reason="needs the shipped plugins")

KILLS = int(os.environ.get("FRIMCLA_KILLS", "1"))
STUDY = """
images = "cells"
extractors = ["lbp", "hog", "lab", "colour_moments"]
classifiers = [
  {name = "knn", n_neighbors = 5},
  {name = "logistic_regression", C = 1.0},
  {name = "random_forest", n_estimators = 20},
]
controls = false
folds = 4
n_jobs = 2
"""
DEEP = """
images = "cells"
extractors = [
  {name = "mobilenet", weights = "random"},
  {name = "mobilenet", weights = "random", pooling = "max"},
  {name = "mobilenet_v3_small", weights = "random"},
]
controls = false
n_jobs = 2
"""
SAME = [
    *("scores.csv", "table.md", "table.csv", "table.tex", "predictions.csv", "study.toml"),
    *("verdict.json", "verdict.txt", "methods.txt", "methods.bib", "audit.json"),
]


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
    for file in ("predictions.h5", "album.h5"):
        first, second = (read_arrays(folder / file).arrays for folder in (left, right))
        assert first.keys() == second.keys()
        for name in first:
            assert first[name].tobytes() == second[name].tobytes(), (file, name)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups to kill")
@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize(
    ("phase", "pattern", "files"),
    [
        ("extraction", "features/*/s-*.h5", 16),
        ("comparison", "predictions/*/*.h5", 120),  # 4 folds and 6 of two, 12 pairs
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


@pytest.fixture(scope="module")
def deep(home):
    """A study of networks, and the features that it leaves undisturbed."""
    pytest.importorskip("frimcla_keras", reason="needs the shipped plugins")
    (home / "deep.toml").write_text(DEEP)
    extract(home, "deep").wait(timeout=300)
    return home


def extract(folder, output):
    command = [sys.executable, "-m", "frimcla", "extract", "deep.toml", "--output", output]
    env = {**os.environ, "FRIMCLA_CACHE": str(folder / "cache")}
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True, env=env
    )


def features_below(output):
    """Return every row by space and image, as bytes."""
    rows = {}
    for path in output.glob("features/*/s-*.h5"):
        arrays = read_arrays(path).arrays
        for key, row in zip(arrays["keys"], arrays["features"], strict=True):
            rows[path.parent.name, key] = row.tobytes()
    return rows


@pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups to kill")
@pytest.mark.parametrize("number", range(KILLS))
def test_kill_9_in_the_middle_of_networks(deep, number):
    """As above, while networks describe: every row has the same bits afterwards."""
    luck = random.Random(f"deep {number}")
    output = deep / "deep_killed"
    shutil.rmtree(output, ignore_errors=True)
    process = extract(deep, "deep_killed")
    wanted = luck.randrange(12)
    while process.poll() is None and len(list(output.glob("features/*/s-*.h5"))) < wanted:
        time.sleep(0.002)
    time.sleep(luck.random() * 0.3)
    os.killpg(process.pid, signal.SIGKILL)
    killed = process.wait()
    done = len(list(output.glob("features/*/s-*.h5")))

    assert extract(deep, "deep_killed").wait(timeout=300) == 0
    assert features_below(output) == features_below(deep / "deep")
    assert len(features_below(output)) == 3 * 210
    print(f"networks: exit {killed} with {done} of 12 files")


def test_one_and_two_workers_and_other_names_agree(home):
    """The same images renamed and shuffled, with one worker: the same bits."""
    shuffled = home / "shuffled"
    for number, path in enumerate(sorted((home / "cells").rglob("*.png"), reverse=True)):
        target = shuffled / path.parent.name / str(number % 5) / f"{number * 7919 % 1000}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    text = STUDY.replace('"cells"', '"shuffled"').replace("n_jobs = 2", "n_jobs = 1")
    (home / "one.toml").write_text(text)
    command = [sys.executable, "-m", "frimcla", "run", "one.toml", "--output", "one"]
    subprocess.run(command, cwd=home, check=True, stdout=subprocess.DEVNULL)

    for name in ("scores.csv", "table.md", "table.csv", "table.tex"):
        assert (home / "one" / name).read_bytes() == (home / "whole" / name).read_bytes()
    for file in ("predictions.h5", "album.h5"):
        first, second = (read_arrays(home / output / file).arrays for output in ("whole", "one"))
        for name in first.keys() - {"names", "facts"}:
            nans = first[name].dtype.kind == "f"
            assert np.array_equal(first[name], second[name], equal_nan=nans), (file, name)
    ours, theirs = (read_audit(home / output) for output in ("whole", "one"))
    assert ours
    assert theirs
    numbers = [  # names of folders now suggest groups
        {one.code: one.numbers for one in audit.findings if one.code != "FRM104"}
        for audit in (ours, theirs)
    ]
    assert numbers[0] == numbers[1]
    assert ours.curve == theirs.curve
