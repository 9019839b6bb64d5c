"""Small drawn images for audits: classes that differ by their stripes, and faults to plant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def stripes(label: int, rng: np.random.Generator, side: int = 32) -> np.ndarray:
    """Return an image of waves at random places, (side, side, 3): class by their length."""
    y, x = np.mgrid[:side, :side]
    turn, phase = rng.uniform(0, np.pi), rng.uniform(0, 2 * np.pi)
    along = x * np.cos(turn) + y * np.sin(turn)
    waves = np.sin(2 * np.pi * along / (5 + 3 * label) + phase)
    light = rng.uniform(100, 150, 3)
    noisy = light + 40 * waves[..., None] + rng.normal(0, 12, (side, side, 3))
    return noisy.clip(0, 255).round().astype(np.uint8)


def images(count: int, *, classes: int = 2, seed: int = 0, side: int = 32) -> list:
    """Return (class, pixels), the classes in turn."""
    rng = np.random.default_rng([seed, classes])
    return [(f"kind{n % classes}", stripes(n % classes, rng, side)) for n in range(count)]


def stamped(drawn: list, share: float = 0.6) -> list:
    """Return the images with a white stamp in a corner of some of the first class."""
    rng = np.random.default_rng(1)
    found = []
    for label, pixels in drawn:
        marked = pixels.copy()
        if label == "kind0" and rng.random() < share:
            marked[1:7, 1:7] = 255
        found.append((label, marked))
    return found


def write(folder: Path, drawn: list, *, name: str = "{label}_{number:03}.png") -> Path:
    """Write images as PNG, or what *name* says, a folder per class; return the folder."""
    for number, (label, pixels) in enumerate(drawn):
        path = folder / label / name.format(label=label, number=number)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    return folder
