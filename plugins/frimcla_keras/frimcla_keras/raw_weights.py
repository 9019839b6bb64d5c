"""The files of weights that were released with OverFeat: numbers, and nothing else.

32-bit floating point, the lowest byte first: for each convolution its filters (out, in, height,
width), then its offsets (out,). So their size is known to the byte.
"""

from __future__ import annotations

from math import prod
from pathlib import Path

import numpy as np

from .filling import Found, Wanted

NUMBER = np.dtype("<f4")


def read(path: Path, wanted: Wanted) -> Found:
    """Return filters and offsets by layer; see `frimcla_keras.filling`."""
    due = sum(prod(shape) for shapes in wanted.values() for shape in shapes) * NUMBER.itemsize
    size = path.stat().st_size
    if size != due:
        raise ValueError(f"are {size:,} bytes and not {due:,}")
    numbers = np.memmap(path, NUMBER, "r")
    found, at = {}, 0
    for name, shapes in wanted.items():
        arrays = []
        for shape in shapes:
            arrays.append(numbers[at : at + prod(shape)].reshape(shape))
            at += prod(shape)
        found[name] = tuple(arrays)
    return found
