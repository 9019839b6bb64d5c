"""``frimcla store``: what is there, whether it is whole, what can go."""

import os
import re
import time

import pytest
from click.testing import CliRunner
from rich.filesize import decimal
from toys import Toys

import frimcla
from frimcla.cli import main
from frimcla.files import TEMPORARY
from frimcla.locking import claimed

REGISTRY = frimcla.Registry.of(toys=Toys())
STUDY = """
images = "cells"
output = "results"
cache = "shared"
extractors = [{extractors}]
classifiers = ["nearest_mean"]
metric = "accuracy"
folds = 3
nested = false
n_jobs = 1
"""


@pytest.fixture
def home(cells, monkeypatch):
    """A folder with a study whose features lie in a cache."""
    monkeypatch.chdir(cells.parent)
    written(cells.parent, "edges", "mean_colour")
    frimcla.extract("study.toml", registry=REGISTRY)
    return cells.parent


def written(home, *extractors):
    names = ", ".join(f'"{name}"' for name in extractors)
    (home / "study.toml").write_text(STUDY.format(extractors=names))


def store(*args):
    done = CliRunner().invoke(main, ["store", *args], obj=REGISTRY)
    return done.exit_code, re.sub(r"-[0-9a-f]{12}", "-KEY", done.output)


def shard_of(home, name):
    (path,) = (home / "shared").glob(f"{name}-*/s-*.h5")
    return path


def damage(path):
    path.write_bytes(path.read_bytes()[:-1])
    return path


def test_status_is_a_table(home):
    code, output = store("status", "shared")

    sizes = [sum(p.stat().st_size for p in (home / "shared").glob(f"{name}*/*")) for name in "em"]
    rows = [line.split() for line in output.splitlines()]
    assert code == 0
    assert rows == [
        ["shared"],
        ["SPACE", "IMAGES", "NUMBERS", "SIZE", "EXTRACTOR"],
        ["edges-KEY", "36", "4", *decimal(sizes[0]).split(), "toys:edges"],
        ["mean_colour-KEY", "36", "3", *decimal(sizes[1]).split(), "toys:mean_colour"],
        decimal(sum(sizes)).split(),
    ]


@pytest.mark.parametrize("source", ["shared", "study.toml", "results"])
def test_folder_configuration_and_output_lead_to_the_same(home, source):
    if source == "results":
        frimcla.run("study.toml", registry=REGISTRY)

    assert store("verify", source) == (
        0,
        "72 descriptions of images in 2 spaces are as they were written\n",
    )


def test_verify_names_what_is_damaged_and_changes_nothing(home):
    bad = damage(shard_of(home, "edges"))
    probes = damage(bad.with_name("probes.h5"))

    code, output = store("verify", "study.toml")

    assert code == 1
    damaged = re.sub(r"-[0-9a-f]{12}", "-KEY", f"{bad.relative_to(home)}")
    assert output == (
        f"damaged: {damaged}\n"
        f"damaged: shared/edges-KEY/{probes.name}\n"
        "36 descriptions of images in 2 spaces are as they were written; 2 files are not: "
        "the next run sets them aside and computes them again\n"
    )
    assert bad.exists()


def test_gc_removes_rubbish_only_when_told(home):
    bad = damage(shard_of(home, "edges"))
    frimcla.extract("study.toml", registry=REGISTRY)
    aside, left = bad.with_suffix(".bad"), bad.with_name(f"{TEMPORARY}0")
    young = bad.with_name(f"{TEMPORARY}1")
    for path in (left, young):
        path.touch()
    os.utime(left, (0, time.time() - 90_000))

    code, told = store("gc", "shared")
    assert (code, aside.exists(), left.exists()) == (0, True, True)
    assert told.endswith("add --yes to remove it\n")
    assert told.count("would remove: ") == 2

    code, told = store("gc", "shared", "--yes")
    assert (code, aside.exists(), left.exists(), young.exists()) == (0, False, False, True)
    assert store("gc", "shared")[1] == "nothing to remove\n"


def test_gc_keeps_what_runs_have_used(home):
    written(home, "edges")
    frimcla.run("study.toml", registry=REGISTRY)
    note = home / "shared" / shard_of(home, "mean_colour").parent.name / "note.txt"
    note.touch()

    assert store("gc", "shared")[1] == "nothing to remove\n"
    assert store("gc", "shared", "--keep", "results", "--yes")[0] == 0

    assert [path.name for path in note.parent.iterdir()] == ["note.txt"], "what is not ours stays"
    assert store("verify", "shared")[1].startswith("36 descriptions of images in 1 spaces")


def test_gc_needs_a_finished_run_to_keep_anything_by(home):
    code, told = store("gc", "shared", "--keep", "results", "--yes")

    assert code == 1
    assert "results  has no run.json of a finished run" in told
    assert store("verify", "shared")[0] == 0


def test_gc_waits_for_a_run(home):
    damage(shard_of(home, "edges"))
    frimcla.extract("study.toml", registry=REGISTRY)

    with claimed(home / "shared"):
        code, told = store("gc", "shared", "--yes")

    assert code == 1
    assert "another run is active in shared" in told


def test_where_there_is_nothing_that_is_told(home):
    code, told = store("status", "cells")

    assert code == 1
    assert "cells  has no features; name an output folder, a cache, or a configuration" in told
