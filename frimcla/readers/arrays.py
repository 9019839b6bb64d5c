"""What stored pixels need before they can be looked at: turning upright, alpha, colours.

Arrays are (..., height, width, channels); 8-bit colours are converted by Pillow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image

from frimcla.contracts import Array
from frimcla.errors import ImageError

_TURNS: dict[int, Callable[[Array], Array]] = {
    2: lambda stored: stored[..., ::-1, :],
    3: lambda stored: stored[..., ::-1, ::-1, :],
    4: lambda stored: stored[..., ::-1, :, :],
    5: lambda stored: stored.swapaxes(-3, -2),
    6: lambda stored: stored.swapaxes(-3, -2)[..., ::-1, :],
    7: lambda stored: stored.swapaxes(-3, -2)[..., ::-1, ::-1, :],
    8: lambda stored: stored.swapaxes(-3, -2)[..., ::-1, :, :],
}


def upright(pixels: Array, orientation: int) -> Array:
    """Return *pixels* as a person sees them; EXIF's and TIFF's *orientation* is 1 to 8."""
    turn = _TURNS.get(orientation)
    return turn(pixels) if turn else pixels


def upright_size(height: int, width: int, orientation: int) -> tuple[int, int]:
    """Return height and width as a person sees them."""
    return (width, height) if orientation in {5, 6, 7, 8} else (height, width)


def check_finite(pixels: Array) -> None:
    """Refuse pixels, of any shape, that are no numbers.

    Raises:
        ImageError: Some are nan or infinite.
    """
    if pixels.dtype.kind == "f" and pixels.size:
        ends = float(pixels.min()), float(pixels.max())  # nan, if there is one
        if not np.isfinite(ends).all():
            raise ImageError("holds numbers that are not finite (nan or infinity); replace them")


def over_white(pixels: Array, *, premultiplied: bool = False) -> Array:
    """Lay pixels over white, the highest number of their type.

    Args:
        pixels: Unsigned integers; the last channel is alpha. 8 bits are done by Pillow.
        premultiplied: Whether the colours were multiplied by alpha before they were stored.

    Returns:
        One channel less, same type.
    """
    if pixels.dtype == np.uint8 and not premultiplied:
        return _over_white_8(pixels)
    most = np.iinfo(pixels.dtype).max
    alpha = pixels[..., -1:].astype(np.float64)
    colour = pixels[..., :-1] * (1 if premultiplied else alpha / most)
    laid = np.rint(colour + (most - alpha)).clip(0, most)
    return laid.astype(pixels.dtype)


def colours(pixels: Array, mode: str) -> Array:
    """Return 8-bit pixels in Pillow's colour space *mode* (CMYK, LAB, YCbCr) as RGB."""
    return _by_pillow(partial(_to_rgb, mode=mode), pixels, 3)


def through(palette: Array, indices: Array) -> Array:
    """Look up each of *indices* (..., 1) in *palette* (n, channels); return (..., channels)."""
    return palette[np.minimum(indices[..., 0], len(palette) - 1)]


def _over_white_8(pixels: Array) -> Array:
    grey = pixels.shape[-1] == 2
    laid = _by_pillow(partial(_lay, mode="LA" if grey else "RGBA"), pixels, 3)
    return laid[..., :1] if grey else laid


def _lay(pixels: Array, mode: str) -> Image.Image:
    return flattened(_image(pixels, mode))


def flattened(image: Image.Image) -> Image.Image:
    """Lay a transparent image over white."""
    over = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", over.size, "white"), over).convert("RGB")


def _to_rgb(pixels: Array, mode: str) -> Image.Image:
    return _image(pixels, mode).convert("RGB")


def _image(pixels: Array, mode: str) -> Image.Image:
    height, width = pixels.shape[:2]
    return Image.frombytes(mode, (width, height), pixels.tobytes(), "raw", mode)


def _by_pillow(change: Callable[[Array], Image.Image], pixels: Array, channels: int) -> Array:
    """Apply *change* to each image of a stack."""
    changed = np.empty((*pixels.shape[:-1], channels), np.uint8)
    for index in np.ndindex(*pixels.shape[:-3]):
        changed[index] = np.asarray(change(pixels[index]))
    return changed
