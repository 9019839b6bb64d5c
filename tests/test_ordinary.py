"""What ordinary files become. TIFF: test_tiff.py. What is hostile: test_hostile_images.py."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from frimcla import Registry
from frimcla.contracts import Array, Header
from frimcla.errors import ImageError
from frimcla.readers import plugin
from frimcla.reading import Readers
from frimcla.testing import check_reader

READERS = Readers.of(Registry.of(builtin=plugin))
RNG = np.random.default_rng(0)
RGB = RNG.integers(0, 256, (12, 16, 3), np.uint8)
GREY = RGB[..., 0]
ALPHA = RGB[::-1, :, 1]
SMOOTH = np.indices((16, 24)).sum(0).astype(np.uint8)[..., None] * np.array([6, 4, 2], np.uint8)
"""No noise: JPEG keeps it within a few grey values."""

ORIENTED: dict[int, Callable[[Array], Array]] = {
    1: lambda stored: stored,
    2: np.fliplr,
    3: lambda stored: np.rot90(stored, 2),
    4: np.flipud,
    5: lambda stored: stored.transpose(1, 0, 2),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: np.rot90(stored, 2).transpose(1, 0, 2),
    8: np.rot90,
}
"""EXIF orientation: from stored rows and columns to what a person sees."""


def read(content: bytes, name: str = "cell") -> Array:
    """Return what is seen, grey as three equal channels, and check the reader on the way."""
    check_reader(READERS.find(name, content[:132]), content, name)
    (pixels,) = READERS.stack(content, name, max_megapixels=100).pixels
    return pixels.repeat(3, axis=2) if pixels.shape[2] == 1 else pixels


def header(content: bytes) -> Header:
    return READERS.header(content, "cell")


def saved(image: Image.Image | Array, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(file, kind, **options)
    return file.getvalue()


def png(size: tuple[int, int], depth: int, colour: int, rows: bytes, *chunks: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">2I5B", *size, depth, colour, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + data + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def grey3(grey: Array) -> Array:
    return np.repeat(np.asarray(grey, np.uint8)[..., None], 3, axis=2)


def over_white(colour: Array, alpha: Array) -> Array:
    share = alpha[..., None] / 255
    return colour * share + 255 * (1 - share)


@pytest.mark.parametrize(
    ("image", "kind", "channels"),
    [
        (GREY, "PNG", 1),
        (RGB, "PNG", 3),
        (np.dstack([GREY, ALPHA]), "PNG", 1),
        (np.dstack([RGB, ALPHA]), "PNG", 3),
        (GREY > 127, "PNG", 1),
        (GREY > 127, "BMP", 1),
        (GREY, "BMP", 1),
        (GREY, "JPEG", 1),
        (Image.fromarray(RGB).convert("P"), "PNG", 3),
        (Image.fromarray(RGB).convert("P"), "GIF", 3),
        (RGB, "WEBP", 3),
    ],
)
def test_grey_is_one_channel_and_all_else_is_colour(image, kind: str, channels: int) -> None:
    content = saved(image, kind)

    assert header(content) == Header(
        dtype="uint8", bits=8, height=12, width=16, channels=channels, colour=channels == 3
    )
    pixels = READERS.stack(content, "cell", max_megapixels=1).pixels
    assert (pixels.dtype, pixels.shape) == (np.uint8, (1, 12, 16, channels))
    assert not pixels.flags.writeable


DEEP = RNG.integers(0, 2**16, (12, 16, 4), np.uint16)


def deep_png(pixels: Array, *chunks: bytes) -> bytes:
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[pixels.shape[2]]
    return png((pixels.shape[1], pixels.shape[0]), 16, colour, rows, *chunks)


@pytest.mark.parametrize("channels", [1, 3])
def test_16_bit_png_is_not_crushed(channels: int) -> None:
    content = deep_png(DEEP[..., :channels])

    np.testing.assert_array_equal(
        READERS.stack(content, "a", max_megapixels=1).pixels[0], DEEP[..., :channels]
    )
    assert header(content) == Header(
        dtype="uint16", bits=16, height=12, width=16, channels=channels, colour=channels == 3
    )


@pytest.mark.parametrize("channels", [2, 4])
def test_16_bit_alpha_is_laid_over_white(channels: int) -> None:
    stored = DEEP[..., :channels]

    (pixels,) = READERS.stack(deep_png(stored), "a", max_megapixels=1).pixels

    share = stored[..., -1:] / 65535
    np.testing.assert_allclose(pixels, stored[..., :-1] * share + 65535 * (1 - share), atol=0.51)


def test_what_a_16_bit_png_calls_transparent_becomes_white() -> None:
    content = deep_png(np.array([[[5], [6]]]), chunk(b"tRNS", b"\0\x05"))

    assert read(content)[..., 0].tolist() == [[65535, 6]]


def test_16_bit_png_is_turned_upright_and_its_texts_are_left_alone(capfd) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    strange = chunk(b"iCCP", b"x\0\0junk"), chunk(b"zTXt", b"a\0\0junk")
    content = deep_png(DEEP[..., :3], chunk(b"eXIf", exif.tobytes()[6:]), *strange)

    np.testing.assert_array_equal(read(content), np.rot90(DEEP[..., :3], -1))
    assert header(content).shape == (1, 16, 12, 3)
    assert capfd.readouterr() == ("", "")


def test_exif_after_the_pixels_counts_too() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = saved(RGB, "PNG")
    late = content[:-12] + chunk(b"eXIf", exif.tobytes()[6:]) + content[-12:]

    np.testing.assert_array_equal(read(late), np.rot90(RGB, -1))
    assert header(late).shape == (1, 16, 12, 3)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF"])
def test_the_header_needs_no_pixels(kind: str) -> None:
    image = Image.fromarray(RNG.integers(0, 256, (300, 200, 3), np.uint8))
    content = saved(image, kind)

    short = content[: len(content) // 2]

    assert header(short) == header(content)
    with pytest.raises(ImageError, match=rf"^is {kind}, but damaged or truncated \("):
        READERS.stack(short, "a", max_megapixels=1)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "MPO"])
def test_of_several_frames_the_first_is_taken_and_told(kind: str) -> None:
    frames = [Image.fromarray(SMOOTH), Image.fromarray(255 - SMOOTH), Image.fromarray(SMOOTH // 2)]

    content = saved(frames[0], kind, save_all=True, append_images=frames[1:])

    assert header(content).notes == ("took the first of 3 frames",)
    assert np.abs(read(content).astype(float) - SMOOTH).mean() < 12  # JPEG, palettes
    assert header(saved(frames[0], "JPEG" if kind == "MPO" else kind)).notes == ()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_colours_are_kept_bit_for_bit(kind: str) -> None:
    np.testing.assert_array_equal(read(saved(RGB, kind)), RGB)


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_grey_png_of_any_depth_spans_black_to_white(depth: int) -> None:
    levels = np.arange(16) % 2**depth
    packed = np.packbits(np.unpackbits(levels.astype(np.uint8)[:, None], axis=1)[:, -depth:])

    pixels = read(png((16, 1), depth, 0, b"\0" + packed.tobytes()))

    np.testing.assert_array_equal(pixels, grey3(levels[None] * 255 // (2**depth - 1)))


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_palette_png_of_any_depth_shows_its_colours(depth: int) -> None:
    indices = np.arange(16) % 2**depth
    packed = np.packbits(np.unpackbits(indices.astype(np.uint8)[:, None], axis=1)[:, -depth:])
    colours = RGB[0, : 2 ** min(depth, 4)]

    pixels = read(
        png((16, 1), depth, 3, b"\0" + packed.tobytes(), chunk(b"PLTE", colours.tobytes()))
    )

    np.testing.assert_array_equal(pixels, colours[indices][None])


@pytest.mark.parametrize("stored", [RGB, GREY], ids=["colour", "grey"])
def test_alpha_is_laid_over_white(stored: Array) -> None:
    pixels = read(saved(np.dstack([stored, ALPHA]), "PNG"))

    colour = stored if stored.ndim == 3 else grey3(stored)
    np.testing.assert_allclose(pixels, over_white(colour, ALPHA), atol=1)


def test_what_a_png_calls_transparent_becomes_white() -> None:
    palette = chunk(b"PLTE", bytes([10, 20, 30, 40, 50, 60]))

    colours = read(png((2, 1), 8, 3, b"\0\0\1", palette, chunk(b"tRNS", b"\0\xff")))
    greys = read(png((2, 1), 8, 0, b"\0\x05\x06", chunk(b"tRNS", b"\0\x05")))

    assert colours.tolist() == [[[255, 255, 255], [40, 50, 60]]]
    assert greys.tolist() == [[[255, 255, 255], [6, 6, 6]]]


def test_interlaced_png_is_the_same_image() -> None:
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2)]
    passes += [(0, 1, 2, 2), (1, 0, 2, 1)]  # Adam7: first row and column, steps
    parts = [RGB[top::down, left::right] for top, left, down, right in passes]
    rows = b"".join(b"\0" + row.tobytes() for part in parts for row in part)
    straight = png((16, 12), 8, 2, rows)
    header = struct.pack(">2I5B", 16, 12, 8, 2, 0, 0, 1)

    pixels = read(straight[:8] + chunk(b"IHDR", header) + straight[33:])

    np.testing.assert_array_equal(pixels, RGB)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", ORIENTED)
def test_exif_orientation_is_applied(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    lossless = {"lossless": True} if kind == "WEBP" else {}

    pixels = read(saved(SMOOTH, kind, exif=exif, **lossless))

    stored = read(saved(SMOOTH, kind, **lossless))
    np.testing.assert_array_equal(pixels, ORIENTED[orientation](stored))


def test_orientation_is_applied_where_there_is_transparency_too() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    pixels = read(saved(np.dstack([RGB, ALPHA]), "PNG", exif=exif))

    np.testing.assert_allclose(pixels, np.rot90(over_white(RGB, ALPHA), -1), atol=1)


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "YCbCr"])
def test_jpeg_of_any_colour_space_shows_its_colours(mode: str) -> None:
    pixels = read(saved(Image.fromarray(SMOOTH).convert(mode), "JPEG", quality=95, subsampling=0))

    np.testing.assert_allclose(pixels, SMOOTH.astype(float), atol=12)


def test_grey_jpeg_has_three_equal_channels() -> None:
    pixels = read(saved(SMOOTH[..., 0], "JPEG", quality=95))

    np.testing.assert_array_equal(pixels, grey3(pixels[..., 0]))
    np.testing.assert_allclose(pixels[..., 0], SMOOTH[..., 0].astype(float), atol=3)


def test_of_an_animated_gif_the_first_frame_is_taken() -> None:
    first, second = (Image.new("RGB", (5, 4), colour) for colour in ("red", "blue"))

    pixels = read(saved(first, "GIF", save_all=True, append_images=[second]))

    np.testing.assert_array_equal(pixels, np.full((4, 5, 3), (255, 0, 0)))


def test_of_a_camera_with_previews_the_first_frame_is_taken() -> None:
    preview = Image.fromarray(255 - SMOOTH)
    content = saved(SMOOTH, "MPO", save_all=True, append_images=[preview], quality=95)
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.n_frames) == ("MPO", 2)

    np.testing.assert_array_equal(read(content), read(saved(SMOOTH, "JPEG", quality=95)))


def test_webp_with_alpha_is_laid_over_white() -> None:
    pixels = read(saved(np.dstack([RGB, ALPHA]), "WEBP", lossless=True, exact=True))

    np.testing.assert_allclose(pixels, over_white(RGB, ALPHA), atol=1)


@pytest.mark.parametrize(
    ("marker", "damage"),
    [
        pytest.param(b"\xff\xe1", b"Exif\0\0MM\0*" + b"\xff" * 28, id="exif"),
        pytest.param(b"\xff\xe1", b"Exif\0\0", id="empty exif"),
        pytest.param(b"\xff\xe2", b"ICC_PROFILE\0\1\1" + b"\xff" * 24, id="profile"),
        pytest.param(b"\xff\xe2", b"ICC_PROFILE\0\2\x09" + b"\xff" * 24, id="piece of profile"),
        pytest.param(b"\xff\xe2", b"MPF\0" + b"\xff" * 34, id="preview"),
    ],
)
def test_damaged_metadata_of_a_jpeg_do_not_stop_it(marker: bytes, damage: bytes) -> None:
    content = saved(SMOOTH, "JPEG")
    block = marker + struct.pack(">H", len(damage) + 2) + damage

    pixels = read(content[:2] + block + content[2:])

    np.testing.assert_array_equal(pixels, read(content))


@pytest.mark.parametrize(("kind", "data"), [(b"iCCP", b"x\0\0junk"), (b"eXIf", b"II*\0junk")])
def test_damaged_metadata_of_a_png_do_not_stop_it(kind: bytes, data: bytes) -> None:
    pixels = read(png((2, 1), 8, 0, b"\0\x05\x06", chunk(kind, data)))

    assert pixels.tolist() == [[[5, 5, 5], [6, 6, 6]]]
