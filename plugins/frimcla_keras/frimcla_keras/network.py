"""The one extractor behind all networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np

from frimcla_onnx.describing import at_once
from frimcla_onnx.fit import Fit

from .spec import Spec

Array = np.ndarray[Any, np.dtype[Any]]


@attrs.define(slots=False, kw_only=True)
class Network:
    """Describes images by a network. Nothing is loaded before the first call.

    Attributes:
        spec: The network.
        prepare: Makes an image the square it takes.
        engine: ``"onnx"`` or ``"keras"``.
        threads: Cores that it may use.
    """

    spec: Spec
    prepare: Fit
    engine: str
    threads: int

    @property
    def batch(self) -> int:
        """How many images it likes to be given at once."""
        return self._run.batch  # type: ignore[no-any-return]

    def __call__(self, images: Sequence[Array]) -> Array:
        """Return the features of each image, ``float32`` (n, d)."""
        return self._run(np.stack([self.prepare(image) for image in images]))  # type: ignore[no-any-return]

    @cached_property
    def _run(self) -> Any:
        if self.engine == "onnx":
            return _Onnx(self.spec, self.threads)
        from .by_keras import ByKeras

        return ByKeras(self.spec)


def make(*, fit: str, engine: str, threads: int, **values: Any) -> Network:
    """Return a network; see `frimcla_keras.plugin` for its parameters."""
    spec = Spec.of(values)
    named = spec.weights not in {"imagenet", "random"}
    if named and (why := spec.net.refusal(spec.weights)):
        raise ValueError(f"weights {why}")
    return Network(spec=spec, prepare=Fit(spec.net.side, fit), engine=engine, threads=threads)


class _Onnx:
    """By ONNX Runtime: rows do not depend on the batch, so it is what keeps all cores busy."""

    def __init__(self, spec: Spec, threads: int) -> None:
        from frimcla_onnx.session import Session

        from .exports import exported

        found = exported(spec)
        if found.path is None:
            raise ValueError(f"{spec.net.label} cannot be run by ONNX Runtime: {found.why}")
        self.batch = at_once(threads)
        self._session: Callable[[Array], Array] = Session(found.path, threads=threads)

    def __call__(self, images: Array) -> Array:
        return self._session(images)
