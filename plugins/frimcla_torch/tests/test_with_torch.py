"""Small seeded models, exported: what torch gives, and then the same without torch.

Run by ``python plugins/frimcla_torch/tests/with_torch.py``; skipped where torch is not installed.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import attrs
import numpy as np
import pytest

from frimcla.engines import engine_of
from frimcla.errors import PluginError, WeightsError
from frimcla.prices import work_of
from frimcla_torch import plugin

pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("timm", "torch", "transformers")),
    reason="torch, timm or transformers is not installed; with_torch.py installs them",
)
TIMM, HUGGING = plugin.frimcla_extractors()
IMAGES = [
    image
    for shape in ((40, 60), (224, 224), (300, 30))
    for image in [np.random.default_rng(sum(shape)).integers(0, 256, (*shape, 3), np.uint8)]
]
HUGE = 10**7

BY_TIMM = """
import sys, numpy, frimcla_torch.ready
held = frimcla_torch.ready.operators()
import timm, torch
from safetensors.torch import save_file
torch.manual_seed(3)
model = timm.create_model(sys.argv[1], num_classes=7).eval()
with torch.no_grad():
    for value in model.parameters():  # what is drawn tells images apart by little
        value.add_(torch.randn_like(value) * 0.03)
save_file(model.state_dict(), sys.argv[2])
config = model.pretrained_cfg
pixels = torch.from_numpy(numpy.load(sys.argv[3])).permute(0, 3, 1, 2) / 255
mean, std = (torch.tensor(config[name]).reshape(3, 1, 1) for name in ("mean", "std"))
with torch.no_grad():
    given = model.forward_features((pixels - mean) / std)
    own = model.forward_head(given, pre_logits=True)
numpy.save(sys.argv[4], own.numpy())
"""

BY_TRANSFORMERS = """
import sys, numpy, frimcla_torch.ready
held = frimcla_torch.ready.operators()
import torch, transformers
from safetensors.torch import save_file
torch.manual_seed(3)
small = dict(hidden_size=48, num_hidden_layers=2, num_attention_heads=3, intermediate_size=96)
if sys.argv[1] == "dinov2":
    whole = transformers.Dinov2ForImageClassification(
        transformers.Dinov2Config(**small, image_size=70, patch_size=14, num_labels=7))
    model = whole.dinov2
else:
    small["image_size"] = 224
    whole = model = transformers.ViTModel(transformers.ViTConfig(**small), add_pooling_layer=False)
model.eval()
whole.config.save_pretrained(sys.argv[2])
save_file(whole.state_dict(), sys.argv[2] + "/model.safetensors")
pixels = torch.from_numpy(numpy.load(sys.argv[3])).permute(0, 3, 1, 2) / 255
with torch.no_grad():
    tokens = model((pixels - 0.5) / 0.5).last_hidden_state
