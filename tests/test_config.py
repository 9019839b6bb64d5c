"""Reading a study: what it becomes, and everything that is said about a wrong one."""

import errno
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import attrs
import pytest
from installed import fake_menu

from frimcla import Classifier, Extractor, Registry, hookimpl, param
from frimcla.catalogue import Wanted, entries
from frimcla.config import read_study
from frimcla.errors import ConfigError
from frimcla.guiding import choices
from frimcla.study import SETTINGS, Study
from frimcla.syntax import parse

MENU = Registry.of(menu=fake_menu)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with ``cells`` and ``test`` in it."""
    monkeypatch.chdir(tmp_path)
    for name in ("cells", "test"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def read(here: Path):
    """Read this text as ``study.toml``; ``images`` is set where it says nothing of them."""

    def read(text: str) -> Study:
        images = "" if "images" in text else 'images = "cells"\n'
        Path("study.toml").write_text(images + text)
        return read_study("study.toml", MENU)

    return read


@pytest.fixture
def told(read):
    """What is said about this text."""

    def told(text: str) -> str:
        with pytest.raises(ConfigError) as caught:
            read(text)
        return str(caught.value)

    return told


GOOD = """
images = "cells"
output = "out"
extractors = ["hsv", "menu:lab", {name = "lab", bins = [4, 4, 4], w = "w.npy"}]
classifiers = [{name = "svm", kernel = "linear"}, {name = "svm", cost = 1, label = "pinned"}]
metric = "f1"
metrics = ["accuracy"]
folds = 5
inner_folds = 2
seed = 4294967295
n_jobs = 2
test = "test"
unreadable = "skip"
"""


class TestGood:
    def test_every_setting_arrives(self, read, here: Path) -> None:
        Path("w.npy").touch()
        study = read(GOOD)

        assert [*map(str, (study.images, study.output, study.test))] == ["cells", "out", "test"]
        assert [r.label for r in study.extractors] == ["HSV", "LAB888", "LAB444"]
        assert study.extractors[2].values["w"] == str(here / "w.npy")
        assert [r.label for r in study.classifiers] == ["svm(kernel=linear)", "pinned"]
        assert [r.label for r in study.judges] == ["f1", "accuracy"]
        assert (study.folds, study.inner_folds, study.seed) == (5, 2, 2**32 - 1)
        assert (study.n_jobs, study.unreadable) == (2, "skip")

    def test_paths_are_relative_to_the_file_but_a_given_output_is_not(self, here: Path) -> None:
        (here / "deep/cells").mkdir(parents=True)
        (here / "deep/study.toml").write_text('images = "cells"')

        studies = [read_study("deep/study.toml", MENU, output=o) for o in (None, "mine")]

        assert [study.images for study in studies] == [Path("deep/cells")] * 2
        assert [study.output for study in studies] == [Path("deep/results"), Path("mine")]

    def test_a_written_parameter_is_pinned_even_at_its_default(self, read) -> None:
        written, changed = read(GOOD.replace(', w = "w.npy"', "")).classifiers[::-1]

        assert (written.pinned, changed.pinned) == ({"cost"}, set())

    @pytest.mark.parametrize("lists", ["", "extractors = []\nclassifiers = []\nmetrics = []"])
    def test_absent_or_empty_lists_mean_the_default_study(self, read, lists: str) -> None:
        study = read(lists)

        assert [r.label for r in study.extractors] == ["LAB888", "HSV"]
        assert [r.label for r in study.classifiers] == ["svm"]
        assert (study.metric, study.metrics, study.folds) == (None, (), None)

    def test_a_folder_is_the_default_study_of_its_images(self, read) -> None:
        assert read_study("cells", MENU) == read("")


WRONG = """
fold = 5
folds = 1
inner_folds = 2.0
n_jobs = 0
unreadable = "ignore"
images = "nowhere"
test = "study.toml"
metric = "acuracy"
metrics = ["f1", "f1"]
extractors = [
  "lap", "meny:lab", {name = "lab", bins = [4, 4], bin = 1}, {name = "hsv", bins = 1},
  {name = "hsv", label = ["a"]}, {name = "hsv", label = "LAB888"}, "lab", {label = "x"},
  {name = "lab", label = "w", w = "w.npy"}, {name = "lab", w = 5},
]
classifiers = "svm"
"""

INSIDE = 'must lie outside {} (got "{}"): results are no class'
MISSING = "is missing; write the folder with one sub-folder per class"
NAMELESS = 'must be a name or a table with a "name" (got {})'
LABEL = "must be one line of text (got {!r})"


class TestProblems:
    def test_all_are_told_at_once_sorted_by_place(self, told, here: Path) -> None:
        assert (
            "\n" + told(WRONG) + "\n"
            == f"""
