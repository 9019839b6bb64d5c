"""Networks against keras.applications: the same features of the same weights."""

import hashlib
import math
import os
import random
import re
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pytest

from frimcla.errors import PluginError, WeightsError
from frimcla_keras import quiet  # noqa: F401  (before Keras)
from frimcla_keras.graph import _describing, _scaled, build
from frimcla_keras.networks import BY_NAME
from frimcla_keras.published import _published
from frimcla_keras.spec import Spec

# ruff: isort: split
import keras
from keras import layers
from keras.src.legacy.saving import legacy_h5_format

SMALL = {
    "mobilenet": {"alpha": 0.25},
    "mobilenet_v3_small": {},
    "efficientnet_b0": {},
    "efficientnet_v2_b0": {},
}
MODULES = {
    "mobilenet": "mobilenet",
    "mobilenet_v3_small": "mobilenet_v3",
    "efficientnet_b0": "efficientnet",
    "efficientnet_v2_b0": "efficientnet_v2",
    "vgg16": "vgg16",
    "resnet50": "resnet",
    "densenet121": "densenet",
}
"""Where `preprocess_input` is that belongs to a network."""
POOLED = {"avg": np.mean, "max": np.max}


def preprocessed(name, images):
    module = getattr(keras.applications, MODULES[name])
    return module.preprocess_input(images.astype(np.float32))


def maps_of(model, name, images):
    """Return what the last layer gives, before any pooling."""
    return np.asarray(model(preprocessed(name, images), training=False))


def save_legacy(model, path):
    """Write the older format of Keras, in which its weights are published."""
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    return path


def features(spec, images):
    return np.asarray(build(spec)(images, training=False))


def assert_close(found, expected, share=1e-4):
    expected = np.asarray(expected)
    assert found.dtype == np.float32
    assert np.abs(expected).max() > 1e-3
    np.testing.assert_allclose(found, expected, rtol=0, atol=share * np.abs(expected).max())


@pytest.mark.parametrize(
    ("name", "pooling"),
    [*((name, "avg") for name in SMALL), ("mobilenet", "max"), ("mobilenet_v3_small", "max")],
)
def test_features_are_those_of_keras(name, pooling, images, references):
    weights = str(references[name].file)
    spec = Spec(network=name, weights=weights, pooling=pooling, **SMALL[name])
    maps = maps_of(references[name].model, name, images)

    assert_close(features(spec, images), POOLED[pooling](maps, axis=(1, 2)))


@pytest.mark.parametrize(
    ("name", "layer", "pooling"),
    [
        ("mobilenet", "conv_pw_5_relu", "avg"),
        ("mobilenet", "conv_dw_1", "max"),
        ("mobilenet_v3_small", "expanded_conv_4_add", "avg"),
    ],
)
def test_an_inner_layer_is_pooled(name, layer, pooling, images, references):
    model = references[name].model
    inner = keras.Model(model.input, model.get_layer(layer).output)
    maps = maps_of(inner, name, images)
    weights = str(references[name].file)
    spec = Spec(network=name, weights=weights, layer=layer, pooling=pooling, **SMALL[name])

    assert_close(features(spec, images), POOLED[pooling](maps, axis=(1, 2)))


@pytest.mark.parametrize("name", ["mobilenet", "vgg16", "densenet121", "efficientnet_b0"])
def test_pixels_are_scaled_as_keras_scales_them(name, images):
    """One network per way of scaling."""
    pixels = layers.Input((224, 224, 3), dtype="uint8")
    scale = keras.Model(pixels, _scaled(pixels, BY_NAME[name].scaling))

    found = np.asarray(scale(images))

    assert_close(found, preprocessed(name, images), 1e-6)


def test_the_head_gives_probabilities_and_nothing_else_does(images, references):
    name = "mobilenet_v3_small"
    spec = Spec(network=name, weights="random", head=True)

    probabilities = features(spec, images)
    described = features(Spec(network=name, weights=str(references[name].file)), images)

    assert probabilities.shape == (8, 1000)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert (np.abs(described.sum(axis=1) - 1) > 0.01).all()


