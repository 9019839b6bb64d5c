"""Near-duplicates: images that are recompressed, resized or brightened copies of others.

A perceptual hash written out here, of Pillow's resizing and SciPy's cosine transform. The library
ImageHash has one too, but it brings PyWavelets for other hashes, and to it all blank images are
copies of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from PIL import Image
from scipy.fft import dctn

from .contracts import Array

SMALL, WAVES = 64, 16
"""Side in pixels that images are shrunk to, and the lowest waves kept along each axis."""

FLAT = 1.0
"""Deviation in 8-bit levels below which a shrunk image shows rounding and noise only."""

BITS = WAVES**2
"""Bits of a fingerprint."""

MOST = 40
"""Bits of 256 that differ between near-duplicates.

Measured on six public sets (photographs, X-rays, blood cells, bees), 1.3 million pairs: five
differ in 40 bits or fewer, and all five show one thing twice. Pairs of others begin at 46 bits for
cells, 48 for bees, 54 for X-rays and 92 for photographs. Of copies saved as JPEG of quality 50,
halved, enlarged by half, brightened by a tenth or made noisy, 99 of 100 and more are found where
the originals have 70 pixels and contrast, 1 of 2 and more where they are smaller or pale. Two
pixels cut off all round are forgiven in pictures of 120 pixels and more.
"""

BLOCK = 2048  # fingerprints compared with as many others at once: some 20 MB


def fingerprint(image: Array) -> Array:
    """Return what changes little when an image is saved, resized or lit a little differently.

    The image is shrunk to 64 x 64 grey pixels. Of its cosine transform's 16 x 16 lowest waves,
    each gives one bit: whether its weight is above the median of the others. The mean is left out.

    An image without structure has no fingerprint, that is, no bit is set: what rounding and
    noise leave of an empty field resembles nothing. `near` never finds it.

    Args:
        image: RGB, ``uint8``, shape (height, width, 3), of any size.

    Returns:
        ``uint64``, shape (4,).

    Source: Zauner, Implementation and benchmarking of perceptual image hash functions, diploma
        thesis, Upper Austria University of Applied Sciences, Hagenberg (2010), section 3.2.1
    """
    grey = Image.fromarray(image).convert("L").convert("F")
    small = np.asarray(grey.resize((SMALL, SMALL), Image.Resampling.LANCZOS), np.float64)
    if small.std() < FLAT:
        return np.zeros(BITS // 64, np.uint64)
    weights = dctn(small, norm="ortho")[:WAVES, :WAVES].ravel()
    weights[0] = -np.inf
    bits = weights > np.median(weights[1:])
    return np.packbits(bits, bitorder="little").view("<u8").astype(np.uint64)


def prints(images: Sequence[Array]) -> Array:
    """Return the fingerprints of n images as features: one column per bit, ``float32`` (n, 256)."""
    words = np.stack([fingerprint(image) for image in images]).astype("<u8")
    return np.unpackbits(words.view(np.uint8), axis=1, bitorder="little").astype(np.float32)


def maker() -> Callable[[Sequence[Array]], Array]:
    """Make the extractor of fingerprints."""
    return prints


def packed(rows: Array) -> Array:
    """Return fingerprints ``uint64`` (n, w) of features (n, 64 w) that `prints` made."""
    bits = np.packbits(rows.astype(bool), axis=1, bitorder="little")
    return np.ascontiguousarray(bits).view("<u8").astype(np.uint64)


def near(ours: Array, theirs: Array, most: int = MOST) -> list[tuple[int, int, int]]:
    """Find the pairs of fingerprints that differ little.

    Args:
        ours: Fingerprints, ``uint64`` (n, w).
        theirs: Fingerprints, ``uint64`` (m, w). May be *ours*: then each pair is found both ways,
            and each image beside itself.
        most: Bits that may differ.

    Returns:
        Sorted: (row of ours, row of theirs, bits that differ). Memory grows with what is found,
        not with n m.
    """
    found: list[tuple[int, int, int]] = []
    for start, some in _blocks(ours):
        for other, more in _blocks(theirs):
            differ = _differences(some, more)
            rows, columns = np.nonzero(differ <= most)
            bits = differ[rows, columns].astype(int)
            found += zip(
                (rows + start).tolist(), (columns + other).tolist(), bits.tolist(), strict=True
            )
    return sorted(found)


def _blocks(prints: Array) -> Iterator[tuple[int, Array]]:
    for start in range(0, len(prints), BLOCK):
        yield start, _bits(prints[start : start + BLOCK])


def _bits(prints: Array) -> Array:
    """Return fingerprints (n, w) as noughts and ones, ``float32`` (n, 64 w)."""
    octets = np.ascontiguousarray(prints, "<u8").view(np.uint8)
    return np.unpackbits(octets, axis=1, bitorder="little").astype(np.float32)


def _differences(some: Array, more: Array) -> Array:
    """Return how many bits differ, (n, m): by one matrix product, exact in ``float32``."""
    ours, theirs = some.sum(axis=1), more.sum(axis=1)
    ours[ours == 0] = theirs[theirs == 0] = np.inf  # blank: far from everything
    return np.asarray(ours[:, None] + theirs - 2 * (some @ more.T))
