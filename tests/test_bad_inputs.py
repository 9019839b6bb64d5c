"""Twenty-five ways to be wrong, and what each is told: ``pytest tests/test_bad_inputs.py -s``."""

import shutil
import zipfile

import numpy as np
import pytest
import tifffile
from click.testing import CliRunner
from PIL import Image

from frimcla.cli import main
from frimcla.testing import toy_dataset

pytest.importorskip("frimcla_classic", reason="needs the shipped plugins")
pytest.importorskip("frimcla_sklearn", reason="needs the shipped plugins")

GOOD = """
images = "cells"
extractors = ["colour_moments"]
classifiers = ["knn"]
metric = "accuracy"
folds = 4
n_jobs = 1
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A good study with its model, and many bad things beside it."""
    folder = tmp_path_factory.mktemp("bad")
    toy_dataset(folder / "cells")
    (folder / "study.toml").write_text(GOOD)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert CliRunner().invoke(main, ["run", "study.toml"]).exit_code == 0
    return folder


def copy_of_cells(folder):
    shutil.copytree("cells", folder)
    return folder


def study(**settings):
    """Write a study that differs from the good one; return its name."""
    lines = [line for line in GOOD.splitlines() if line.partition(" ")[0] not in settings]
    lines += [f"{key} = {value}" for key, value in settings.items()]
    with open("bad.toml", "w") as file:
        file.write("\n".join(lines))
    return ["check", "bad.toml"]


def misspelt():
    return study(fold="5", metric='"acuracy"', extractors='["lpb", {name = "lab", bins = [4, 4]}]')


def empty_folder(folder):
    folder.mkdir()
    return ["run", str(folder)]


def one_class(folder):
    copy_of_cells(folder / "one")
    shutil.rmtree(folder / "one/stripes_2")
    shutil.rmtree(folder / "one/stripes_3")
    return ["run", str(folder / "one")]


def loose(folder):
    shutil.copytree("cells/stripes_1", folder / "loose")
    return ["run", str(folder / "loose")]


def small_class(folder):
    copy_of_cells(folder / "small")
    for path in sorted((folder / "small/stripes_2").iterdir())[5:]:
        path.unlink()
    return [*study(images=f'"{folder / "small"}"', folds="10")]


def broken_files(folder):
    """Six bad files at once, and one image in two classes."""
    copy_of_cells(folder / "broken")
    home = folder / "broken/stripes_1"
    whole = (home / "image_00.png").read_bytes()
    (home / "truncated.png").write_bytes(whole[: len(whole) // 2])
    (home / "text.png").write_text("I am no image")
    (home / "empty.jpg").write_bytes(b"")
    (home / "slide.czi").write_bytes(b"ZISRAWFILE")
    Image.fromarray(np.zeros((9, 9), np.uint16)).save(home / "deep.png")
    tifffile.imwrite(home / "holes.tif", np.full((9, 9), np.nan, np.float32))
    shutil.copy(home / "image_01.png", folder / "broken/stripes_2/twin.png")
    return ["run", str(folder / "broken"), "--output", str(folder / "out")]


def huge(folder):
    copy_of_cells(folder / "huge")
    Image.new("1", (20_000, 6_000)).save(folder / "huge/stripes_1/huge.png")
    return ["run", str(folder / "huge"), "--output", str(folder / "out")]


def in_test_too(folder):
    copy_of_cells(folder / "kept")
    shutil.move(folder / "kept/stripes_3", folder / "kept/stripes_9")
    return study(test=f'"{folder / "kept"}"')


def changed_bundle(folder):
    changed = folder / "changed.frimcla"
    with zipfile.ZipFile("results/model.frimcla") as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"stripes_1", b"stripes_X"))
    return ["verify", str(changed)]


def strangers_output(folder):
    (folder / "table.csv").write_text("mine")
    return ["run", "study.toml", "--output", str(folder)]


def renamed_pickle(folder):
    import pickle

    (folder / "model.frimcla").write_bytes(pickle.dumps({"a": print}))
    return ["predict", str(folder / "model.frimcla"), "cells"]


def half_a_bundle(folder):
    with open("results/model.frimcla", "rb") as file:
        (folder / "half.frimcla").write_bytes(file.read()[:3000])
    return ["verify", str(folder / "half.frimcla")]


