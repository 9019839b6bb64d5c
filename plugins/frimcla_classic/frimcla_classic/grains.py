"""Which sizes of grains there are, and how bright pixels adjoin."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from mahotas.features import pftas
from skimage.morphology import disk, reconstruction

import frimcla
from frimcla.contracts import Array

from .depth import grey, one_level, shrunk


@frimcla.per_image
def granularity(image: Array, *, side: int, sizes: int, method: str) -> Array:
    """Return how much of the grey image lies in bright and in dark grains of each size.

    Grains that hold no disc of a radius are removed, for growing radii; what goes at each step
    is the spectrum. What lies beyond the border counts as neither bright nor dark. As in the
    paper, openings find bright grains and closings dark ones. CellProfiler has bright grains
    only, by reconstruction, as percentages, of a shrunk image without its background.

    Args:
        image: RGB, ``float32``, 0 to 1, or ``uint8``; shape (height, width, 3).
        side: An image whose longer side has more pixels is shrunk to it.
        sizes: Number of radii, from 1 pixel.
        method: ``"opening"``: by discs; or ``"reconstruction"``: by repeated erosion, and a
            grain that is not removed keeps its whole shape, which takes ten times as long.

    Returns:
        Shape (2 * sizes,), at least 0: bright grains by radius, then dark ones, in 8-bit levels
        averaged over the image.

    Source: Maragos, Pattern spectrum and multiscale shape representation, IEEE Trans. Pattern
        Analysis and Machine Intelligence 11(7), 701-716 (1989)
    """
    bright = shrunk(grey(image), side)
    dark = np.iinfo(bright.dtype).max - bright
    sieve = _opened if method == "opening" else _reconstructed
    spectra = []
    for picture in (bright, dark):
        left = [picture.mean(), *(coarse.mean() for coarse in sieve(picture, sizes))]
        # Discs of pixels are not quite round: a larger one may leave what a smaller removed.
        spectra.append(-np.diff(np.minimum.accumulate(left)) / one_level(picture))
    return np.concatenate(spectra)


def _opened(picture: Array, sizes: int) -> Iterator[Array]:
    for radius in range(1, sizes + 1):
        yield cv2.morphologyEx(picture, cv2.MORPH_OPEN, _disc(radius))


def _reconstructed(picture: Array, sizes: int) -> Iterator[Array]:
    cross, core = _disc(1), picture
    for _ in range(sizes):
        core = cv2.erode(core, cross)
        yield reconstruction(core, picture, footprint=cross)  # type: ignore[no-untyped-call]


def _disc(radius: int) -> Array:
    return np.asarray(disk(radius))  # type: ignore[no-untyped-call]


@frimcla.per_image
def tas(image: Array, *, side: int) -> Array:
    """Return threshold adjacency statistics of the grey image, free of parameters.

    Pixels are chosen by three conditions: near the mean of those above Otsu's threshold (by
    less than their standard deviation), brighter than the lower end of that, brighter than the
    mean. Counted is how many of the eight neighbours of a pixel are chosen as well.

    Args:
        image: RGB, ``float32``, 0 to 1, or ``uint8``; shape (height, width, 3).
        side: An image whose longer side has more pixels is shrunk to it.

    Returns:
        Shape (54,), shares, 0 to 1: for each condition, the pixels that are not chosen with 0
        to 8 chosen neighbours; the same for the opposite of each condition.

    Source: Hamilton et al., Fast automated cell phenotype image classification, BMC
        Bioinformatics 8, 110 (2007); Coelho et al., Structured literature image finder:
        extracting information from text and images in biomedical literature, Linking
        Literature, Information, and Knowledge for Biology, 23-32 (2010)
    """
    features: Array = pftas(shrunk(grey(image), side))
    return features
