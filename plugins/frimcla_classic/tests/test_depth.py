"""Integers of an image's own depth: what is equal stays equal, what differs stays apart."""

import cv2
import numpy as np
import pytest

from frimcla_classic.depth import grey, integers, one_level


def shares(values, top):
    return (values / top).astype(np.float32)


@pytest.fixture
def noise():
    return np.random.default_rng(6).integers(0, 256, (300, 200, 3), np.uint8)


def test_an_8_bit_image_stays_one(noise):
    levels = np.arange(256, dtype=np.uint8)

    for image in (noise, levels):
        found = integers(shares(image, 255))
        assert found.dtype == integers(image).dtype == np.uint8
        np.testing.assert_array_equal(found, image)
        np.testing.assert_array_equal(integers(image), image)
    assert one_level(levels) == 1


def test_a_16_bit_image_stays_one():
    values = np.arange(2**16, dtype=np.uint16)

    found = integers(shares(values, 65535))

    assert found.dtype == np.uint16
    np.testing.assert_array_equal(found, values)
    assert one_level(found) == 65535 / 255


def test_grey_of_8_bits_is_the_grey_of_opencv(noise):
    np.testing.assert_array_equal(grey(shares(noise, 255)), cv2.cvtColor(noise, cv2.COLOR_RGB2GRAY))


def test_grey_of_16_bits_is_the_luma_of_bt_601():
    deep = np.random.default_rng(8).integers(0, 2**16, (50, 40, 3))

    found = grey(shares(deep, 65535))

    np.testing.assert_allclose(found, deep @ [0.299, 0.587, 0.114], atol=3)


def test_grey_of_a_grey_image_is_its_value():
    values = np.arange(2**16).reshape(256, 256)

    found = grey(np.repeat(shares(values, 65535)[..., None], 3, axis=2))

    np.testing.assert_array_equal(found, values)
