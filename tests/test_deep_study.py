"""Studies with real networks: real weights on real photographs, random ones on painted images."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import frimcla
from frimcla import telling
from frimcla.testing import toy_dataset

pytest.importorskip("frimcla_keras", reason="needs the shipped plugins")
pytest.importorskip("frimcla_sklearn", reason="needs the shipped plugins")

V2 = "weights/keras_no_top/mobilenet_v2_1.0_224_no_top__dequantised_from_coral_ptq.h5"
QUARTER = "weights/keras_no_top/mobilenet_2_5_224_tf_no_top.h5"


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    """One cache of exported networks for all tests here."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def here(tmp_path: Path, cache: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRIMCLA_CACHE", str(cache))
    return tmp_path


def study(images, extractors, **settings) -> Path:
    usual = {"images": str(images), "controls": False, "metric": "accuracy", "folds": 5}
    settings = usual | settings
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    Path("study.toml").write_text("\n".join([f"extractors = [{extractors}]", *lines]))
    return Path("study.toml")


def test_transfer_learning_tells_cats_from_dogs(here, real_data) -> None:
    """Frozen features of MobileNetV2: over 96 % of images that nothing has seen."""
    dogs = real_data / "dogs_vs_cats"
    extractors = f'{{name = "mobilenet_v2", weights = "{real_data / V2}"}}'
    source = study(
        dogs / "train", extractors, test=str(dogs / "test"), classifiers=["logistic_regression"]
    )

    result = frimcla.run(source)
    model = result.model_path
    dog, cat = (next((dogs / "test" / label).iterdir()) for label in ("dog", "cat"))

    assert result.tested[0].value >= 0.96
    (cell,) = result.selection.cells.values()
    assert cell.mean >= 0.955
    assert result.selection.winner == ("MobileNetV2", "LR"), "a path never shows in a label"
    assert [p.predicted for p in frimcla.predict(model, [dog, cat])] == ["dog", "cat"]
    assert frimcla.verify(model).manifest.engine == "onnx"
    assert result.opened.notices == ()


def test_weights_count_by_their_content(here, real_data) -> None:
    """The same elsewhere: reused. Others under the same name: computed again."""
    images = toy_dataset(here / "cells")
    shutil.copy(real_data / QUARTER, "one.h5")
    shutil.copy(real_data / QUARTER, "two.h5")
    network = '{{name = "mobilenet", alpha = 0.25, weights = "{}.h5"}}'

    def extract(name: str) -> tuple[int, int]:
        _, done = frimcla.extract(study(images, network.format(name), classifiers=["knn"]))
        return done.computed, done.reused

    assert extract("one") == (36, 0)
    assert extract("two") == (0, 36)
    import h5py

    with h5py.File("one.h5", "r+") as file:
        kernel = file["conv1"]["conv1"]["kernel:0"]
        kernel[...] = kernel[...] * 1.25
    assert extract("one") == (36, 0)
    assert extract("two") == (0, 36)


def test_a_model_finds_its_weights_among_the_fetched_ones(here, cache, real_data) -> None:
    """On another machine the file lies elsewhere; its content says whether it is the one."""
    images = toy_dataset(here / "cells")
    shutil.copy(real_data / QUARTER, "mine.h5")
    extractor = '{name = "mobilenet", alpha = 0.25, weights = "mine.h5"}'
    model = frimcla.run(study(images, extractor, classifiers=["knn"], folds=3)).model_path
    before = frimcla.predict(model, images)

    Path("mine.h5").unlink()
    with pytest.raises(frimcla.FrimclaError) as caught:
        frimcla.load(model)
    (cache / "weights").mkdir(exist_ok=True)
    shutil.copy(real_data / QUARTER, cache / "weights" / "mine.h5")

    assert str(caught.value) == (
        f"{model} needs the file {here / 'mine.h5'} (it is not there; "
        f"put mine.h5 beside the model, into {cache / 'weights'}, "
        "or where FRIMCLA_WEIGHTS points)"
    )
    assert frimcla.predict(model, images) == before


def test_random_weights_say_so_on_every_plot_and_table(here) -> None:
    images = toy_dataset(here / "cells")
    extractors = '{name = "mobilenet", alpha = 0.25, weights = "random"}'

    result = frimcla.run(study(images, extractors, classifiers=["knn"], folds=3))

    label = "MobileNet(weights=random, alpha=0.25)"
    assert result.selection.winner[0] == label
    assert label in Path("results/table.md").read_text()
    assert label in telling.run(result)


def test_both_engines_describe_alike(here) -> None:
    """Not the same bits, and so not the same features on disk; the same numbers for people."""
    import numpy as np

    images = toy_dataset(here / "cells", count=7)
    matrices = []
    for engine in ("onnx", "keras"):
        source = study(
            images, '{name = "mobilenet_v3_small", weights = "random"}',
            classifiers=["knn"], engine=engine,
        )  # fmt: skip
        opened, done = frimcla.extract(source)
        assert done.computed == 21
        (space,) = opened.spaces.values()
        keys = [image.key for image in opened.dataset.images]
        matrices.append(opened.store.matrix(space, keys))

    np.testing.assert_allclose(*matrices, atol=1e-5 * np.abs(matrices[0]).max())
