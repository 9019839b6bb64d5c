"""Gabor filters, wavelets and scattering: on stripes, and against their definitions."""

import numpy as np
import pytest

from frimcla_classic.filters import crop, gabor, wavelet
from frimcla_classic.scatter import coefficients, scattering

NOISE = np.random.default_rng(1).integers(0, 256, (48, 40))
GABOR = {"side": 256, "scales": 4, "directions": 6, "statistics": "each"}
SCATTERING = {"side": 64, "octaves": 3, "directions": 8, "statistics": "each"}


def rgb(levels):
    """Make a grey RGB image."""
    return np.repeat(np.asarray(np.rint(levels), np.uint8)[..., None], 3, axis=2)


def stripes(waves, turn, size=128):
    """Draw waves of that many per pixel, running in that direction."""
    y, x = np.indices((size, size))
    return 128 + 100 * np.cos(2 * np.pi * waves * (x * np.cos(turn) + y * np.sin(turn)))


@pytest.mark.parametrize("scale", range(4))
@pytest.mark.parametrize("direction", [0, 1, 3, 5])
def test_gabor_answers_most_to_its_own_stripes(scale, direction):
    image = rgb(stripes(0.4 / 2**scale, np.pi * direction / 6))

    (row,) = gabor(**GABOR)([image])

    means = row.reshape(4, 2, 6)[:, 0]
    assert np.unravel_index(means.argmax(), means.shape) == (scale, direction)
    # One of the two frequencies of a cosine passes, at full height.
    assert means.max() == pytest.approx(50, rel=0.2)


def test_gabor_of_the_finest_scale_follows_its_definition():
    """Manjunath & Ma 1996, p. 838: widths of bands whose halves touch."""
    framed = np.pad(NOISE - NOISE.mean(), 4, mode="symmetric")
    v, u = (np.fft.fftfreq(length) for length in framed.shape)
    top, ratio, half = 0.4, 2, 2 * np.log(2)
    s_u = (ratio - 1) * top / ((ratio + 1) * np.sqrt(half))
    s_v = np.tan(np.pi / 12) * (top - half * s_u**2 / top)
    s_v /= np.sqrt(half - half**2 * s_u**2 / top**2)
    expected = []
    for turn in np.pi * np.arange(6) / 6:
        along = u * np.cos(turn) + v[:, None] * np.sin(turn)
        aside = v[:, None] * np.cos(turn) - u * np.sin(turn)
        window = np.exp(-(((along - top) / s_u) ** 2 + (aside / s_v) ** 2) / 2)
        answer = abs(np.fft.ifft2(np.fft.fft2(framed) * window))[4:-4, 4:-4]
        expected.append([answer.mean(), answer.std()])

    (row,) = gabor(**GABOR | {"scales": 1})([rgb(NOISE)])

    np.testing.assert_allclose(row.reshape(2, 6).T, expected, rtol=1e-4)


def test_pooled_gabor_hardly_changes_when_the_image_turns():
    square = np.random.default_rng(3).integers(0, 256, (128, 128))

    first, turned = gabor(**GABOR | {"statistics": "mean_range"})(
        [rgb(square), rgb(np.rot90(square))]
    )

    np.testing.assert_allclose(first, turned, rtol=0.02, atol=0.3)


def test_a_cropped_spectrum_is_that_of_a_smaller_image():
    waves = stripes(1 / 16, 0.0) + stripes(1 / 32, np.pi / 2)

    small = np.fft.ifft2(crop(np.fft.fft2(waves), 4))

    np.testing.assert_allclose(small, waves[::4, ::4], atol=1e-9)


def test_haar_wavelets_are_sums_and_differences_of_four():
    a, b, c, d = NOISE[::2, ::2], NOISE[::2, 1::2], NOISE[1::2, ::2], NOISE[1::2, 1::2]
    bands = [(a + b - c - d) / 2, (a - b + c - d) / 2, (a - b - c + d) / 2]
    expected = []
    for band in bands:
        shares = band[band != 0] ** 2 / (band**2).sum()
        entropy = -(shares * np.log2(shares)).sum()
        expected += [abs(band).mean(), band.std(), entropy / np.log2(band.size)]

    (row,) = wavelet(side=64, family="haar", octaves=2)([rgb(NOISE)])

    np.testing.assert_allclose(row[:9], expected, rtol=1e-5)


