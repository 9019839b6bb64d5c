"""Where edges run: histograms of oriented gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from skimage.feature import hog as skimage_hog

import frimcla
from frimcla.contracts import Array, Extracts

from .colour import check_width
from .depth import grey, integers, one_level
from .texture import haralick


def hog(*, side: int, cell: int, block: int, orientations: int, **how: Any) -> Extracts:
    """Return histograms of oriented gradients on a square grid.

    The image is resized to a square, whatever its aspect ratio; pixels beyond the last whole
    cell are left out. Against the paper, as in scikit-image: no Gaussian window on a block,
    and a gradient votes for one direction in one cell, without interpolation.

    Args:
        side: Of the square, in pixels.
        cell: Side of a cell, in pixels.
        block: Side of a block, in cells. Blocks overlap in steps of one cell.
        orientations: Directions told apart in half a turn.
        how: Settings of one image: ``normalisation`` of a block (``"L1"``, ``"L1-sqrt"``,
            ``"L2"`` or ``"L2-Hys"``), ``square_root`` of intensities or not, ``channels``
            (``"grey"``, or ``"strongest"``: per pixel the channel with the largest gradient).

    Returns:
        An extractor; rows run over blocks, cells of a block (both row by row) and
        directions, 0 to 1.

    Raises:
        ValueError: No block fits, or the numbers are more than `MOST_FEATURES`.

    Source: Dalal & Triggs, Histograms of oriented gradients for human detection, Proc. CVPR
        2005, 886-893
    """
    cells = side // cell
    if not cells:
        raise ValueError(f"cell must be at most side, {side} (got {cell})")
    if block > cells:
        raise ValueError(
            f"block must be at most {cells}, the cells of {cell} pixels along {side} (got {block})"
        )
    grid = {"side": side, "cell": cell, "block": block, "orientations": orientations}
    check_width(", ".join(grid), ((cells - block + 1) * block) ** 2 * orientations)
    return frimcla.per_image(_describe)(**grid, **how)


def _describe(
    image: Array,
    *,
    side: int,
    cell: int,
    block: int,
    orientations: int,
    normalisation: str,
    square_root: bool,
    channels: str,
) -> Array:
    seen = grey(image) if channels == "grey" else integers(image)
    # Of integers: OpenCV's averages of floats have rounding errors, and what is flat must stay
    # flat, for blocks are normalised.
    square = cv2.resize(seen, (side, side), interpolation=cv2.INTER_AREA)
    features: Array = skimage_hog(
        square / one_level(square),
        orientations=orientations,
        pixels_per_cell=(cell, cell),
        cells_per_block=(block, block),
        block_norm=normalisation,
        transform_sqrt=square_root,
        channel_axis=None if channels == "grey" else -1,
    )
    return features


def haar_hog(*, distance: int, levels: int, span: str, statistics: str, **grid: Any) -> Extracts:
    """Return the features of `hog`, then those of `haralick` on the image as it is.

    There is no Haar wavelet in it: "haar" was short for Haralick in the first FrimCla.

    Args:
        distance: See `haralick`.
        levels: See `haralick`.
        span: See `haralick`.
        statistics: See `haralick`.
        grid: See `hog`.

    Returns:
        An extractor; rows have the numbers of both.

    Raises:
        ValueError: As `hog` does.

    Source: Dalal & Triggs (2005) and Haralick, Shanmugam & Dinstein (1973), as above
    """
    shape = hog(**grid)
    texture = haralick(distance=distance, levels=levels, span=span, statistics=statistics)

    def extract(images: Sequence[Array]) -> Array:
        return np.hstack([shape(images), texture(images)])

    return extract
