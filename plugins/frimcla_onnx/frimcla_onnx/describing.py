"""What describes images by an ONNX file, wherever the file comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from .exports import Exported
from .fit import Fit

Array = np.ndarray[Any, np.dtype[Any]]
MOST = 64
"""Images at once, on however many cores: a shard of FrImCla holds no more."""


def at_once(threads: int) -> int:
    """Return how many images keep so many threads busy; rows do not depend on it."""
    return min(MOST, 16 * threads)


@attrs.define(slots=False, kw_only=True)
class Network:
    """Describes images by a network. Nothing is loaded before the first call.

    Attributes:
        found: Returns the network, exported or tried before.
        fitted: Returns what makes an image the square it takes.
        threads: Cores that it may use.
    """

    found: Callable[[], Exported]
    fitted: Callable[[], Fit]
    threads: int

    @property
    def batch(self) -> int:
        """How many images it likes to be given at once."""
        return at_once(self.threads)

    @cached_property
    def prepare(self) -> Fit:
        """Makes an image the square it takes."""
        return self.fitted()

    def __call__(self, images: Sequence[Array]) -> Array:
        """Return the features of each image, ``float32`` (n, d)."""
        return self._session(np.stack([self.prepare(image) for image in images]))

    @cached_property
    def _session(self) -> Callable[[Array], Array]:
        from .session import Session  # ONNX Runtime, which workers that prepare images never need

        path = self.found().path
        assert isinstance(path, Path)
        return Session(path, threads=self.threads)
