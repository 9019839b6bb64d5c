"""Five drawn images that show whether an extractor still gives the numbers it gave.

Equal key, equal numbers: a key covers what plugins say of themselves, but a library may change
its numbers without telling, and a plugin forget what it depends on. So a space keeps the features
of these images with the versions of the libraries and the hashes of the weights that made them;
when one of these changes, they are computed again.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .contracts import Array
from .errors import FrimclaError
from .spaces import Space
from .store import FeatureStore, alike


def drawn() -> list[Array]:
    """Return five ``uint8`` RGB images of different sizes, by formula: no seed, no library.

    A ramp, rings, a checkerboard, stripes of growing width, and colours.
    """
    rows, columns = (axis.astype(np.int64) for axis in np.mgrid[:96, :128])
    ramp = np.stack([2 * columns, rows + columns, 255 - 2 * rows], axis=-1)
    rings = ((rows - 48) ** 2 + (columns - 64) ** 2) // 24 % 256
    board = ((rows // 8 + columns // 8) % 2 * 200 + 28)[:80, :80]
    stripes = (columns**2 // 64 % 256)[:64]
    colours = np.stack([rows * 7, columns * 5, rows * columns // 9], axis=-1) % 256
    grey = [np.repeat(pattern[..., None], 3, axis=-1) for pattern in (rings, board, stripes)]
    return [np.clip(image, 0, 255).astype(np.uint8) for image in (ramp, *grey, colours)]


def check(store: FeatureStore, space: Space, now: Array, versions: Mapping[str, str]) -> None:
    """Compare the probes' features with those the space was made with, and keep them.

    Args:
        store: Where the space lives.
        space: Which one.
        now: Features of `drawn` by the installed extractor, ``float32`` (5, d).
        versions: What is behind it: versions of libraries, SHA-256 of weights.

    Raises:
        FrimclaError: The numbers are others than when the space was made.
    """
    kept = store.read_probes(space)
    for home, (before, then) in kept.items():
        if not alike(before, now):
            changed = ", ".join(
                f"{name} {_short(then.get(name))} -> {_short(versions.get(name))}"
                for name in sorted({*then, *versions})
                if then.get(name) != versions.get(name)
            )
            raise FrimclaError(
                f"{space.recipe.label} gives other numbers than the features in "
                f"{home} ({changed or 'same versions'}); remove that folder "
                "to compute them again, or install the old versions"
            )
    if not any(then == versions for _, then in kept.values()):
        store.write_probes(space, now, versions)


def _short(version: str | None) -> str:
    return version[:12] if version else "absent"
