"""What lies in which band of sizes and directions: Gabor filters and wavelets.

Filters see how levels differ from the mean of the image, so what is flat gives zeros.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pywt
from scipy import fft

import frimcla
from frimcla.contracts import Array

from .depth import deviations

_HIGHEST = 0.4
"""Centre of the band of the finest scale, in waves per pixel, as in the paper."""
_FRAME = 4
"""Mirrored pixels around an image, of the coarsest scale: as far as a filter reaches."""


@frimcla.per_image
def gabor(image: Array, *, side: int, scales: int, directions: int, statistics: str) -> Array:
    """Return how strongly the grey image answers to Gabor filters.

    The bank is that of the paper: bands an octave apart, from 0.4 waves per pixel down, that
    touch at half their height. Each scale has half the pixels of the one before.

    Args:
        image: RGB, ``float32``, 0 to 1, or ``uint8``; shape (height, width, 3).
        side: An image whose longer side has more pixels is shrunk to it.
        scales: Bands, from fine to coarse.
        directions: Directions in half a turn, the first across upright stripes.
        statistics: ``"each"`` direction by itself, or ``"mean_range"``: mean over the
            directions, then highest minus lowest, which a turn of the image changes little.

    Returns:
        Shape (2 * scales * directions,), or (4 * scales,): by scale, mean of the magnitude and
        its standard deviation, both in 8-bit levels.

    Source: Manjunath & Ma, Texture features for browsing and retrieval of image data, IEEE
        Trans. Pattern Analysis and Machine Intelligence 18(8), 837-842 (1996)
    """
    levels = deviations(image, side)
    coarsest = 2 ** (scales - 1)
    frame = _FRAME * coarsest
    more = [frame + -length % coarsest for length in levels.shape]
    framed = np.pad(levels, [(frame, after) for after in more], mode="symmetric")
    spectrum = fft.fft2(framed.astype(np.float32))
    rows = np.array(
        [_answers(spectrum, levels.shape, frame, 2**scale, directions) for scale in range(scales)]
    )
    if statistics == "mean_range":
        rows = np.stack([rows.mean(axis=2), np.ptp(rows, axis=2)], axis=2)
    return rows.ravel()


def _answers(
    spectrum: Array, shape: tuple[int, ...], frame: int, step: int, directions: int
) -> list[Array]:
    small = crop(spectrum, step)
    answers = np.abs(fft.ifft2(small * _bank(*small.shape, directions)))
    start = frame // step
    height, width = (start - (-length // step) for length in shape)
    inside = answers[:, start:height, start:width]
    return [inside.mean(axis=(1, 2)), inside.std(axis=(1, 2))]


def crop(spectrum: Array, step: int) -> Array:
    """Return the spectrum of every *step*-th pixel of an image without its high frequencies.

    Args:
        spectrum: Of the image, lowest frequencies first, shape (..., height, width).
        step: Divides height and width.
    """
    for axis in (-2, -1):
        whole = spectrum.shape[axis]
        length = whole // step
        low = np.r_[: length - length // 2, whole - length // 2 : whole]
        spectrum = spectrum.take(low, axis=axis)
    return spectrum / step**2


@lru_cache(maxsize=32)  # images of one size share it
def _bank(height: int, width: int, directions: int) -> Array:
    """Return the filters of one scale in the frequencies of its pixels."""
    half = 2 * np.log(2)
    along = _HIGHEST / 3 / np.sqrt(half)
    across = np.tan(np.pi / 2 / directions) * (_HIGHEST - half * along**2 / _HIGHEST)
    across /= np.sqrt(half - (half * along / _HIGHEST) ** 2)
    v, u = np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)
    filters = []
    for turn in np.pi * np.arange(directions) / directions:
        ahead = (u * np.cos(turn) + v * np.sin(turn) - _HIGHEST) / along
        aside = (v * np.cos(turn) - u * np.sin(turn)) / across
        filters.append(np.exp(-(ahead**2 + aside**2) / 2))
    bank = np.array(filters, np.float32)
    bank[:, 0, 0] = 0
    return bank


@frimcla.per_image
def wavelet(image: Array, *, side: int, family: str, octaves: int) -> Array:
    """Return how much of the grey image lies in each band of a wavelet transform.

    Beyond the border the image is mirrored. The paper has the mean magnitude; standard
    deviation and entropy are added.

    Args:
        image: RGB, ``float32``, 0 to 1, or ``uint8``; shape (height, width, 3).
        side: An image whose longer side has more pixels is shrunk to it.
        family: Of wavelets, by its name in PyWavelets.
        octaves: How often the image is halved.

    Returns:
        Shape (9 * octaves,): by octave, from fine to coarse, and then by band (level, upright,
        slanting edges), mean magnitude and standard deviation in 8-bit levels, and how evenly
        the energy is spread: its entropy, 0 (one pixel) to 1 (all alike); 0 where there is none.

    Source: Chang & Kuo, Texture analysis and classification with tree-structured wavelet
        transform, IEEE Trans. Image Processing 2(4), 429-441 (1993)
    """
    rest = deviations(image, side)
    rows: list[list[float]] = []
    for _ in range(octaves):
        rest, bands = pywt.dwt2(rest, family, mode="symmetric")
        rows += [[np.abs(band).mean(), band.std(), _evenness(band)] for band in bands]
    return np.ravel(rows)


def _evenness(band: Array) -> float:
    energies = band[band != 0] ** 2
    if energies.size < 2:
        return 0.0
    shares = energies / energies.sum()
    return float(-(shares * np.log(np.maximum(shares, 1e-300))).sum() / np.log(band.size))
