"""Small images that are painted, with classes that can be learnt but not without error."""

from pathlib import Path

import cv2
import numpy as np

SIDE = 48
CLASSES = ("across", "along", "dots")
QUALITY = 90


def paint(folder: Path, count: int, side: int = SIDE, seed: int = 0) -> None:
    """Write *count* JPEG images in folders of their classes.

    Each has clouds and noise of its own, so that no two look alike, and below them a weak texture
    of its class. The same seed, the same bytes.
    """
    draw = np.random.default_rng(seed)
    for label in CLASSES:
        (folder / label).mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[:side, :side]
    waves = {"across": y, "along": x, "dots": x + y}
    for number in range(count):
        label = CLASSES[number % len(CLASSES)]
        period, strength = draw.uniform(4, 9), draw.uniform(2, 30)
        clouds = cv2.resize(draw.uniform(40, 215, (5, 5, 3)), (side, side))
        texture = strength * np.sin(2 * np.pi * (waves[label] / period + draw.random()))
        if label == "dots":
            texture *= np.sin(2 * np.pi * ((x - y) / period + draw.random()))
        picture = clouds + texture[..., None] + draw.normal(0, 12, (side, side, 3))
        pixels = np.clip(picture, 0, 255).astype(np.uint8)
        options = [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
        cv2.imwrite(str(folder / label / f"{number:07}.jpg"), pixels, options)
