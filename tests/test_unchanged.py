"""A run that finds everything as it would leave it does nothing, and tells the same."""

import json
import shutil

import attrs
import pytest
from toys import Toys

import frimcla
from frimcla import telling
from frimcla.bundle import load
from frimcla.picturing import read_album, write_album
from frimcla.testing import toy_dataset

REGISTRY = frimcla.Registry.of(toys=Toys())
STUDY = """
images = "cells"
test = 0.25
extractors = ["edges", "mean_colour"]
classifiers = ["spy"]
metric = "accuracy"
folds = 3
nested = false
permutations = 2
n_jobs = 1
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A study that was run, the result, and what was logged."""
    home = tmp_path_factory.mktemp("unchanged")
    toy_dataset(home / "cells", count=12)
    (home / "study.toml").write_text(STUDY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FRIMCLA_SPY", str(home / "spy.log"))
        result = frimcla.run(home / "study.toml", registry=REGISTRY)
    return home, result


@pytest.fixture
def home(finished, tmp_path, monkeypatch):
    """A copy of it, to be changed."""
    shutil.copytree(finished[0], tmp_path / "home")
    monkeypatch.setenv("FRIMCLA_SPY", str(tmp_path / "home" / "spy.log"))
    return tmp_path / "home"


def run(home, **options):
    return frimcla.run(home / "study.toml", registry=REGISTRY, **options)


def fits(home):
    return (home / "spy.log").read_text().count('"fit"')


def below(home):
    """Return every file of the results but the record, which has dates in it."""
    files = (path for path in (home / "results").rglob("*") if path.is_file())
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in files
        if path.name != "run.json" and path.suffix != ".bad"
    }


def times(home):
    return {path: path.stat().st_mtime_ns for path in (home / "results").rglob("*")}


def test_nothing_is_written_or_fitted_and_the_same_is_told(finished, home):
    before, fitted = times(home), fits(home)

    again = run(home)

    there = {path for path in before if path != home / "results"}  # the lock came and went
    assert {path: times(home)[path] for path in there} == {path: before[path] for path in there}
    assert fits(home) == fitted
    assert (again.extracted.decoded, again.evaluated.fitted) == (0, 0)
    first, second = (
        telling.run(result).replace(str(folder), "").splitlines()
        for result, folder in zip((finished[1], again), (finished[0], home), strict=True)
    )
    assert first[1:] == second[1:]
    assert again.verdict.against_rival == finished[1].verdict.against_rival is not None
    assert again.verdict.chance == finished[1].verdict.chance is not None


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *(("report.html", "deleted"), ("predictions/*/*.h5", "deleted"), ("run.json", "one bit")),
        *(("scores.csv", "one bit"), ("audit.json", "one bit"), ("features/*/s-*.h5", "one bit")),
    ],
)
def test_what_is_not_as_it_was_left_is_made_again(home, name, damage):
    """Every kind of file by ``tests/reliability``."""
    before = below(home)
    path = sorted((home / "results").glob(name))[0]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    if damage == "deleted":
        path.unlink()
    else:
        path.write_bytes(content)

    run(home)

    model = "results/model.frimcla"
    again = below(home)
    assert again.keys() == before.keys()
    changed = {name for name in before if before[name] != again[name]}
    assert changed <= {model, "results/report.html"}, "seconds and numbering may be others"
    assert json.loads((home / "results" / "run.json").read_text())["state"] == "done"
    assert load(home / model, REGISTRY).classes


def changed_study(home):
    (home / "study.toml").write_text(STUDY.replace("folds = 3", "folds = 4"))


def renamed(home):
    path = sorted((home / "cells").rglob("*.png"))[0]
    path.rename(path.with_name("another.png"))


@pytest.mark.parametrize("change", [changed_study, renamed])
def test_what_decides_the_results_is_noticed(home, change):
    before = times(home)
    change(home)

    run(home)

    assert times(home)[home / "results" / "report.html"] > before[home / "results" / "report.html"]


def test_another_pair_is_another_run(home):
    options = {"registry": REGISTRY}
    other = frimcla.train(home / "study.toml", pair="MEAN + spy", **options)
    before, model = times(home), other.model_path.read_bytes()

    again = frimcla.train(home / "study.toml", pair="MEAN + spy", **options)

    assert again.model.manifest.label == other.model.manifest.label
    assert times(home)[other.model_path] == before[other.model_path]
    run(home)
    assert other.model_path.read_bytes() != model


def test_a_pair_that_failed_is_tried_again(tmp_path):
    toy_dataset(tmp_path / "cells", count=6)
    text = STUDY.replace('"spy"', '"nearest_mean", "stubborn"').replace("permutations = 2", "")
    (tmp_path / "study.toml").write_text(text)
    run(tmp_path)

    again = run(tmp_path)

    assert again.selection.failed
    assert again.evaluated.fitted > 0


def test_a_classifier_that_says_it_has_changed_is_asked_again(home):
    spy = attrs.evolve(REGISTRY.find(frimcla.Classifier, "spy"), revision=2)
    mended = frimcla.Registry(
        tuple(
            attrs.evolve(
                plugin,
                components=tuple(spy if one.name == "spy" else one for one in plugin.components),
            )
            for plugin in REGISTRY.plugins
        )
    )

    result = frimcla.run(home / "study.toml", registry=mended)

    assert result.evaluated.fitted > 0


def test_a_picture_that_could_not_be_drawn_is_tried_again(home):
    """The album says which of its parts are whole."""
    album = home / "results/album.h5"
    kept = read_album(album)
    write_album(album, attrs.evolve(kept, made_for={"projection": kept.made_for["projection"]}))
    record = json.loads((home / "results/run.json").read_text())
    del record["made"]
    (home / "results/run.json").write_text(json.dumps(record))

    run(home)

    assert read_album(album).made_for == kept.made_for
    assert "made" in json.loads((home / "results/run.json").read_text())
