"""A whole study: what it leaves, what it reuses, and that only contents decide its numbers."""

import json
import shutil
from pathlib import Path

import attrs
import numpy as np
import pytest
from PIL import Image
from toys import Toys

import frimcla
from frimcla import telling
from frimcla.errors import ConfigError, DatasetError
from frimcla.opening import LEFT
from frimcla.predictions import read_predictions
from frimcla.shards import read_arrays
from frimcla.study import RECORD
from frimcla.testing import toy_dataset
from frimcla.toml import literal

FILES = [
    "album.h5",
    "audit.json",
    "confusion.png",
    "differences.png",
    "features",
    "honest.png",
    "methods.bib",
    "methods.txt",
    "model.frimcla",
    "per_class.csv",
    "predictions",
    "predictions.csv",
    "predictions.h5",
    "probabilities.png",
    "report.html",
    "run.json",
    "scatter.png",
    "scores.csv",
    "study.toml",
    "table.csv",
    "table.md",
    "table.tex",
    "verdict.json",
    "verdict.txt",
]
SAME = ["scores.csv", "predictions.csv", "per_class.csv", "table.md", "table.csv", "table.tex"]
SAME += ["study.toml", "verdict.json", "verdict.txt", "methods.txt", "methods.bib"]
SAME += ["scatter.png", "differences.png", "probabilities.png", "honest.png"]
REGISTRY = frimcla.Registry.of(toys=Toys())
FITTED = 2 * (4 + 6) - 2
"""Pairs, folds, two folds at a time; twice of these the worse cannot be chosen any more."""


def study(folder, images="cells", output="results", **settings):
    """Write a study below *folder*; return its path."""
    settings = {
        "images": images,
        "output": output,
        "extractors": ["edges", "mean_colour"],
        "classifiers": ["nearest_mean"],
        "metric": "accuracy",
        "folds": 4,
        "n_jobs": 1,
    } | settings
    path = folder / f"{output.replace('/', '_')}.toml"
    path.write_text("".join(f"{key} = {literal(value)}\n" for key, value in settings.items()))
    return path


