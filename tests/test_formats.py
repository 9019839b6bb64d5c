"""Formats: told by content, refused by name; and TIFF, which is many formats."""

from __future__ import annotations

import io

import numpy as np
import pytest
import tifffile
from opened import pixels_in
from PIL import Image

from frimcla.contracts import Array
from frimcla.errors import ImageError
from frimcla.readers.formats import (
    FOREIGN,
    HEAD,
    SUFFIXES,
    foreign_format,
    format_of,
    is_image,
)

RGB = np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)
GREY = RGB[..., 0]
ALPHA = RGB[::-1, :, 1]
INSTEAD = (
    "which no installed plugin reads; save it as TIFF or PNG, or install a plugin that reads it"
)

STARTS = {
    "PNG": b"\x89PNG\r\n\x1a\n",
    "JPEG": b"\xff\xd8\xff\xe0",
    "BMP": b"BM\x46\x00\x00\x00\x00\x00\x00\x00",
    "GIF": b"GIF87a",
    "TIFF": b"MM\x00*",
    "WEBP": b"RIFF\x10\x00\x00\x00WEBP",
}


@pytest.mark.parametrize("name", STARTS)
def test_a_format_is_told_by_its_first_bytes(name: str) -> None:
    assert format_of(STARTS[name] + bytes(20)) == name


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"BM",
        b"BMI of 200 patients, in kg/m2",
        b"RIFF\x10\x00\x00\x00WAVE",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"<svg xmlns=",
        b"%PDF-1.7",
        b"GIF88a",
        b" \x89PNG\r\n\x1a\n",
    ],
)
def test_everything_else_is_no_format(head: bytes) -> None:
    assert format_of(head) == ""


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (bytes(128) + b"DICM", "DICOM"),
        (b"II*\x00" + bytes(124) + b"DICM", "DICOM"),
        (b"\x89PNG\r\n\x1a\n" + bytes(120) + b"DICM", "DICOM"),
    ],
)
def test_foreign_content_is_an_image_whatever_its_name(head: bytes, kind: str) -> None:
    assert len(head) <= HEAD
    assert format_of(head) == ""
    assert is_image("no suffix", head)
    assert foreign_format("no suffix", head) == foreign_format("a.png", head) == kind
    assert foreign_format("a.czi", head) == kind


@pytest.mark.parametrize("suffix", sorted(SUFFIXES | FOREIGN.keys()))
def test_a_name_promises_an_image_in_any_case(suffix: str) -> None:
    assert is_image(f"a.b{suffix}", b"words")
    assert is_image(f"a.b{suffix.upper()}", b"")


@pytest.mark.parametrize("name", STARTS)
def test_content_makes_an_image_without_a_name(name: str) -> None:
    assert is_image("a.txt", STARTS[name])


@pytest.mark.parametrize("name", ["", ".png", "png", "a.txt", "a.png.txt", "a.csv", "a png"])
def test_other_names_promise_nothing(name: str) -> None:
    assert not is_image(name, b"words")


def test_a_format_that_is_not_read_has_a_name() -> None:
    assert foreign_format("slide/scan.CZI", b"") == "CZI"
    assert foreign_format("cell.png", b"") == ""


def refusal(content: bytes, name: str = "cell") -> str:
    with pytest.raises(ImageError) as caught:
        pixels_in(content, name)
    return str(caught.value)


def saved(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "TIFF", **options)
    return file.getvalue()


def tiff(pixels: Array, **options: object) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, pixels, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.heic", b"\0\0\0\x18ftypheic", f"is HEIC, {INSTEAD}"),
        ("a.CZI", b"ZISRAWFILE", f"is CZI, {INSTEAD}"),
        ("a.dcm", b"\0", f"is DICOM, {INSTEAD}"),
        ("IM000001", bytes(128) + b"DICM", f"is DICOM, {INSTEAD}"),
        ("a.svg", b"<svg/>", f"is SVG, {INSTEAD}"),
        ("a.fits", b"SIMPLE  =", f"is FITS, {INSTEAD}"),
        ("a.heif", b"\0\0\0\x18ftypmif1", f"is HEIF, {INSTEAD}"),
        ("a.j2k", b"\xff\x4f\xff\x51", f"is JPEG 2000, {INSTEAD}"),
        ("a.jxl", b"\xff\x0a", f"is JPEG XL, {INSTEAD}"),
        ("a.pbm", b"P4 8 1\n\0", f"is PBM, {INSTEAD}"),
        ("a.pgm", b"P5 1 1 255\n\0", f"is PGM, {INSTEAD}"),
        ("a.ppm", b"P6 1 1 255\n\0\0\0", f"is PPM, {INSTEAD}"),
        ("a.png", b"hello", "is no image: it holds text; remove or replace it"),
        ("b.png", b"", "is empty; replace it"),
        ("c.png", b"%!PS-Adobe-3.0 EPSF\n", "is no image: it holds text; remove or replace it"),
        ("d.png", b"<svg/>", "is no image: it holds text; remove or replace it"),
        ("e.png", b"%PDF-1.7\xff", "is no image: it holds something else; remove or replace it"),
    ],
)
def test_what_is_no_ordinary_image_is_refused_by_name(
    name: str, content: bytes, sentence: str
) -> None:
    assert refusal(content, name) == sentence


def test_dicom_is_refused_whatever_its_preamble() -> None:
    content = tiff(RGB[..., 0], photometric="minisblack", metadata=None, software="x" * 200)

    assert pixels_in(content).shape == RGB.shape
    assert refusal(content[:128] + b"DICM" + content[132:]) == f"is DICOM, {INSTEAD}"


@pytest.mark.parametrize("head", [b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0"])
def test_big_tiff_is_tiff(head: bytes) -> None:
    assert format_of(head) == "TIFF"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(saved(Image.fromarray(RGB), compression="tiff_lzw"), id="lzw"),
        pytest.param(saved(Image.fromarray(RGB), compression="tiff_adobe_deflate"), id="deflate"),
        pytest.param(tiff(RGB, photometric="rgb", byteorder=">"), id="big-endian"),
        pytest.param(
            tiff(RGB.transpose(2, 0, 1).copy(), photometric="rgb", planarconfig="separate"),
            id="planar",
        ),
        pytest.param(saved(Image.fromarray(RGB).convert("CMYK")), id="cmyk"),
    ],
)
def test_rgb_tiff_of_any_layout_is_the_same_image(content: bytes) -> None:
    np.testing.assert_array_equal(pixels_in(content), RGB)


def test_grey_tiff_is_read_whichever_way_white_is_written() -> None:
    np.testing.assert_array_equal(
        pixels_in(tiff(GREY, photometric="minisblack")), GREY[..., None].repeat(3, 2)
    )
    np.testing.assert_array_equal(
        pixels_in(tiff(GREY, photometric="miniswhite")), 255 - GREY[..., None].repeat(3, 2)
    )


def test_palette_tiff_shows_its_colours() -> None:
    image = Image.fromarray(GREY // 16, "P")
    image.putpalette(RGB.tobytes()[:48])

    pixels = pixels_in(saved(image))

    np.testing.assert_array_equal(pixels, np.array(RGB.reshape(-1, 3))[GREY // 16])


def test_tiff_with_alpha_is_laid_over_white() -> None:
    content = tiff(np.dstack([RGB, ALPHA]), photometric="rgb", extrasamples=["unassalpha"])

    share = ALPHA[..., None] / 255
    np.testing.assert_allclose(pixels_in(content), RGB * share + 255 * (1 - share), atol=1)
