"""The extractor behind an ONNX file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np

from .engine import prepared
from .fit import Fit
from .refusing import RefusedError, named
from .session import Session
from .spec import Spec

Array = np.ndarray[Any, np.dtype[Any]]
MOST = 64
"""Images at once, on however many cores: a shard of FrImCla holds no more."""


@attrs.define(slots=False, kw_only=True)
class Network:
    """Describes images by a network. Nothing is loaded before the first call.

    Attributes:
        spec: The network.
        prepare: Makes an image the square it takes.
        threads: Cores that it may use.
    """

    spec: Spec
    prepare: Fit
    threads: int

    @property
    def batch(self) -> int:
        """How many images it likes to be given at once."""
        return min(MOST, 16 * self.threads)

    def __call__(self, images: Sequence[Array]) -> Array:
        """Return the features of each image, ``float32`` (n, d)."""
        return self._session(np.stack([self.prepare(image) for image in images]))

    @cached_property
    def _session(self) -> Session:
        found = prepared(self.spec)
        assert found.path
        return Session(found.path, threads=self.threads)


def make(*, fit: str, engine: str, threads: int, **values: Any) -> Network:
    """Return a network; see `frimcla_onnx.plugin` for its parameters.

    Args:
        fit: How an image becomes square.
        engine: What was decided; there is one.
        threads: Cores that it may use.
        values: The parameters of `Spec`.

    Raises:
        ValueError: No file is named, or it is no model.
        OSError: The file is not there.
    """
    spec = Spec.of(values)
    try:
        _ = spec.order  # what can be told at once, before the network is tried
    except RefusedError as error:
        raise ValueError(f"{named(spec.path.name)}: {error}") from None
    return Network(spec=spec, prepare=Fit(spec.side, fit), threads=threads)
