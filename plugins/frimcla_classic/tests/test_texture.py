"""Texture features against the worked example of 1973 and against plain numpy."""

import cv2
import numpy as np
import pytest
from mahotas.features.texture import haralick_features

from frimcla_classic.texture import cooccurrences, haralick, lbp

EXAMPLE = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 2, 2, 2], [2, 2, 3, 3]])
"""Haralick, Shanmugam & Dinstein 1973, p. 613, Fig. 3."""
P_H = [[4, 2, 1, 0], [2, 4, 0, 0], [1, 0, 6, 1], [0, 0, 1, 2]]
P_V = [[6, 0, 2, 0], [0, 4, 2, 0], [2, 2, 2, 2], [0, 0, 2, 0]]
P_LD = [[2, 1, 3, 0], [1, 2, 1, 0], [3, 1, 0, 2], [0, 0, 2, 0]]
P_RD = [[4, 1, 0, 0], [1, 2, 2, 0], [0, 2, 4, 1], [0, 0, 1, 0]]


def rgb(levels):
    """Make a grey RGB image."""
    return np.repeat(np.asarray(levels, np.uint8)[..., None], 3, axis=2)


def as_floats(image):
    """Show an 8-bit image in full depth."""
    return (image / 255).astype(np.float32)


def deep(values):
    """Make a grey image of 16 bits, seen in full depth."""
    return (np.repeat(np.asarray(values)[..., None], 3, axis=2) / 65535).astype(np.float32)


def entropy(shares):
    shares = shares[shares > 0]
    return -(shares * np.log2(shares)).sum()


def features_of(counts):
    """Compute f1 to f13 as the appendix of the paper defines them (pp. 619-620)."""
    p = np.asarray(counts, float) / np.sum(counts)
    i, j = np.indices(p.shape)
    px, py = p.sum(axis=1), p.sum(axis=0)
    apart, together = abs(i - j).ravel(), (i + j).ravel()
    p_minus, p_plus = np.bincount(apart, p.ravel()), np.bincount(together, p.ravel())
    mean_x, mean_y = (i * p).sum(), (j * p).sum()
    deviation = np.sqrt(((i - mean_x) ** 2 * p).sum() * ((j - mean_y) ** 2 * p).sum())
    covariance = ((i - mean_x) * (j - mean_y) * p).sum()
    sums, differences = np.arange(len(p_plus)), np.arange(len(p_minus))
    sum_average = sums @ p_plus
    joint = np.outer(px, py)
    hxy1 = -(p[joint > 0] * np.log2(joint[joint > 0])).sum()
    information = (entropy(p) - hxy1) / (max(entropy(px), entropy(py)) or 1)
    return np.array(
        [
            (p**2).sum(),
            ((i - j) ** 2 * p).sum(),
            covariance / deviation if deviation else 1,
            ((i - mean_x) ** 2 * p).sum(),
            (p / (1 + (i - j) ** 2)).sum(),
            sum_average,
            (sums - sum_average) ** 2 @ p_plus,
            entropy(p_plus),
            entropy(p),
            (differences - differences @ p_minus) ** 2 @ p_minus,
            entropy(p_minus),
            information,
            np.sqrt(max(0, 1 - np.exp(-2 * (entropy(joint) - entropy(p))))),
        ]
    )


def counts_of(tones, distance, levels):
    """Count pairs one by one; directions without any are left out."""
    matrices = []
    height, width = tones.shape
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        counts = np.zeros((levels, levels), int)
        for y, x in np.ndindex(height, width):
            other = y + down * distance, x + right * distance
            if other[0] < height and 0 <= other[1] < width:
                counts[tones[y, x], tones[other]] += 1
                counts[tones[other], tones[y, x]] += 1
        if counts.any():
            matrices.append(counts)
    return matrices


def test_pairs_are_counted_as_in_the_paper():
    """Haralick, Shanmugam & Dinstein 1973, p. 613, Fig. 3 (d) to (g)."""
    counted = [matrix.tolist() for matrix in cooccurrences(EXAMPLE, 1, 4)]

    assert counted == [P_H, P_V, P_LD, P_RD]


