"""Scattering: how textures of one size are arranged in another."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from scipy import fft

import frimcla
from frimcla.contracts import Array

from .depth import grey, one_level
from .filters import crop


@frimcla.per_image
def scattering(image: Array, *, side: int, octaves: int, directions: int, statistics: str) -> Array:
    """Return the windowed scattering transform of the grey image, averaged over the image.

    Magnitudes of Morlet wavelets, and magnitudes of wavelets of those: orders 0, 1 and 2. The
    image is resized to a square, whatever its aspect ratio, and mirrored beyond its border.

    Args:
        image: RGB, ``float32``, 0 to 1, or ``uint8``; shape (height, width, 3).
        side: Of the square, in pixels.
        octaves: Sizes of wavelets, each twice the one before (J of the paper).
        directions: Directions in half a turn (L of the paper).
        statistics: ``"each"`` direction by itself, as in the paper; or ``"mean"``: over the
            directions of the first wavelet, with the angle between both kept, which a turn of
            the image changes little.

    Returns:
        In 8-bit levels. With J = *octaves*, L = *directions* and P = J (J - 1) / 2 pairs of a
        finer and a coarser size: shape (1 + J L + P L L,), or for ``"mean"`` (1 + J + P L,).

    Source: Bruna & Mallat, Invariant scattering convolution networks, IEEE Trans. Pattern
        Analysis and Machine Intelligence 35(8), 1872-1886 (2013)
    """
    seen = cv2.resize(grey(image), (side, side), interpolation=cv2.INTER_AREA)
    square = (seen / one_level(seen)).astype(np.float32)
    mean, first, second = coefficients(square, octaves, directions)
    if statistics == "mean":
        first = first.mean(axis=1)
        turns = np.arange(directions)
        second = second[:, turns[:, None], (turns[:, None] + turns) % directions].mean(axis=1)
    return np.concatenate([[mean], first.ravel(), second.ravel()])


def coefficients(square: Array, octaves: int, directions: int) -> tuple[float, Array, Array]:
    """Return the averages of the three orders.

    Args:
        square: ``float32``, shape (n, n), n at least 2 ** *octaves*.
        octaves: J.
        directions: L.

    Returns:
        The mean; shape (J, L); shape (J (J - 1) / 2, L, L), pairs sorted by the finer size and
        then by the coarser one, directions of the finer first.
    """
    step = 2**octaves
    length = (len(square) // step + 2) * step
    before = (length - len(square)) // 2
    wide = np.pad(square, (before, length - len(square) - before), mode="reflect")
    # A flat image has magnitudes of rounding errors unless its level is taken away first.
    level = wide.mean(dtype=np.float64)
    spectrum = fft.fft2(wide - np.float32(level))
    mean = level + float(_average(wide - np.float32(level), octaves, 0))
    first, second = [], np.zeros((octaves, octaves, directions, directions))
    for fine in range(octaves):
        waves = _magnitudes(spectrum, fine, directions, 0)
        first.append(_average(waves, octaves, fine))
        for direction, inner in enumerate(fft.fft2(waves)):
            for coarse in range(fine + 1, octaves):
                deeper = _magnitudes(inner, coarse, directions, fine)
                second[fine, coarse, direction] = _average(deeper, octaves, coarse)
    return mean, np.array(first), second[np.triu_indices(octaves, 1)]


def _magnitudes(spectrum: Array, octave: int, directions: int, at: int) -> Array:
    """Return magnitudes (directions, n, n) at every 2 ** (octave - at)-th pixel."""
    answers = spectrum * _bank(len(spectrum) << at, octave, directions, at)
    step, length = 1 << (octave - at), len(spectrum) >> (octave - at)
    # Folding a spectrum takes every step-th pixel.
    folded = answers.reshape(directions, step, length, step, length).mean(axis=(1, 3))
    return np.asarray(np.abs(fft.ifft2(folded)))


def _average(answers: Array, octaves: int, at: int) -> Array:
    window = _window(answers.shape[-1] << at, octaves, at)
    return np.asarray(np.tensordot(answers, window, 2))


@lru_cache(maxsize=64)  # some tens for one set of parameters
def _bank(length: int, octave: int, directions: int, at: int) -> Array:
    """Return Morlet wavelets in Fourier space, seen at every 2 ** at-th pixel."""
    if at:
        return np.asarray(crop(_bank(length, octave, directions, 0), 2**at) * np.float32(4**at))
    waves = []
    for direction in range(directions):
        turn = np.pi * (directions // 2 - 1 - direction) / directions
        shape = length, 0.8 * 2**octave, turn, 4 / directions
        wave, envelope = _bump(*shape, 0.75 * np.pi / 2**octave), _bump(*shape, 0)
        waves.append(wave - wave[0, 0] / envelope[0, 0] * envelope)
    return np.array(waves, np.float32)


def _bump(length: int, sigma: float, turn: float, slant: float, frequency: float) -> Array:
    """Return the spectrum of a Gaussian wave packet of that width, which is a Gaussian."""
    whole = np.zeros((length, length))
    base = 2 * np.pi * np.fft.fftfreq(length)
    for more in np.ndindex(3, 3):  # pixels cannot tell frequencies a whole turn apart
        v, u = (base + 2 * np.pi * (turns - 1) for turns in more)
        ahead = v[:, None] * np.cos(turn) + u * np.sin(turn) - frequency
        aside = u * np.cos(turn) - v[:, None] * np.sin(turn)
        whole += np.exp(-(sigma**2) / 2 * (ahead**2 + (aside / slant) ** 2))
    return whole


@lru_cache(maxsize=64)
def _window(length: int, octaves: int, at: int) -> Array:
    """Return how much each pixel counts in the mean of what the last low pass leaves."""
    low = crop(_bump(length, 0.8 * 2 ** (octaves - 1), 0, 1, 0), 2**at) * 4**at
    size, step = length >> at, 1 << (octaves - at)
    comb = np.zeros((size, size))
    comb[step:-step:step, step:-step:step] = 1
    return np.asarray(fft.ifft2(fft.fft2(comb / comb.sum()) * low).real, np.float32)
