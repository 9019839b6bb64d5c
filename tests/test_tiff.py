"""What TIFF becomes: every depth, layout and colour space that tifffile or Pillow can write."""

from __future__ import annotations

import io
import logging

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms, ImageOps

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
DEEP = RNG.integers(0, 2**16, (5, 4, 3, 12, 16), np.uint16)
SMOOTH = np.indices((16, 24)).sum(0).astype(np.uint8)[..., None] * np.array([6, 4, 2], np.uint8)


def tiff(pixels: Array, **options: object) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, pixels, **options)
    return file.getvalue()


def saved(image: Image.Image | Array, **options: object) -> bytes:
    file = io.BytesIO()
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(file, "TIFF", **options)
    return file.getvalue()


def read(content: bytes) -> Array:
    """Return planes x height x width x channels, and check the reader on the way."""
    check_reader(READERS.find("a.tif", content[:132]), content, "a.tif")
    return READERS.stack(content, "a.tif", max_megapixels=100).pixels


def header(content: bytes) -> Header:
    return READERS.header(content, "a.tif")


def refusal(content: bytes) -> str:
    with pytest.raises(ImageError) as caught:
        READERS.stack(content, "a.tif", max_megapixels=100)
    return str(caught.value)


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "f2", "f4", "f8"])
def test_numbers_of_every_type_are_read_as_stored(dtype, bigtiff: bool, byteorder: str) -> None:
    stored = (RNG.normal(0, 50, (12, 16)) if dtype[0] != "u" else GREY).astype(dtype)
    content = tiff(stored, photometric="minisblack", bigtiff=bigtiff, byteorder=byteorder)

    pixels = read(content)

    np.testing.assert_array_equal(pixels[0, ..., 0], stored)
    assert pixels.dtype == np.dtype(dtype)
    assert header(content) == Header(
        dtype=np.dtype(dtype).name, bits=8 * int(dtype[1:]), height=12, width=16
    )


@pytest.mark.parametrize(
    "options",
    [
        *({"compression": name} for name in ("lzw", "zlib", "zstd", "packbits", "lzma")),
        {"compression": "zlib", "predictor": True},
        {"tile": (16, 16)},
        {"tile": (16, 16), "compression": "lzw"},
        {"rowsperstrip": 5},
        {"compression": "jpeg2000"},
    ],
    ids=str,
)
def test_any_compression_is_the_same_image(options) -> None:
    stored = DEEP[0, 0].transpose(1, 2, 0)

    np.testing.assert_array_equal(read(tiff(stored, photometric="rgb", **options))[0], stored)


def test_16_bit_colours_are_not_crushed_in_any_layout() -> None:
    stored = DEEP[0, 0].transpose(1, 2, 0)
    planar = tiff(DEEP[0, 0], photometric="rgb", planarconfig="separate")

    np.testing.assert_array_equal(read(tiff(stored, photometric="rgb"))[0], stored)
    np.testing.assert_array_equal(read(planar)[0], stored)
    assert header(planar).colour
    assert header(planar).bits == 16


@pytest.mark.parametrize("mode", ["RGB", "YCbCr"])
def test_jpeg_inside_shows_its_colours(mode: str) -> None:
    content = saved(Image.fromarray(SMOOTH).convert(mode), compression="jpeg", quality=95)

    expected = np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(float)
    np.testing.assert_allclose(read(content)[0], expected, atol=1)
    np.testing.assert_allclose(expected, SMOOTH, atol=12)


def test_12_bits_say_so() -> None:
    packed = imagecodecs.packints_encode(DEEP[0, 0, 0] >> 4, 12, runlen=16)
    content = tiff(GREY, photometric="minisblack", metadata=None)
    content = retagged(content, {258: 12, 279: len(packed), 273: len(content)}) + packed

    assert header(content) == Header(dtype="uint16", bits=12, height=12, width=16)
    np.testing.assert_array_equal(read(content)[0, ..., 0], DEEP[0, 0, 0] >> 4)