def test_a_layer_of_the_head_is_described_as_it_is(images):
    spec = Spec(network="mobilenet", alpha=0.25, weights="random", head=True, layer="conv_preds")

    assert features(spec, images).shape == (8, 1000)


def refused(**values):
    with pytest.raises(PluginError) as caught:
        build(Spec(network="mobilenet", alpha=0.25, weights="random", **values))
    return str(caught.value)


def test_a_layer_that_does_not_exist_is_told_with_a_hint():
    no_layer = 'MobileNet has no layer "{}" (layers of the head need head = true)'

    assert refused(layer="conv_pw_13_rel") == (
        f'{no_layer.format("conv_pw_13_rel")}; did you mean "conv_pw_13_relu"?'
    )
    assert refused(layer="XXX") == (
        f"{no_layer.format('XXX')}; the last ones are conv_pw_13, conv_pw_13_bn, conv_pw_13_relu"
    )
    assert refused(layer="conv_predz", head=True) == (
        'MobileNet has no layer "conv_predz"; did you mean "conv_preds"?'
    )


def test_a_layer_without_places_is_refused():
    spec = Spec(network="convnext_tiny", weights="random", layer="rank_three")
    model = keras.Sequential([layers.Input((8, 8, 3)), layers.Reshape((64, 3), name="rank_three")])

    with pytest.raises(PluginError) as caught:
        _describing(spec, model)

    assert str(caught.value) == (
        'ConvNeXt-T: layer "rank_three" gives (64, 3); name one that gives '
        "(height, width, channels)"
    )


def test_layers_are_called_the_same_however_many_networks_were_built(images):
    """Keras numbers layers without a name through all models of a process."""
    spec = Spec(network="mobilenet_v3_small", weights="random", layer="re_lu_5")

    np.testing.assert_array_equal(features(spec, images), features(spec, images))


def test_random_weights_are_those_of_their_seed(images):
    def drawn(seed):
        spec = Spec(network="mobilenet", alpha=0.25, weights="random", seed_of_weights=seed)
        return features(spec, images)

    first, again, other = drawn(1), drawn(1), drawn(2)

    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.1 * np.abs(first).max()


def test_building_leaves_the_generators_of_the_process_alone():
    random.seed(5)
    np.random.seed(5)
    expected = random.random(), np.random.random()
    random.seed(5)
    np.random.seed(5)

    build(Spec(network="mobilenet", alpha=0.25, weights="random"))

    assert (random.random(), np.random.random()) == expected


def test_files_of_the_older_format_load_as_well(tmp_path, images, references):
    model, new = references["mobilenet"].model, references["mobilenet"].file
    legacy = save_legacy(model, tmp_path / "mobilenet.h5")
    specs = [Spec(network="mobilenet", alpha=0.25, weights=str(file)) for file in (legacy, new)]

    np.testing.assert_array_equal(*(features(spec, images) for spec in specs))


def test_a_model_in_a_file_of_weights_is_not_run(tmp_path, images, references):
    """Its layers may be code: of the file, only the numbers are read."""
    canary = str(tmp_path / "canary")
    code = layers.Lambda(lambda pixels: open(canary, "x").close() or pixels)
    harmful = keras.Sequential([keras.Input((1,)), code])
    assert os.path.exists(canary)  # building it ran the code
    os.remove(canary)
    new = references["mobilenet"].file
    file = save_legacy(references["mobilenet"].model, tmp_path / "mobilenet.h5")
    with h5py.File(file, "r+") as opened:
        opened.attrs["model_config"] = harmful.to_json()

    specs = [Spec(network="mobilenet", alpha=0.25, weights=str(path)) for path in (file, new)]

    np.testing.assert_array_equal(*(features(spec, images) for spec in specs))
    assert not os.path.exists(canary)


