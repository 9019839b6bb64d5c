"""What a network computes for one image, counted in its graph. Imports no Keras.

``tests/published.py`` writes it down for every network, so that nobody has to build one to ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

COUNTED = frozenset({"Conv2D", "Dense", "DepthwiseConv2D", "SeparableConv2D"})
"""Layers whose kernels are applied at every place of what they give."""


def multiply_adds(model: Any) -> int:
    """Return the multiplications of a Keras model for one image, each with its addition.

    Every kernel counts once per place of its layer's output, borders included: the convention
    of the papers. Offsets, normalisation, activations and pooling are left out.

    Args:
        model: Built for images of one size.

    Raises:
        ValueError: A layer has a kernel, and it is not known how often it is applied.
    """
    return sum(_at_each_place(layer) * _places(layer) for layer in _leaves(model))


def _leaves(model: Any) -> Iterator[Any]:
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _leaves(layer)
        else:
            yield layer


def _at_each_place(layer: Any) -> int:
    kernels = [weight.shape for weight in layer.weights if weight.name.endswith("kernel")]
    if kernels and type(layer).__name__ not in COUNTED:
        raise ValueError(f"{layer.name} has a kernel; say in counting.py how often it is applied")
    return sum(map(prod, kernels))


def _places(layer: Any) -> int:
    """Return the number of places (height x width) of what a layer gives."""
    return prod(layer.output.shape[1:-1])