study.toml has 20 problems
  classifiers          must be a list of classifiers (got 'svm')
  extractors[0]        unknown extractor "lap"; did you mean "lab"?
  extractors[1]        unknown extractor "meny:lab"; did you mean "menu:lab"?
  extractors[2].bin    unknown parameter of lab; did you mean "bins"?
  extractors[2].bins   must be 3 integers between 1 and 256 (got [4, 4])
  extractors[3].bins   unknown parameter of hsv; it has none
  extractors[4].label  must be one line of text (got ['a'])
  extractors[6]        is called "LAB888" like extractors[5]; give one a label
  extractors[7]        must be a name or a table with a "name" (got {{'label': 'x'}})
  extractors[8].w      must be a file, but "{here / "w.npy"}" is not there
  extractors[9].w      must be a file (got 5)
  fold                 unknown key; did you mean "folds"?
  folds                must be an integer between 2 and 100 (got 1)
  images               must be a folder, or a manifest (.csv, .tsv), but "nowhere" does not exist
  inner_folds          must be an integer between 2 and 20 (got 2.0)
  metric               unknown metric "acuracy"; did you mean "accuracy"?
  metrics[1]           is the same as metrics[0]; leave one out
  n_jobs               must be one of -1 or an integer between 1 and 1024 (got 0)
  test                 must be a folder, or a manifest (.csv, .tsv), but "study.toml" is a file
  unreadable           must be one of stop, skip (got 'ignore')
