"""The extractor behind every model."""

from __future__ import annotations

from functools import partial
from typing import Any

from frimcla_onnx.describing import Network
from frimcla_onnx.fit import Fit

from .engine import prepared
from .spec import Spec


def make(*, fit: str, engine: str, threads: int, **values: Any) -> Network:
    """Return a model; see `frimcla_torch.plugin` for its parameters.

    Raises:
        ValueError: The model or its weights cannot be called like this.
    """
    spec = Spec.of(values)
    spec.check()
    return Network(
        found=partial(prepared, spec), fitted=partial(_fitted, spec, fit), threads=threads
    )


def _fitted(spec: Spec, how: str) -> Fit:
    """Make images as large as the model takes them, which is known once it was exported."""
    return Fit(int(prepared(spec).facts["side"]), how)
