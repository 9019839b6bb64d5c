"""Images of any size to squares."""

import numpy as np
import pytest

from frimcla_onnx.fit import Fit

HOWS = ("squash", "pad", "crop")
SHAPES = [(1, 1), (1, 5000), (5000, 1), (30, 40), (40, 30), (224, 224), (223, 225), (600, 300)]


def noise(*shape):
    return np.random.default_rng(2).integers(0, 256, (*shape, 3), np.uint8)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("how", HOWS)
def test_any_image_becomes_a_square_and_then_stays_as_it_is(how, shape):
    prepare = Fit(224, how)

    square = prepare(noise(*shape))

    assert (square.shape, square.dtype) == ((224, 224, 3), np.uint8)
    np.testing.assert_array_equal(prepare(square), square)


@pytest.mark.parametrize("how", HOWS)
def test_an_image_of_that_size_is_not_changed(how):
    image = noise(50, 50)

    np.testing.assert_array_equal(Fit(50, how)(image), image)


def test_squashing_changes_proportions():
    image = np.zeros((100, 400, 3), np.uint8)
    image[:, :200] = 255

    square = Fit(100, "squash")(image)

    assert (square[:, :50] == 255).all()
    assert (square[:, 50:] == 0).all()


@pytest.mark.parametrize(("shape", "size"), [((30, 60), (50, 100)), ((60, 30), (100, 50))])
def test_padding_keeps_proportions_and_adds_black_on_both_sides(shape, size):
    square = Fit(100, "pad")(np.full((*shape, 3), 200, np.uint8))

    inside = np.zeros((100, 100), bool)
    top, left = ((100 - length) // 2 for length in size)
    inside[top : top + size[0], left : left + size[1]] = True
    assert (square[inside] == 200).all()
    assert (square[~inside] == 0).all()


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1)])
def test_padding_leaves_a_line_of_a_line(shape):
    square = Fit(100, "pad")(np.full((*shape, 3), 200, np.uint8))

    assert square.any(axis=2).sum() == 100


@pytest.mark.parametrize("turned", [False, True])
def test_cropping_keeps_the_centre_and_its_proportions(turned):
    image = np.zeros((60, 100, 3), np.uint8)
    image[:, 20:80] = noise(60, 60)
    image = image.transpose(1, 0, 2) if turned else image

    square = Fit(60, "crop")(image)

    expected = noise(60, 60).transpose(1, 0, 2) if turned else noise(60, 60)
    np.testing.assert_array_equal(square, expected)


@pytest.mark.parametrize("how", HOWS)
def test_a_fine_checkerboard_becomes_grey(how):
    board = np.indices((1000, 1000)).sum(axis=0) % 2 * np.uint8(255)
    image = np.repeat(board[..., None], 3, axis=2).astype(np.uint8)

    square = Fit(224, how)(image)

    assert np.abs(square.astype(int) - 127).max() <= 13  # a seam may count for a tenth


def test_shrinking_takes_the_mean_of_what_a_pixel_covers():
    image = noise(40, 60)
    blocks = image.reshape(20, 2, 20, 3, 3).mean(axis=(1, 3))

    square = Fit(20, "squash")(image)

    assert np.abs(square - blocks).max() <= 0.5 + 1e-6


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("shape", [(64, 64), (30, 64), (200, 100)])
def test_a_read_only_mirrored_view_is_welcome_and_left_alone(how, shape):
    image = noise(*shape)
    image.flags.writeable = False

    square = Fit(64, how)(image[:, ::-1])

    np.testing.assert_array_equal(image, noise(*shape))
    np.testing.assert_array_equal(square, Fit(64, how)(image[:, ::-1].copy()))


def test_equal_ones_share_what_they_prepare():
    assert len({Fit(224, "squash"), Fit(224, "squash"), Fit(299, "squash"), Fit(224, "pad")}) == 3
