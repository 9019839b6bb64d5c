"""A map drawn over its image: orange where the model looks, blue where the opposite is."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image as Pictures

from frimcla.contracts import Array

from .album import Map, Thumb
from .checking import DECIDES
from .thumbs import GAP, webp
from .windows import Windows

FOR, AGAINST = "#e66101", "#0571b0"
"""Covering it lowers the probability; raises it, or lowers it less than covering other places.

The ends of ColorBrewer's PuOr and RdBu: apart for colour-blind eyes, too."""
STRONGEST = 0.85
"""Opacity where the change is largest."""
PALE = 0.8
"""How much of the image's own contrast is left under the colours."""
QUALITY = 75
READABLE = 144
"""Pixels of the longer side that small images are enlarged to, pixel by pixel."""


def reach(one: Map) -> float:
    """Return the change at which a map's colours are strongest, 0 to 1.

    The largest of the map itself, so that each can be read; never less than what decides
    anything, so that noise stays pale.
    """
    return max(one.largest, DECIDES)


def overlay(one: Map) -> Thumb:
    """Draw a map over its image, turned grey so that no colour of it is taken for the map's.

    Colours are full at `reach`, up or down, and fade to nothing at 0. Small images are enlarged.
    """
    times = max(1, READABLE // max(one.picture.sides))
    image = Pictures.open(io.BytesIO(one.picture.webp)).convert("L")
    grey = 255 - PALE * (255 - np.asarray(image, np.float64).repeat(times, 0).repeat(times, 1))
    heat = _tiled(one, times) / reach(one)
    opacity = STRONGEST * np.clip(np.abs(heat), 0, 1)[..., None]
    colours = np.where(heat[..., None] > 0, _rgb(FOR), _rgb(AGAINST))
    mixed = (1 - opacity) * grey[..., None] + opacity * colours
    drawn = Pictures.fromarray(np.rint(mixed).astype(np.uint8))
    return Thumb(webp=webp(drawn, QUALITY), width=drawn.width, height=drawn.height)


def _tiled(one: Map, times: int) -> Array:
    """Return the map for every pixel, once for each channel that is shown; 0 in the gaps."""
    width, height = one.picture.sides
    each = (width - GAP * (one.views - 1)) // one.views
    local = one.local.astype(np.float64)
    spread = Windows(*one.sides).spread(local, each * times, height * times)
    found = np.zeros((height * times, width * times))
    for view in range(one.views):
        left = view * (each + GAP) * times
        found[:, left : left + each * times] = spread
    return found


def _rgb(colour: str) -> Array:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.float64)
