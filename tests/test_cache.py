"""Features that studies share, features that were damaged, and disks without room for any."""

import os
import shutil
import subprocess
import sys
from collections import namedtuple

import numpy as np
import pytest
from toys import Toys

import frimcla
from frimcla.config import read_study
from frimcla.errors import ConfigError, FrimclaError, SpaceError
from frimcla.policy import Policy
from frimcla.spaces import Space
from frimcla.store import FeatureStore
from frimcla.toml import write_study

REGISTRY = frimcla.Registry.of(toys=Toys())
STUDY = """
images = "cells"
output = "{output}"
cache = "shared"
extractors = ["edges", "mean_colour"]
n_jobs = 1
"""
KEYS = ["a" * 64, "b" * 64]
ROWS = np.array([[1, 2], [3, 4]], np.float32)


@pytest.fixture
def space():
    recipe = REGISTRY.find(frimcla.Extractor, "edges").recipe()
    return Space(recipe=recipe, policy=Policy())


@pytest.fixture
def home(cells):
    """A folder with images and two studies of them that share a cache."""
    for name in ("one", "two"):
        (cells.parent / f"{name}.toml").write_text(STUDY.format(output=name))
    return cells.parent


def extracted(study):
    return frimcla.extract(study, registry=REGISTRY)


def below(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_studies_share_what_they_describe(home):
    _, first = extracted(home / "one.toml")
    opened, second = extracted(home / "two.toml")

    assert (first.computed, second.computed, second.reused) == (72, 0, 72)
    assert opened.store.folders == (home / "shared", home / "two" / "features")
    assert not (home / "one" / "features").exists()
    assert not (home / "two" / "features").exists()


def test_what_a_study_has_already_is_read_beside_the_cache(home):
    (home / "own.toml").write_text(STUDY.format(output="one").replace('cache = "shared"\n', ""))
    extracted(home / "own.toml")

    _, done = extracted(home / "one.toml")

    assert (done.computed, done.reused) == (0, 72)
    assert not (home / "shared").exists()


def test_a_cache_that_cannot_be_written_serves_what_it_has(home, monkeypatch):
    """A file is in the way of one space, as a folder of somebody else would be."""
    opened, _ = extracted(home / "one.toml")
    blocked = home / "shared" / opened.spaces["EDGES"].key
    shutil.rmtree(blocked)
    blocked.touch()

    opened, done = extracted(home / "two.toml")
    _, again = extracted(home / "two.toml")

    own = home / "two" / "features"
    told = f"the cache {home / 'shared'} cannot be written: 36 features that it lacks are kept in"
    assert (done.computed, done.reused, done.notices) == (36, 36, (f"{told} {own}",))
    assert [path.name for path in own.iterdir()] == [blocked.name]
    assert (again.computed, again.notices) == (0, ())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_files_of_a_cache_are_as_open_as_their_owner_wants(home):
    code = "import os; os.umask(0o027); import frimcla; from toys import Toys; frimcla.extract("
    code += "'one.toml', registry=frimcla.Registry.of(toys=Toys()))"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    subprocess.run([sys.executable, "-c", code], cwd=home, env=env, check=True)

    found = [path for path in (home / "shared").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in found} == {0o640}


def test_a_damaged_shard_is_reported(home):
    opened, _ = extracted(home / "one.toml")
    (shard,) = (home / "shared" / opened.spaces["EDGES"].key).glob("s-*.h5")
    good = shard.read_bytes()
    shard.write_bytes(good[:-1])

    _, done = extracted(home / "one.toml")

    told = f"1 file of features was damaged and set aside ({shard.with_suffix('.bad')})"
    assert done.notices == (f"{told}; what was in them is computed again",)
    assert shard.read_bytes() == good
    assert extracted(home / "one.toml")[1].notices == ()


def test_numbers_that_are_none_are_damage(tmp_path, space):
    store = FeatureStore(tmp_path)
    store.write(space, KEYS, np.array([[1, np.nan], [3, 4]], np.float32))

    survey = store.survey(space)

    assert survey.keys == set()
    assert [path.suffix for path in survey.damaged] == [".h5"]


def test_a_shard_that_is_there_stays(tmp_path, space):
    store = FeatureStore(tmp_path)
    store.write(space, KEYS, ROWS)
    before = below(tmp_path)

    store.write(space, KEYS, ROWS * np.float32(1 + 1e-7))  # another processor

    assert below(tmp_path) == before
    with pytest.raises(FrimclaError, match="holds two descriptions of one image; remove it"):
        store.write(space, KEYS, ROWS * 2)


def test_folders_that_differ_as_processors_do_agree(tmp_path, space):
    alone = FeatureStore(tmp_path / "own")
    alone.write(space, KEYS[:1], ROWS[:1] * np.float32(1 + 1e-7))
    both = FeatureStore(tmp_path / "own", tmp_path / "shared")
    both.write(space, KEYS, ROWS)

    np.testing.assert_array_equal(both.matrix(space, KEYS), ROWS)


def test_damage_between_survey_and_use_is_missing(tmp_path, space):
    store = FeatureStore(tmp_path)
    store.write(space, KEYS, ROWS)
    (shard,) = tmp_path.rglob("s-*.h5")
    assert store.keys(space) == set(KEYS)
    then = shard.stat()
    shard.write_bytes(shard.read_bytes()[::-1])
    os.utime(shard, ns=(then.st_atime_ns, then.st_mtime_ns))

    with pytest.raises(FrimclaError, match="EDGES: 2 features are missing; extract again"):
        store.matrix(space, KEYS)

    assert store.keys(space) == set()


def test_without_room_nothing_is_computed(home, monkeypatch):
    extracted(home / "one.toml")
    for shard in (home / "shared").rglob("s-*.h5"):
        shard.unlink()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(9, 9, 6_738))

    with pytest.raises(SpaceError) as caught:
        extracted(home / "one.toml")

    assert str(caught.value) == (  # 36 images, 4 and 3 numbers and 64 letters each, and a fifth
        f"{home / 'shared'} needs 6,739 bytes and the disk has 6,738 free; "
        "make room and run the same command again: what is finished is kept"
    )
    assert not list((home / "shared").rglob("s-*.h5"))


@pytest.mark.parametrize(
    ("cache", "problem"),
    [
        ("cells/cache", "must lie outside images (got"),
        ("one.toml", "must be a folder, but"),
    ],
)
def test_a_cache_in_a_wrong_place_is_refused(home, cache, problem):
    path = home / "one.toml"
    path.write_text(STUDY.format(output="one").replace('"shared"', f'"{cache}"'))

    with pytest.raises(ConfigError, match="cache") as caught:
        read_study(path, REGISTRY)

    assert problem in str(caught.value)


def test_a_record_names_the_cache_from_where_it_lies(home):
    study = read_study(home / "one.toml", REGISTRY)
    settled = study.changed(metric=REGISTRY.find(frimcla.Metric, "accuracy").recipe())

    assert 'cache = "../shared"' in write_study(settled, study.output)
