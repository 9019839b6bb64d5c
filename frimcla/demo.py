"""Paints the demo's images: synthetic fluorescence micrographs of three cell phenotypes.

No cell was harmed: every pixel is computed. The phenotypes differ by the *shape* of the cells
and the *texture* of their cytoskeleton. Stain, brightness, focus, noise and the share of the
picture that cells cover are drawn alike for all of them, a few cells of each picture belong to
another phenotype, and the ranges overlap: the task can be learnt, but not perfectly.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from .files import write_atomically

SIDE = 128
"""Height and width of an image in pixels."""

GRID = np.mgrid[:SIDE, :SIDE].astype(float)
"""The row and the column of each pixel."""

GREY = np.array([0.299, 0.587, 0.114])
"""How much red, green and blue weigh in the grey value that classical features read."""

Field = NDArray[np.float64]


class Look(NamedTuple):
    """What sets a phenotype apart. Pairs are the mean and the spread of each cell's own value."""

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
"""The phenotypes, in the order of the rows of `contact_sheet`."""

STRAY = 0.22
"""Share of cells that belong to another phenotype than the picture they are in."""


def paint(phenotype: str, index: int, seed: int = 0) -> NDArray[np.uint8]:
    """Paint one image.

    Args:
        phenotype: One of `CLASSES`.
        index: Number of the image within its class; any number from 0 on.
        seed: Another seed gives another, equally distributed set of images.

    Returns:
        ``uint8``, shape (128, 128, 3), RGB. It depends on the arguments only.
    """
    rng = np.random.default_rng([seed, CLASSES.index(phenotype), index])
    textures = _textures(rng)
    flow = rng.uniform(0, np.pi)  # neighbours align
    # Cytoskeleton and nuclei, each in focus and out of it.
    layers = np.zeros((2, 2, SIDE, SIDE))
    covered = np.zeros((SIDE, SIDE))
    coverage = rng.uniform(0.38, 0.56)  # the same in all classes, whatever the size of a cell
    others = [name for name in CLASSES if name != phenotype]
    places: list[Field] = []
    while covered.mean() < coverage and len(places) < 30:
        name = str(rng.choice(others)) if rng.random() < STRAY else phenotype
        places.append(_free_place(places, rng))
        window, (body, nucleus, mask) = _cell(LOOKS[name], places[-1], flow, textures, rng)
        layers[int(rng.random() < 0.1)][:, *window] += (body, nucleus)
        covered[window] = np.maximum(covered[window], mask)
    return _photograph(layers, rng)


def write_images(folder: Path, *, count: int = 60, start: int = 0, seed: int = 0) -> None:
    """Write images as ``folder/<class>/<class>_000.png``, *count* of each class.

    Args:
        folder: Where to; made if it is missing.
        count: How many images of each class.
        start: Index of the first one: images from another start are new ones.
        seed: See `paint`.
    """
    for phenotype in CLASSES:
        for index in range(start, start + count):
            buffer = io.BytesIO()
            Image.fromarray(paint(phenotype, index, seed)).save(buffer, "PNG")
            write_atomically(folder / phenotype / f"{phenotype}_{index:03}.png", buffer.getvalue())


def contact_sheet() -> NDArray[np.uint8]:
    """Return the first eight images of each class, a row per class.

    Returns:
        ``uint8``, shape (404, 1084, 3), RGB.
    """
    gap, columns = 4, 8
    step = SIDE + gap
    sheet = np.full((len(CLASSES) * step + gap, columns * step + gap, 3), 20, np.uint8)
    for row, phenotype in enumerate(CLASSES):
        for column in range(columns):
            top, left = gap + row * step, gap + column * step
            sheet[top : top + SIDE, left : left + SIDE] = paint(phenotype, column)
    return sheet


