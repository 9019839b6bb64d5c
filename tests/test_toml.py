"""Study files: what is read of TOML and JSON, and the TOML that is written."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from installed import fake_menu

from frimcla import Registry
from frimcla.config import read_study
from frimcla.errors import ConfigError
from frimcla.naming import Naming
from frimcla.policy import Policy
from frimcla.study import SETTINGS, Study
from frimcla.syntax import LARGEST
from frimcla.toml import literal, propose, write_study

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
NUMBER = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
FLAT = st.lists(NUMBER | st.booleans() | TEXT, max_size=3)
BARE = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]*", fullmatch=True)
VALUE = NUMBER | TEXT | FLAT | st.dictionaries(BARE, FLAT | TEXT, max_size=3)


MENU = Registry.of(menu=fake_menu)
ODD = 'a "quoted" \\ name, # é'
FOLDER = f"{ODD} \x7f"

WRITTEN = """\
# The study as it was run, every default spelled out. To repeat it: frimcla run study.toml

images = "../cells"  # folder with one sub-folder of images per class, or a manifest (CSV)
classes = ""  # pattern that finds the class in names: "{class}_{patient}_*.png"
groups = ""  # what folds must not split: column or pattern, "{patient}_*"; none: every image by itself
output = "."  # folder for features, scores, tables and the model
cache = ""  # folder for features that several studies share; left out: in output
extractors = [  # what describes the images; empty: the usual ones whose weights are here
  {name = "menu:lab", bins = [8, 8, 8], share = 1e-07, mask = true},
]
controls = false  # whether installed controls, which see no shapes, join the extractors named
classifiers = [  # what learns from the descriptions; empty: the usual six
  {name = "menu:svm", kernel = "rbf", depth = 3},
]
class_weight = "none"  # balanced: rare classes weigh more in classifiers that can
metric = {name = "menu:accuracy"}  # %s
metrics = []  # what is reported as well
folds = 5  # outer folds; left out: 10, or what the smallest class allows
inner_folds = 4  # folds of the search inside a training fold
repeats = 1  # how often the images are split anew; more repeats decide more
nested = true  # repeat the whole choice inside every fold: what to expect, unbiased
search = "full"  # halving: settings of classifiers, and pairs, that are behind stop early
budget = ""  # time of the comparison, "90s", "30min" or "2h"; what is far behind stops early
statistics = "strict"  # tests; classic: those of the 2019 papers, to compare with
alpha = 0.05  # level of every test
rope = 0.01  # a difference in the metric that does not matter to you
permutations = 0  # shufflings of the classes to test against chance, 200 for a paper
seed = 7  # seed of every random choice
n_jobs = 3  # processes, -1 for all cores; changes no number
backend = "loky"  # who works: processes here, or a backend of joblib, such as dask
scheduler = ""  # with backend = "dask": its address, "tcp://10.0.0.1:8786"
test = ""  # images kept for the final check: folder, manifest, or share of them (0.2)
scaling = "auto"  # what becomes black and white: auto, dtype, percentile, dataset or [low, high]
channels = "rgb"  # channels seen: rgb, each (described one by one), or up to three indices or names
planes = "max"  # what becomes of several planes
max_megapixels = 100.0  # larger images are refused unread
engine = "auto"  # what runs networks; auto: Keras on a GPU, else ONNX
unreadable = "skip"  # at images that cannot be read
pictures = true  # whether report.html shows images and their names; false: hashes instead
explain = 0  # images per class whose decisive places the report shows
ignore = []  # checks of the audit to leave out: ["FRM204"]
"""  # noqa: E501
PROPOSED = """\
# 2 images.
# Not many.
images = "cells"  # folder with one sub-folder of images per class, or a manifest (CSV)
# classes = ""  # pattern that finds the class in names: "{class}_{patient}_*.png"
# groups = ""  # what folds must not split: column or pattern, "{patient}_*"; none: every image by itself
# output = "results"  # folder for features, scores, tables and the model
# cache = ""  # folder for features that several studies share; left out: in output
extractors = [  # what describes the images; empty: the usual ones whose weights are here
  "lab",
  {name = "lab"},
]
# controls = true  # whether installed controls, which see no shapes, join the extractors named
# classifiers = []  # what learns from the descriptions; empty: the usual six
# class_weight = "none"  # balanced: rare classes weigh more in classifiers that can
# metric = ""  # what decides; left out: accuracy, or balanced_accuracy beyond 1:1.5
# metrics = []  # what is reported as well
folds = 5  # outer folds; left out: 10, or what the smallest class allows
# inner_folds = 3  # folds of the search inside a training fold
# repeats = 1  # how often the images are split anew; more repeats decide more
# nested = true  # repeat the whole choice inside every fold: what to expect, unbiased
# search = "full"  # halving: settings of classifiers, and pairs, that are behind stop early
# budget = ""  # time of the comparison, "90s", "30min" or "2h"; what is far behind stops early
# statistics = "strict"  # tests; classic: those of the 2019 papers, to compare with
# alpha = 0.05  # level of every test
# rope = 0.01  # a difference in the metric that does not matter to you
# permutations = 0  # shufflings of the classes to test against chance, 200 for a paper
# seed = 0  # seed of every random choice
# n_jobs = -1  # processes, -1 for all cores; changes no number
# backend = "loky"  # who works: processes here, or a backend of joblib, such as dask
# scheduler = ""  # with backend = "dask": its address, "tcp://10.0.0.1:8786"
# test = ""  # images kept for the final check: folder, manifest, or share of them (0.2)
# scaling = "auto"  # what becomes black and white: auto, dtype, percentile, dataset or [low, high]
# channels = "rgb"  # channels seen: rgb, each (described one by one), or up to three indices or names
# planes = "max"  # what becomes of several planes
# max_megapixels = 100.0  # larger images are refused unread
# engine = "auto"  # what runs networks; auto: Keras on a GPU, else ONNX
# unreadable = "stop"  # at images that cannot be read
# pictures = true  # whether report.html shows images and their names; false: hashes instead
# explain = 0  # images per class whose decisive places the report shows
# ignore = []  # checks of the audit to leave out: ["FRM204"]
"""  # noqa: E501


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with ``cells`` in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cells").mkdir()
    return tmp_path


@pytest.fixture
def study(here: Path) -> Study:
    """A settled study in which everything is odd."""
    (here / FOLDER).mkdir()
    Path("w.npy").touch()
    text = f"""
