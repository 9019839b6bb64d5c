"""Small deterministic data every rule shares."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Literal

import numpy as np

from frimcla.contracts import Array


def toy_images(sees: Literal["rgb8", "float"] = "rgb8") -> list[Array]:
    """Return read-only RGB images of the awkward kinds.

    Flat, tiny, wide, noisy, a ramp, pure red; where the full depth is seen, also a dim one whose
    texture 8 bits would lose.

    Args:
        sees: What the extractor under test sees: ``"rgb8"`` gives ``uint8``, ``"float"`` the
            same values as ``float32``, 0 to 1.
    """
    rng = np.random.default_rng(0)
    ramp = np.linspace(0, 255, 96, dtype=np.uint8)
    red = np.zeros((33, 35, 3), np.uint8)
    red[..., 0] = 255
    images = [
        np.full((48, 48, 3), 128, np.uint8),
        rng.integers(0, 256, (1, 1, 3), np.uint8),
        rng.integers(0, 256, (3, 200, 3), np.uint8),
        rng.integers(0, 256, (40, 64, 3), np.uint8),
        np.broadcast_to(ramp[None, :, None], (64, 96, 3)).copy(),
        red,
    ]
    if sees == "float":
        dim = 8 + rng.integers(0, 200, (50, 41, 3))
        shares = [*(image / 255 for image in images), dim / 65535]
        images = [share.astype(np.float32) for share in shares]
    for image in images:
        image.setflags(write=False)
    return images


def blobs(classes: int) -> tuple[Array, Array]:
    """Return 20 points per class, well apart: ``float32`` (20 k, 5) and string labels."""
    rng = np.random.default_rng(0)
    centres = 6 * np.eye(5)[:classes]
    features = np.concatenate([rng.normal(centre, 1, (20, 5)) for centre in centres])
    names = np.array(["cat", "dog", "owl", "pig", "rat"])[:classes]
    return features.astype(np.float32), np.repeat(names, 20)


def toy_dataset(folder: Path, *, classes: int = 3, count: int = 12) -> Path:
    """Write small PNG images, told apart by stripes of different widths and noise.

    Args:
        folder: Gets one sub-folder per class, ``stripes_1`` and so on.
        classes: Number of classes.
        count: Images per class.
    """
    from PIL import Image

    for number in range(1, classes + 1):
        rng = np.random.default_rng(number)
        home = folder / f"stripes_{number}"
        home.mkdir(parents=True, exist_ok=True)
        stripes = 64 * (np.arange(32) // (2 * number) % 2)
        for index in range(count):
            noise = rng.normal(96, 40, (24, 32, 3)) + stripes[None, :, None]
            file = io.BytesIO()
            Image.fromarray(noise.clip(0, 255).astype(np.uint8)).save(file, "PNG")
            (home / f"image_{index:02}.png").write_bytes(file.getvalue())
    return folder
