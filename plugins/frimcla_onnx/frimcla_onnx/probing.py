"""Eight images on which an exported network must agree with what it was exported from."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def probe_images() -> list[Array]:
    """Return black, white, noise, a ramp, and four views of two photographs, ``uint8`` RGB.

    The photographs are scikit-learn's (CC BY 2.0): a Chinese temple and a flower.
    """
    from sklearn.datasets import load_sample_image

    rng = np.random.default_rng(0)
    temple, flower = (load_sample_image(f"{name}.jpg") for name in ("china", "flower"))
    ramp = np.broadcast_to(np.arange(256, dtype=np.uint8)[None, :, None], (256, 256, 3))
    return [
        np.zeros((256, 256, 3), np.uint8),
        np.full((256, 256, 3), 255, np.uint8),
        rng.integers(0, 256, (256, 256, 3), np.uint8),
        ramp.copy(),
        temple,
        flower,
        temple[:, :320][:, ::-1].copy(),
        flower[100:400, 150:450].copy(),
    ]
