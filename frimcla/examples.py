"""Images of the study that go with a model, small, to be shown beside predictions."""

from __future__ import annotations

import attrs
import numpy as np

from .contracts import Array
from .novelty import Novelty

NEAREST = 3
"""Images that are shown beside a prediction."""


@attrs.frozen(kw_only=True)
class Example:
    """An image of the study that is near a new one.

    Attributes:
        label: Its class.
        picture: What extractors see of it, small: the bytes of a WebP file.
        distance: From the new image, as `frimcla.novelty` measures it.
    """

    label: str
    picture: bytes
    distance: float


@attrs.frozen(kw_only=True, eq=False)
class Examples:
    """Some of the images that a model has learnt from.

    Attributes:
        labels: Their classes (m,).
        pictures: WebP files (m,).
        points: What is known of them, ``float16`` (m, e): `frimcla.novelty.Novelty.points`.
    """

    labels: tuple[str, ...]
    pictures: tuple[bytes, ...]
    points: Array

    def nearest(self, point: Array, novelty: Novelty) -> tuple[Example, ...]:
        """Return the nearest to a point (e,), the nearest first."""
        distances = novelty.lengths(self.points - point)
        return tuple(
            Example(
                label=self.labels[row],
                picture=self.pictures[row],
                distance=float(distances[row]),
            )
            for row in np.argsort(distances, kind="stable")[:NEAREST]
        )
