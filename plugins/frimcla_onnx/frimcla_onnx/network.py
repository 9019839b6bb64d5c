"""The extractor behind an ONNX file."""

from __future__ import annotations

from functools import partial
from typing import Any

from .describing import Network
from .engine import prepared
from .fit import Fit
from .refusing import RefusedError, named
from .spec import Spec


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
    return Network(
        found=partial(prepared, spec), fitted=partial(Fit, spec.side, fit), threads=threads
    )
