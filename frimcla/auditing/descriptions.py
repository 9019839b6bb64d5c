"""The six descriptions that see nothing of what is on an image, or hardly anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from frimcla.contracts import Array

from .facts import Measured
from .smoothing import Numbers

STEP = 0.05
"""Bytes are told in steps of this share: differences below it are noise of what is shown."""

Images = Sequence[Measured]


def image_size(images: Images) -> Numbers:
    """Return logarithms of width, height, area and shape."""
    sides = np.log([one.facts.sides for one in images])
    width, height = sides.T
    values = np.stack([width, height, width + height, width - height], axis=1)
    return Numbers(values=np.round(values, 9), binned=True)


def file_size(images: Images) -> Numbers:
    """Return the logarithm of the bytes that size and structure of the images do not explain.

    Fine structures take more bytes, and are what classes may be about. So what the pixels take as
    JPEG and as PNG is subtracted, by least squares on training folds, and what is left counts in
    steps of 5 %: how files were saved.
    """
    taken = np.log([one.nbytes for one in images])
    known = np.array(
        [[1.0, np.log(one.pixels), *np.log(np.maximum(one.needed, 1e-9))] for one in images]
    )
    return Numbers(values=taken[:, None], binned=True, explained=known, step=STEP)


def file_format(images: Images) -> Numbers:
    """Return which of all formats an image has, as noughts and ones."""
    formats = np.array([one.format for one in images])
    return Numbers(values=(formats[:, None] == np.unique(formats)).astype(np.float64))


def mean_colour(images: Images) -> Numbers:
    """Return mean and deviation of each channel."""
    return Numbers(values=_flat([one.colour for one in images], axis=1), binned=True)


def border(images: Images) -> Numbers:
    """Return the mean of each channel in twelve parts of the border."""
    return Numbers(values=_flat([one.border for one in images], axis=2))


def thumbnail(images: Images) -> Numbers:
    """Return 8 x 8 pixels."""
    return Numbers(values=_flat([one.thumbnail for one in images], axis=3))


def _flat(parts: Sequence[Array], axis: int) -> Array:
    """Return a row per image; of views that are all grey, one channel instead of three."""
    channels = np.moveaxis(np.array(parts, np.float64), axis, -1)
    views = channels.reshape(*channels.shape[:-1], -1, 3)
    grey = (views[..., :1] == views).all()
    return (views[..., 0] if grey else channels).reshape(len(parts), -1)


DESCRIPTIONS: dict[str, Callable[[Images], Numbers]] = {
    "FRM201": image_size,
    "FRM202": file_size,
    "FRM203": file_format,
    "FRM204": mean_colour,
    "FRM205": border,
    "FRM206": thumbnail,
}