"""
        )

    @pytest.mark.parametrize(
        ("text", "where", "what"),
        [
            ("output = 'cells/x'", "output", INSIDE.format("images", "cells/x")),
            ("output = 'x/../cells/y'", "output", INSIDE.format("images", "x/../cells/y")),
            ("output = 'test/y'\ntest = 'test'", "output", INSIDE.format("test", "test/y")),
            ("output = 'study.toml'", "output", 'must be a folder, but "study.toml" is a file'),
            ("test = 'cells/'", "test", "must be other images than images"),
            ("images = ''", "images", MISSING),
            ("seed = 4294967296", "seed", f"must be {SETTINGS['seed']} (got 4294967296)"),
            ("unreadable = true", "unreadable", "must be one of stop, skip (got True)"),
            ("metric = 5", "metric", NAMELESS.format(5)),
            ("metric = 0", "metric", NAMELESS.format(0)),
            ("metric = false", "metric", NAMELESS.format(False)),
            ("metric = []", "metric", NAMELESS.format([])),
            ("images = 5", "images", "must be a string (got 5)"),
            ("[metrics]\na = 1", "metrics", "must be a list of metrics (got {'a': 1})"),
            ("xyz = 1", "xyz", "unknown key; known: " + ", ".join(sorted(SETTINGS))),
        ],
        ids=lambda text: text.replace("\n", " ")[:30],
    )
    def test_one_is_told_as_one(self, told, text: str, where: str, what: str) -> None:
        assert told(text) == f"study.toml has 1 problem\n  {where}  {what}"

    @pytest.mark.parametrize(
        "label", ["a\n", " ", " a", "a ", "a\x7f", "\u2028", "\ud800"], ids=ascii
    )
    def test_a_label_is_printable_and_stripped(self, here: Path, label: str) -> None:
        settings = {"images": "cells", "extractors": [{"name": "hsv", "label": label}]}
        Path("study.json").write_text(json.dumps(settings))

        with pytest.raises(ConfigError) as caught:
            read_study("study.json", MENU)

        assert str(caught.value) == (
            f"study.json has 1 problem\n  extractors[0].label  {LABEL.format(label)}"
        )

    @pytest.mark.parametrize(
        ("text", "where", "what"),
        [
            ("metrics = ['f1', {name = 'f1', label = 'x'}]", "metrics[1]", "same as metrics[0]"),
            ("extractors = ['hsv', 'menu:hsv']", "extractors[1]", "same as extractors[0]"),
            (
                "extractors = ['hsv', 'lab', {name = 'lab', bins = [8, 8, 8]}]",
                "extractors[2]",
                "same as extractors[1]",
            ),
        ],
        ids=["other label", "full name", "default written"],
    )
    def test_the_same_twice(self, told, text: str, where: str, what: str) -> None:
        assert told(text) == f"study.toml has 1 problem\n  {where}  is the {what}; leave one out"

    def test_a_parameter_pinned_at_its_default_makes_another(self, read) -> None:
        study = read('classifiers = ["svm", {name = "svm", cost = 1}]')

        assert [recipe.label for recipe in study.classifiers] == ["svm", "svm(cost=1)"]

    def test_places_are_sorted_as_people_count(self, told) -> None:
        problems = told(f"extractors = {['lap'] * 12}").splitlines()[1:]

        assert [line.split()[0] for line in problems] == [f"extractors[{i}]" for i in range(12)]

    def test_a_number_of_400_digits(self, told) -> None:
        assert told(f"classifiers = [{{name = 'svm', cost = {10**400}}}]") == (
            "study.toml has 1 problem\n"
            f"  classifiers[0].cost  must be a number between 0 and 100 (got {10**400})"
        )

    def test_many_parameters_are_neither_listed_nor_denied(self, told) -> None:
        assert told("extractors = [{name = 'many', zzz = 1}]") == (
            "study.toml has 1 problem\n  extractors[0].zzz  unknown parameter of many"
        )

    @pytest.mark.parametrize("key", ["images", "output", "test"])
    def test_a_folder_with_a_zero_in_its_name(self, told, key: str) -> None:
        with pytest.raises(ValueError, match="null") as why:  # Python's words change
            Path("a\0b").resolve()

        assert told(f'{key} = "a\\u0000b"') == (
            f"study.toml has 1 problem\n  {key}  cannot be a folder ({why.value}); write another"
        )

    @pytest.mark.skipif(os.name == "nt", reason="Windows finds other words")
    @pytest.mark.parametrize("key", ["images", "output", "test"])
    def test_a_folder_whose_name_is_too_long(self, told, key: str) -> None:
        why = f"[Errno {errno.ENAMETOOLONG}] {os.strerror(errno.ENAMETOOLONG)}: {'a' * 5000!r}"

        assert told(f"{key} = {'a' * 5000!r}") == (
            f"study.toml has 1 problem\n  {key}  cannot be a folder ({why}); write another"
        )

    @pytest.mark.parametrize("key", ["images", "output", "test"])
    def test_a_folder_whose_name_is_not_utf8(self, here: Path, key: str) -> None:
        """It could not be written to ``study.toml``."""
        Path("study.json").write_text(json.dumps({"images": "cells", key: "caf\udce9"}))

        with pytest.raises(ConfigError) as caught:
            read_study("study.json", MENU)

        assert str(caught.value) == (
            f"study.json has 1 problem\n  {key}  must have a name in UTF-8 (got 'caf\\udce9'); "
            "rename it"
        )

    def test_a_kind_that_nobody_brings(self, here: Path) -> None:
        with pytest.raises(ConfigError) as caught:
            read_study("cells", Registry(()))

        assert caught.value.problems == (
            ("classifiers", Registry(()).none_of(Classifier)),
            ("extractors", Registry(()).none_of(Extractor)),
        )


LOOP = pytest.mark.skipif(sys.version_info >= (3, 13), reason="loops raise no longer")
WEIGHTS = 'extractors = [{{name = "lab", w = "{}"}}]'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param('images = "loop"', "images", id="images in a loop", marks=LOOP),
        pytest.param('output = "loop/x"', "output", id="output in a loop", marks=LOOP),
        pytest.param(WEIGHTS.format("loop"), "extractors[0].w", id="file in a loop", marks=LOOP),
        pytest.param(WEIGHTS.format("a\\u0000b"), "extractors[0].w", id="file with a zero"),
        pytest.param(WEIGHTS.format("a" * 300), "extractors[0].w", id="file with a long name"),
        pytest.param('"\u00b2" = 1', "\u00b2", id="superscript"),
        pytest.param(f"{'1' * 5000} = 1", "1" * 5000, id="digits"),
    ],
)
def test_no_text_is_a_traceback(told, here: Path, text: str, place: str) -> None:
    Path("loop").symlink_to("loop")

    first, problem = told(text).splitlines()

    assert first == "study.toml has 1 problem"
    assert problem.startswith(f"  {place}  ")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('output = 5\nimages = "nowhere"', ["images", "output"]),
        ('images = "a\\u0000b"\ntest = "nowhere"', ["images", "test"]),
        ('images = ""\ntest = "nowhere"', ["images", "test"]),
    ],
    ids=["output", "images", "no images"],
)
def test_every_wrong_folder_is_told(told, text: str, places: list[str]) -> None:
    assert [line.split()[0] for line in told(text).splitlines()[1:]] == places


def test_a_file_that_is_not_optional_is_not_none(told, here: Path) -> None:
    assert told(WEIGHTS.format("none")) == (
        "study.toml has 1 problem\n"
        f'  extractors[0].w  must be a file, but "{here / "none"}" is not there'
    )


def test_comments_are_taken_out_of_json_in_one_look(tmp_path):
    """It took hours where quotes are never closed; should it again, this test does not end."""
    path = tmp_path / "quotes.json"
    path.write_text('{"a": ' + '\\"' * 400_000)

    with pytest.raises(ConfigError, match="syntax"):
        parse(path)


def test_what_has_no_usable_default_must_be_written(here):
    """No menu for forms offers it either."""
    (here / "net.onnx").write_bytes(b"")
    component = Extractor(
        name="net",
        factory="a:b",
        params=attrs.make_class(
            "Model", {"model": param("", "the file of a network", path=True, required=True)}
        ),
        summary="any network",
    )
    menu = SimpleNamespace(frimcla_extractors=hookimpl(lambda: [component]))
    registry = Registry.of(menu=fake_menu, own=menu)
    study = 'images = "cells"\nextractors = ["net", {name = "net", model = "net.onnx"}]\n'
    Path("study.toml").write_text(study)

    with pytest.raises(ConfigError) as caught:
        read_study("study.toml", registry)

    assert "extractors[0].model  is missing; write the file of a network" in str(caught.value)
    assert "extractors[1]" not in str(caught.value)
    assert "net" not in [choice.name for choice in choices.extractors(registry)]
    (entry,) = (one for one in entries(registry, Wanted()) if one.name == "net")
    assert entry.here == "name a model"
    assert entry.licences == ("of your file",)
