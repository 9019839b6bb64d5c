"""OverFeat, fast and accurate, as their authors released them.

Sermanet et al. 2014, OverFeat, tables 1 and 3, https://arxiv.org/abs/1312.6229; sizes of filters
and borders as in the released programs, https://github.com/sermanet/OverFeat, which
sklearn-theano read them from. Its filters lie on images as they are (cross-correlation).
"""

from __future__ import annotations

from typing import Any

import attrs

from . import quiet  # noqa: F401  (before Keras)

# ruff: isort: split
import keras
from keras import layers


@attrs.frozen
class Step:
    """One convolution, and the pooling behind it.

    Attributes:
        width: Number of its filters.
        size: Their width and height.
        pooled: Side of the squares of which the largest is kept, or 0.
        stride: Pixels between two places of the filters.
        padded: Whether there is a border of zeros, so that the size stays.
    """

    width: int
    size: int
    pooled: int = 0
    stride: int = 1
    padded: bool = False


FAST = (
    Step(96, 11, pooled=2, stride=4),
    Step(256, 5, pooled=2),
    Step(512, 3, padded=True),
    Step(1024, 3, padded=True),
    Step(1024, 3, pooled=2, padded=True),
    Step(3072, 6),
    Step(4096, 1),
    Step(1000, 1),
)
ACCURATE = (
    Step(96, 7, pooled=3, stride=2),
    Step(256, 7, pooled=2),
    Step(512, 3, padded=True),
    Step(512, 3, padded=True),
    Step(1024, 3, padded=True),
    Step(1024, 3, pooled=3, padded=True),
    Step(4096, 5),
    Step(4096, 1),
    Step(1000, 1),
)


def fast() -> Any:
    """Return the fast network: standardised RGB (n, 231, 231, 3) to 1000 probabilities."""
    return _network(231, FAST)


def accurate() -> Any:
    """Return the accurate network: standardised RGB (n, 221, 221, 3) to 1000 probabilities."""
    return _network(221, ACCURATE)


def _network(side: int, steps: tuple[Step, ...]) -> Any:
    images = x = layers.Input((side, side, 3), name="data")
    for number, step in enumerate(steps, start=1):
        x = layers.Conv2D(
            *(step.width, step.size, step.stride),
            padding="same" if step.padded else "valid",
            activation="relu" if number < len(steps) else None,
            name=f"conv{number}",
        )(x)
        if step.pooled:
            x = layers.MaxPooling2D(step.pooled, name=f"pool{number}")(x)
    scores = layers.Flatten(name="scores")(x)
    return keras.Model(images, layers.Softmax(name="prob")(scores), name="overfeat")