@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("efficientnet_b0", {"alpha": 0.25}),
        ("mobilenet", {"alpha": 0.5}),
        ("mobilenet", {"alpha": 0.25, "head": True}),
    ],
    ids=["another network", "another width", "without the head"],
)
@pytest.mark.parametrize("older", [False, True])
def test_weights_of_another_network_are_refused(file, values, older, tmp_path, references):
    part = "with its head" if "head" in values else "without its head (no_top)"
    path = references[file].file
    if older:
        path = save_legacy(references[file].model, tmp_path / "old.h5")

    with pytest.raises(WeightsError) as caught:
        build(Spec(network="mobilenet", weights=str(path), **values))

    said = re.escape(f"MobileNet: weights {path.name} do not fit the network {part}: ")
    assert re.fullmatch(rf"{said}\S.+\S; name the file that belongs to it", str(caught.value))


@pytest.fixture
def published(empty_cache, references, monkeypatch):
    """Pretend that the weights of these tests are those that were published."""
    name = "efficientnet_b0"
    folder = empty_cache / "weights"
    folder.mkdir(parents=True)
    path = save_legacy(references[name].model, folder / Spec(network=name).published.file)
    entry = _published()["EfficientNetB0"]["1.0"]["no_top"]
    monkeypatch.setitem(entry, "hash", hashlib.md5(path.read_bytes()).hexdigest())
    return path


def test_efficientnet_is_scaled_as_it_was_trained(published, images, monkeypatch):
    """Keras adds a layer for it, but only where it downloads by itself.

    Compared behind one convolution: drawn weights, on pixels twice as strong as those they were
    fitted to, make rounding errors grow from layer to layer, on some processors to 1e-3.
    """
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", lambda *_, **__: str(published))
    model = keras.applications.EfficientNetB0(include_top=False, weights="imagenet")
    added = [layer.scale for layer in model.layers if isinstance(layer, layers.Rescaling)][1]
    inner = keras.Model(model.input, model.get_layer("stem_activation").output)
    maps = maps_of(inner, "efficientnet_b0", images)

    found = features(Spec(network="efficientnet_b0", layer="stem_activation"), images)

    assert added == [1 / math.sqrt(std) for std in (0.229, 0.224, 0.225)]
    assert_close(found, maps.mean(axis=(1, 2), dtype=np.float64))


PRECISELY = """
import sys
import numpy as np
from frimcla_keras.graph import build, in_double_precision
from frimcla_keras.spec import Spec

network, weights, images = sys.argv[1:]
spec = Spec(network=network, weights=weights)
images = np.load(images)
model = build(spec)
rows = np.asarray(model(images, training=False))
precise = np.asarray(in_double_precision(spec, model)(images, training=False))
print(precise.dtype, np.abs(rows - precise).max() < 1e-4 * np.abs(precise).max())
"""


@pytest.mark.parametrize("network", ["efficientnet_b0", "googlenet"])
def test_in_double_precision_a_network_is_the_same(network, images, references, tmp_path):
    """With what it subtracts from its images, too. In a process of its own, which it changes."""
    np.save(tmp_path / "images.npy", images[4:6])
    weights = str(references[network].file) if network in references else "random"
    arguments = network, weights, str(tmp_path / "images.npy")
    command = [sys.executable, "-P", "-c", PRECISELY, *arguments]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.stdout == "float64 True\n", done.stderr


def test_what_a_file_is_called_changes_nothing(published, tmp_path, images):
    """Features and exports are kept by the content of the weights: names must not count."""
    copy = shutil.copy(published, tmp_path / "mine.h5")
    specs = [Spec(network="efficientnet_b0", weights=str(path)) for path in (published, copy)]

    assert specs[0].key == specs[1].key
    np.testing.assert_array_equal(*(features(spec, images) for spec in specs))


def test_published_weights_load_and_see(real_weights, images):
    """As Keras itself loads them."""
    model = keras.applications.MobileNet(
        include_top=False,
        weights=str(real_weights),
        alpha=0.25,
        input_shape=(224, 224, 3),
        pooling="avg",
    )
    expected = model(preprocessed("mobilenet", images), training=False)

    found = features(Spec(network="mobilenet", alpha=0.25, weights=str(real_weights)), images)

    assert_close(found, expected)
