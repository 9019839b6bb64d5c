"""Predictions as files and words, and what `predict`, `evaluate` and `verify` say of trust."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import attrs
import numpy as np
import pytest
from bundles import TOYS, studied
from PIL import Image

from frimcla import answering, workflow
from frimcla.bundle import Model, load, probe_scores
from frimcla.errors import ConfigError
from frimcla.using import (
    evaluate,
    predict,
    predictions_csv,
    predictions_json,
    write_document,
    write_predictions,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that was run, ``cells/`` and ``results/``; and noise, which is no cell."""
    folder = studied(tmp_path_factory.mktemp("study")).parents[1]
    rng = np.random.default_rng(0)
    for label in ("stripes_1", "stripes_2"):
        (folder / "noise" / label).mkdir(parents=True)
        for number in range(5):
            noise = rng.integers(0, 256, (40, 40, 3), np.uint8)
            Image.fromarray(noise).save(folder / "noise" / label / f"{number}.png")
    return folder


@pytest.fixture
def model(home: Path) -> Model:
    return load(home / "results" / "model.frimcla", TOYS)


def test_a_table_has_trust_behind_the_classes(home: Path, model: Model) -> None:
    (home / "bad.png").write_bytes(b"words")
    found = predict(model, [home / "cells" / "stripes_1", home / "noise", home / "bad.png"])

    rows = list(csv.DictReader(predictions_csv(found, model.classes, candidates=True).splitlines()))

    assert list(rows[0]) == [
        *("file", "predicted", *model.classes),
        *("set", "familiarity", "unlike_training", "problem"),
    ]
    assert {row["unlike_training"] for row in rows if "noise" in row["file"]} == {"yes"}
    assert rows[0]["set"] == "stripes_1"
    assert float(rows[0]["familiarity"]) == pytest.approx(found[0].trust.familiarity, abs=1e-4)
    assert [rows[-1][name] for name in ("set", "familiarity", "unlike_training")] == [""] * 3
    assert "set" not in predictions_csv(found, model.classes).splitlines()[0].split(",")


def test_a_document_holds_all_digits(home: Path, model: Model, tmp_path: Path) -> None:
    found = predict(model, [home / "cells" / "stripes_2", home / "noise"], coverage=0.8)
    write_document(tmp_path / "said.json", predictions_json(found, model, 0.8))
    write_document(tmp_path / "said.json", predictions_json(found, model, 0.8))  # over its like

    read = json.loads((tmp_path / "said.json").read_text("utf-8"))

    assert (read["model"], read["coverage"], read["false_alarms"]) == (
        model.manifest.label,
        0.8,
        0.05,
    )
    for one, entry in zip(found, read["predictions"], strict=True):
        assert one.trust is not None
        assert entry["scores"] == dict(one.scores)
        assert entry["candidates"] == list(one.trust.candidates or ())
        assert entry["familiarity"] == one.trust.familiarity
        assert entry["unlike_training"] == one.trust.unlike
        assert entry["right"]["images"] == one.trust.of
    with pytest.raises(ConfigError, match="holds no predictions"):
        write_predictions(home / "study.toml", found, model.classes)


def test_what_nobody_knows_is_null_and_empty(home: Path, model: Model) -> None:
    old = attrs.evolve(model, trust=None)
    found = predict(old, [home / "noise"])

    entry = predictions_json(found, old)["predictions"][0]
    table = predictions_csv(found, old.classes, candidates=True)
    row = next(csv.DictReader(table.splitlines()))

    assert [entry[key] for key in ("candidates", "familiarity", "unlike_training", "right")] == (
        [None] * 4
    )
    assert [row[name] for name in ("set", "familiarity", "unlike_training")] == [""] * 3
    assert "set: empty, for this model cannot tell" in answering.predictions(
        found, old.classes, coverage=0.9
    )


def test_the_terminal_marks_what_is_unlike_training_and_says_what_that_means(
    home: Path, model: Model
) -> None:
    found = predict(model, [home / "cells" / "stripes_1", home / "noise"])
    alarms = sum(one.trust.unlike for one in found if one.trust)

    lines = answering.predictions(found, model.classes, coverage=0.9).splitlines()

    assert sum(line.endswith("unlike training") for line in lines) == alarms >= 10
    assert lines[-2].startswith(f"{alarms} of 22 images are unlike anything in training: they may")
    assert lines[-1].startswith("set: the classes an image may be of; it holds the right")


def test_evaluation_warns_of_images_from_elsewhere_alone(home: Path, model: Model) -> None:
    alike, other = (evaluate(model, home / name) for name in ("cells", "noise"))

    assert other.unlike == 10
    assert "warning: 10 of these 10 images are unlike anything in" in answering.evaluation(other)
    assert "unlike" not in answering.evaluation(alike)


def test_examples_go_with_a_model_only_if_asked_for(home: Path, model: Model) -> None:
    result = workflow.train(
        home / "study.toml", model=home / "shown.frimcla", with_examples=True, registry=TOYS
    )
    shown = load(home / "shown.frimcla", TOYS)
    said = shown.predict([home / "cells" / "stripes_3" / "image_00.png"])[0]

    assert model.examples is None
    assert result.model is not None
    assert shown.examples is not None
    assert len(shown.examples.labels) == 36
    assert said.nearest[0].distance == pytest.approx(0, abs=1e-3)
    assert said.nearest[0].label == "stripes_3"
    assert "examples: small pictures of 36 training images" in answering.model(shown)
    content = (home / "shown.frimcla").read_bytes()
    assert b"image_00" not in content


def test_a_classifier_without_probabilities_is_checked_by_what_it_names(
    home: Path, model: Model
) -> None:
    class Mute:
        def __init__(self, inside: object) -> None:
            self.predict = inside.predict  # type: ignore[attr-defined]

    mute = attrs.evolve(model, classifier=Mute(model.classifier))
    probes = np.array(probe_scores(mute))

    assert (np.sort(probes, axis=1) == [0, 0, 1]).all()
