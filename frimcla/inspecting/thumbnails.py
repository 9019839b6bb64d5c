"""Small copies of what extractors see, made by workers; only of the images that are shown."""

from __future__ import annotations

import base64
import io

import attrs
import numpy as np
from PIL import Image as Pictures

from frimcla.contracts import Array
from frimcla.intake import Batch
from frimcla.pictures import Picture

BOX = 192
"""Pixels of the longer side, at most."""
LOSSLESS = 64
"""Images up to this side are kept as they are: every pixel counts."""


@attrs.frozen(kw_only=True, eq=False)
class Thumbnail:
    """Small copies of an image: one, or one per channel that is seen by itself.

    Attributes:
        views: ``uint8``, (height, width, 3).
        names: Of the channels, where there are several views.
        exact: Whether they are the image itself.
    """

    views: tuple[Array, ...]
    names: tuple[str, ...]
    exact: bool

    @property
    def uris(self) -> tuple[str, ...]:
        """Each view as a ``data:`` address."""
        return tuple(_uri(view, self.exact) for view in self.views)


def draw(batch: Batch) -> list[tuple[str, Thumbnail]]:
    """Return (name, thumbnail) of images that were read before."""
    return [(image.name, thumbnail(batch.opener.picture(image))) for image in batch.images]


def thumbnail(picture: Picture) -> Thumbnail:
    """Return small copies of what is seen of an image."""
    views = picture.views("rgb8")
    exact = max(picture.stored.shape[:2]) <= LOSSLESS
    names = picture.header.called if len(views) > 1 else ()
    small = tuple(view if exact else _smaller(view) for view in views)
    return Thumbnail(views=small, names=names, exact=exact)


def _smaller(view: Array) -> Array:
    image = Pictures.fromarray(np.ascontiguousarray(view))
    image.thumbnail((BOX, BOX), Pictures.Resampling.LANCZOS)
    return np.asarray(image)


def _uri(view: Array, exact: bool) -> str:
    buffer = io.BytesIO()
    image = Pictures.fromarray(np.ascontiguousarray(view))
    if exact:
        image.save(buffer, "PNG", optimize=True)
        kind = "png"
    else:  # no chroma subsampling: thin red and green structures stay what they are
        image.save(buffer, "JPEG", quality=85, subsampling=0, optimize=True)
        kind = "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode()}"
