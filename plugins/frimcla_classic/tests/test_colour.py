"""Colour features against numpy, colorsys, scikit-image and scipy."""

import colorsys

import cv2
import numpy as np
import pytest
from scipy import stats
from skimage.color import rgb2lab

from frimcla_classic.colour import histogram, moments

TOPS = {"lab": (256, 256, 256), "hsv": (180, 256, 256)}


@pytest.fixture
def noise():
    return np.random.default_rng(1).integers(0, 256, (60, 70, 3), np.uint8)


def by_skimage(colours):
    """Convert RGB (n, 3) to L*a*b* on OpenCV's 8-bit scale, as floats."""
    return rgb2lab(colours / 255) * (255 / 100, 1, 1) + (0, 128, 128)


def by_colorsys(colours):
    """Convert RGB (n, 3) to HSV on OpenCV's 8-bit scale, as floats."""
    return np.array([colorsys.rgb_to_hsv(*colour) for colour in colours / 255]) * (180, 255, 255)


CONVERT = {"lab": by_skimage, "hsv": by_colorsys}


@pytest.mark.parametrize("bins", [(8, 8, 8), (4, 4, 4), (1, 1, 1), (3, 5, 7), (18, 2, 256)])
@pytest.mark.parametrize("space", ["lab", "hsv"])
def test_histogram_counts_like_histogramdd(space, bins, noise):
    code = {"lab": cv2.COLOR_RGB2LAB, "hsv": cv2.COLOR_RGB2HSV}[space]
    pixels = cv2.cvtColor(noise, code).reshape(-1, 3)
    counts, _ = np.histogramdd(pixels, bins, [(0, top) for top in TOPS[space]])

    (row,) = histogram(space=space, bins=bins)([noise])

    np.testing.assert_allclose(row, counts.ravel() / len(pixels), rtol=1e-6)


@pytest.mark.parametrize("space", ["lab", "hsv"])
def test_histogram_converts_colours_like_another_library(space, noise):
    """Colours near the edge of a bin are left out: 8-bit rounding may move them."""
    bins = (6, 8, 4)
    widths = np.array(TOPS[space]) / bins
    colours = noise.reshape(-1, 3)
    place = CONVERT[space](colours) % widths
    clear = ((place > 2) & (place < widths - 2)).all(axis=1)
    counts, _ = np.histogramdd(
        CONVERT[space](colours[clear]), bins, [(0, top) for top in TOPS[space]]
    )

    (row,) = histogram(space=space, bins=bins)([colours[clear][None]])

    assert clear.sum() > 1000
    np.testing.assert_allclose(row, counts.ravel() / clear.sum(), rtol=1e-6)


@pytest.mark.parametrize(
    ("colour", "bin_"),
    [((255, 0, 0), (0, 7, 7)), ((0, 255, 0), (2, 7, 7)), ((0, 0, 255), (5, 7, 7))],
)
def test_hue_lies_where_its_angle_says(colour, bin_):
    """Red 0, green 120, blue 240 degrees: of 8 bins of 45 degrees, 0, 2 and 5."""
    image = np.full((2, 3, 3), colour, np.uint8)

    (row,) = histogram(space="hsv", bins=(8, 8, 8))([image])

    assert row.reshape(8, 8, 8)[bin_] == 1


def test_histogram_refuses_more_features_than_fit():
    with pytest.raises(ValueError, match=r"^bins must give at most 262,144 features together"):
        histogram(space="lab", bins=(256, 256, 256))


def test_moments_of_rgb_like_scipy(noise):
    skewed = (noise / 255.0) ** 3 * 255
    image = skewed.astype(np.uint8)
    pixels = image.reshape(-1, 3).astype(float)
    expected = [
        np.mean(pixels, axis=0),
        np.std(pixels, axis=0),
        np.cbrt(stats.moment(pixels, 3, axis=0)),
    ]

    (row,) = moments(space="rgb")([image])

    np.testing.assert_allclose(row.reshape(3, 3).T, expected, rtol=1e-5)


@pytest.mark.parametrize("space", ["lab", "hsv"])
def test_moments_are_those_of_the_colour_space(space, noise):
    """Rounding to 8 bits moves a moment by less than one level."""
    pixels = CONVERT[space](noise.reshape(-1, 3))
    expected = [pixels.mean(axis=0), pixels.std(axis=0), np.cbrt(stats.moment(pixels, 3))]

    (row,) = moments(space=space)([noise])

    np.testing.assert_allclose(row.reshape(3, 3).T, expected, atol=1)


def test_moments_of_a_flat_image_are_its_colour():
    image = np.full((5, 4, 3), (10, 20, 30), np.uint8)

    (row,) = moments(space="rgb")([image])

    assert row.tolist() == [10, 0, 0, 20, 0, 0, 30, 0, 0]