def foreign_class(folder):
    shutil.copytree("cells/stripes_1", folder / "other/leaf")
    return ["evaluate", "results/model.frimcla", str(folder / "other")]


def bad_among_good(folder):
    shutil.copytree("cells/stripes_1", folder / "new")
    (folder / "new/a_text.png").write_text("no")
    return ["predict", "results/model.frimcla", str(folder / "new")]


CASES = {
    "misspelt names": (lambda _: misspelt(), ["4 problems", 'did you mean "folds"?', "lbp"]),
    "no such study": (lambda _: ["run", "nowhere.toml"], ["nowhere.toml", "cannot be read"]),
    "TOML syntax": (lambda _: study(folds="[1"), ["syntax"]),
    "wrong types": (
        lambda _: study(folds='"five"', seed="-1", n_jobs="0", unreadable='"ignore"'),
        ["4 problems", "must be an integer between 2 and 100 (got 'five')"],
    ),
    "no images named": (lambda _: study(images='""'), ["images", "is missing"]),
    "no such folder": (lambda _: study(images='"cels"'), ["must be a folder", "does not exist"]),
    "output among images": (lambda _: study(output='"cells/out"'), ["must lie outside images"]),
    "test is images": (lambda _: study(test='"cells"'), ["must be other images than images"]),
    "one label twice": (
        lambda _: study(extractors='["hog", {name = "lab", label = "HOG"}]'),
        ['is called "HOG" like extractors[0]; give one a label'],
    ),
    "parameter out of range": (
        lambda _: study(classifiers='[{name = "svm", kernel = "poly", D = 1}]'),
        ["must be one of rbf, linear (got 'poly')", "unknown parameter of svm"],
    ),
    "parameters that do not fit": (
        lambda _: study(extractors='[{name = "hog", side = 32, cell = 64}]'),
        ["extractor HOG(side=32, cell=64) cannot be made: cell must be at most side, 32"],
    ),
    "no such positive class": (
        lambda _: study(metrics='[{name = "f1", positive = "sick"}]'),
        ["metrics[0]", "positive must be one of stripes_1, stripes_2, stripes_3 (got 'sick')"],
    ),
    "empty folder": (lambda f: empty_folder(f / "empty"), ["there are no images; name the folder"]),
    "one class": (one_class, ['must be two or more (got only "stripes_1")']),
    "images beside folders": (
        loose,
        ["12 images lie beside them; sort them into one folder per class"],
    ),
    "a class too small": (
        small_class,
        ["has 5 different images, fewer than the 10 folds; set folds = 5 or add images"],
    ),
    "bad files and a twin": (
        broken_files,
        [
            "8 problems",
            "is the same image as stripes_2/twin.png in another class; remove one",
            "is empty; replace it",
            "is CZI, which no installed plugin reads; save it as TIFF or PNG",
            "holds 16 bits, grey or colour, where 8 bits, grey or colour are needed",
            "holds 32 bits (floating point)",
            "is PNG, but damaged or truncated",
            "is no image: it holds text",
        ],
    ),
    "a huge image": (huge, ["is 20000 x 6000: more than 100 megapixels"]),
    "test images and classes": (in_test_too, ['holds the class "stripes_9"', "is the same image"]),
    "somebody's output": (strangers_output, ["holds table.csv of somebody else"]),
    "a renamed pickle": (renamed_pickle, ["is no FrImCla model: it is not a zip file"]),
    "half a model": (half_a_bundle, ["is no FrImCla model: it is not a zip file"]),
    "a changed model": (changed_bundle, ["was changed after it was written"]),
    "a class unknown to the model": (foreign_class, ['"leaf" is unknown to the model']),
    "a bad image among good ones": (bad_among_good, ["is no image: it holds text"]),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_told_in_words(home, tmp_path, monkeypatch, case):
    make, parts = CASES[case]
    monkeypatch.chdir(home)
    before = sorted(path for path in home.rglob("*") if path.name != "bad.toml")

    done = CliRunner().invoke(main, args := make(tmp_path))

    print(f"\n--- {case}: frimcla {' '.join(args)}\n{done.output}")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    for part in parts:
        assert part in done.output
    assert sorted(path for path in home.rglob("*") if path.name != "bad.toml") == before
    assert not list(tmp_path.rglob("predictions"))


def test_there_are_twenty_five():
    assert len(CASES) == 25
