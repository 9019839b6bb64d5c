"""Granularity, threshold adjacency and Tamura's features: on drawings, and in plain numpy."""

import numpy as np
import pytest
from skimage.filters import threshold_otsu

from frimcla_classic.grains import granularity, tas
from frimcla_classic.tamura import best_sizes, directionality, tamura

NOISE = np.random.default_rng(1).integers(0, 256, (20, 26))
TAMURA = {"side": 256, "octaves": 5, "directions": 16, "edge": 12.0}


def rgb(levels):
    """Make a grey RGB image."""
    return np.repeat(np.asarray(levels, np.uint8)[..., None], 3, axis=2)


def disc(radius, size=64):
    y, x = np.indices((size, size)) - size // 2
    return x**2 + y**2 <= radius**2


@pytest.mark.parametrize("method", ["opening", "reconstruction"])
@pytest.mark.parametrize("bright", [True, False])
def test_a_disc_is_in_the_spectrum_at_its_size(method, bright):
    image = np.where(disc(5), 200, 100) if bright else np.where(disc(5), 100, 200)

    (row,) = granularity(side=128, sizes=8, method=method)([rgb(image)])

    # The disc holds none of radius 6; it goes, too, when the sixth ring is taken off.
    spectrum = row.reshape(2, 8)[0 if bright else 1]
    assert spectrum[5] == pytest.approx(100 * disc(5).mean(), rel=0.11)  # a few corners go before
    assert spectrum.sum() == row.sum() == pytest.approx(100 * disc(5).mean())


def opened(grey, radius):
    """Open by a disc, pixel by pixel; beyond the border is nothing."""
    offsets = [
        o
        for o in np.ndindex(2 * radius + 1, 2 * radius + 1)
        if np.hypot(*np.subtract(o, radius)) <= radius
    ]
    framed = np.pad(grey.astype(float), radius, constant_values=np.inf)
    height, width = grey.shape
    views = [framed[y : y + height, x : x + width] for y, x in offsets]
    eroded = np.pad(np.min(views, axis=0), radius, constant_values=-np.inf)
    return np.max([eroded[y : y + height, x : x + width] for y, x in offsets], axis=0)


def test_granularity_is_what_openings_and_closings_remove():
    expected = []
    for picture in (NOISE, 255 - NOISE):
        left = [picture.mean(), *(opened(picture, radius).mean() for radius in (1, 2, 3, 4))]
        expected += list(-np.diff(np.minimum.accumulate(left)))

    (row,) = granularity(side=128, sizes=4, method="opening")([rgb(NOISE)])

    np.testing.assert_allclose(row, expected, rtol=1e-5, atol=1e-5)


def test_threshold_adjacency_counts_chosen_neighbours():
    threshold = threshold_otsu(NOISE.astype(np.uint8))
    above = NOISE[threshold < NOISE]
    mean, spread = above.mean(), above.std()
    chosen = [abs(NOISE - mean) < spread, mean - spread < NOISE, mean < NOISE]
    expected = []
    for mask in [*chosen, *(~mask for mask in chosen)]:
        framed = np.pad(mask, 1, mode="symmetric").astype(int)
        around = sum(
            framed[y : y + 20, x : x + 26] for y, x in np.ndindex(3, 3) if (y, x) != (1, 1)
        )
        counts = np.bincount(around[~mask], minlength=9)
        expected.append(counts / counts.sum())

    (row,) = tas(side=256)([rgb(NOISE)])

    np.testing.assert_allclose(row, np.concatenate(expected), rtol=1e-5)


def upright(period, size=96):
    """Draw sharp stripes, grey levels 28 and 228."""
    return 28 + 200 * (np.indices((size, size))[1] % period < period // 2)


def test_contrast_and_directions_of_stripes():
    (row,) = tamura(**TAMURA)([rgb(upright(16))])

    assert row[1] == pytest.approx(100)  # two levels: a standard deviation of 100, kurtosis 1
    assert row[2] == 1  # one direction
    assert row[3] == 1  # edges go on as they are
    assert row[4] == pytest.approx(2 / 8, abs=0.03)  # two pixels at each edge, one in 8 pixels
    assert row[6 + 5 :].tolist() == [1] + 15 * [0]


def test_coarser_grains_have_a_larger_coarseness():
    rng = np.random.default_rng(4)
    images = [np.kron(rng.integers(0, 256, (n, n)), np.ones((96 // n,) * 2)) for n in (96, 24, 6)]

    fine, middle, coarse = tamura(**TAMURA)([rgb(image) for image in images])[:, 0]

    assert fine < 5
    assert 1.5 * fine < middle
    assert 1.5 * middle < coarse


def test_the_best_size_follows_its_definition():
    """Tamura, Mori & Yamawaki 1978, p. 463: differences of neighbouring means."""
    octaves = 3
    framed = np.pad(NOISE, 16, mode="edge").astype(float)
    expected = np.zeros(NOISE.shape, int)
    for y, x in np.ndindex(NOISE.shape):
        best = []
        for k in range(1, octaves + 1):
            half = 2 ** (k - 1)

            def mean(down, right, half=half, y=y, x=x):
                top, left = 16 + y + down - half, 16 + x + right - half
                return framed[top : top + 2 * half, left : left + 2 * half].mean()

            best.append(
                max(
                    abs(mean(0, half) - mean(0, -half)),
                    abs(mean(half, 0) - mean(-half, 0)),
                )
            )
        expected[y, x] = np.argmax(np.round(best, 6))

    np.testing.assert_array_equal(best_sizes(NOISE.astype(float), octaves), expected)


def test_directionality_is_one_for_peaks_and_none_without_edges():
    peak, two, wide, even = np.eye(16)[0], np.zeros(16), np.zeros(16), np.full(16, 1 / 16)
    two[[0, 8]] = 0.5
    wide[[0, 1, 15]] = 0.5, 0.25, 0.25

    values = [directionality(turns) for turns in (peak, two, wide, even, 0 * even)]

    assert values[:2] == [1, 1]
    assert values[2] == pytest.approx(1 - 0.5 / 21.5)
    assert values[3:] == [0, 0]


def test_noise_is_less_directed_than_stripes_and_turning_changes_no_direction():
    stripes, turned, noise = tamura(**TAMURA)(
        [
            rgb(upright(16)),
            rgb(upright(16).T),
            rgb(np.random.default_rng(2).integers(0, 256, (96, 96))),
        ]
    )

    np.testing.assert_allclose(stripes, turned, atol=1e-4)
    assert noise[2] < 0.9
    assert abs(noise[3]) < 0.2
