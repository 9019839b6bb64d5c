"""What runs a network: settled before anything is described, part of the key, in the model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import networky
import pytest
from toys import Toys
from weighty import leave_home

import frimcla
from frimcla import telling
from frimcla.announcing import announced
from frimcla.config import read_extractors
from frimcla.errors import BundleError, ConfigError, PluginError
from frimcla.testing import toy_images

REGISTRY = frimcla.Registry.of(networky=networky, toys=Toys())


@pytest.fixture
def here(cells: Path, tmp_path: Path, monkeypatch) -> Path:
    """A folder with images, where nothing is in the caches."""
    monkeypatch.chdir(tmp_path)
    leave_home(monkeypatch, tmp_path)
    return tmp_path


def write(extractors='["net"]', **settings) -> Path:
    rest = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    Path("study.toml").write_text(
        f'images = "cells"\nextractors = {extractors}\nclassifiers = ["nearest_mean"]\n'
        f'metric = "accuracy"\nfolds = 3\nn_jobs = 1\n{rest}'
    )
    return Path("study.toml")


def run(**options):
    return frimcla.run(write(**options), registry=REGISTRY)


def engine_of(result) -> float:
    space = result.opened.spaces["net"]
    keys = [image.key for image in result.opened.dataset.images]
    (engine,) = set(result.opened.store.matrix(space, keys)[:, 2].tolist())
    return engine


def test_the_setting_decides_and_engines_share_no_feature(here) -> None:
    auto, keras, onnx = run(), run(engine="keras"), run(engine="onnx")

    assert [engine_of(result) for result in (auto, keras, onnx)] == [1.0, 2.0, 1.0]
    assert [result.extracted.decoded for result in (auto, keras, onnx)] == [36, 36, 0]
    record = json.loads(Path("results/run.json").read_text())
    assert record["engines"] == {"net": "onnx"}


def test_an_engine_that_is_unknown_is_refused(here) -> None:
    with pytest.raises(ConfigError) as caught:
        run(engine="theano")

    said = "engine  must be one of auto, onnx, keras (got 'theano')"
    assert str(caught.value) == f"study.toml has 1 problem\n  {said}"


def test_another_engine_than_wanted_is_told_with_the_reason(here, monkeypatch) -> None:
    monkeypatch.setenv("NETWORKY", "keras")

    result = run(engine="onnx")

    assert engine_of(result) == 2.0
    notice = "net runs by Keras, slower: its export failed"
    assert f"warning: {notice}" in telling.run(result)
    assert notice in json.loads(Path("results/run.json").read_text())["warnings"]


def test_all_that_cannot_run_is_told_before_anything_is_described(here, monkeypatch) -> None:
    monkeypatch.setenv("NETWORKY", "broken")

    with pytest.raises(PluginError) as caught:
        run(extractors='["net", {name = "net", scale = 2}, "edges"]')

    scales = (1.0, 2.0)
    assert str(caught.value) == "\n".join(f"net (scale {s}): cannot be exported" for s in scales)
    assert not Path("results/features").exists()


def test_an_engine_that_breaks_is_a_sentence(here, monkeypatch) -> None:
    monkeypatch.setenv("NETWORKY", "raises")

    with pytest.raises(PluginError) as caught:
        run()

    said = "extractor net cannot be made ready: RuntimeError: no such luck"
    assert str(caught.value) == said


def test_making_networks_ready_shows_progress(here) -> None:
    seen = []
    study = write(extractors='["net", {name = "net", scale = 2}, "edges"]')

    frimcla.extract(study, registry=REGISTRY, progress=lambda *call: seen.append(call))

    assert [call for call in seen if call[0] == "ready"] == [("ready", 1, 2), ("ready", 2, 2)]


def test_a_rehearsal_runs_the_network(here) -> None:
    _, _, cost = frimcla.check(write(), rehearsal=True, registry=REGISTRY)

    assert cost.seconds is not None


class TestModels:
    def test_predict_with_the_engine_they_were_trained_with(self, here, tmp_path) -> None:
        model = run(engine="keras").model_path
        from PIL import Image

        Image.fromarray(toy_images()[3]).save("new.png")

        loaded = frimcla.load(model, REGISTRY)

        assert loaded.manifest.engine == "keras"
        assert frimcla.predict(model, "new.png", registry=REGISTRY)[0].predicted
        assert frimcla.verify(model, registry=REGISTRY)

    def test_are_refused_where_another_engine_would_run(self, here, monkeypatch) -> None:
        model = run().model_path
        monkeypatch.setenv("NETWORKY", "keras")

        with pytest.raises(BundleError) as caught:
            frimcla.load(model, REGISTRY)

        assert str(caught.value) == (
            f"{model} needs the engine onnx, and here is keras; "
            "net runs by Keras, slower: its export failed"
        )

    def test_are_refused_where_the_engine_cannot_run(self, here, monkeypatch) -> None:
        model = run().model_path
        monkeypatch.setenv("NETWORKY", "broken")

        with pytest.raises(BundleError) as caught:
            frimcla.load(model, REGISTRY)

        assert str(caught.value) == f"{model} cannot run here: net (scale 1.0): cannot be exported"


class TestMissingWeights:
    def test_are_told_before_anything_is_read(self, here) -> None:
        shutil.rmtree("cells")
        Path("cells").mkdir()

        with pytest.raises(ConfigError) as caught:
            run(extractors='["net", "published", {name = "published", scale = 2}]')

        lacks = "published needs net.h5 (58.0 MB), which is not on this machine"
        ways = (
            "on a machine with a network run `frimcla weights fetch published` (then copy the "
            f"files to {here / 'cache/weights'}, or set FRIMCLA_WEIGHTS to a folder that holds "
            'them); or name a file you have: weights = "PATH"'
        )
        assert str(caught.value).splitlines() == [
            "the study has 2 problems",
            f"  extractors[1]  {lacks}",
            f"  extractors[2]  {lacks};",
            f"                 {ways}",
        ]
        assert not Path("results").exists()

    def test_that_are_at_hand_are_no_trouble(self, here) -> None:
        (here / "cache/weights").mkdir(parents=True)
        (here / "cache/weights/net.h5").write_bytes(b"weights")

        assert run(extractors='["published"]').model

    def test_leave_the_default_study_and_say_so_in_a_line(self, here) -> None:
        study = write(extractors="[]")

        opened = []
        result = frimcla.run(study, registry=REGISTRY, tell=opened.append)
        checked = telling.plan(*frimcla.check(study, registry=REGISTRY))

        line = (
            "1 network is left out for want of weights; to fetch: frimcla weights fetch published"
        )
        assert [recipe.label for recipe in result.study.extractors] == ["net", "MEAN", "EDGES"]
        assert line in announced(*opened)
        assert line in checked.splitlines()

    def test_of_the_default_study_can_be_fetched_by_its_file(self, here) -> None:
        recipes = read_extractors(write(extractors="[]"), REGISTRY)

        assert [r.component.name for r in recipes] == ["net", "mean_colour", "edges", "published"]

    def test_of_extractors_that_are_wrong_cannot(self, here) -> None:
        with pytest.raises(ConfigError) as caught:
            read_extractors(write(extractors='["nett"]', fold=3), REGISTRY)

        said = 'unknown extractor "nett"; did you mean "net"?'
        assert str(caught.value) == f"study.toml has 1 problem\n  extractors[0]  {said}"