def _textures(rng: np.random.Generator) -> Field:
    """Return fibres (along the rows), granules and vesicles: periodic, mean 1, (3, 128, 128)."""

    def smooth(field: Field, sigma: float | tuple[float, float]) -> Field:
        field = ndimage.gaussian_filter(field, sigma, mode="wrap")
        return np.asarray((field - field.mean()) / field.std())

    size = (SIDE, SIDE)
    fibres = smooth(rng.normal(size=size), (rng.uniform(0.9, 1.3), 8))
    grains = smooth(1.0 * (rng.random(size) < 0.05), rng.uniform(0.7, 0.9))
    holes = smooth(-1.0 * (rng.random(size) < 0.008), rng.uniform(1.8, 2.4))
    clouds = smooth(rng.normal(size=size), 6)
    fields = np.array([fibres, grains, 0.8 * holes + 0.6 * clouds])
    return np.asarray(np.clip(1 + 0.9 * fields, 0.05, None))


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
    low = np.clip(centre - 1.2 * length, 0, SIDE - 1).astype(int)
    high = np.clip(centre + 1.2 * length, 1, SIDE).astype(int)
    window = slice(low[0], high[0] + 1), slice(low[1], high[1] + 1)
    y, x = GRID[:, *window] - centre[:, None, None]
    turn = rng.normal(flow, 0.5)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    across = across + rng.normal(0, 0.12) * (along**2 / length - length / 4)  # bent a little

    angle = np.arctan2(across / width, along / length)
    waves = np.zeros_like(angle)
    for k in (2, 3, 5, 7):
        waves += np.cos(k * angle + rng.uniform(0, 2 * np.pi)) * rng.normal(1, 0.3) / np.sqrt(k)
    power = look.taper
    rho = (np.abs(along / length) ** power + np.abs(across / width) ** power) ** (1 / power)
    rho /= np.clip(1 + rng.normal(*look.ruffle) * waves, 0.5, 1.4)
    mask = _disc(rho, width)

    shift = rng.integers(0, SIDE, 2)
    fibres = ndimage.map_coordinates(
        textures[0], [across + shift[0], along + shift[1]], order=1, mode="grid-wrap"
    )
    shares = rng.dirichlet(look.texture)
    rest = textures[1:, window[0], window[1]]
    grain = shares[0] * fibres + shares[1] * rest[0] + shares[2] * rest[1]
    height = 0.3 + 0.7 * np.sqrt(np.clip(1 - rho**2, 0, 1))
    rim = rng.uniform(0.1, 0.6) * np.exp(-(((rho - 0.93) * radius / 1.8) ** 2))

    size = radius * rng.uniform(0.38, 0.46)
    slim = min(aspect, 2.2) ** 0.5
    shift = rng.normal(0, 0.08, 2) * (length, width)
    rho = np.hypot((along - shift[0]) / (size * slim), (across - shift[1]) / (size / slim))
    nucleus = _disc(rho, size / slim)
    body = mask * rng.lognormal(0, 0.2) * (height * grain * (1 - 0.5 * nucleus) + rim)
    chromatin = nucleus * rng.lognormal(0, 0.2) * (0.6 + 0.4 * rest[1])
    return window, np.array([body, chromatin, mask])


def _disc(rho: Field, width: float) -> Field:
    """Return 1 where *rho* < 1, else 0, with an edge about a pixel soft."""
    return np.asarray(1 / (1 + np.exp(np.clip((rho - 1) * width / 0.7, -30, 30))))


def _photograph(layers: Field, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Look at the layers (focus, stain, 128, 128) through a microscope and a camera."""
    blur = rng.uniform(0.5, 0.9)
    sharp = ndimage.gaussian_filter(layers[0], (0, blur, blur))
    soft = ndimage.gaussian_filter(layers[1], (0, blur + 2, blur + 2))
    stains = sharp + soft
    stains += rng.uniform(0.08, 0.25) * ndimage.gaussian_filter(stains, (0, 9, 9))  # haze

    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    turn = rng.uniform(0, 2 * np.pi)
    lamp = 1 + rng.uniform(0, 0.25) * (x * np.cos(turn) + y * np.sin(turn))
    lamp *= 1 - rng.uniform(0.1, 0.3) * (x**2 + y**2) / 2  # vignette
    actin = np.array([0.10, 0.85, 0.62]) * rng.lognormal(0, 0.15, 3)
    dna = np.array([0.22, 0.30, 1.15]) * rng.lognormal(0, 0.15, 3)
    glow = np.array([0.02, 0.035, 0.06]) * rng.uniform(0.7, 1.5)
    light = glow[:, None, None] + np.einsum("sc,syx->cyx", np.array([actin, dna]), stains)
    light = np.moveaxis(light * lamp, 0, -1)

    # The exposure that gives this mean grey value: brightness must not tell the classes apart.
    target = rng.uniform(44, 60)
    gain = 0.0
    for _ in range(8):  # Newton, always from below, for the curve is concave
        dark = np.exp(-gain * light[::2, ::2])
        slope = 255 * (light[::2, ::2] * dark @ GREY).mean()
        gain += (target - 255 * ((1 - dark) @ GREY).mean()) / slope
    exposed = 1 - np.exp(-gain * light)  # a sensor that saturates gently: nothing is clipped
    noise = rng.normal(size=exposed.shape)
    noise *= np.sqrt(exposed / rng.uniform(1200, 2500) + rng.uniform(0.002, 0.003) ** 2)
    return np.clip(np.rint(255 * (exposed + noise)), 0, 255).astype(np.uint8)
