"""A published network, exported by somebody else's tool: it tells dogs from cats."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

WEIGHTS = "weights/keras_no_top/squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5"
EXPORT = """
import sys
from frimcla_keras import quiet
import h5py, keras, tensorflow as tf, tf2onnx
from keras import layers

def fire(x, n, squeeze, expand):
    x = layers.Conv2D(squeeze, 1, activation="relu", name=f"fire{n}_squeeze1x1")(x)
    return layers.Concatenate()([
        layers.Conv2D(expand, size, padding="same", activation="relu",
                      name=f"fire{n}_expand{size}x{size}")(x)
        for size in (1, 3)
    ])

def pool(x):
    return layers.MaxPooling2D(3, 2)(x)

images = layers.Input((227, 227, 3))
x = pool(layers.Conv2D(64, 3, 2, activation="relu", name="conv1")(images))
x = pool(fire(fire(x, 2, 16, 64), 3, 16, 64))
x = pool(fire(fire(x, 4, 32, 128), 5, 32, 128))
for n, squeeze, expand in ((6, 48, 192), (7, 48, 192), (8, 64, 256), (9, 64, 256)):
    x = fire(x, n, squeeze, expand)
model = keras.Model(images, x)
with h5py.File(sys.argv[1]) as file:
    found = {}
    def see(name, item):
        if hasattr(item, "shape"):
            found[name] = item[()]
    file.visititems(see)
for layer in model.layers:
    if layer.weights:
        told = layer.name.replace("_", "/")
        numbers = [value for name, value in sorted(found.items()) if name.startswith(told + "/")]
        kernel, bias = sorted(numbers, key=lambda one: -one.ndim)
        if layer.name == "conv1":  # it takes blue, green, red
            kernel = kernel[:, :, ::-1]
        layer.set_weights([kernel, bias])
signature = (tf.TensorSpec((None, 227, 227, 3), tf.float32, name="images"),)
tf2onnx.convert.from_keras(model, signature, opset=17, output_path=sys.argv[2])
"""
MEAN = tuple(value / 255 for value in (123.68, 116.779, 103.939))
"""Of the photographs of ImageNet, red first; the network takes 0 to 255 without it."""


@pytest.fixture
def squeezenet(real_data: Path, tmp_path: Path) -> Path:
    """SqueezeNet 1.1 to its last fire module, as tf2onnx exports it."""
    pytest.importorskip("tf2onnx", reason="tf2onnx is not installed (frimcla-keras brings it)")
    target = tmp_path / "squeezenet.onnx"
    command = [sys.executable, "-P", "-c", EXPORT, str(real_data / WEIGHTS), str(target)]
    subprocess.run(command, check=True, capture_output=True, env=dict(os.environ))
    return target


def images_of(folder: Path) -> tuple[list[np.ndarray], list[str]]:
    from PIL import Image

    paths = sorted(folder.glob("*/*"))
    images = [np.asarray(Image.open(path).convert("RGB")) for path in paths]
    return images, [path.parent.name for path in paths]


@pytest.mark.slow
def test_squeezenet_tells_dogs_from_cats(squeezenet, real_data) -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from frimcla.engines import engine_of
    from frimcla.errors import PluginError
    from frimcla_onnx.plugin import frimcla_extractors

    (component,) = frimcla_extractors()
    named = component.recipe(model=str(squeezenet), side=227, mean=MEAN, std=(1 / 255,) * 3)
    with pytest.raises(PluginError, match="no dense layer leads to its output; write layer = "):
        engine_of(named, "auto")
    recipe = component.recipe(**named.values | {"layer": last_of(squeezenet)})
    assert engine_of(recipe, "auto") == ("onnx", "")
    extract = recipe.build(engine="onnx", threads=2)
    rows, labels = {}, {}
    for part in ("train", "test"):
        images, labels[part] = images_of(real_data / "dogs_vs_cats" / part)
        rows[part] = extract(images)

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))
    model.fit(rows["train"], labels["train"])
    share = model.score(rows["test"], labels["test"])

    print(f"SqueezeNet + LR: {share:.3f} of {len(labels['test'])}")
    assert rows["test"].shape[1] == 512
    assert share >= 0.95


def last_of(path: Path) -> str:
    """Return the name of what a model gives."""
    import onnx

    return str(onnx.load(path).graph.output[0].name)