images = {literal(FOLDER)}
test = "cells"
classes = "{{class}}_{{patient}}_*"
groups = ["patient", "{{smear:d}}.png"]
scaling = [[0, 255], [8.5, 3948]]
channels = [1, "DNA"]
planes = "middle"
max_megapixels = 5
extractors = ["lab", {{name = "lab", bins = [1, 99, 5], share = 0.1, mask = false, w = "w.npy"}}]
classifiers = ["svm", {{name = "svm", cost = 1, depth = "none", label = {literal(ODD)}}}]
metric = "accuracy"
metrics = ["f1"]
folds = 5
inner_folds = 4
seed = 7
n_jobs = 3
unreadable = "skip"
"""
    Path("study.toml").write_text(text, encoding="utf-8")
    return read_study("study.toml", MENU)


@given(VALUE)
def test_what_is_written_reads_back_as_it_was(value) -> None:
    read = tomllib.loads(f"key = {literal(value)}  # comment")["key"]

    assert repr(read) == repr(value)


class TestWriteStudy:
    def test_reads_back_as_the_same_study(self, study: Study) -> None:
        Path("results").mkdir()
        Path("results/study.toml").write_text(write_study(study, Path("results")), encoding="utf-8")

        again = read_study("results/study.toml", MENU)

        assert [(p.key, p.label) for p in again.pairs] == [(p.key, p.label) for p in study.pairs]
        assert again.images.resolve() == study.images.resolve()
        assert Path(again.test or "").resolve() == Path("cells").resolve()
        assert again.output.resolve() == study.output.resolve()
        assert again.changed(images=study.images, test=study.test, output=study.output) == study

    def test_spells_out_every_setting(self, study: Study) -> None:
        first = {"extractors": study.extractors[:1], "classifiers": study.classifiers[:1]}
        as_usual = {"naming": Naming(), "policy": Policy()}
        plain = study.changed(images=Path("cells"), test=None, metrics=(), **first, **as_usual)

        assert write_study(plain, Path("results")) == WRITTEN % SETTINGS["metric"].help

    @pytest.mark.parametrize("groups", [(), ("none",), ("patient",), ("plate", "well")], ids=str)
    @pytest.mark.parametrize("test", [None, 0.25], ids=str)
    def test_groups_and_a_share_read_back(self, study: Study, groups, test) -> None:
        study = study.changed(naming=Naming(groups=groups), test=test)

        Path("again.toml").write_text(write_study(study, Path()), encoding="utf-8")

        again = read_study("again.toml", MENU)
        assert (again.naming, again.test) == (study.naming, test)

    def test_reads_back_where_the_output_is_a_link(self, study: Study, here: Path) -> None:
        """As on a cluster, where results lie on another disk."""
        (here / "disk/far/away").mkdir(parents=True)
        Path("results").symlink_to(here / "disk/far/away")
        Path("results/study.toml").write_text(write_study(study, Path("results")), encoding="utf-8")

        assert read_study("results/study.toml", MENU).pairs == study.pairs


class TestPropose:
    def test_shows_settings_in_force_and_the_others_as_comments(self) -> None:
        settings = {"images": "cells", "extractors": ["lab", {"name": "lab"}], "folds": 5}
        notes = {"images": "2 images.\nNot many."}

        assert propose(settings, notes) == PROPOSED

    def test_what_it_comments_out_is_the_default(self, here: Path) -> None:
        proposed = propose({"images": "cells"}, {})
        Path("commented.toml").write_text(proposed)
        Path("spelled.toml").write_text(proposed.replace("\n# ", "\n"))

        commented, spelled = (read_study(f"{n}.toml", MENU) for n in ("commented", "spelled"))

        assert spelled == commented.changed(folds=SETTINGS["folds"].default)


class TestSyntax:
    @pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
    def test_json_may_have_comments(self, here: Path, mark: str) -> None:
        text = """{ // of the old kind
          "images": "cells", # not "cells2"
          "extractors": [{"name": "lab", "label": "http://x #1 \\" // y"}]
        }"""
        Path("old.JSON").write_text(mark + text, encoding="utf-8")

        assert read_study("old.JSON", MENU).extractors[0].label == 'http://x #1 " // y'

    @pytest.mark.parametrize(
        ("name", "content", "problem"),
        [
            ("a.toml", b"folds = ", "syntax  Invalid value (at end of document)"),
            ("a.json", b'{"folds": }', "syntax  Expecting value: line 1 column 11 (char 10)"),
            ("a.json", b'{"seed": 2, "seed": 2}', 'syntax  "seed" stands there twice'),
            ("a.json", b'["cells"]', "syntax  must be a table of settings"),
            (
                "a.toml",
                b"# \xe9",
                (
                    "file  must be a study in UTF-8 text (byte 2 is not), or a folder of images; "
                    "save it as UTF-8, or name the folder"
                ),
            ),
            ("a.toml", b"#" * (LARGEST + 1), "size  is over 1,000,000 bytes: not a study"),
        ],
        ids=["toml", "json", "json twins", "json list", "not utf-8", "large"],
    )
    def test_a_file_that_is_no_study(
        self, here, name: str, content: bytes, problem: str, registry
    ) -> None:
        Path(name).write_bytes(content)

        with pytest.raises(ConfigError) as caught:
            read_study(name, MENU)

        assert str(caught.value) == f"{name} has 1 problem\n  {problem}"

    def test_a_missing_file_says_what_to_name(self, here: Path) -> None:
        with pytest.raises(ConfigError) as caught:
            read_study("no/study.toml", MENU)

        assert str(caught.value) == (
            "no/study.toml has 1 problem\n  file  cannot be read: No such file or directory; "
            "name a study.toml or a folder of images"
        )

    @pytest.mark.parametrize("bomb", ["[", "a = ["])
    def test_a_bomb_of_brackets_is_told_in_words(self, here: Path, bomb: str) -> None:
        name = "a.json" if bomb == "[" else "a.toml"
        Path(name).write_text(bomb + "[" * 100_000)

        with pytest.raises(ConfigError) as caught:
            read_study(name, MENU)

        assert str(caught.value) == f"{name} has 1 problem\n  syntax  is nested too deeply"