numpy.save(sys.argv[4], tokens[:, 0].numpy())
"""

WITHOUT = """
import json, sys, numpy
sys.modules["torch"] = sys.modules["timm"] = sys.modules["transformers"] = None
from frimcla_torch import plugin
from frimcla.engines import engine_of
values = json.loads(sys.argv[1])
source = values.pop("source")
(component,) = [one for one in plugin.frimcla_extractors() if one.name == source]
recipe = component.recipe(**values)
assert engine_of(recipe, "auto") == ("onnx", "")
images = list(numpy.load(sys.argv[2]))
numpy.save(sys.argv[3], recipe.build(engine="onnx", threads=1)(images))
"""


def run(code: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture
def squares(tmp_path: Path) -> Path:
    """Images of the size that those models take, in a file."""
    rng = np.random.default_rng(1)
    coarse = rng.integers(0, 256, (4, 7, 7, 3), np.uint8).repeat(32, 1).repeat(32, 2)
    np.save(tmp_path / "squares.npy", coarse)
    return tmp_path / "squares.npy"


def rows_of(recipe, images):
    assert engine_of(recipe, "auto")[0] == "onnx"
    return recipe.build(engine="onnx", threads=1)(list(images))


def check_without_torch(recipe, squares, rows):
    """Make sure that another process, which has no torch, gives the same bits."""
    target = squares.with_name("again.npy")
    values = {"source": recipe.component.name, **recipe.values}
    run(WITHOUT, json.dumps(values), str(squares), str(target))
    np.testing.assert_array_equal(np.load(target), rows)


@pytest.mark.parametrize("name", ["vit_tiny_patch16_224", "convnextv2_atto"])
def test_a_model_of_timm_gives_what_timm_gives(tmp_path, squares, name):
    weights, truth = tmp_path / "mine.safetensors", tmp_path / "truth.npy"
    run(BY_TIMM, name, str(weights), str(squares), str(truth))
    recipe = TIMM.recipe(model=name, weights=str(weights))

    rows = rows_of(recipe, np.load(squares))

    expected = np.load(truth)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, expected, atol=2e-5 * np.abs(expected).max())
    assert np.abs(rows[0] - rows[1]).max() > 1e-3 * np.abs(rows).max()
    assert work_of(recipe) > 100
    check_without_torch(recipe, squares, rows)


@pytest.mark.parametrize("kind", ["dinov2", "vit"])
def test_a_model_of_hugging_face_gives_what_transformers_gives(tmp_path, squares, kind):
    home, truth = tmp_path / "model", tmp_path / "truth.npy"
    run(BY_TRANSFORMERS, kind, str(home), str(squares), str(truth))
    scaling = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "size": {"height": 224}}
    (home / "preprocessor_config.json").write_text(json.dumps(scaling))
    recipe = HUGGING.recipe(
        model="me/mine",
        weights=str(home / "model.safetensors"),
        config=str(home / "config.json"),
    )

    rows = rows_of(recipe, np.load(squares))

    expected = np.load(truth)
    np.testing.assert_allclose(rows, expected, atol=2e-5 * np.abs(expected).max())
    check_without_torch(recipe, squares, rows)


def test_images_of_any_size_and_tokens_pooled(squares):
    values = {"model": "vit_tiny_patch16_224", "weights": "random", "side": 64}
    own, mean, first = (
        rows_of(TIMM.recipe(**values, pooling=pooling), IMAGES)
        for pooling in ("own", "avg", "first")
    )

    assert own.shape == mean.shape == first.shape == (3, 192)
    np.testing.assert_array_equal(own, first)
    assert not np.allclose(mean, first)


def test_weights_of_another_model_are_told_from_the_other_process(tmp_path, squares):
    weights = tmp_path / "mine.safetensors"
    run(BY_TIMM, "convnextv2_atto", str(weights), str(squares), str(tmp_path / "truth.npy"))

    with pytest.raises(WeightsError, match=r"do not fit it: .* and \d+ more; name the file"):
        engine_of(TIMM.recipe(model="vit_tiny_patch16_224", weights=str(weights)), "auto")


def test_a_config_names_no_code(tmp_path):
    (tmp_path / "config.json").write_text(
        json.dumps({"model_type": "evil", "auto_map": {"AutoModel": "evil.Evil"}})
    )
    recipe = HUGGING.recipe(model="me/mine", weights="random", config=str(tmp_path / "config.json"))

    with pytest.raises(PluginError, match="is of type 'evil', which is not run; known: convnext"):
        engine_of(recipe, "auto")


def test_a_model_that_asks_for_all_memory_is_refused(tmp_path):
    config = {"model_type": "vit", "hidden_size": HUGE, "num_attention_heads": 1}
    (tmp_path / "config.json").write_text(json.dumps(config))
    recipe = HUGGING.recipe(model="me/mine", weights="random", config=str(tmp_path / "config.json"))

    with pytest.raises(PluginError, match="me/mine"):
        engine_of(recipe, "auto")


def test_unknown_models_are_told_with_a_hint():
    recipe = TIMM.recipe(model="vit_tinny_patch16_224", weights="random")

    with pytest.raises(PluginError, match='did you mean "vit_tiny_patch16_224"'):
        engine_of(recipe, "auto")


def test_a_study_runs(tmp_path, monkeypatch):
    import frimcla
    from frimcla.testing import toy_dataset

    monkeypatch.chdir(tmp_path)
    toy_dataset(tmp_path / "cells", count=6)
    lines = ['images = "cells"', 'classifiers = ["knn"]', "folds = 3", "controls = false"]
    network = '{name = "timm", model = "vit_tiny_patch16_224", weights = "random", side = 32}'
    Path("study.toml").write_text("\n".join([f"extractors = [{network}]", *lines]))

    result = frimcla.run("study.toml")

    assert attrs.has(type(result))
    assert len(frimcla.predict(result.model_path, "cells")) == 18
