"""Models that were saved by versions past are read, verified, and say what they said then."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import numpy as np
import pytest

import frimcla
from frimcla.bundle import Model, load, save
from frimcla.errors import BundleError
from frimcla.using import predictions_json, verify

KEPT = Path(__file__).with_name("bundles_kept")
IMAGES = sorted(KEPT.glob("*.png"))
FORMATS = (1, 2)


@pytest.fixture(scope="module", params=FORMATS)
def kept(request: pytest.FixtureRequest) -> Path:
    """A model's file of each format."""
    return KEPT / f"format_{request.param}.frimcla"


def test_every_format_that_is_read_is_kept() -> None:
    assert sorted(KEPT.glob("*.frimcla")) == [KEPT / f"format_{n}.frimcla" for n in FORMATS]


def test_it_is_verified(kept: Path) -> None:
    model = verify(kept)

    assert f"format_{model.manifest.format}" == kept.stem
    assert (model.trust is None) == (model.manifest.format == 1)


def test_it_says_what_it_said(kept: Path) -> None:
    then = json.loads(kept.with_suffix(".json").read_text("utf-8"))
    model = load(kept)

    now = predictions_json(model.predict(IMAGES, coverage=0.8), model, 0.8)

    assert {**now, "predictions": []} == {**then, "predictions": []}
    for before, after in zip(then["predictions"], now["predictions"], strict=True):
        for key in ("predicted", "candidates", "unlike_training", "problem"):
            assert after[key] == before[key]
        assert after["scores"] == pytest.approx(before["scores"], abs=1e-4)
        assert after["familiarity"] == pytest.approx(before["familiarity"], abs=1e-4)
        assert after["right"] == pytest.approx(before["right"], abs=1e-4)


def test_pictures_of_training_images_are_nearest_to_what_is_alike() -> None:
    said = load(KEPT / "format_2.frimcla").predict(IMAGES)

    for one in said:
        distances = [example.distance for example in one.nearest]
        assert len(distances) == 3
        assert distances == sorted(distances)
        assert all(example.picture[8:12] == b"WEBP" for example in one.nearest)


def older(path: Path, model: Model, **changes: object) -> Path:
    """Save *model* as if other versions had made it."""
    versions = {**model.manifest.versions, "numpy": "1.0", "skops": "0.1"}
    manifest = attrs.evolve(model.manifest, versions=versions, **changes)
    save(path, attrs.evolve(model, manifest=manifest), {})
    return path


def test_other_versions_that_agree_are_told(kept: Path, tmp_path: Path) -> None:
    import skops

    path = older(tmp_path / "model.frimcla", load(kept))

    notices = load(path).notices

    assert len(notices) == 1
    assert notices[0].startswith("the model was made with ")
    assert f"skops 0.1 (here {skops.__version__})" in notices[0]
    assert f"numpy 1.0 (here {np.__version__})" in notices[0]
    assert notices[0].endswith("; five drawn images get the scores here that they got there")


def test_other_versions_that_disagree_are_refused(kept: Path, tmp_path: Path) -> None:
    path = older(tmp_path / "model.frimcla", load(kept), probes=((0.5, 0.5, 0.0),) * 5)

    with pytest.raises(BundleError) as caught:
        frimcla.predict(path, IMAGES)

    told = str(caught.value)
    assert told.startswith(f"{path} gives other scores here than where it was trained; install ")
    assert "numpy 1.0" in told
