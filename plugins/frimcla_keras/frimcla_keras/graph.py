"""Networks as Keras models: from ``uint8`` images to features, preprocessing folded in.

This module, `frimcla_keras.rewriting`, and those that build networks of our own
(`frimcla_keras.googlenet`, `frimcla_keras.overfeat`) are the only ones that import Keras.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from frimcla.errors import PluginError, WeightsError, did_you_mean
from frimcla.recipes import load
from frimcla.weights import wrong

from . import quiet  # noqa: F401  (before Keras)
from .filling import fill
from .networks import KERAS_FILE
from .safe_h5 import check_weights_file
from .spec import Spec

# ruff: isort: split
import keras
from keras import layers

CAFFE_MEAN = (103.939, 116.779, 123.68)
BVLC_MEAN = (104.0, 117.0, 123.0)
TORCH_MEAN, TORCH_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
OVERFEAT_MEAN, OVERFEAT_STD = 118.380948, 61.896913
# Of ImageNet: BGR in 0 to 255 (Simonyan & Zisserman 2014), and in whole numbers (train_val.prototxt
# of Caffe's bvlc_googlenet); RGB in 0 to 1 (torchvision); all channels alike (OverFeat's program).


def build(spec: Spec) -> Any:
    """Return the model: ``uint8`` (n, side, side, 3) to ``float32`` (n, d).

    Raises:
        WeightsError: The weights are missing, or are not of this network.
        PluginError: The layer does not exist.
    """
    described = _describing(spec, bare(spec))
    side = spec.net.side
    images = layers.Input((side, side, 3), dtype="uint8", name="images")
    pixels = _scaled(images, spec.net.scaling)
    return keras.Model(images, described(pixels), name="network")


def in_double_precision(spec: Spec, model: Any) -> Any:
    """Return *model*, which *spec* describes, once more with 64 bits. Ends with the process."""
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    precise = build(attrs.evolve(spec, weights="random"))
    precise.set_weights(model.get_weights())
    for layer in precise.get_layer("describing").layers:
        if isinstance(layer, layers.Normalization) and layer.weights:
            layer.finalize_state()  # it keeps copies of its weights
    return precise


def bare(spec: Spec) -> Any:
    """Return the network as keras.applications makes it, or we, with its weights."""
    path, _ = spec.file()
    with _seeded(spec.seed_of_weights):
        keras.backend.clear_session(free_memory=False)  # layers without a name count from 1
        model = load(spec.net.own.make)() if spec.net.own else _of_keras(spec)
    if path:
        _load(model, path, spec)
    if spec.net.own and not spec.head and not spec.layer:
        return keras.Model(model.input, model.get_layer(spec.net.own.features).output)
    return model


def _of_keras(spec: Spec) -> Any:
    net = spec.net
    options: dict[str, Any] = {"alpha": spec.alpha} if net.alphas else {}
    if not spec.head and not spec.layer:  # Keras's own: ConvNeXt normalises after it
        options["pooling"] = spec.pooling
    make = getattr(keras.applications, net.cls)
    return make(include_top=spec.head, weights=None, input_shape=(net.side, net.side, 3), **options)


def _load(model: Any, path: Path, spec: Spec) -> None:
    what = f"weights {path.name}"
    label = spec.net.label
    if spec.net.own and path.suffix != KERAS_FILE:
        return fill(model, path, label, load(spec.net.own.files[path.suffix]))
    check_weights_file(path, label)
    try:
        model.load_weights(str(path))
    except Exception as error:  # Keras tells in many classes that a file is of another network
        reason = str(error).strip().splitlines()[0][:300] if str(error).strip() else repr(error)
        whole = spec.head or spec.net.own
        part = "with its head" if whole else "without its head (no_top)"
        raise WeightsError(
            f"{label}: {what} do not fit the network {part}: {reason}; name the file that "
            "belongs to it"
        ) from None
    if spec.published and not wrong(spec.published, path):  # by content, as keys are
        _divide_once_more(model)


def _divide_once_more(model: Any) -> None:
    """Scale as EfficientNet was trained: Keras adds this only when it downloads by itself.

    Its published weights hold the standard deviation where the layer wants the variance; see
    https://github.com/tensorflow/tensorflow/issues/49930.
    """
    for layer in model.layers:
        if isinstance(layer, layers.Normalization) and len(layer.weights) == 3:
            mean, variance, count = layer.get_weights()
            layer.set_weights([mean, variance * np.array(TORCH_STD, np.float32), count])
            layer.finalize_state()


def _describing(spec: Spec, model: Any) -> Any:
    """Cut *model* where its features are, and pool them."""
    if spec.layer:
        names = [layer.name for layer in model.layers]
        if spec.layer not in names:
            hint = did_you_mean(spec.layer, names) or f"; the last ones are {', '.join(names[-3:])}"
            whole = spec.head or spec.net.own
            head = "" if whole else " (layers of the head need head = true)"
            raise PluginError(f'{spec.net.label} has no layer "{spec.layer}"{head}{hint}')
        output = model.get_layer(spec.layer).output
    else:
        output = model.output
    if len(output.shape) == 4:
        pool = layers.GlobalMaxPooling2D if spec.pooling == "max" else layers.GlobalAveragePooling2D
        output = pool(name="features")(output)
    elif len(output.shape) != 2:
        shape = tuple(output.shape[1:])
        what = f'layer "{spec.layer}" gives {shape}; name one that gives (height, width, channels)'
        raise PluginError(f"{spec.net.label}: {what}")
    return keras.Model(model.input, output, name="describing")


def _scaled(images: Any, scaling: str) -> Any:
    """Preprocess as the network was trained, in layers that can be exported."""
    pixels = keras.ops.cast(images, keras.config.floatx())
    if scaling == "tf":
        return layers.Rescaling(1 / 127.5, -1.0)(pixels)
    if scaling in {"caffe", "bvlc"}:
        mean = CAFFE_MEAN if scaling == "caffe" else BVLC_MEAN
        return layers.Rescaling(1.0, [-value for value in mean])(pixels[..., ::-1])
    if scaling == "overfeat":
        return layers.Rescaling(1 / OVERFEAT_STD, -OVERFEAT_MEAN / OVERFEAT_STD)(pixels)
    if scaling == "torch":
        scale = [1 / (255 * std) for std in TORCH_STD]
        offset = [-mean / std for mean, std in zip(TORCH_MEAN, TORCH_STD, strict=True)]
        return layers.Rescaling(scale, offset)(pixels)
    return pixels


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Draw weights from *seed*, and leave the generators of the process as they were."""
    before, before_numpy = random.getstate(), np.random.get_state()
    keras.utils.set_random_seed(seed)
    try:
        yield
    finally:
        random.setstate(before)
        np.random.set_state(before_numpy)


def on_gpu() -> bool:
    """Say whether TensorFlow computes on a GPU here."""
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))