def run(path, **how):
    return frimcla.run(path, registry=REGISTRY, **how)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The result of the usual study, run once: to be looked at, not to be changed."""
    folder = tmp_path_factory.mktemp("plain")
    toy_dataset(folder / "cells")
    return run(study(folder))


@pytest.fixture
def done(plain, tmp_path):
    """The usual study, which was run, as a copy to go on with; its results are in ``results``."""
    shutil.copytree(plain.study.output.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / "results.toml"


def same_predictions(first: Path, second: Path) -> bool:
    left, right = (read_arrays(folder / "predictions.h5").arrays for folder in (first, second))
    return left.keys() == right.keys() and all(
        np.array_equal(left[name], right[name], equal_nan=left[name].dtype.kind == "f")
        for name in left
        if name != "names"
    )


def test_a_run_leaves_what_it_promises(tmp_path, cells):
    result = run(study(tmp_path, metrics=["brier"]))

    assert sorted(path.name for path in result.study.output.iterdir()) == FILES
    record = json.loads((result.study.output / "run.json").read_text())
    assert record["state"] == "done"
    assert record["extract"] == {"decoded": 36, "computed": 72, "reused": 0, "notices": []}
    assert record["compare"] == {"fitted": FITTED, "reused": 0}
    assert record["winner"] == "EDGES + NM"
    assert set(record["seconds"]) == {
        *("list", "extract", "plan", "compare", "select"),
        *("write", "train", "audit", "picture"),
    }
    metrics = {line.split(",")[4] for line in _lines(result, "scores.csv")[1:]}
    assert metrics == {"accuracy", "brier"}


def test_everything_is_computed_from_the_table_on_disk(plain):
    """Scores follow from predictions.h5 by hand; probabilities sum to one."""
    table = read_predictions(plain.study.output / "predictions.h5")

    for line in _lines(plain, "scores.csv")[1:]:
        extractor, classifier, repeat, fold, _, score = line.split(",")
        pair = table.pairs[extractor, classifier]
        rows = table.folds[int(repeat)] == int(fold)
        assert float(score) == np.mean(pair.predicted[int(repeat), rows] == table.truth[rows])
    for pair in table.pairs.values():
        np.testing.assert_allclose(pair.probabilities.sum(axis=2), 1, atol=1e-6)
        assert [sorted(chosen) for chosen in pair.chosen[0]] == [["shrink"]] * 4


def test_scores_of_classes_follow_from_the_predictions(tmp_path, cells):
    """Counted by hand from predictions.csv, which holds what was said out of fold."""
    result = run(study(tmp_path, extractors=["mean_colour"]))
    said = [line.split(",")[1:3] for line in _lines(result, "predictions.csv")[1:]]

    for line in _lines(result, "per_class.csv")[1:]:
        label, *scores, images = line.split(",")
        found = sum(true == guess == label for true, guess in said)
        true_ones = sum(true == label for true, _ in said)
        taken = sum(guess == label for _, guess in said)
        others = len(said) - true_ones
        precision, sensitivity, specificity, f1 = map(float, scores)
        assert 0 < precision < 1  # else nothing would be checked
        assert precision == pytest.approx(found / taken)
        assert sensitivity == pytest.approx(found / true_ones)
        assert specificity == pytest.approx(1 - (taken - found) / others)
        assert f1 == pytest.approx(2 * found / (taken + true_ones))
        assert int(images) == true_ones


def test_what_a_run_leaves_is_documented():
    text = (Path(__file__).parents[1] / "docs/output.md").read_text("utf-8")

    assert [name for name in (*LEFT, RECORD) if f"`{name}`" not in text] == []


def test_a_second_run_decodes_nothing_and_fits_nothing(plain, done):
    second = run(done)

    assert (second.extracted.decoded, second.extracted.reused) == (0, 72)
    assert (second.evaluated.fitted, second.evaluated.reused) == (0, FITTED)
    assert [name for name in SAME if written(second, name) != written(plain, name)] == []


def test_the_study_as_run_repeats_the_run(plain, done):
    again = run(done.parent / "results/study.toml")

    assert (again.extracted.decoded, again.evaluated.fitted) == (0, 0)
    assert written(again, "scores.csv") == written(plain, "scores.csv")


def test_new_images_alone_are_decoded(tmp_path, done):
    toy_dataset(tmp_path / "more", count=14)
    for number in (12, 13):
        for label in ("stripes_1", "stripes_2", "stripes_3"):
            shutil.copy(tmp_path / f"more/{label}/image_{number}.png", tmp_path / "cells" / label)

    result = run(done)

    assert (result.extracted.decoded, result.extracted.computed) == (6, 12)


def test_new_content_under_an_old_name_is_computed_again(tmp_path, done):
    toy_dataset(tmp_path / "more", count=13)
    target = tmp_path / "cells/stripes_1/image_00.png"
    shutil.copy(tmp_path / "more/stripes_1/image_12.png", target)

    assert run(done).extracted.decoded == 1


def test_names_and_places_change_no_number(plain, tmp_path, cells):
    """Renamed, shuffled over sub-folders, and under another root."""
    other = tmp_path / "elsewhere"
    for number, path in enumerate(sorted(cells.rglob("*.png"), reverse=True)):
        target = other / path.parent.name / f"part_{number % 3}" / f"{number}.dat"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)

    second = run(study(tmp_path, images="elsewhere", output="again"))

    assert same_predictions(plain.study.output, second.study.output)
    for name in ("scores.csv", "table.md", "table.csv", "table.tex"):
        assert written(second, name) == written(plain, name)


def test_workers_change_no_number(plain, tmp_path, cells):
    second = run(study(tmp_path, n_jobs=2))

    assert second.evaluated.fitted == FITTED
    assert same_predictions(plain.study.output, second.study.output)


def test_another_seed_gives_other_folds(plain, tmp_path, cells):
    second = run(study(tmp_path, seed=1))

    assert not same_predictions(plain.study.output, second.study.output)


def test_a_label_changes_no_number_and_no_key(tmp_path, done):
    named = study(tmp_path, extractors=[{"name": "edges", "label": "steps"}, "mean_colour"])

    result = run(named)

    assert (result.extracted.decoded, result.evaluated.fitted) == (0, 0)
    assert result.selection.extractors == ("steps", "MEAN")


def test_left_open_metric_and_folds_follow_the_images(tmp_path):
    """Accuracy up to 1:1.5 and balanced accuracy beyond; as many folds as images allow."""
    even = toy_dataset(tmp_path / "even", count=4)
    uneven = toy_dataset(tmp_path / "uneven", count=8)
    for path in sorted((uneven / "stripes_1").iterdir())[5:]:
        path.unlink()

    settled = [frimcla.check(folder, registry=REGISTRY)[0] for folder in (even, uneven)]

    assert [study.folds for study in settled] == [4, 5]
    assert [study.deciding.label for study in settled] == ["accuracy", "balanced_accuracy"]


def test_test_images_are_kept_and_scored_with_an_interval(tmp_path, cells):
    toy_dataset(tmp_path / "more", count=20)
    for label in ("stripes_1", "stripes_2", "stripes_3"):
        (tmp_path / "kept" / label).mkdir(parents=True)
        for number in range(12, 20):
            name = f"{label}/image_{number}.png"
            shutil.copy(tmp_path / "more" / name, tmp_path / "kept" / name)

    result = run(study(tmp_path, test="kept", metrics=["brier"]))

    accuracy, brier = result.tested
    assert accuracy.method == "24 test images, Wilson"
    assert accuracy.low < accuracy.value <= accuracy.high
    assert brier.method == "24 test images, bootstrap within classes, 1000 resamples"
    assert result.model.manifest.expected == accuracy
    assert [number.metric for number in result.reported] == ["accuracy", "brier"]
    assert len(_lines(result, "test_predictions.csv")) == 25
    told = telling.run(result).splitlines()
    counts = [told[at + 1].split()[-1] for at, line in enumerate(told) if line[:6] == "class "]
    assert counts == ["12", "8"]  # of each class: out of fold, and of the images that were kept
    assert len(result.table.images) == 36


def test_a_pair_can_be_trained_by_name(tmp_path, cells):
    path = study(tmp_path)

    result = frimcla.train(path, pair="MEAN + NM", registry=REGISTRY)

    assert result.model.manifest.label == "MEAN + NM"
    assert result.model.manifest.expected.method == (
        "mean of 4 folds, number 2 of 2 pairs: optimistic"
    )
    with pytest.raises(ConfigError, match='no pair "MEAN \\+ N"; did you mean "MEAN \\+ NM"'):
        frimcla.train(path, pair="MEAN + N", registry=REGISTRY)


def test_all_that_is_wrong_with_images_is_told_at_once(tmp_path, cells):
    """Names, bytes and pixels: a small class, a fake, a truncated file, an image in two classes."""
    whole = (cells / "stripes_1/image_00.png").read_bytes()
    (cells / "stripes_1/image_01.png").write_bytes(whole[:200])
    (cells / "stripes_2/fake.png").write_text("no image")
    shutil.copy(cells / "stripes_1/image_02.png", cells / "stripes_2/twin.png")
    for path in sorted((cells / "stripes_3").iterdir())[2:]:
        path.unlink()

    with pytest.raises(DatasetError) as caught:
        run(study(tmp_path))

    problems = dict(caught.value.problems)
    assert problems["stripes_1/image_02.png"] == (
        "is the same image as stripes_2/twin.png in another class; remove one"
    )
    assert problems["stripes_3"] == (
        "has 2 different images, fewer than the 4 folds; add images: at least 3 per class"
    )
    assert problems["stripes_2/fake.png"] == "is no image: it holds text; remove or replace it"
    assert problems["stripes_1/image_01.png"].startswith("is PNG, but damaged or truncated (")
    assert problems["unreadable"] == 'mend these files, or set unreadable = "skip"'
    assert not (tmp_path / "results" / "predictions").exists()


def test_images_of_another_kind_are_skipped_where_the_user_says_so(tmp_path, cells):
    Image.fromarray(np.zeros((9, 9), np.uint16)).save(cells / "stripes_2/deep.png")
    with pytest.raises(DatasetError, match="holds 16 bits"):
        run(study(tmp_path))

    result = run(study(tmp_path, unreadable="skip"))

    assert [name for name, _ in result.opened.dataset.unreadable] == ["stripes_2/deep.png"]


def test_unreadable_images_are_skipped_where_the_user_says_so(tmp_path, cells):
    (cells / "stripes_2/fake.png").write_text("no image")

    result = run(study(tmp_path, unreadable="skip"))

    assert len(result.table.images) == 36
    record = json.loads((result.study.output / "run.json").read_text())
    assert record["unreadable"] == {
        "stripes_2/fake.png": "is no image: it holds text; remove or replace it"
    }
    assert record["warnings"] == ["skipped as unreadable (1): stripes_2/fake.png"]


def test_files_of_somebody_else_are_not_written_over(tmp_path, cells):
    (tmp_path / "results").mkdir()
    mine = tmp_path / "results" / "table.csv"
    mine.write_text("my own table")

    with pytest.raises(ConfigError, match=r"holds table.csv of somebody else"):
        run(study(tmp_path))

    assert mine.read_text() == "my own table"
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["table.csv"]


def test_a_damaged_part_is_fitted_again(plain, done):
    part = sorted((done.parent / "results/predictions").rglob("*.h5"))[3]
    part.write_bytes(part.read_bytes()[:-100])

    second = run(done)

    assert second.evaluated.fitted == 1
    assert written(second, "scores.csv") == written(plain, "scores.csv")


def test_progress_counts_up_to_the_end(tmp_path, cells):
    seen = {}

    run(study(tmp_path), progress=lambda *call: seen.setdefault(call[0], []).append(call[1:]))

    assert list(seen) == [
        *("list", "extract", "compare", "train"),
        *("audit", "learn", "picture", "project", "report"),
    ]
    assert {phase: calls[-1] for phase, calls in seen.items() if phase != "learn"} == {
        "list": (36, 36),
        "extract": (72, 72),
        "compare": (FITTED, FITTED),
        "train": (1, 1),
        "audit": (36, 36),
        "picture": (36, 36),
        "project": (1, 1),
        "report": (2, 2),
    }
    assert seen["learn"][-1][0] == seen["learn"][-1][1]


def written(result, name):
    return (result.study.output / name).read_bytes()


def _lines(result, name):
    return written(result, name).decode().splitlines()


class TestAModelBesideTheResults:
    """``train(model=...)`` writes that file and nothing else."""

    def test_leaves_everything_else_as_it_is(self, tmp_path, cells):
        path = study(tmp_path, test=0.25)
        frimcla.run(path, registry=REGISTRY)
        before = contents(tmp_path / "results")

        result = frimcla.train(
            path,
            pair="MEAN + NM",
            model=tmp_path / "other.frimcla",
            registry=REGISTRY,
        )

        assert contents(tmp_path / "results") == before
        assert result.model_path == tmp_path / "other.frimcla"
        model = frimcla.load(tmp_path / "other.frimcla", REGISTRY)
        assert model.manifest.label == "MEAN + NM"
        assert model.manifest.expected.method == "9 test images, Wilson"

    def test_is_the_model_that_training_into_the_results_would_leave(self, tmp_path, cells):
        path, pair = study(tmp_path), "MEAN + NM"
        beside = frimcla.train(path, pair=pair, model=tmp_path / "a.frimcla", registry=REGISTRY)
        among = frimcla.train(path, pair=pair, registry=REGISTRY)

        assert beside.model.manifest == attrs.evolve(
            among.model.manifest, members=beside.model.manifest.members
        )

    @pytest.mark.parametrize(
        ("name", "what"),
        [
            ("photo.png", 'must end in .frimcla (got "{}"), so that nothing else is written over'),
            ("cells.frimcla", 'must be a file, but "{}" is a folder'),
        ],
    )
    def test_goes_into_no_other_kind_of_file(self, tmp_path, cells, name, what):
        (tmp_path / "cells.frimcla").mkdir()
        with pytest.raises(ConfigError) as refused:
            frimcla.train(study(tmp_path), model=tmp_path / name, registry=REGISTRY)

        assert refused.value.problems == (("--model", what.format(tmp_path / name)),)


def contents(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
