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
            rows, columns, bits = _close(some, more, most)
            places = ((rows + start).tolist(), (columns + other).tolist(), bits.tolist())
            found += zip(*places, strict=True)
    return sorted(found)


def near_each_other(prints: Array, most: int = MOST) -> Iterator[Array]:
    """Yield the pairs of n fingerprints that differ little, each pair once, in parts.

    So that it can be counted what could not be held: of n images that are all alike there are
    n (n - 1) / 2 pairs.

    Args:
        prints: ``uint64`` (n, w).
        most: Bits that may differ.

    Yields:
        Columns (row, later row, bits that differ), integers (p, 3).
    """
    for start, some in _blocks(prints):
        for other, more in _blocks(prints[start:]):
            rows, columns, bits = _close(some, more, most)
            once = columns + other > rows
            yield np.stack([rows + start, columns + start + other, bits], axis=1)[once]


def _blocks(prints: Array) -> Iterator[tuple[int, Array]]:
    for start in range(0, len(prints), BLOCK):
        yield start, _signs(prints[start : start + BLOCK])


def _signs(prints: Array) -> Array:
    """Return a 1 for each bit that is set and a -1 for each other, ``float32`` (n, 64 w).

    A blank one has noughts: far from everything, half of all bits and more.
    """
    octets = np.ascontiguousarray(prints, "<u8").view(np.uint8)
    bits = np.unpackbits(octets, axis=1, bitorder="little").astype(np.float32)
    return np.asarray((2 * bits - 1) * prints.any(axis=1, keepdims=True))


def _close(some: Array, more: Array, most: int) -> tuple[Array, Array, Array]:
    """Return rows of signs (n, b) and (m, b) that differ in few bits, and in how many.

    By one matrix product, exact in ``float32``: bits that are alike less those that differ.
    """
    count = some.shape[1]
    alike = some @ more.T
    rows, columns = np.nonzero(alike >= count - 2 * most)
    told = some[rows].any(axis=1) & more[columns].any(axis=1)  # blanks, where most is half of all
    rows, columns = rows[told], columns[told]
    return rows, columns, ((count - alike[rows, columns]) / 2).astype(int)
