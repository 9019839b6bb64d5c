"""Replaces the layers that TensorFlow exports badly by layers that compute the same.

Met with Keras 3.15 and tf2onnx 1.17: grouped convolutions become calls that ONNX does not
have, ``gelu`` an operator that it does not have, constants of `Normalization` further inputs;
global pooling becomes a mean over two axes, which ONNX Runtime adds up in another order for
one image than for several.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import quiet  # noqa: F401  (before Keras)

# ruff: isort: split
import keras
from keras import layers


class Gelu(layers.Layer):  # type: ignore[misc]
    """The Gaussian error linear unit by the error function (Hendrycks & Gimpel 2016)."""

    def call(self, inputs: Any) -> Any:
        """Return x/2 (1 + erf(x / sqrt 2))."""
        return 0.5 * inputs * (1.0 + keras.ops.erf(inputs / math.sqrt(2)))


class Pool(layers.Layer):  # type: ignore[misc]
    """Global pooling by a window as large as the image: one order of adding, always."""

    def __init__(self, *, largest: bool, keepdims: bool, **options: Any) -> None:
        """Pool by the mean, or the *largest*; *keepdims* as Keras calls it."""
        super().__init__(**options)
        self.largest, self.keepdims = largest, keepdims

    def call(self, inputs: Any) -> Any:
        """Return (n, 1, 1, channels) or (n, channels) of (n, height, width, channels)."""
        pool = keras.ops.max_pool if self.largest else keras.ops.average_pool
        pooled = pool(inputs, inputs.shape[1:3])
        return pooled if self.keepdims else keras.ops.reshape(pooled, (-1, inputs.shape[-1]))


def exportable(model: Any) -> Any:
    """Return a copy of *model* that computes the same and can be exported."""
    copy = keras.models.clone_model(model, clone_function=_replaced, recursive=True)
    for layer, other in zip(_leaves(model), _leaves(copy), strict=True):
        weights = layer.get_weights()
        if isinstance(other, layers.DepthwiseConv2D) and not _is_depthwise(layer):
            weights[0] = weights[0].transpose(0, 1, 3, 2)
        if len(weights) == len(other.get_weights()):
            other.set_weights(weights)
    return copy


def _replaced(layer: Any) -> Any:
    config = layer.get_config()
    if isinstance(layer, layers.Activation) and config["activation"] == "gelu":
        return Gelu(name=layer.name)
    if isinstance(layer, (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)):
        largest = isinstance(layer, layers.GlobalMaxPooling2D)
        return Pool(largest=largest, keepdims=layer.keepdims, name=layer.name)
    if isinstance(layer, layers.Normalization):
        mean, spread = (np.ravel(np.asarray(part)) for part in (layer.mean, layer.variance))
        scale = 1 / np.maximum(np.sqrt(spread), keras.backend.epsilon())
        return layers.Rescaling(scale.tolist(), (-mean * scale).tolist(), name=layer.name)
    if type(layer) is layers.Conv2D and layer.groups > 1:
        kept = ("kernel_size", "strides", "padding", "use_bias", "activation", "name")
        return layers.DepthwiseConv2D(**{key: config[key] for key in kept})
    return layer.__class__.from_config(config)


def _is_depthwise(layer: Any) -> bool:
    return isinstance(layer, layers.DepthwiseConv2D)


def _leaves(model: Any) -> list[Any]:
    """Return the layers of *model* and of the models in it, in order."""
    found = []
    for layer in model.layers:
        found += _leaves(layer) if hasattr(layer, "layers") else [layer]
    return found
