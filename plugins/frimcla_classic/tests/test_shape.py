"""Gradient histograms against a plain numpy version of the paper."""

import re

import numpy as np
import pytest

from frimcla_classic.shape import haar_hog, hog
from frimcla_classic.texture import haralick

HOW = {"normalisation": "L2-Hys", "square_root": True, "channels": "grey"}
GRID = {"side": 24, "cell": 8, "block": 2, "orientations": 9}


@pytest.fixture
def noise():
    return np.random.default_rng(5).integers(0, 256, (24, 24, 3), np.uint8)


def gradients(plane):
    """Return differences along rows and columns by the mask [-1, 0, 1], 0 at the border."""
    down, right = np.zeros(plane.shape), np.zeros(plane.shape)
    down[1:-1] = plane[2:] - plane[:-2]
    right[:, 1:-1] = plane[:, 2:] - plane[:, :-2]
    return down, right


def normalised(block, how, eps=1e-5):
    """Normalise a block in one of the four ways of Dalal & Triggs 2005, section 6.4."""
    if how.startswith("L1"):
        shares = block / (np.abs(block).sum() + eps)
        return np.sqrt(shares) if how == "L1-sqrt" else shares
    unit = block / np.sqrt((block**2).sum() + eps**2)
    if how == "L2":
        return unit
    clipped = np.minimum(unit, 0.2)
    return clipped / np.sqrt((clipped**2).sum() + eps**2)


def descriptor(planes, *, cell, block, orientations, normalisation, square_root):
    """Describe a square image, given as a list of planes, pixel by pixel."""
    planes = [np.sqrt(plane) if square_root else plane for plane in np.asarray(planes, float)]
    down, right = np.moveaxis([gradients(plane) for plane in planes], 1, 0)
    sizes = np.hypot(down, right)
    side = sizes.shape[1]
    cells = np.zeros((side // cell, side // cell, orientations))
    for y, x in np.ndindex(len(cells) * cell, len(cells) * cell):
        plane = sizes[:, y, x].argmax()
        angle = np.rad2deg(np.arctan2(down[plane, y, x], right[plane, y, x])) % 180
        direction = int(angle // (180 / orientations))
        cells[y // cell, x // cell, direction] += sizes[plane, y, x] / cell**2
    steps = range(len(cells) - block + 1)
    blocks = [cells[y : y + block, x : x + block] for y in steps for x in steps]
    return np.concatenate([normalised(part, normalisation).ravel() for part in blocks])


def luma(image):
    """Return the grey levels of ITU-R BT.601, rounded."""
    return np.round(image @ [0.299, 0.587, 0.114])


@pytest.mark.parametrize("normalisation", ["L1", "L1-sqrt", "L2", "L2-Hys"])
@pytest.mark.parametrize("square_root", [True, False])
@pytest.mark.parametrize("channels", ["grey", "strongest"])
def test_hog_follows_the_paper(normalisation, square_root, channels, noise):
    planes = [luma(noise)] if channels == "grey" else np.moveaxis(noise, 2, 0)
    expected = descriptor(
        planes,
        cell=8,
        block=2,
        orientations=9,
        normalisation=normalisation,
        square_root=square_root,
    )
    how = {"normalisation": normalisation, "square_root": square_root, "channels": channels}

    (row,) = hog(**GRID, **how)([noise])

    np.testing.assert_allclose(row, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("cell", "block", "orientations"), [(6, 1, 9), (4, 3, 12), (7, 2, 5), (12, 2, 1)]
)
def test_hog_follows_the_paper_on_any_grid(cell, block, orientations, noise):
    grid = {"cell": cell, "block": block, "orientations": orientations}
    expected = descriptor([luma(noise)], **grid, normalisation="L2-Hys", square_root=True)

    (row,) = hog(side=24, **grid, **HOW)([noise])

    np.testing.assert_allclose(row, expected, rtol=1e-4, atol=1e-6)


def test_hog_shrinks_images_by_averaging_areas(noise):
    doubled = noise.repeat(2, axis=0).repeat(3, axis=1)

    small, large = hog(**GRID, **HOW)([noise, doubled])

    np.testing.assert_allclose(small, large, atol=1e-6)


def test_hog_of_a_flat_image_is_zero():
    (row,) = hog(**GRID, **HOW)([np.full((40, 50, 3), 99, np.uint8)])

    assert not row.any()


@pytest.mark.parametrize("channels", ["grey", "strongest"])
def test_hog_of_an_8_bit_image_in_full_depth_is_the_same(channels, noise):
    image = noise[:19]
    extract = hog(**GRID, **HOW | {"channels": channels})

    np.testing.assert_array_equal(extract([(image / 255).astype(np.float32)]), extract([image]))


@pytest.mark.parametrize("shape", [(40, 50), (24, 24), (7, 61)])
@pytest.mark.parametrize("level", [0.2, 0.123456, 1.0])
def test_hog_of_a_flat_deep_image_is_zero(level, shape):
    """Rounding errors of shrinking would be edges as strong as any, once normalised."""
    image = np.full((*shape, 3), (level, level / 2, level / 3), np.float32)

    (row,) = hog(**GRID, **HOW)([image])

    assert not row.any()


def test_hog_sees_edges_within_one_8_bit_level(noise):
    how = HOW | {"square_root": False}
    deep = ((noise // 2) / 65535 + 2000 / 65535).astype(np.float32)

    (row,) = hog(**GRID, **how)([deep])

    assert not hog(**GRID, **how)([np.rint(255 * deep) / np.float32(255)]).any()
    np.testing.assert_allclose(row, hog(**GRID, **how)([noise // 2])[0], atol=0.05)


def test_haar_hog_joins_hog_and_haralick(noise):
    texture = {"distance": 2, "levels": 32, "span": "image", "statistics": "mean_range"}
    images = [noise, noise[:11]]

    rows = haar_hog(**GRID, **HOW, **texture)(images)

    np.testing.assert_array_equal(rows[:, :-26], hog(**GRID, **HOW)(images))
    np.testing.assert_array_equal(rows[:, -26:], haralick(**texture)(images))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"cell": 25}, "cell must be at most side, 24 (got 25)"),
        ({"block": 4}, "block must be at most 3, the cells of 8 pixels along 24 (got 4)"),
        (
            {"side": 1024},
            f"{', '.join(GRID)} must give at most 262,144 features together (got 580,644)",
        ),
    ],
)
def test_hog_refuses_a_grid_that_does_not_fit(changed, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        hog(**GRID | changed, **HOW)
