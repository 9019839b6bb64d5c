"""Tries a network on a few images: that it runs, and that each row is of its image alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from frimcla.errors import readable

from .refusing import RefusedError
from .session import Session, loaded

Array = np.ndarray[Any, np.dtype[Any]]
EQUAL = 1e-3
"""Of the largest feature: what a row may differ by beside other images."""


def probes(side: int) -> Array:
    """Return four images, ``uint8`` (4, side, side, 3): black, a ramp, fine and coarse noise."""
    rng = np.random.default_rng(0)
    ramp = np.broadcast_to(np.linspace(0, 255, side)[None, :, None], (side, side, 3))
    coarse = rng.integers(0, 256, (8, 8, 3)).repeat(-(-side // 8), 0).repeat(-(-side // 8), 1)
    fine = rng.integers(0, 256, (side, side, 3))
    return np.stack([np.zeros_like(ramp), ramp, fine, coarse[:side, :side]]).astype(np.uint8)


def outcome(model: Any, images: Array) -> list[Array]:
    """Return what a model gives of *images*.

    Raises:
        RefusedError: It does not run; the reason is ONNX Runtime's.
    """
    try:
        session = loaded(model.SerializeToString())
        return session.run(None, {session.get_inputs()[0].name: images})  # type: ignore[no-any-return]
    except MemoryError:
        raise
    except Exception as error:  # the classes of its errors have no public name
        raise RefusedError(f"it does not run: {_first_line(error)}") from None


def is_of_its_image_alone(path: Path, side: int) -> bool:
    """Say whether rows are the same beside other images and beside copies of their own.

    Raises:
        RefusedError: They are no finite numbers, are none of the images, or differ by chance.
    """
    session, images = Session(path), probes(side)
    rows = session(images)
    if not np.isfinite(rows).all():
        raise RefusedError("it gives what is no finite number; name another layer, or export it")
    if rows.shape[1] == 0 or (rows == rows[0]).all():
        raise RefusedError("it gives the same of every image; name another layer")
    if not np.array_equal(rows, session(images)):
        raise RefusedError("it gives other numbers each time; export it for inference")
    alone = np.concatenate([session(images[k : k + 1]) for k in range(len(images))])
    return bool(np.abs(rows - alone).max() <= EQUAL * np.abs(rows).max())


def _first_line(error: Exception) -> str:
    text = readable(str(error).strip().partition("\n")[0])
    return text.rpartition(" : ")[2][:200] or type(error).__name__
