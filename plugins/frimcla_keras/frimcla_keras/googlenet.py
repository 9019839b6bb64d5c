"""GoogLeNet as the Berkeley Vision and Learning Center trained it, its auxiliary heads left out.

Szegedy et al. 2015, Going deeper with convolutions, table 1, https://arxiv.org/abs/1409.4842;
layer by layer models/bvlc_googlenet of Caffe. Layers are called as there, with ``_`` for ``/``.
"""

from __future__ import annotations

from typing import Any

from . import quiet  # noqa: F401  (before Keras)

# ruff: isort: split
import keras
from keras import layers

SIDE = 224
INCEPTIONS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
"""Widths of table 1: 1x1, reduction to 3x3, 3x3, reduction to 5x5, 5x5, projection of the pool."""
POOLED_AFTER = {"3b": "pool3_3x3_s2", "4e": "pool4_3x3_s2"}


class Normalised(layers.Layer):  # type: ignore[misc]
    """Local response normalisation across channels (Krizhevsky et al. 2012, section 3.3).

    With Caffe's numbers: 5 neighbours, alpha 1e-4, beta 0.75, k 1. Written by slices, for
    TensorFlow's own knows no 64 bits.
    """

    NEIGHBOURS, ALPHA = 5, 1e-4

    def call(self, inputs: Any) -> Any:
        """Return x / (1 + alpha / 5 * sum of the squares of 5 channels) ** 0.75."""
        half, channels = self.NEIGHBOURS // 2, inputs.shape[-1]
        squares = keras.ops.pad(keras.ops.square(inputs), [[0, 0]] * 3 + [[half, half]])
        total = sum(squares[..., k : k + channels] for k in range(self.NEIGHBOURS))
        root = keras.ops.sqrt(1.0 + (self.ALPHA / self.NEIGHBOURS) * total)
        return inputs / (root * keras.ops.sqrt(root))  # x ** 0.75, without logarithms


def googlenet() -> Any:
    """Return the network: BGR minus its mean (n, 224, 224, 3) to 1000 probabilities."""
    images = layers.Input((SIDE, SIDE, 3), name="data")
    # Caffe pads 3 on each side; "same" would pad 2 and 3.
    x = layers.ZeroPadding2D(3, name="pad1")(images)
    x = _convolved(x, 64, 7, "conv1_7x7_s2", strides=2, padding="valid")
    x = Normalised(name="pool1_norm1")(_shrunk(x, "pool1_3x3_s2"))
    x = _convolved(x, 64, 1, "conv2_3x3_reduce")
    x = Normalised(name="conv2_norm2")(_convolved(x, 192, 3, "conv2_3x3"))
    x = _shrunk(x, "pool2_3x3_s2")
    for name, widths in INCEPTIONS.items():
        x = _inception(x, f"inception_{name}", widths)
        if name in POOLED_AFTER:
            x = _shrunk(x, POOLED_AFTER[name])
    x = layers.GlobalAveragePooling2D(name="pool5_7x7_s1")(x)
    scores = layers.Dense(1000, name="loss3_classifier")(x)
    return keras.Model(images, layers.Softmax(name="prob")(scores), name="googlenet")


def _inception(x: Any, name: str, widths: tuple[int, ...]) -> Any:
    plain, before_3, of_3, before_5, of_5, projected = widths
    pooled = layers.MaxPooling2D(3, 1, padding="same", name=f"{name}_pool")(x)
    branches = [
        _convolved(x, plain, 1, f"{name}_1x1"),
        _convolved(_convolved(x, before_3, 1, f"{name}_3x3_reduce"), of_3, 3, f"{name}_3x3"),
        _convolved(_convolved(x, before_5, 1, f"{name}_5x5_reduce"), of_5, 5, f"{name}_5x5"),
        _convolved(pooled, projected, 1, f"{name}_pool_proj"),
    ]
    return layers.Concatenate(name=f"{name}_output")(branches)


def _convolved(x: Any, width: int, size: int, name: str, **how: Any) -> Any:
    options = {"padding": "same", "activation": "relu", "name": name, **how}
    return layers.Conv2D(width, size, **options)(x)


def _shrunk(x: Any, name: str) -> Any:
    """Halve by the largest of 3 x 3; of sides that are even, Caffe's rounding up is "same"."""
    return layers.MaxPooling2D(3, 2, padding="same", name=name)(x)
