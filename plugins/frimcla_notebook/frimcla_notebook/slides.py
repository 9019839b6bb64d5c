"""Painted cells on painted slides: each slide has a stain of its own, and one class only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frimcla.painting import CLASSES, paint, write_image

PATIENTS, CELLS = 6, 8
"""Patients per class, and images of each."""


def paint_slides(folder: str | Path = "painted-slides", seed: int = 0) -> Path:
    """Write ``folder/<class>/patient_<number>_cell_<number>.png``; the patients are made up.

    What tells patients apart (the stain) has nothing to do with what tells classes apart (texture
    and shape); but who knows the patient knows the class.
    """
    rng = np.random.default_rng(seed)
    stains = rng.permutation(_stains(PATIENTS * len(CLASSES)))
    home, patient, index = Path(folder), 0, 0
    for phenotype in CLASSES:
        for _ in range(PATIENTS):
            stain = stains[patient]
            patient += 1
            for cell in range(CELLS):
                pixels = np.clip(0.75 * paint(phenotype, index, seed) + stain, 0, 255)
                name = f"patient_{patient:02}_cell_{cell:02}.png"
                write_image(home / phenotype / name, pixels.astype(np.uint8))
                index += 1
    return home


def _stains(count: int) -> NDArray[np.float64]:
    """Return faint colours of the background (count, 3), all round the circle of hues."""
    turn = 2 * np.pi * np.arange(count)[:, None] / count
    return 40 + 36 * np.cos(turn + 2 * np.pi * np.arange(3) / 3)