@pytest.mark.parametrize("statistics", ["mean", "mean_range"])
def test_features_follow_the_formulas_of_the_paper(statistics):
    by_direction = np.array([features_of(counts) for counts in (P_H, P_V, P_LD, P_RD)])
    expected = [by_direction.mean(axis=0), np.ptp(by_direction, axis=0)]

    (row,) = haralick(distance=1, levels=4, span="whole", statistics=statistics)(
        [rgb(EXAMPLE * 64)]
    )

    joined = np.concatenate(expected[: 1 if statistics == "mean" else 2])
    np.testing.assert_allclose(row, joined, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("distance", [1, 2, 5])
@pytest.mark.parametrize("shape", [(9, 8), (1, 7), (7, 1), (3, 20), (2, 2)])
def test_features_of_small_noise_follow_the_formulas(shape, distance):
    grey = np.random.default_rng(2).integers(0, 256, shape)
    tones = grey // 16
    matrices = counts_of(tones, distance, 16) or [np.diag(np.bincount(tones.ravel()))]
    expected = np.mean([features_of(counts) for counts in matrices], axis=0)

    (row,) = haralick(distance=distance, levels=16, span="whole", statistics="mean")([rgb(grey)])

    np.testing.assert_allclose(row, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", [(30, 40), (1, 1), (1, 9)])
def test_a_flat_image_has_no_contrast_and_no_entropy(shape):
    (row,) = haralick(distance=1, levels=256, span="whole", statistics="mean_range")(
        [rgb(np.full(shape, 7))]
    )

    assert row.tolist() == [1, 0, 1, 0, 1, 14, 0, 0, 0, 0, 0, 0, 0] + 13 * [0]


def test_features_stay_finite_where_one_pixel_differs():
    image = np.full((1500, 1500, 3), 254, np.uint8)
    image[0, 0] = 255

    rows = haralick(distance=1, levels=256, span="whole", statistics="mean_range")([image])

    assert np.isfinite(rows).all()


def codes_of(grey, points, radius):
    """Compute uniform patterns pixel by pixel, edges repeated, bilinear in between."""
    height, width = grey.shape
    angles = 2 * np.pi * np.arange(points) / points
    codes = []
    for y, x in np.ndindex(height, width):
        rows = np.round(y - radius * np.sin(angles), 5)
        columns = np.round(x + radius * np.cos(angles), 5)
        top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
        down, right = rows - top, columns - left
        value = np.zeros(points)
        for dy, dx in ((0, 0), (0, 1), (1, 0), (1, 1)):
            weight = (down if dy else 1 - down) * (right if dx else 1 - right)
            corner = (top + dy).clip(0, height - 1), (left + dx).clip(0, width - 1)
            value += weight * grey[corner]
        ones = value - grey[y, x] > -1e-9
        uniform = (ones != np.roll(ones, 1)).sum() <= 2
        codes.append(ones.sum() if uniform else points + 1)
    return codes


@pytest.mark.parametrize(("points", "radius"), [(8, 1), (16, 2), (24, 3), (5, 4)])
@pytest.mark.parametrize("shape", [(17, 23), (1, 1), (3, 40)])
def test_lbp_is_the_histogram_of_uniform_patterns(shape, points, radius):
    grey = np.random.default_rng(3).integers(0, 256, shape)
    codes = codes_of(grey, points, radius)

    (row,) = lbp(points=points, radius=radius)([rgb(grey)])

    expected = np.bincount(codes, minlength=points + 2) / len(codes)
    np.testing.assert_allclose(row, expected, rtol=1e-6)


@pytest.mark.parametrize("level", [0, 1, 77, 255])
def test_lbp_of_a_flat_image_has_only_full_circles(level):
    (row,) = lbp(points=24, radius=3)([np.full((6, 9, 3), level, np.uint8)])

    assert row.tolist() == 24 * [0] + [1, 0]


def test_lbp_does_not_change_when_the_image_turns_or_brightens():
    image = rgb(np.random.default_rng(4).integers(0, 120, (20, 20)))

    first, turned, brighter = lbp(points=8, radius=1)([image, np.rot90(image), 2 * image + 9])

    np.testing.assert_allclose(first, turned)
    np.testing.assert_allclose(first, brighter)


@pytest.mark.parametrize(
    "extract",
    [
        haralick(distance=1, levels=256, span="whole", statistics="mean_range"),
        haralick(distance=2, levels=30, span="whole", statistics="mean"),
        haralick(distance=1, levels=30, span="image", statistics="mean"),
        lbp(points=24, radius=3),
        lbp(points=8, radius=1),
    ],
)
def test_an_8_bit_image_in_full_depth_gives_the_same_numbers(extract):
    image = np.random.default_rng(5).integers(0, 256, (40, 50, 3), np.uint8)

    np.testing.assert_array_equal(extract([as_floats(image)]), extract([image]))


def test_the_whole_span_takes_the_grey_that_opencv_gives():
    """Features of 8-bit images are those of versions that read no other depth."""
    image = np.random.default_rng(6).integers(0, 256, (40, 50, 3), np.uint8)
    tones = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(int) * 50 // 256
    expected = haralick_features(
        cooccurrences(tones, 1, 50), use_x_minus_y_variance=True, return_mean=True
    )

    (row,) = haralick(distance=1, levels=50, span="whole", statistics="mean")([as_floats(image)])

    np.testing.assert_array_equal(row, expected.astype(np.float32))


def test_the_span_of_an_image_runs_from_its_darkest_to_its_brightest():
    """With as many levels as tones, the co-occurrences are those of the example."""
    by_direction = np.array([features_of(counts) for counts in (P_H, P_V, P_LD, P_RD)])
    extract = haralick(distance=1, levels=4, span="image", statistics="mean")

    rows = extract([rgb(EXAMPLE), rgb(7 * EXAMPLE + 90), deep(EXAMPLE + 500)])

    np.testing.assert_allclose(rows, 3 * [by_direction.mean(axis=0)], rtol=1e-5, atol=1e-7)


def test_a_flat_image_spans_one_level():
    (row,) = haralick(distance=1, levels=256, span="image", statistics="mean")(
        [rgb(7 * EXAMPLE**0)]
    )

    assert row.tolist() == [1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]


TEXTURES = {
    "noise": np.random.default_rng(7).integers(0, 100, (64, 64)),
    "stripes": np.indices((64, 64)).sum(axis=0) % 8 * 12,
}


@pytest.mark.parametrize(
    "extract",
    [lbp(points=8, radius=1), haralick(distance=1, levels=16, span="image", statistics="mean")],
    ids=["lbp", "haralick"],
)
def test_textures_within_one_8_bit_level_are_told_apart(extract):
    """16-bit images whose values lie near 2000 of 65535: 8 bits make them all flat."""
    images = [deep(2000 + texture) for texture in TEXTURES.values()]
    shallow = [np.rint(255 * image).astype(np.uint8) for image in images]

    noise, stripes = extract(images)

    np.testing.assert_array_equal(*extract(shallow))
    assert np.abs(noise - stripes).max() > 0.3
    bright = extract([rgb(100 + texture) for texture in TEXTURES.values()])
    np.testing.assert_array_equal([noise, stripes], bright)