def retagged(content: bytes, values: dict[int, int]) -> bytes:
    """Write other values of single-valued tags."""
    file = io.BytesIO(content)
    with tifffile.TiffFile(file, mode="r+") as opened:
        for code, value in values.items():
            opened.pages[0].tags[code].overwrite(value)
        file.seek(0)
        return file.read()


class TestGrey:
    def test_white_may_be_zero(self) -> None:
        np.testing.assert_array_equal(
            read(tiff(GREY, photometric="miniswhite"))[0, ..., 0], 255 - GREY
        )
        np.testing.assert_array_equal(
            read(tiff(DEEP[0, 0, 0], photometric="miniswhite"))[0, ..., 0], 65535 - DEEP[0, 0, 0]
        )

    def test_where_white_cannot_be_told_the_note_says_so(self) -> None:
        content = tiff(GREY.astype("f4"), photometric="miniswhite")

        assert header(content).notes == (
            "took the numbers as stored, although white is written as zero",
        )
        np.testing.assert_array_equal(read(content)[0, ..., 0], GREY)

    @pytest.mark.parametrize("compression", ["raw", "group3", "group4", "tiff_lzw"])
    @pytest.mark.parametrize("photometric", [0, 1])
    def test_black_and_white_are_0_and_255(self, compression: str, photometric: int) -> None:
        image = Image.fromarray(GREY > 127)
        content = saved(image, compression=compression, tiffinfo={262: photometric})

        pixels = read(content)

        np.testing.assert_array_equal(pixels[0, ..., 0], np.asarray(image.convert("L")))
        assert (header(content).dtype, header(content).bits) == ("uint8", 8)

    @pytest.mark.parametrize("bits", [2, 4])
    def test_few_bits_reach_from_black_to_white(self, bits: int) -> None:
        levels = np.arange(16, dtype=np.uint8) % 2**bits
        bit = np.unpackbits(levels[:, None], axis=1)[:, -bits:]
        content = tiff(levels[None], photometric="minisblack", metadata=None)
        packed = np.packbits(bit).tobytes()
        content = retagged(content, {258: bits, 279: len(packed), 273: len(content)}) + packed

        np.testing.assert_array_equal(read(content)[0, 0, :, 0], levels * (255 // (2**bits - 1)))
        assert header(content).bits == 8


class TestColour:
    @pytest.mark.parametrize("mode", ["CMYK", "LAB", "YCbCr"])
    def test_colour_spaces_become_rgb_as_pillow_has_it(self, mode: str) -> None:
        image = Image.fromarray(SMOOTH)
        if mode == "LAB":
            srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
            image = ImageCms.profileToProfile(image, srgb, lab, outputMode="LAB")
        content = saved(image.convert(mode))

        pixels = read(content)

        expected = Image.open(io.BytesIO(content)).convert("RGB")
        np.testing.assert_array_equal(pixels[0], np.asarray(expected))
        np.testing.assert_allclose(pixels[0], SMOOTH.astype(float), atol=12)
        assert header(content).colour

    def test_a_palette_shows_its_colours_and_a_note_says_so(self) -> None:
        image = Image.new("P", (16, 12))
        image.putdata((GREY // 16).ravel().tolist())
        image.putpalette(RGB.tobytes()[:48])
        content = saved(image)

        np.testing.assert_array_equal(read(content)[0], RGB.reshape(-1, 3)[GREY // 16])
        assert header(content).notes == ("took the colours of its palette",)

    def test_a_palette_of_greys_is_grey(self) -> None:
        ramp = np.arange(255, -1, -1, np.uint16) * 257
        content = tiff(GREY, photometric="palette", colormap=np.stack([ramp] * 3))

        np.testing.assert_array_equal(read(content)[0, ..., 0], 255 - GREY)
        assert (header(content).channels, header(content).notes) == (1, ())

    @pytest.mark.parametrize("kind", ["unassalpha", "assocalpha"])
    @pytest.mark.parametrize("dtype", ["u1", "u2"])
    @pytest.mark.parametrize("channels", [1, 3])
    def test_alpha_is_laid_over_white(self, kind: str, dtype: str, channels: int) -> None:
        scale = 1 if dtype == "u1" else 257
        alpha = ALPHA.astype(float)[..., None]
        colour = RGB[..., :channels] * (1 if kind == "unassalpha" else alpha / 255)
        stored = (np.dstack([np.floor(colour), alpha]) * scale).astype(dtype)
        content = tiff(
            stored,
            photometric="rgb" if channels == 3 else "minisblack",
            planarconfig="contig",
            extrasamples=[kind],
        )

        share = alpha / 255 if kind == "unassalpha" else 1
        expected = (np.floor(colour) * share + 255 - alpha) * scale
        np.testing.assert_allclose(read(content)[0], expected, atol=1)
        assert header(content).channels == channels

    def test_what_is_no_alpha_is_a_channel(self) -> None:
        content = tiff(np.dstack([RGB, ALPHA]), photometric="rgb", extrasamples=["unspecified"])

        np.testing.assert_array_equal(read(content)[0], np.dstack([RGB, ALPHA]))
        assert not header(content).colour

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_orientation_is_applied(self, orientation: int) -> None:
        content = tiff(DEEP[0, 0, 0], extratags=[(274, "H", 1, orientation, True)])
        turned = saved(GREY, tiffinfo={274: orientation})

        expected = Image.open(io.BytesIO(turned))
        np.testing.assert_array_equal(
            read(turned)[0, ..., 0], np.asarray(ImageOps.exif_transpose(expected))
        )
        assert read(content).shape[1:3] == ((16, 12) if orientation > 4 else (12, 16))


class TestStacks:
    @pytest.mark.parametrize(
        ("axes", "notes"),
        [
            ("YX", ()),
            ("CYX", ()),
            ("ZYX", ()),
            ("ZCYX", ()),
            ("TYX", ("took 3 time points for planes",)),
            ("TZYX", ("took 4 time points x 3 planes for planes",)),
            ("TZCYX", ("took 5 time points x 4 planes for planes",)),
        ],
    )
    @pytest.mark.parametrize("kind", ["ome", "imagej"])
    def test_axes_become_planes_and_channels(self, axes: str, notes, kind: str) -> None:
        stored = DEEP[(0,) * (5 - len(axes))]
        content = tiff(stored, **{kind: True}, metadata={"axes": axes}, photometric="minisblack")

        pixels = read(content)

        channels = 3 if "C" in axes else 1
        expected = stored if "C" in axes else stored[..., None, :, :]
        expected = expected.reshape(-1, channels, 12, 16).transpose(0, 2, 3, 1)
        np.testing.assert_array_equal(pixels, expected)
        found = header(content)
        assert (found.notes, found.colour, found.bits) == (notes, False, 16)

    def test_pages_become_planes_with_a_note(self) -> None:
        content = tiff(DEEP[0, 0], photometric="minisblack", metadata=None)

        np.testing.assert_array_equal(read(content)[..., 0], DEEP[0, 0])
        assert header(content).notes == ("took 3 pages for planes",)

    def test_channels_keep_their_names(self) -> None:
        names = ("DAPI", "GFP  x", "Cy5")
        ome = {"axes": "CYX", "Channel": {"Name": list(names)}}

        assert header(tiff(DEEP[0, 0], ome=True, metadata=ome)).names == ("DAPI", "GFP x", "Cy5")
        imagej = {"axes": "CYX", "Labels": list(names)}
        assert header(tiff(DEEP[0, 0], imagej=True, metadata=imagej)).names == (
            "DAPI",
            "GFP x",
            "Cy5",
        )

    @pytest.mark.parametrize("names", [["a", "a", "b"], ["a", " ", "b"]])
    def test_names_that_do_not_tell_channels_apart_are_none(self, names: list[str]) -> None:
        metadata = {"axes": "CYX", "Channel": {"Name": names}}

        assert header(tiff(DEEP[0, 0], ome=True, metadata=metadata)).names == ()

    def test_of_a_pyramid_the_largest_is_taken(self) -> None:
        file = io.BytesIO()
        large = RNG.integers(0, 256, (256, 256), np.uint8)
        with tifffile.TiffWriter(file) as writer:
            writer.write(large, subifds=2, tile=(64, 64))
            writer.write(large[::2, ::2], subfiletype=1, tile=(64, 64))
            writer.write(large[::4, ::4], subfiletype=1, tile=(64, 64))

        np.testing.assert_array_equal(read(file.getvalue())[0, ..., 0], large)
        assert header(file.getvalue()).notes == ("took the largest of 3 resolutions",)

    def test_of_several_images_the_first_is_taken_if_none_is_larger(self) -> None:
        def both(first: Array, second: Array, **options) -> bytes:
            file = io.BytesIO()
            with tifffile.TiffWriter(file) as writer:
                writer.write(first, photometric="minisblack", metadata=None)
                writer.write(second, photometric="minisblack", metadata=None, **options)
            return file.getvalue()

        large = both(GREY, GREY[:7, :5])
        assert read(large).shape == (1, 12, 16, 1)
        assert header(large).notes == ("took the first of 2 images; save another as its own file",)
        preview = both(GREY, GREY[:7, :5], subfiletype=1)
        assert header(preview).notes == ("left out a small preview",)
        assert refusal(both(GREY[:7, :5], GREY)) == (
            "holds 2 images of different sizes, and the first is not the largest; "
            "save the one you mean as a file of its own"
        )

    def test_planes_that_are_in_other_files_are_missed(self) -> None:
        content = tiff(DEEP[0, 0], ome=True, metadata={"axes": "ZYX"}, photometric="minisblack")
        short = content.replace(b'SizeZ="3"', b'SizeZ="9"')

        assert refusal(short) == (
            "lacks 6 of its 9 planes, which may be in other files; save it as one file"
        )


class TestRefused:
    @pytest.mark.parametrize("dtype", ["f4", "f8"])
    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    def test_numbers_that_are_none(self, dtype: str, value: float) -> None:
        stored = GREY.astype(dtype)
        stored[3, 4] = value

        assert refusal(tiff(stored)) == (
            "holds numbers that are not finite (nan or infinity); replace them"
        )

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (
                tiff(GREY.astype("c8")),
                "holds complex64 numbers; save their magnitude, or each part",
            ),
            (
                tiff(np.dstack([RGB, GREY]).astype("u2"), photometric="separated"),
                "is CMYK of a rare kind; save it as RGB",
            ),
            (
                tiff(GREY, photometric="cfa"),
                "is TIFF of a rare kind of colour; save it as RGB or grey",
            ),
            (
                tiff(RGB, photometric="rgb", compression="webp"),
                "is compressed by WEBP, which is not read; save it with LZW",
            ),
            (
                tiff(np.dstack([RGB, ALPHA]).astype("f4"), photometric="rgb", extrasamples=[2]),
                "has transparency in rare numbers; save it without",
            ),
        ],
    )
    def test_rare_kinds(self, content: bytes, sentence: str) -> None:
        assert refusal(content) == sentence

    def test_wherever_it_ends(self) -> None:
        content = tiff(RGB, photometric="rgb", compression="zlib")

        for length in range(4, len(content) - 32, len(content) // 40):
            assert " but damaged or truncated " in refusal(content[:length]), length


def test_the_library_is_kept_quiet_and_left_as_it_was(caplog, capfd) -> None:
    logger = logging.getLogger("tifffile")
    before = (list(logger.filters), logger.level, logger.disabled)
    content = tiff(RGB, photometric="rgb", compression="zlib")

    with caplog.at_level(logging.DEBUG):
        refusal(content[:-40])

    assert [record for record in caplog.records if record.name == "tifffile"] == []
    assert capfd.readouterr() == ("", "")
    assert (list(logger.filters), logger.level, logger.disabled) == before
