"""A trained model as a file. The file attacked: test_bundle_attacks.py, test_bundle_forged.py."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from bundles import TOYS, forged, refusal, studied
from skops.io import dumps

import frimcla
from frimcla import bundle
from frimcla.bundle import Model, load, probe_scores
from frimcla.errors import BundleError
from frimcla.gathering import scan
from frimcla.store import FeatureStore


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that was run: ``cells/`` and ``results/``."""
    return studied(tmp_path_factory.mktemp("study")).parents[1]


@pytest.fixture
def good(study: Path) -> bytes:
    return (study / "results" / "model.frimcla").read_bytes()


@pytest.fixture
def model(study: Path) -> Model:
    return load(study / "results" / "model.frimcla", TOYS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the attacked model lies."""
    return tmp_path / "model.frimcla"


def test_a_model_says_what_the_study_measured(study: Path, model: Model) -> None:
    images = scan(study / "cells").images
    features = FeatureStore(study / "results" / "features").matrix(
        model.manifest.space, [image.key for image in images]
    )
    predicted, probabilities = model.answers(features)

    said = model.predict([image.files[0] for image in images])

    assert [one.predicted for one in said] == [model.classes[number] for number in predicted]
    scores = [[one.scores[label] for label in model.classes] for one in said]
    np.testing.assert_array_equal(np.float32(scores), probabilities)


def test_order_is_kept_and_bad_files_stop_nobody(study: Path, model: Model, path: Path) -> None:
    path.write_bytes(b"words")
    cells = study / "cells"
    files = [cells / f"stripes_{n}" / "image_00.png" for n in (3, 1, 2, 3)]

    said = model.predict([files[0], path, files[1], path.with_name("x"), *files[2:]])

    assert [(one.file, one.predicted, one.problem) for one in said] == [
        (str(files[0]), "stripes_3", ""),
        (str(path), "", "is no image: it holds text; remove or replace it"),
        (str(files[1]), "stripes_1", ""),
        (str(path.with_name("x")), "", "cannot be opened (No such file or directory)"),
        (str(files[2]), "stripes_2", ""),
        (str(files[3]), "stripes_3", ""),
    ]
    assert model.predict([]) == []
    assert [one.predicted for one in model.predict([path])] == [""]


def test_when_a_model_was_saved_is_no_part_of_it(model: Model, good: bytes, path: Path) -> None:
    bundle.save(path, model, {})

    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert load(path, TOYS).manifest.expected == model.manifest.expected


def test_what_a_model_says_of_the_drawn_images_goes_with_it(model: Model) -> None:
    scores = np.array(model.manifest.probes)

    assert scores.shape == (5, 3)
    assert model.manifest.probes == probe_scores(model)


def test_a_classifier_that_is_none_is_told_when_it_is_asked(
    study: Path, good: bytes, path: Path
) -> None:
    path.write_bytes(forged(good, lambda it: None, dumps("no classifier")))

    with pytest.raises(BundleError, match=r"^the classifier cannot predict: 'str' object has no"):
        load(path, TOYS).predict([study / "cells" / "stripes_1" / "image_00.png"])


def test_without_its_plugin_a_model_names_the_package(good: bytes, path: Path) -> None:
    assert refusal(path, good, frimcla.Registry.of()) == (
        'needs the extractor edges of the plugin "toys": pip install frimcla-classic'
    )


def test_a_file_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(BundleError, match=r" cannot be opened \(No such file or directory\); name"):
        load(path, TOYS)
