"""Images of the study that go with a model, small, to be shown beside predictions."""

from __future__ import annotations

import attrs
import numpy as np

from .contracts import Array

NEAREST = 3
"""Images that are shown beside a prediction."""


@attrs.frozen(kw_only=True)
class Example:
    """An image of the study that is near a new one.

    Attributes:
        label: Its class.
        picture: What extractors see of it, small: the bytes of a WebP file.
        distance: From the new image, along the directions of `frimcla.novelty`.
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
        places: Where they lie along the directions of `frimcla.novelty`, ``float32`` (m, c).
    """

    labels: tuple[str, ...]
    pictures: tuple[bytes, ...]
    places: Array

    def nearest(self, place: Array) -> tuple[Example, ...]:
        """Return the nearest to a place (c,), the nearest first."""
        distances = np.sqrt(((self.places - place) ** 2).sum(axis=1))
        return tuple(
            Example(
                label=self.labels[row],
                picture=self.pictures[row],
                distance=float(distances[row]),
            )
            for row in np.argsort(distances, kind="stable")[:NEAREST]
        )
