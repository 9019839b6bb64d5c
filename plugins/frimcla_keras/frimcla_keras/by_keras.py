"""Networks run by Keras itself: on a GPU, and where an export cannot stand for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .graph import build, on_gpu
from .spec import Spec

# ruff: isort: split
import tensorflow as tf

Array = np.ndarray[Any, np.dtype[Any]]
ON_PROCESSOR, ON_GPU = 16, 64
"""Images in a batch; a row depends on it in its last bits."""


class ByKeras:
    """Runs a network in batches of one size, the last one filled up."""

    def __init__(self, spec: Spec) -> None:
        """Build the network and load its weights."""
        self.batch = ON_GPU if on_gpu() else ON_PROCESSOR
        self._model = tf.function(build(spec), reduce_retracing=True)

    def __call__(self, images: Array) -> Array:
        """Return features ``float32`` (n, d) of ``uint8`` (n, side, side, 3)."""
        try:
            parts = range(0, len(images), self.batch)
            return np.concatenate([self._filled(images[k : k + self.batch]) for k in parts])
        except tf.errors.ResourceExhaustedError:
            if self.batch == 1:
                raise
            self.batch //= 2  # a smaller graphics card
            return self(images)

    def _filled(self, images: Array) -> Array:
        empty = np.zeros((self.batch - len(images), *images.shape[1:]), images.dtype)
        features = self._model(np.concatenate([images, empty]), training=False)
        return np.asarray(features)[: len(images)]
