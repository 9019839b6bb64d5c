"""Paints the demo's images: synthetic fluorescence micrographs of three cell phenotypes.

Every pixel is computed; no microscope was involved. The phenotypes differ by the *shape* of the
cells and the *texture* of their cytoskeleton. Stain, brightness, focus, noise and the share of
the picture that cells cover are drawn alike for all of them. Some cells of each picture belong to
another phenotype, and the looks overlap: the task can be learnt, but not perfectly.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from .files import write_atomically

Field: TypeAlias = NDArray[np.float64]

SIDE = 128  # pixels
GRID = np.mgrid[:SIDE, :SIDE].astype(float)  # the row and the column of each pixel
GREY = np.array([0.299, 0.587, 0.114])  # what red, green and blue count in a grey value
STRAY = 0.38  # share of cells whose phenotype is drawn from all, whatever the picture shows


class Look(NamedTuple):
    """What sets a phenotype apart; a pair is the mean and the deviation over its cells."""

    radius: tuple[float, float]  # of the disc of equal area, in pixels
    aspect: tuple[float, float]  # logarithm of length / width
    taper: float  # exponent of the outline: 2 is an ellipse, less has pointed ends
    ruffle: tuple[float, float]  # depth of the outline's waves, as a share of the radius
    texture: tuple[float, float, float]  # Dirichlet weights of fibres, granules, vesicles


LOOKS = {
    "rounded": Look((14.5, 1.8), (0.15, 0.12), 2.0, (0.03, 0.015), (0.7, 4.0, 1.0)),
    "spindle": Look((14.5, 2.0), (1.15, 0.25), 1.45, (0.04, 0.02), (4.0, 0.7, 1.0)),
    "spread": Look((18.0, 2.2), (0.25, 0.18), 2.0, (0.11, 0.03), (1.0, 0.8, 4.0)),
}
CLASSES: tuple[str, ...] = tuple(LOOKS)


def paint(phenotype: str, index: int, seed: int = 0) -> NDArray[np.uint8]:
    """Paint one image.

    Args:
        phenotype: One of `CLASSES`.
        index: Number of the image within its class; any number from 0 on.
        seed: Another seed gives another, equally distributed set of images.

    Returns:
        ``uint8``, shape (128, 128, 3), RGB. It depends on the arguments only.

    Raises:
        ValueError: There is no such phenotype.
    """
    rng = np.random.default_rng([seed, CLASSES.index(phenotype), index])
    textures = _textures(rng)
    flow = rng.uniform(0, np.pi)  # neighbours align
    layers = np.zeros((2, 2, SIDE, SIDE))  # in and out of focus; cytoskeleton and nuclei
    covered = np.zeros((SIDE, SIDE))
    places: list[Field] = []
    # Cells are added up to an area, not a number: a histogram sees area before anything else.
    coverage = rng.uniform(0.38, 0.56)
    while covered.mean() < coverage:
        name = str(rng.choice(CLASSES)) if rng.random() < STRAY else phenotype
        places.append(_free_place(places, rng))
        window, (body, nucleus, mask) = _cell(LOOKS[name], places[-1], flow, textures, rng)
        layers[int(rng.random() < 0.1)][:, *window] += (body, nucleus)
        covered[window] = np.maximum(covered[window], mask)
    return _photograph(layers, rng)


def write_images(
    folder: Path, *, count: int = 60, start: int = 0, seed: int = 0, missing: bool = False
) -> None:
    """Write images as ``folder/<class>/<class>_000.png``, *count* of each class.

    Args:
        folder: Where to; made if it is missing.
        count: How many images of each class.
        start: Index of the first one: images from another start are new ones.
        seed: See `paint`.
        missing: Paint those that are not there only.
    """
    for phenotype in CLASSES:
        for index in range(start, start + count):
            path = folder / phenotype / f"{phenotype}_{index:03}.png"
            if missing and path.exists():
                continue
            write_image(path, paint(phenotype, index, seed))


def write_image(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write pixels, (height, width, 3), as PNG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    write_atomically(path, buffer.getvalue())


def contact_sheet() -> NDArray[np.uint8]:
    """Return the first eight images of each class, a row per class.

    Returns:
        ``uint8``, shape (396, 1056, 3), RGB.
    """
    frame = ((2, 2), (2, 2), (0, 0))
    rows = [[paint(name, index) for index in range(8)] for name in CLASSES]
    framed = [[np.pad(image, frame, constant_values=64) for image in row] for row in rows]
    return np.vstack([np.hstack(row) for row in framed])


def _textures(rng: np.random.Generator) -> Field:
    """Return fibres (along the rows), granules and vesicles (3, 128, 128): periodic, mean 1."""
    size = (SIDE, SIDE)
    fibres = _smooth(rng.normal(size=size), (rng.uniform(0.9, 1.3), 8))
    granules = _smooth(rng.random(size) < 0.05, rng.uniform(0.7, 0.9))
    vesicles = -_smooth(rng.random(size) < 0.008, rng.uniform(1.8, 2.4))  # stain leaves them out
    clouds = _smooth(rng.normal(size=size), 6)
    fields = np.array([fibres, granules, 0.8 * vesicles + 0.6 * clouds])
    return np.asarray(np.clip(1 + 0.9 * fields, 0.05, None))  # one contrast for all three


def _smooth(field: NDArray[np.generic], sigma: float | tuple[float, float]) -> Field:
    """Return *field* blurred across its borders, with mean 0 and deviation 1."""
    blurred = ndimage.gaussian_filter(field.astype(float), sigma, mode="wrap")
    return np.asarray((blurred - blurred.mean()) / blurred.std())


def _free_place(taken: list[Field], rng: np.random.Generator) -> Field:
    """Return, of a few drawn places (y, x), the one furthest from those taken."""
    drawn = rng.uniform(-4, SIDE + 4, (8, 2))
    gaps = ((drawn[:, None] - np.reshape(taken, (-1, 2))) ** 2).sum(-1).min(1, initial=np.inf)
    return np.asarray(drawn[np.argmax(gaps)])


def _cell(
    look: Look, centre: Field, flow: float, textures: Field, rng: np.random.Generator
) -> tuple[tuple[slice, slice], Field]:
    """Return the window a cell lies in; its cytoskeleton, nucleus and mask there (3, h, w)."""
    radius = max(rng.normal(*look.radius), 8.0)
    aspect = np.exp(abs(rng.normal(*look.aspect)))
    length, width = radius * np.sqrt(aspect), radius / np.sqrt(aspect)
    low, high = np.clip([centre - 1.2 * length, centre + 1.2 * length], 0, SIDE - 1).astype(int)
    window = slice(low[0], high[0] + 1), slice(low[1], high[1] + 1)
    y, x = GRID[:, *window] - centre[:, None, None]
    turn = rng.normal(flow, 0.5)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    across = across + rng.normal(0, 0.12) * (along**2 / length - length / 4)  # bent a little

    angle = np.arctan2(across / width, along / length)
    waves = np.zeros_like(angle)
    for k in (2, 3, 5, 7):
        waves += np.cos(k * angle + rng.uniform(0, 2 * np.pi)) * rng.normal(1, 0.3) / np.sqrt(k)
    rho = np.abs(along / length) ** look.taper + np.abs(across / width) ** look.taper
    rho **= 1 / look.taper
    rho /= np.clip(1 + rng.normal(*look.ruffle) * waves, 0.5, 1.4)  # 1 on the outline
    mask = _disc(rho, width)

    where = np.array([across, along]) + rng.integers(0, SIDE, (2, 1, 1))
    fibres = ndimage.map_coordinates(textures[0], where, order=1, mode="grid-wrap")
    granules, vesicles = textures[1:, *window]
    shares = rng.dirichlet(look.texture)
    grain = shares[0] * fibres + shares[1] * granules + shares[2] * vesicles
    height = 0.3 + 0.7 * np.sqrt(np.clip(1 - rho**2, 0, 1))
    rim = rng.uniform(0.1, 0.6) * np.exp(-(((rho - 0.93) * radius / 1.8) ** 2))
    size = radius * rng.uniform(0.38, 0.46)
    slim = min(aspect, 2.2) ** 0.5
    shift = rng.normal(0, 0.08, 2) * (length, width)
    rho = np.hypot((along - shift[0]) / (size * slim), (across - shift[1]) / (size / slim))
    nucleus = _disc(rho, size)
    body = mask * (height * grain * (1 - 0.5 * nucleus) + rim)
    nucleus *= 0.6 + 0.4 * vesicles
    bright, stained = rng.lognormal(0, 0.2, 2)
    return window, np.array([bright * body, stained * nucleus, mask])


def _disc(rho: Field, width: float) -> Field:
    """Return 1 where *rho* < 1, else 0, with an edge about a pixel soft."""
    return np.asarray(1 / (1 + np.exp(np.clip((rho - 1) * width / 0.7, -30, 30))))


def _photograph(layers: Field, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Look at the layers (focus, stain, 128, 128) through a microscope and a camera."""
    blur = rng.uniform(0.5, 0.9)
    stains = ndimage.gaussian_filter(layers[0], (0, blur, blur))
    stains += ndimage.gaussian_filter(layers[1], (0, blur + 2, blur + 2))
    stains += rng.uniform(0.08, 0.25) * ndimage.gaussian_filter(stains, (0, 9, 9))  # haze

    y, x = GRID / (SIDE - 1) * 2 - 1
    tilt = rng.uniform(0, 0.25) * np.exp(1j * rng.uniform(0, 2 * np.pi))
    lamp = 1 + tilt.real * x + tilt.imag * y
    lamp *= 1 - rng.uniform(0.1, 0.3) * (x**2 + y**2) / 2  # vignette
    colours = np.array([[0.10, 0.85, 0.62], [0.22, 0.30, 1.15]]) * rng.lognormal(0, 0.15, (2, 3))
    glow = np.array([0.02, 0.035, 0.06]) * rng.uniform(0.7, 1.5)
    light = (glow + np.einsum("sc,syx->yxc", colours, stains)) * lamp[..., None]

    # Exposed until this mean grey value is met: brightness must not tell the classes apart.
    target, gain, sample = rng.uniform(44, 60) / 255, 0.0, light[::2, ::2]
    for _ in range(8):  # Newton, from below all the way, for the curve is concave
        dark = np.exp(-gain * sample)
        gain += (target - ((1 - dark) @ GREY).mean()) / ((sample * dark) @ GREY).mean()
    exposed = 1 - np.exp(-gain * light)  # a sensor that saturates gently: nothing is clipped
    noise = np.sqrt(exposed / rng.uniform(1200, 2500) + rng.uniform(0.002, 0.003) ** 2)
    noisy = exposed + noise * rng.normal(size=exposed.shape)
    return np.asarray(np.rint(255 * noisy).clip(0, 255), np.uint8)
