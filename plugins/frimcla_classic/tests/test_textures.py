"""What is joined, what large images become, and the full depth."""

import cv2
import numpy as np
import pytest

from frimcla.testing import toy_images
from frimcla_classic import plugin

MENU = {component.name: component for component in plugin.frimcla_extractors()}
NEW = ["zernike", "radial", "gabor", "wavelet", "scattering", "tamura", "granularity", "tas"]


def built(name, **values):
    return MENU[name].recipe(**values).build()


def test_textures_are_its_members_in_the_stated_order():
    images = [np.random.default_rng(3).integers(0, 256, (40, 50, 3), np.uint8)]
    members = [
        built("radial"),
        built("zernike"),
        built("haralick", statistics="mean_range"),
        built("lbp"),
        built("lbp", points=8, radius=1),
        built("colour_moments", space="lab"),
    ]
    expected = [member(images) for member in members]

    rows = built("textures")(images)

    np.testing.assert_array_equal(rows, np.hstack(expected))
    assert [part.shape[1] for part in expected] == [84, 25, 26, 26, 10, 9]


@pytest.mark.parametrize("name", [*NEW, "textures"])
def test_an_8_bit_image_in_full_depth_gives_the_same_numbers(name):
    image = np.random.default_rng(5).integers(0, 256, (40, 50, 3), np.uint8)
    extract = built(name)

    np.testing.assert_array_equal(extract([(image / 255).astype(np.float32)]), extract([image]))


@pytest.mark.parametrize("name", [*NEW, "textures"])
def test_textures_within_one_8_bit_level_are_told_apart(name):
    noise = 2000 + np.random.default_rng(7).integers(0, 100, (64, 64))
    stripes = 2000 + np.indices((64, 64)).sum(axis=0) % 8 * 12
    values = {"edge": 0.01} if name == "tamura" else {}
    images = [np.repeat((v / 65535).astype(np.float32)[..., None], 3, 2) for v in (noise, stripes)]
    shallow = [np.rint(255 * image).astype(np.uint8) for image in images]
    extract = built(name, **values)

    np.testing.assert_array_equal(*extract(shallow))
    assert np.ptp(extract(images), axis=0).max() > 1e-4


@pytest.mark.parametrize(
    "name", ["radial", "gabor", "wavelet", "tamura", "granularity", "tas", "textures"]
)
def test_a_large_image_is_described_as_it_is_shrunk(name):
    large = cv2.resize(toy_images()[3], (300, 200), interpolation=cv2.INTER_CUBIC)
    small = cv2.resize(large, (60, 40), interpolation=cv2.INTER_AREA)
    if name not in ("radial", "textures"):  # which see colours
        large, small = (np.repeat(i[..., :1], 3, axis=2) for i in (large, small))

    rows = built(name, side=60)([large, small])

    np.testing.assert_array_equal(*rows)
