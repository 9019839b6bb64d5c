"""Nothing that learns sees what it is judged on, and numbers depend on keys only."""

import itertools
import json
import shutil

import numpy as np
import pytest
from joblib.externals.loky import get_reusable_executor
from toys import Toys, numbered_dataset

import frimcla
from frimcla.errors import PluginError
from frimcla.parts import predictions_of
from frimcla.toml import literal


def study(folder, **settings):
    """Write a study of the images in ``folder/cells``."""
    usual = {"images": "cells", "folds": 4, "n_jobs": 1, "metric": "accuracy", "nested": False}
    usual["ignore"] = ["FRM401"]  # a learning curve fits more: see the test of its own
    settings = usual | settings
    path = folder / "study.toml"
    path.write_text("".join(f"{key} = {literal(value)}\n" for key, value in settings.items()))
    return path


@pytest.fixture
def spied(tmp_path, monkeypatch):
    """Run the spy on 40 numbered images with one copy; return the result and its log."""
    numbered_dataset(tmp_path / "cells", {"a": 16, "b": 23})
    shutil.copy(tmp_path / "cells/a/image_0000.png", tmp_path / "cells/a/copy.png")
    log = tmp_path / "spy.jsonl"
    monkeypatch.setenv("FRIMCLA_SPY", str(log))
    get_reusable_executor().shutdown()  # workers of earlier tests do not know the variable

    def run(command=frimcla.compare, **settings):
        path = study(tmp_path, **{"extractors": ["number"], "classifiers": ["spy"]} | settings)
        result = command(path, registry=frimcla.Registry.of(toys=Toys()))
        return result, [json.loads(line) for line in log.read_text().splitlines()]

    return run


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_no_fit_sees_a_row_of_the_fold_it_is_judged_on(spied, n_jobs):
    """Outer fits learn from the other folds; inner ones stay inside one training fold."""
    result, log = spied(n_jobs=n_jobs)
    numbers = _numbers(result)
    held_out = [
        {numbers[key] for key, fold in zip(result.table.images, folds, strict=True) if fold == f}
        for folds in result.table.folds
        for f in range(4)
    ]
    everything = set.union(*held_out)
    fits, judged = _by_model(log)

    outer = [model for model in fits if judged[model] in held_out]
    inner = [model for model in fits if model not in outer]

    assert len(everything) == 39
    assert len(outer) == 4
    assert len(inner) == 4 * 3 * 3  # folds x candidates x inner folds
    for model in outer:
        assert fits[model] == everything - judged[model]
    for model in inner:
        assert not fits[model] & judged[model]
        assert any(not (fits[model] | judged[model]) & fold for fold in held_out)


def test_a_learning_curve_learns_from_parts_of_the_training_folds(spied):
    """Ever larger parts, the smaller inside the larger, judged on the fold that was held out."""
    result, log = spied(ignore=[])
    numbers = _numbers(result)
    fits, judged = _by_model(log)

    for fold in range(4):
        held = {
            numbers[key]
            for key, f in zip(result.table.images, result.table.folds[0], strict=True)
            if f == fold
        }
        parts = sorted((fits[model] for model in fits if judged[model] == held), key=len)
        assert len(parts) >= 4
        assert all(not part & held for part in parts)
        assert all(small < large for small, large in itertools.pairwise(parts))
        assert parts[-1] == set(numbers.values()) - held


def test_copies_of_an_image_are_always_on_one_side(spied):
    result, log = spied()
    fits, judged = _by_model(log)

    assert result.opened.dataset.copies == (("a/copy.png", "a/image_0000.png"),)
    assert all(not (0 in fits[model] and 0 in judged[model]) for model in fits)


@pytest.fixture
def patients(tmp_path):
    """Write a manifest: whose image each is, 13 patients with images of one class each."""
    whose = {}
    for path in sorted((tmp_path / "cells").rglob("*.png")):
        number = int(path.stem[6:]) if path.stem != "copy" else 0
        whose[path] = f"{path.parent.name}{number % (5 if path.parent.name == 'a' else 8)}"
    rows = [f"{path},{path.parent.name},{patient}" for path, patient in whose.items()]
    (tmp_path / "cells.csv").write_text("\n".join(["file,class,patient", *rows]))
    return {int(path.stem[6:]): patient for path, patient in whose.items() if path.stem != "copy"}


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_no_fit_sees_a_group_of_the_rows_it_is_judged_on(spied, patients, n_jobs):
    """Outer, inner and last fits, and the final check: nobody meets a patient again."""
    result, log = spied(frimcla.run, images="cells.csv", groups="patient", test=0.2, n_jobs=n_jobs)
    kept = {int(image.name[-8:-4]) for image in result.opened.test.images}
    fits, judged = _by_model(log)

    assert len(set(patients.values())) == 13
    assert 5 <= len(kept) <= 11
    checked = 0
    for model, rows in fits.items():
        theirs = {patients[number] for number in rows}
        others = {patients[number] for number in judged.get(model, set()) & patients.keys()}
        assert not theirs & others
        checked += bool(others)
    folds, inner = 4 * (1 + 3 * 3), 3 * 3
    assert checked == folds + inner + 1


