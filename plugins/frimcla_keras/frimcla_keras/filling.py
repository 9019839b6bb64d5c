"""Weights that were trained with another framework, put into a Keras model.

What reads such a file is a function of its path and of what is wanted: layers from the first to
the last, each with the shapes of its filters and of its offsets. It returns the arrays that it
found of them, ``float32``, the outputs first as other frameworks have them (out, in, height,
width), and raises ValueError with what is to be said of the file. It checks neither shapes nor
numbers: that is done here, once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from frimcla.errors import WeightsError

Array = np.ndarray[Any, np.dtype[Any]]
Shapes = tuple[tuple[int, ...], ...]
Wanted = Mapping[str, Shapes]
Found = Mapping[str, tuple[Array, ...]]
Reads = Callable[[Path, Wanted], Found]


def fill(model: Any, path: Path, label: str, read: Reads) -> None:
    """Give every layer of *model* its weights in a file.

    Args:
        model: Built by Keras, of convolutions and dense layers with offsets.
        path: The file.
        label: What people call the network.
        read: What reads such a file.

    Raises:
        WeightsError: One sentence: the file is damaged, or of another network.
    """
    trained = [layer for layer in model.layers if layer.weights]
    wanted = {layer.name: tuple(_shapes(layer)) for layer in trained}
    try:
        found = read(path, wanted)
        for name, shapes in wanted.items():
            _check(name, shapes, found.get(name, ()))
    except ValueError as error:
        what = f"{label}: weights {path.name} {error}"
        raise WeightsError(f"{what}; name the file that belongs to it") from None
    for layer in trained:
        kernel, *offsets = found[layer.name]
        layer.set_weights([_inputs_first(kernel), *offsets])


def layer_of(name: str | bytes) -> str:
    """Return what Keras calls a layer of Caffe: it forbids ``/`` in names."""
    text = name if isinstance(name, str) else name.decode("utf-8", "replace")
    return text.replace("/", "_")


def _shapes(layer: Any) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of the weights of *layer*, outputs first."""
    for weight in layer.get_weights():
        *places, inputs, outputs = (1, *weight.shape) if weight.ndim == 1 else weight.shape
        yield weight.shape if weight.ndim == 1 else (outputs, inputs, *places)


def _inputs_first(kernel: Array) -> Array:
    """Return a kernel as Keras has it: (out, in, height, width) as (height, width, in, out)."""
    return np.moveaxis(kernel, (0, 1), (-1, -2))


def _check(name: str, shapes: Shapes, arrays: tuple[Array, ...]) -> None:
    if not arrays:
        raise ValueError(f"hold no layer {name}")
    found = tuple(array.shape for array in arrays)
    if found != shapes:
        raise ValueError(f"hold {found} for the layer {name} instead of {shapes}")
    if not all(np.isfinite(array).all() for array in arrays):
        raise ValueError(f"hold what is no number in the layer {name}")
