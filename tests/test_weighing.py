"""Classes of unequal size: one setting for all classifiers, and what is said of them."""

import shutil

import attrs
import pytest
from toys import Toys

import frimcla
from frimcla import Classifier, Metric
from frimcla.balance import cautions
from frimcla.errors import ConfigError
from frimcla.gathering import scan
from frimcla.planning import settle
from frimcla.result import warnings_of
from frimcla.testing import toy_dataset
from frimcla.toml import write_study


@attrs.frozen
class Weight:
    C: float = frimcla.param(1.0, "strength", between=(0, 10))
    class_weight: str = frimcla.param("none", "weights", choices=("none", "balanced"))


@attrs.frozen
class Other:
    class_weight: float = frimcla.param(1.0, "another thing of the same name", between=(0, 10))


class Scales:
    """Offers classifiers that can weigh classes, and two that cannot."""

    @frimcla.hookimpl
    def frimcla_classifiers(self):
        able = {"factory": "toys:NearestMean", "params": Weight, "summary": "weighs"}
        yield Classifier(name="able", label="ABLE", suggested=True, **able)
        yield Classifier(
            name="searched", label="S", search={"class_weight": ("none", "balanced")}, **able
        )
        yield Classifier(name="odd", label="ODD", factory="a:b", params=Other, summary="odd")


REGISTRY = frimcla.Registry.of(toys=Toys(), scales=Scales())


@pytest.fixture
def uneven(tmp_path):
    """Two classes of 10 and one of 6 images."""
    folder = toy_dataset(tmp_path / "uneven", count=10)
    for path in sorted((folder / "stripes_2").iterdir())[6:]:
        path.unlink()
    return folder


@pytest.fixture
def read(tmp_path, uneven):
    """Read a study of this text on uneven classes."""

    def read(text):
        path = tmp_path / "study.toml"
        path.write_text(f'images = "uneven"\n{text}')
        return frimcla.read_study(path, REGISTRY)

    return read


def weights(study):
    return [recipe.values.get("class_weight") for recipe in study.classifiers]


def test_the_setting_is_for_all_classifiers_that_can(read):
    study = read('class_weight = "balanced"\nclassifiers = ["able", "nearest_mean", "odd"]')

    assert weights(study) == ["balanced", None, 1.0]


def test_the_setting_is_for_the_default_classifiers_too(read):
    study = read('class_weight = "balanced"')

    assert [recipe.label for recipe in study.classifiers] == ["NM", "ABLE(class_weight=balanced)"]


def test_without_it_nothing_changes(read):
    assert weights(read("")) == [None, "none"]


def test_what_is_written_for_one_classifier_wins(read):
    written = '{name = "able", class_weight = "none"}, {name = "able", C = 2, label = "two"}'
    study = read(f'class_weight = "balanced"\nclassifiers = [{written}]')

    assert weights(study) == ["none", "balanced"]
    assert study.classifiers[1].label == "two"


def test_it_is_the_same_classifier_as_when_written_for_each(read):
    at_once = read('class_weight = "balanced"\nclassifiers = ["able", "searched"]')
    tables = ", ".join(
        f'{{name = "{name}", class_weight = "balanced"}}' for name in ("able", "searched")
    )
    each = read(f"classifiers = [{tables}]")

    assert at_once.classifiers == each.classifiers
    assert at_once.classifiers[1].pinned == {"class_weight"}
    assert at_once.classifiers[0].key != read("").classifiers[1].key


def test_the_same_twice_is_told(read):
    with pytest.raises(ConfigError, match=r"classifiers\[1\]  is the same as classifiers\[0\]"):
        read(
            'class_weight = "balanced"\n'
            'classifiers = ["able", {name = "able", class_weight = "balanced"}]'
        )


def test_the_study_as_run_reads_back(read, tmp_path, uneven):
    classifiers = '[{name = "able", class_weight = "none"}, "searched", "odd"]'
    study = read(f'class_weight = "balanced"\nclassifiers = {classifiers}')
    study = settle(study, scan(uneven), REGISTRY)
    (tmp_path / "again.toml").write_text(write_study(study, tmp_path))

    again = frimcla.read_study(tmp_path / "again.toml", REGISTRY)

    assert again.class_weight == "balanced"
    assert again.classifiers == study.classifiers


def test_another_word_is_refused(read):
    with pytest.raises(ConfigError, match="class_weight  must be one of none, balanced"):
        read('class_weight = "heavy"')


def judged(study, metric, folder):
    recipe = REGISTRY.find(Metric, metric).recipe()
    return cautions(study.changed(metric=recipe), scan(folder))


SIZES = "unbalanced: stripes_1 10 to stripes_2 6 (1.7 times): "
WAY_OUT = '. class_weight = "balanced" makes rare classes weigh more'


def test_the_warning_follows_what_decides(read, uneven):
    study = read("")

    assert judged(study, "balanced_accuracy", uneven) == [
        f"{SIZES}accuracy would reward ignoring stripes_2; balanced_accuracy decides{WAY_OUT}"
    ]
    better = 'metric = "balanced_accuracy" does not'
    assert judged(study, "accuracy", uneven) == [
        f"{SIZES}accuracy, which decides, rewards ignoring stripes_2; {better}{WAY_OUT}"
    ]


def test_the_way_out_is_told_only_where_it_is_one(read, uneven):
    done = 'classifiers = [{name = "able", class_weight = "balanced"}]'
    for text in (done, 'classifiers = ["nearest_mean"]'):
        (told,) = judged(read(text), "brier", uneven)
        assert told == f"{SIZES}accuracy would reward ignoring stripes_2; brier decides"


@pytest.mark.parametrize(
    ("classifiers", "told"),
    [
        (["able"], []),
        (["able", "odd"], ["ODD has no class_weight: it stays unweighted"]),
        (["odd", "stubborn"], ["ODD and stubborn have no class_weight: they stay unweighted"]),
        (
            ["odd", "able", "stubborn", "nearest_mean"],
            ["ODD, stubborn and NM have no class_weight: they stay unweighted"],
        ),
    ],
)
def test_classifiers_that_cannot_are_named(read, cells, classifiers, told):
    names = str(classifiers).replace("'", '"')
    study = read(f'class_weight = "balanced"\nclassifiers = {names}')

    assert judged(study, "accuracy", cells) == told


def test_up_to_one_and_a_half_and_by_copies_nothing_is_unbalanced(read, uneven):
    """Nine to six is 1.5; nine copies of an image make no class larger."""
    for label in ("stripes_1", "stripes_3"):
        paths = sorted((uneven / label).iterdir())
        paths[9].unlink()
        for number in range(9):
            shutil.copy(paths[0], uneven / label / f"copy_{number}.png")

    assert judged(read(""), "accuracy", uneven) == []


def test_a_run_and_a_proposed_study_tell_it(read, uneven, tmp_path):
    settings = 'class_weight = "balanced"\nclassifiers = ["nearest_mean"]\nfolds = 2\nn_jobs = 1\n'

    result = frimcla.run(read(settings), registry=REGISTRY)

    assert warnings_of(result) == [
        f"{SIZES}accuracy would reward ignoring stripes_2; balanced_accuracy decides",
        "NM has no class_weight: it stays unweighted",
    ]
    proposed = frimcla.init(uneven, tmp_path / "mine.toml", registry=REGISTRY).read_text()
    assert f"# {SIZES}accuracy would" in proposed
    assert '\n# class_weight = "none"' in proposed