def test_nothing_sees_the_test_images_before_the_final_check(spied, patients):
    result, log = spied(frimcla.run, images="cells.csv", groups="patient", test=0.2)
    kept = {int(image.name[-8:-4]) for image in result.opened.test.images}
    learnt = patients.keys() - kept

    seen = [number for number, line in enumerate(log) if kept & set(line["rows"])]

    (last,) = seen
    fits = [number for number, line in enumerate(log) if line["event"] == "fit"]
    assert log[last]["event"] == "predict"
    assert set(log[last]["rows"]) == kept
    assert last > max(fits)
    assert set(log[max(fits)]["rows"]) == learnt
    assert log[max(fits)]["model"] == log[last]["model"]


def test_a_written_parameter_is_not_searched(spied):
    """With nothing left to search there is one fit per fold."""
    _, log = spied(classifiers=[{"name": "spy", "shrink": 0.25}])

    assert sum(line["event"] == "fit" for line in log) == 4


def test_a_nested_study_after_a_plain_one_fits_pairs_of_folds_only(spied):
    """Four folds are there; the six pairs of them are new, each with its search."""
    both = ["spy", "nearest_mean"]  # which say the same: either may be chosen
    _, before = spied(classifiers=both)
    _, log = spied(nested=True, classifiers=both)

    fits = [sum(line["event"] == "fit" for line in lines) for lines in (before, log)]
    assert fits == [4 * (1 + 3 * 3), (4 + 6) * (1 + 3 * 3)]


def test_chance_stays_chance(tmp_path):
    """Labels that have nothing to do with the images are not learnt (no leak)."""
    scores = []
    for seed in range(6):
        folder = tmp_path / str(seed)
        labels = numbered_dataset(folder / "all", {"x": 60})
        rng = np.random.default_rng(seed)
        for number in labels:
            label = folder / "cells" / rng.choice(["a", "b"])
            label.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / f"all/x/image_{number:04}.png", label)
        path = study(folder, extractors=["edges"], classifiers=["nearest_mean"])
        result = frimcla.compare(path, registry=frimcla.Registry.of(toys=Toys()))
        scores.append(result.selection.cells[result.selection.winner].mean)

    assert 0.4 < np.mean(scores) < 0.6


def test_a_pair_that_cannot_be_fitted_fails_alone(tmp_path, cells, registry):
    path = study(tmp_path, extractors=["edges"], classifiers=["nearest_mean", "stubborn"])

    result = frimcla.run(path, registry=registry)

    assert dict(result.selection.failed) == {
        ("EDGES", "stubborn"): "ValueError: this classifier refuses to learn"
    }
    assert result.selection.winner == ("EDGES", "NM")
    assert "| EDGES | **" in (result.study.output / "table.md").read_text()
    assert (result.study.output / "table.csv").read_text().endswith(",-,-,-,-\n")


def test_a_study_in_which_every_pair_fails_says_why(tmp_path, cells, registry):
    path = study(tmp_path, extractors=["edges"], classifiers=["stubborn"])

    with pytest.raises(PluginError) as caught:
        frimcla.run(path, registry=registry)

    assert str(caught.value) == (
        "every pair failed\n  EDGES + stubborn: ValueError: this classifier refuses to learn"
    )


class Model:
    """A model that says what it is told to say."""

    def __init__(self, predicted, probabilities, classes):
        self.predict = lambda _: np.array(predicted)
        self.predict_proba = lambda _: np.array(probabilities)
        self.classes_ = np.array(classes)


def test_a_class_the_model_never_saw_gets_probability_zero():
    model = Model(["c", "a"], [[0.25, 0.75], [0.5, 0.5]], ["a", "c"])

    predicted, probabilities = predictions_of(model, np.zeros((2, 1)), np.array(["a", "b", "c"]))

    assert predicted.tolist() == [2, 0]
    assert probabilities.tolist() == [[0.25, 0.0, 0.75], [0.5, 0.0, 0.5]]


@pytest.mark.parametrize(
    ("predicted", "probabilities", "message"),
    [
        (["z"], [[0.5, 0.5]], "the classifier predicted a label that it was not taught"),
        (["a"], [[0.5, 0.9]], "the classifier's probabilities do not sum to 1"),
        (["a"], [[-0.5, 1.5]], "the classifier's probabilities do not sum to 1"),
    ],
)
def test_a_model_that_breaks_its_contract_is_refused(predicted, probabilities, message):
    model = Model(predicted, probabilities, ["a", "b"])

    with pytest.raises(PluginError, match=message):
        predictions_of(model, np.zeros((1, 1)), np.array(["a", "b"]))


def _numbers(result):
    space = result.opened.spaces["number"]
    keys = [image.key for image in result.opened.dataset.images]
    rows = result.opened.store.matrix(space, keys)
    return {key: int(row[0]) for key, row in zip(keys, rows, strict=True)}


def _by_model(log):
    fits = {line["model"]: set(line["rows"]) for line in log if line["event"] == "fit"}
    judged = {line["model"]: set(line["rows"]) for line in log if line["event"] == "predict"}
    return fits, judged
