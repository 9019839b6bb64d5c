"""The extractor behind every model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np

from frimcla_onnx.fit import Fit
from frimcla_onnx.session import Session

from .engine import prepared
from .spec import Spec

Array = np.ndarray[Any, np.dtype[Any]]
MOST = 64
"""Images at once, on however many cores: a shard of FrImCla holds no more."""


@attrs.define(slots=False, kw_only=True)
class Network:
    """Describes images by a model. Nothing is loaded before the first call.

    Attributes:
        spec: The model.
        how: How an image becomes square.
        threads: Cores that it may use.
    """

    spec: Spec
    how: str
    threads: int

    @property
    def batch(self) -> int:
        """How many images it likes to be given at once."""
        return min(MOST, 16 * self.threads)

    @cached_property
    def prepare(self) -> Fit:
        """Makes an image the square it takes; which one is known once it was exported."""
        return Fit(int(prepared(self.spec).facts["side"]), self.how)

    def __call__(self, images: Sequence[Array]) -> Array:
        """Return the features of each image, ``float32`` (n, d)."""
        return self._session(np.stack([self.prepare(image) for image in images]))

    @cached_property
    def _session(self) -> Session:
        found = prepared(self.spec)
        assert found.path
        return Session(found.path, threads=self.threads)


def make(*, fit: str, engine: str, threads: int, **values: Any) -> Network:
    """Return a model; see `frimcla_torch.plugin` for its parameters.

    Raises:
        ValueError: The model or its weights cannot be called like this.
    """
    spec = Spec.of(values)
    spec.check()
    return Network(spec=spec, how=fit, threads=threads)