def scattered(square, octaves, directions):
    """Compute orders 1 and 2 at full resolution, with wavelets drawn in space."""
    step = 2**octaves
    framed = np.pad(square, step, mode="reflect")
    size = len(framed)
    low = packet(size, 0.8 * 2 ** (octaves - 1), 0, 1, 0).real
    waves = [[morlet(size, j, d, directions) for d in range(directions)] for j in range(octaves)]

    def through(signal, wave):
        return np.fft.ifft2(np.fft.fft2(signal) * np.fft.fft2(wave))

    def average(signal):
        return through(signal, low).real[step:-step:step, step:-step:step].mean()

    inner = [[abs(through(framed, wave)) for wave in row] for row in waves]
    first = [[average(signal) for signal in row] for row in inner]
    second = [
        [[average(abs(through(signal, wave))) for wave in waves[k]] for signal in inner[j]]
        for j in range(octaves)
        for k in range(j + 1, octaves)
    ]
    return np.array(first), np.array(second)


def packet(size, sigma, turn, slant, frequency):
    """Draw a Gaussian wave packet around pixel 0, all round."""
    y, x = np.indices((size, size))
    whole = np.zeros((size, size), complex)
    for more_y, more_x in np.ndindex(3, 3):
        v, u = y + (more_y - 1) * size, x + (more_x - 1) * size
        ahead, aside = v * np.cos(turn) + u * np.sin(turn), u * np.cos(turn) - v * np.sin(turn)
        envelope = np.exp(-(ahead**2 + (slant * aside) ** 2) / (2 * sigma**2))
        whole += envelope * np.exp(1j * frequency * ahead)
    return whole * slant / (2 * np.pi * sigma**2)


def morlet(size, octave, direction, directions):
    turn = np.pi * (directions // 2 - 1 - direction) / directions
    shape = size, 0.8 * 2**octave, turn, 4 / directions
    wave, envelope = packet(*shape, 0.75 * np.pi / 2**octave), packet(*shape, 0)
    return wave - wave.sum() / envelope.sum() * envelope


def test_scattering_follows_its_definition():
    square = NOISE[:32, :32].astype(np.float32)
    first, second = scattered(square, 2, 4)

    _, got, got_second = coefficients(square, 2, 4)

    np.testing.assert_allclose(got, first, rtol=2e-2)
    np.testing.assert_allclose(got_second, second, rtol=5e-2)


def test_scattering_is_that_of_kymatio():
    """It writes 3.1415 for pi, once more per order: hence the tolerance."""
    numpy_frontend = pytest.importorskip("kymatio.numpy", exc_type=ImportError)
    square = np.random.default_rng(2).uniform(0, 255, (64, 64)).astype(np.float32)
    transform = numpy_frontend.Scattering2D(3, (64, 64), L=8, out_type="list")
    found = {(c["j"], c["theta"]): c["coef"].mean() for c in transform(square)}

    mean, first, second = coefficients(square, 3, 8)

    assert mean == pytest.approx(found[(), ()], rel=2e-4)
    pairs = [(0, 1), (0, 2), (1, 2)]
    for (j, turn), value in np.ndenumerate(first):
        assert value == pytest.approx(found[(j,), (turn,)], rel=2e-4)
    for (pair, one, two), value in np.ndenumerate(second):
        assert value == pytest.approx(found[pairs[pair], (one, two)], rel=2e-4)


@pytest.mark.parametrize(("statistics", "width"), [("each", 1 + 24 + 192), ("mean", 1 + 3 + 24)])
def test_scattering_of_a_flat_image_is_its_level(statistics, width):
    (row,) = scattering(**SCATTERING | {"statistics": statistics})([rgb(NOISE * 0 + 77)])

    assert row.tolist() == [77] + (width - 1) * [0]


def test_mean_scattering_hardly_changes_when_the_image_turns():
    extract = scattering(**SCATTERING | {"statistics": "mean"})

    upright, turned, other = extract(
        [rgb(stripes(0.1, 0.2)), rgb(np.rot90(stripes(0.1, 0.2))), rgb(stripes(0.3, 0.2))]
    )

    np.testing.assert_allclose(upright, turned, rtol=0.05, atol=0.2)
    assert abs(upright - other).max() > 5


@pytest.mark.parametrize("extract", [gabor(**GABOR), wavelet(side=256, family="db2", octaves=5)])
@pytest.mark.parametrize("shape", [(40, 50), (1, 1), (3, 200)])
def test_what_is_flat_gives_zeros(extract, shape):
    (row,) = extract([np.full((*shape, 3), 0.123456, np.float32)])

    assert not row.any()
