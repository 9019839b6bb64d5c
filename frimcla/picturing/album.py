"""What is shown of the images, as values."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import attrs
import numpy as np

from frimcla.contracts import Array

from .checking import DECIDES, MapsCheck


@attrs.frozen(kw_only=True)
class Thumb:
    """A small copy of what extractors see of an image; several channels stand side by side.

    Attributes:
        webp: The file.
        width: In pixels.
        height: In pixels.
        exact: Whether it is the image itself, pixel by pixel.
    """

    webp: bytes = attrs.field(repr=False)
    width: int
    height: int
    exact: bool = False

    @property
    def sides(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height

    @property
    def uri(self) -> str:
        """The file as a ``data:`` address."""
        return f"data:image/webp;base64,{base64.b64encode(self.webp).decode()}"


@attrs.frozen(kw_only=True, eq=False)
class Projection:
    """Features of the winner's extractor, seen in two dimensions; see `projecting`.

    Attributes:
        keys: The m images that are shown, sorted.
        pca: Places by principal components, ``float32`` (m, 2), in standard deviations of features.
        tsne: Places by t-SNE, ``float32`` (m, 2); distances between far points mean nothing.
        shares: Of the variance, what the two principal components hold, 0 to 1.
        images: How many different images there are in all.
    """

    keys: tuple[str, ...]
    pca: Array
    tsne: Array
    shares: tuple[float, float]
    images: int


@attrs.frozen(kw_only=True, eq=False)
class Map:
    """Where the model looks in an image: what covering a place changes; see `explaining`.

    Attributes:
        key: SHA-256 of the image.
        label: Its class.
        held_out: The class that was predicted while it was held out.
        predicted: The class that the final model predicts, which has learnt from it.
        probability: Of the predicted class; None where the classifier gives none.
        grid: Drop of that probability by place, ``float32`` (rows, columns), -1 to 1. Without
            probabilities 1 where the decision changes, else 0.
        shuffled: The same of a classifier that learnt shuffled classes, of the class it predicts.
        similarity: Mean absolute rank correlation of the grid with those of classifiers that learnt
            shuffled classes, 0 to 1; None where a map is flat.
        sides: Width and height of the image, in pixels.
        picture: The image, larger than its thumbnail.
        views: How many channels stand side by side in it.
    """

    key: str
    label: str
    held_out: str
    predicted: str
    probability: float | None
    grid: Array
    shuffled: Array
    similarity: float | None
    sides: tuple[int, int]
    picture: Thumb
    views: int = 1

    @property
    def common(self) -> float:
        """What covering a place costs that is like any other: the median, -1 to 1.

        Descriptors of texture or colour notice the cover itself, wherever it lies.
        """
        return float(np.median(self.grid))

    @property
    def local(self) -> Array:
        """What covering each place costs beyond that, ``float32`` (rows, columns)."""
        return np.asarray(self.grid - np.float32(self.common))

    @property
    def largest(self) -> float:
        """The largest change, up or down, that one place brings about beyond what all do."""
        return float(np.abs(self.local).max())

    @property
    def decisive(self) -> bool:
        """Whether there is a place that decides."""
        return self.largest > DECIDES

    @property
    def everywhere(self) -> bool:
        """Whether covering any place at all changes what the model says."""
        return abs(self.common) > DECIDES


@attrs.frozen(kw_only=True, eq=False)
class Album:
    """All that is shown of the images of a study.

    Attributes:
        thumbnails: By key of the image.
        projection: Of the winner's features, or None.
        maps: Where the model looks, by class, within it by key.
        check: Of the maps, or None where there are none.
        missing: Why ``"projection"`` or ``"maps"`` are not there, where they were asked for.
        made_for: By part, digest of all that it was made of.
    """

    thumbnails: Mapping[str, Thumb] = attrs.field(factory=dict)
    projection: Projection | None = None
    maps: tuple[Map, ...] = ()
    check: MapsCheck | None = None
    missing: Mapping[str, str] = attrs.field(factory=dict)
    made_for: Mapping[str, str] = attrs.field(factory=dict)
