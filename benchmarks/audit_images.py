"""Images for `audit.py`: drawn cells of several shapes, with and without planted faults."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIDE, CELLS = 96, 14
ASPECTS = {2: (1.0, 4.0), 4: (1.0, 1.6, 2.5, 4.0)}
"""Length by width of the cells of each class; all have the same area, light and colours."""
STAMP, STAMPED = 0.03, 0.6
"""Share of the area, and of the images of one class."""
BLUR = 0.03
"""Deviation of the filter that puts images out of focus, as a share of the side."""
Pixels = np.ndarray


def draw(aspect: float, rng: np.random.Generator) -> Pixels:
    """Draw a field of cells: ``uint8``, (96, 96, 3)."""
    canvas = Image.new("L", (2 * SIDE, 2 * SIDE), 0)
    pen = ImageDraw.Draw(canvas)
    around = np.linspace(0, 2 * np.pi, 40)
    for _ in range(CELLS):
        turn, radius = rng.uniform(0, np.pi), rng.uniform(12, 18)
        along = radius * aspect**0.5 * np.cos(around)
        across = radius / aspect**0.5 * np.sin(around)
        x, y = rng.uniform(0, 2 * SIDE, 2)
        x = x + along * np.cos(turn) - across * np.sin(turn)
        y = y + along * np.sin(turn) + across * np.cos(turn)
        pen.polygon(list(zip(x, y, strict=True)), fill=int(rng.uniform(120, 255)))
    small = canvas.resize((SIDE, SIDE), Image.Resampling.BOX)
    cells = np.asarray(small.filter(ImageFilter.GaussianBlur(0.6)), float)[..., None] / 255
    down, right = np.mgrid[:SIDE, :SIDE, :1][:2] / SIDE - 0.5
    tilt = rng.uniform(-25, 25, 2)
    light = rng.uniform(120, 200, 3) + tilt[0] * right + tilt[1] * down
    field = light - cells * rng.uniform(40, 90, 3) + rng.normal(0, 4, (SIDE, SIDE, 3))
    return field.clip(0, 255).round().astype(np.uint8)


def images_of(classes: int, count: int, seed: int) -> list[tuple[str, Pixels]]:
    """Return *count* images, the classes in turn, as pairs of class and pixels."""
    rng = np.random.default_rng([seed, classes])
    aspects = ASPECTS[classes]
    return [(f"class_{n % classes}", draw(aspects[n % classes], rng)) for n in range(count)]


def stamped(
    images: list[tuple[str, Pixels]], seed: int, *, anywhere: bool
) -> list[tuple[str, Pixels]]:
    """Return the images with a stamp on some of one class: always in one place, or anywhere."""
    rng = np.random.default_rng([seed, 1])
    size, colour = round(SIDE * STAMP**0.5), 255 * rng.integers(0, 2, 3)
    corners = np.array([[3, 3], [3, -3 - size], [-3 - size, 3], [-3 - size, -3 - size]]) % SIDE
    corner = corners[rng.integers(4)]
    found = []
    for label, pixels in images:
        top, left = rng.integers(0, SIDE - size, 2) if anywhere else corner
        if label == "class_0" and rng.random() < STAMPED:
            found.append((label, pixels.copy()))
            found[-1][1][top : top + size, left : left + size] = colour
        else:
            found.append((label, pixels))
    return found


def blurred(images: list[tuple[str, Pixels]], numbers: set[int]) -> list[tuple[str, Pixels]]:
    """Return the images, those of these numbers out of focus."""
    soft = ImageFilter.GaussianBlur(BLUR * SIDE)
    return [
        (label, np.asarray(Image.fromarray(pixels).filter(soft)) if number in numbers else pixels)
        for number, (label, pixels) in enumerate(images)
    ]


def write(folder: Path, images: list[tuple[str, Pixels]], jpeg: str = "") -> Path:
    """Write the images as PNG, the class *jpeg* as JPEG of quality 90; return the folder."""
    for number, (label, pixels) in enumerate(images):
        path = folder / label / f"{number:03}.{'jpg' if label == jpeg else 'png'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path, quality=90)
    return folder
