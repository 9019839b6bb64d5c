"""Controls see what they say, and nothing else."""

import numpy as np
import pytest

from frimcla.testing import toy_images
from frimcla_classic import plugin
from frimcla_classic.controls import image_size, mean_colour

CONTROLS = ["mean_colour", "image_size"]
MENU = {component.name: component for component in plugin.frimcla_extractors()}


def test_the_controls_are_marked_and_no_other_descriptor_is():
    assert [name for name in MENU if MENU[name].control] == CONTROLS
    assert not any(MENU[name].suggested for name in CONTROLS)


def test_the_mean_colour_is_the_mean_of_each_channel():
    image = np.zeros((2, 4, 3), np.float32)
    image[0, :, 0] = 1
    image[1, 2, 2] = 0.5

    assert mean_colour()([image]).tolist() == [[0.5, 0, 0.0625]]


def test_the_mean_colour_does_not_know_where_a_colour_is():
    for image in toy_images("float"):
        pixels = image.reshape(-1, 3)
        shuffled = np.random.default_rng(0).permutation(pixels).reshape(image.shape)

        rows = mean_colour()([image, shuffled])

        np.testing.assert_allclose(rows[0], pixels.astype(float).mean(axis=0), rtol=1e-6)
        np.testing.assert_allclose(rows[0], rows[1], rtol=1e-6)


def test_the_mean_colour_sees_less_than_a_level_of_8_bits():
    dim, dimmer = (np.full((5, 5, 3), level / 65535, np.float32) for level in (200, 190))

    rows = mean_colour()([dim, dimmer])

    np.testing.assert_allclose(rows, [3 * [200 / 65535], 3 * [190 / 65535]], rtol=1e-6)


def test_the_mean_of_a_large_image_is_exact():
    """In 32 bits, ten million times 0.1 would be off in the fourth digit."""
    large = np.broadcast_to(np.float32(0.1), (4000, 2500, 3))

    np.testing.assert_allclose(mean_colour()([large]), [3 * [0.1]], rtol=1e-7)


@pytest.mark.parametrize(
    ("height", "width", "row"),
    [(1, 1, [1, 1, 0]), (480, 640, [640, 480, np.log2(4 / 3)]), (40, 10, [10, 40, -2])],
)
def test_the_size_is_that_of_the_image_and_knows_no_pixel(height, width, row):
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (height, width, 3), np.uint8) for _ in range(2)]

    np.testing.assert_allclose(image_size()(images), [row, row], rtol=1e-6)
