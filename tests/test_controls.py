"""Controls join a study by themselves, once, and a repeated study is the same."""

from pathlib import Path

import attrs
import pytest
from toys import Toys

import frimcla
from frimcla import Extractor, telling
from frimcla.config import read_study
from frimcla.errors import ConfigError
from frimcla.toml import write_study

TOYS = frimcla.Registry.of(toys=Toys())
NUMBER = TOYS.find(Extractor, "number")


class Controls:
    """A plugin with a control, and a second one that some studies name."""

    @frimcla.hookimpl
    def frimcla_extractors(self):
        yield attrs.evolve(NUMBER, name="brightness", label="LIGHT", control=True)
        yield attrs.evolve(NUMBER, name="frame", label="FRAME", control=True)


REGISTRY = frimcla.Registry.of(toys=Toys(), more=Controls())


@pytest.fixture
def read(cells, monkeypatch):
    """Read a study with these lines."""
    monkeypatch.chdir(cells.parent)

    def read(text="", registry=REGISTRY):
        Path("study.toml").write_text('images = "cells"\n' + text)
        return read_study("study.toml", registry)

    return read


def labels(recipes):
    return [recipe.label for recipe in recipes]


def test_they_follow_what_a_study_names_with_every_classifier(read):
    study = read('extractors = ["edges"]\nclassifiers = ["nearest_mean", "spy"]')

    assert labels(study.extractors) == ["EDGES", "LIGHT", "FRAME"]
    assert labels(study.controls) == ["LIGHT", "FRAME"]
    assert labels(study.pairs) == [
        f"{one} + {other}" for one in ("EDGES", "LIGHT", "FRAME") for other in ("NM", "spy")
    ]


def test_the_default_study_has_them(read, cells):
    by_folder = read_study(cells, REGISTRY)

    assert labels(by_folder.extractors) == ["MEAN", "EDGES", "LIGHT", "FRAME"]
    assert labels(read().extractors) == labels(by_folder.extractors)


def test_one_that_is_named_keeps_its_place_and_its_label(read):
    study = read('extractors = [{name = "frame", label = "size"}, "edges"]')

    assert labels(study.extractors) == ["size", "EDGES", "LIGHT"]
    assert labels(study.controls) == ["size", "LIGHT"]


def test_without_them_only_what_is_named_is_studied(read):
    assert labels(read('extractors = ["edges"]\ncontrols = false').extractors) == ["EDGES"]
    assert labels(read('extractors = ["frame"]\ncontrols = false').controls) == ["FRAME"]


def test_where_none_is_installed_nothing_changes(read):
    study = read('extractors = ["edges"]', TOYS)

    assert study == read('extractors = ["edges"]\ncontrols = false', TOYS)
    assert study.controls == ()


def test_a_repeated_study_is_the_same_whatever_was_installed_since(read):
    study = read('extractors = ["edges"]', frimcla.Registry.of(toys=Toys(), more=Controls()))
    settled = study.changed(metric=TOYS.find(frimcla.Metric, "accuracy").recipe(), folds=3)
    Path("again.toml").write_text(write_study(settled, Path()))

    later = frimcla.Registry.of(toys=Toys(), more=Controls(), still_more=Controls())
    again = read_study("again.toml", later)

    assert again == settled.changed(images=again.images, output=again.output)
    assert labels(again.controls) == ["LIGHT", "FRAME"]


def test_a_label_that_is_taken_is_told_with_a_way_out(read):
    with pytest.raises(ConfigError) as caught:
        read('extractors = [{name = "edges", label = "LIGHT"}]')

    what = 'bring another extractor that is called "LIGHT"'
    way_out = 'name "more:brightness" in extractors, with a label'
    assert caught.value.problems == (("controls", f"{what}; {way_out}"),)
    ways = 'extractors = [{name = "edges", label = "LIGHT"}, {name = "brightness", label = "sun"}]'
    assert labels(read(ways).extractors) == ["LIGHT", "sun", "FRAME"]


def test_controls_are_wanted_or_not(read):
    with pytest.raises(ConfigError) as caught:
        read('controls = "all"')

    assert caught.value.problems == (("controls", "must be true or false (got 'all')"),)


@pytest.mark.parametrize(
    ("named", "lines"),
    [
        ('["edges"]', ["extractors   EDGES", "controls     LIGHT, FRAME"]),
        ('["frame"]', ["controls     FRAME, LIGHT"]),
        ('["edges"]\ncontrols = false', ["extractors   EDGES"]),
    ],
)
def test_check_names_them_as_controls(read, named, lines):
    told = telling.plan(*frimcla.check(read(f"extractors = {named}"), registry=REGISTRY))

    assert [one for one in told.splitlines() if one.startswith(("extr", "cont"))] == lines


def test_init_leaves_them_to_the_setting(read, cells):
    path = frimcla.init(cells, "proposed.toml", registry=REGISTRY)

    text = path.read_text("utf-8")
    assert "# They are: LIGHT, FRAME.\n# controls = true  #" in text
    assert "brightness" not in text
    proposed = read_study(path, REGISTRY)
    assert labels(proposed.extractors) == ["MEAN", "EDGES", "LIGHT", "FRAME"]


def test_weights_of_a_study_are_those_of_what_it_names(read):
    """`frimcla weights fetch STUDY` looks at extractors alone: controls need none."""
    from frimcla.config import read_extractors

    read('extractors = ["edges"]')

    assert labels(read_extractors("study.toml", REGISTRY)) == ["EDGES"]
