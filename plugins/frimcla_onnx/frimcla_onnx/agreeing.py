"""Whether an export computes what it was exported from, on the images of `probing`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from .fit import Fit
from .probing import probe_images
from .session import Session

Array = np.ndarray[Any, np.dtype[Any]]
TOLERANCE = 1e-5
"""Of the largest feature: what an exported network may differ by from its framework."""
HOPELESS = 1e-3
"""What it may never differ by, however the framework itself rounds."""


@attrs.frozen(kw_only=True)
class Agreement:
    """How far an export is off, and how far it may be; both as shares of the largest feature.

    Attributes:
        difference: How far it is off.
        allowed: How far it may be.
        features: Numbers per image.
    """

    difference: float
    allowed: float
    features: int

    @property
    def good(self) -> bool:
        """Whether it may stand for the network; what is no number is not."""
        return self.difference <= self.allowed


def agreement(
    target: Path,
    side: int,
    features: Callable[[Array], Array],
    precisely: Callable[[Array], Array],
) -> Agreement:
    """Compare an export with its framework.

    It is off the framework; where that is too much, off the framework in double precision: two
    ways of rounding may each be right and twice as far from each other. And where the framework
    itself is further off than `TOLERANCE`, as deep networks with random weights are, the export
    may be off twice as far.

    Args:
        target: The ONNX file.
        side: Width and height of the images that it takes.
        features: Returns the features of ``uint8`` (n, side, side, 3) by the framework.
        precisely: The same in double precision; called only if need be.
    """
    images = np.stack([Fit(side, "squash")(image) for image in probe_images()])
    exported, rows = Session(target)(images), features(images)
    found = _apart(exported, rows)
    if found <= TOLERANCE:
        return Agreement(difference=found, allowed=TOLERANCE, features=rows.shape[1])
    truth = precisely(images)
    allowed = max(TOLERANCE, min(2 * _apart(rows, truth), HOPELESS))
    return Agreement(difference=_apart(exported, truth), allowed=allowed, features=rows.shape[1])


def _apart(rows: Array, truth: Array) -> float:
    return float(np.abs(rows - truth).max() / np.abs(truth).max())
