"""Zernike moments and rings against their definitions in plain numpy."""

from math import factorial

import numpy as np
import pytest

from frimcla_classic.moments import radial, zernike

NOISE = np.random.default_rng(1).integers(1, 256, (24, 24)).astype(np.uint8)


def rgb(levels):
    """Make a grey RGB image."""
    return np.repeat(np.asarray(levels, np.uint8)[..., None], 3, axis=2)


def zernike_of(square, degree):
    """Compute magnitudes as Teague 1980 defines the moments, on shares of brightness."""
    side = len(square)
    y, x = (np.indices(square.shape) - (side - 1) / 2) / (side / 2)
    distance, turn = np.hypot(x, y), np.arctan2(y, x)
    inside = distance <= 1
    weights = np.where(inside, square, 0.0)
    weights /= weights.sum()
    moments = []
    for n in range(degree + 1):
        for m in range(n % 2, n + 1, 2):
            polynomial = sum(
                (-1) ** s
                * factorial(n - s)
                / (factorial(s) * factorial((n + m) // 2 - s) * factorial((n - m) // 2 - s))
                * distance ** (n - 2 * s)
                for s in range((n - m) // 2 + 1)
            )
            moment = (weights * polynomial * np.exp(-1j * m * turn)).sum()
            moments.append((n + 1) / np.pi * abs(moment))
    return moments


@pytest.mark.parametrize("degree", [1, 4, 8])
def test_zernike_moments_follow_their_definition(degree):
    (row,) = zernike(side=24, degree=degree)([rgb(NOISE)])

    np.testing.assert_allclose(row, zernike_of(NOISE, degree), rtol=1e-4, atol=1e-6)
    assert len(row) == (degree // 2 + 1) * ((degree + 1) // 2 + 1)


def test_zernike_moments_do_not_change_when_the_image_turns_or_brightens():
    image = NOISE // 2

    first, turned, brighter = zernike(side=24, degree=8)(
        [rgb(image), rgb(np.rot90(image)), rgb(2 * image)]
    )

    np.testing.assert_allclose(first, turned, atol=1e-6)
    np.testing.assert_allclose(first, brighter, atol=1e-6)


def test_zernike_moments_of_black_are_those_of_white():
    black, white = zernike(side=24, degree=8)([rgb(NOISE * 0), rgb(NOISE * 0 + 255)])

    np.testing.assert_array_equal(black, white)
    assert black[0] == pytest.approx(1 / np.pi)


def rings_of(plane, rings, wedges):
    """Sort pixels one by one."""
    height, width = plane.shape
    pieces = {}
    for y, x in np.ndindex(height, width):
        v, u = (2 * y + 1) / height - 1, (2 * x + 1) / width - 1
        ring = min(int(round(np.hypot(v, u) * rings, 6)), rings)
        wedge = int(np.floor(round(np.arctan2(v, u) / (2 * np.pi) * wedges, 6))) % wedges
        pieces.setdefault(ring, {}).setdefault(wedge, []).append(float(plane[y, x]))
    whole = plane.mean()
    means, shares, deviations, spreads = [], [], [], []
    for ring in range(rings + 1):
        parts = pieces.get(ring, {})
        values = [value for part in parts.values() for value in part] or [whole]
        means.append(np.mean(values))
        shares.append(sum(map(sum, parts.values())) / (plane.sum() or 1))
        deviations.append(np.std(values))
        spreads.append(np.std([np.mean(parts.get(wedge, values)) for wedge in range(wedges)]))
    return np.concatenate([means, shares, deviations, spreads])


@pytest.mark.parametrize("shape", [(17, 23), (1, 1), (3, 40), (2, 2)])
def test_rings_hold_the_pixels_at_their_distance(shape):
    image = np.random.default_rng(2).integers(0, 256, (*shape, 3), np.uint8)
    expected = [rings_of(image[..., channel], 5, 6) for channel in range(3)]

    (row,) = radial(side=64, rings=5, wedges=6, channels="colour")([image])
    (grey,) = radial(side=64, rings=5, wedges=6, channels="grey")([rgb(image[..., 0])])

    np.testing.assert_allclose(row, np.concatenate(expected), rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(grey, expected[0], rtol=1e-4, atol=1e-3)


def test_rings_do_not_change_when_the_image_turns():
    extract = radial(side=64, rings=6, wedges=8, channels="grey")

    first, turned = extract([rgb(NOISE), rgb(np.rot90(NOISE))])

    np.testing.assert_allclose(first, turned, rtol=1e-3, atol=1e-3)


def test_a_bright_centre_is_in_the_inner_rings():
    image = np.zeros((60, 60))
    image[20:40, 20:40] = 200

    (row,) = radial(side=64, rings=6, wedges=8, channels="grey")([rgb(image)])

    assert row[:2].tolist() == [200, 200]
    assert not row[3:7].any()
    assert row[7:14].sum() == pytest.approx(1)
