"""Odd, rare, corrupt and hostile files of other programs, and what two readers say of them."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import numpy as np
import pytest

from frimcla.contracts import Array
from frimcla.dataset import scan
from frimcla.errors import ImageError
from frimcla.intake import read_image
from frimcla.policy import Policy

Truth = list[dict[str, str]]


@pytest.fixture
def cases(real_data: Path) -> Path:
    return real_data / "reader_cases"


@pytest.fixture
def truth(cases: Path) -> Truth:
    with (cases / "TRUTH.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def is_deep(case: dict[str, str]) -> bool:
    """Say whether any reader found more than 8 bits."""
    said = case["pillow"] + case["tifffile"] + case["other_reader"]
    return bool(re.search(r"dtype=(>u2|u?int(16|32|64)|float)", said))


def outcome(path: Path) -> Array | str:
    try:
        return read_image(path, Policy())
    except ImageError as error:
        return str(error)


def test_every_file_is_read_or_refused_in_one_sentence(cases: Path, truth: Truth) -> None:
    for case in truth:
        start = time.monotonic()

        found = outcome(cases / case["file"])

        assert time.monotonic() - start < 10, case["file"]
        if isinstance(found, str):
            assert re.fullmatch(r"(is|has) \S[^\n]{10,200}", found), case["file"]
            assert not re.search(r"BytesIO|0x", found), case["file"]  # the same every time
        else:
            width, height = re.search(r"size=\((\d+), (\d+)\)", case["pillow"]).groups()
            assert found.shape == (int(height), int(width), 3), case["file"]
            assert found.dtype == np.uint8, case["file"]
            assert not is_deep(case), case["file"]


def test_8_bit_rgb_and_grey_have_the_values_that_others_read(cases: Path, truth: Truth) -> None:
    compared = 0
    for case in truth:
        stated = re.search(r"mode=(RGB|L) .* frames=1 dtype=uint8 mean=([\d.]+)", case["pillow"])
        if (
            not stated
            or is_deep(case)
            or "tRNS" in case["why"]
            or case["file"].endswith("bigtiff.tif")
        ):
            continue
        compared += 1
        pixels = read_image(cases / case["file"], Policy())
        assert pixels.mean() == pytest.approx(float(stated[2]), abs=0.002), case["file"]
    assert compared == 16


READ = {
    "pillow/g4_orientation_6.tif": (88, 590),
    "pillow/hopper.gif": (128, 128),
    "pillow/iss634.gif": (245, 245),
    "pillow/pil_sample_cmyk.jpg": (100, 100),
    "pillow/p_16.png": (128, 128),
    "pillow/transparent.png": (150, 200),
    "qupath/cells.ome.tif": (131, 93),
    "examples/AS_09047_050428030001_O01f00d2.TIF": (512, 512),
}


@pytest.mark.parametrize("name", READ)
def test_ordinary_files_are_read(cases: Path, name: str) -> None:
    assert read_image(cases / name, Policy()).shape == (*READ[name], 3)


@pytest.mark.parametrize("orientation", [2, 4, 6, 8])
def test_orientation_turns_every_photograph_upright(cases: Path, orientation: int) -> None:
    upright = read_image(cases / "pillow/hopper.jpg", Policy()).astype(float)

    turned = read_image(cases / f"pillow/hopper_orientation_{orientation}.jpg", Policy())

    assert np.abs(turned - upright).mean() < 6  # other JPEG qualities; a wrong turn is over 40


LATER = "; a later version will read it; until then save it as 8-bit RGB"
RARE = "but damaged or of a rare kind; save it again as 8-bit RGB"
REFUSED = {
    "training-resources/xyc_16bit__hela-cells.tif": f"has 16 bits per channel{LATER}",
    "examples/0_1_N_G.png": f"has 16 bits per channel{LATER}",
    "training-resources/xy_float__h2b_bg_corr.tif": f"has 32 bits per channel{LATER}",
    "piximi/8b_2c_actin-nuclei.tif": ("has 2 pages; save the one you mean as an image of its own"),
    "czitools/100x100.czi": (
        "is CZI, which is not read yet; save it as PNG, JPEG, BMP, GIF, WebP or TIFF"
    ),
    "pillow/hopper_bigtiff.tif": (
        "is BigTIFF, which is not read yet; save it as PNG, JPEG, BMP, GIF, WebP or TIFF"
    ),
    "pillow/png_decompression_dos.png": (
        "is damaged or truncated "
        "(Decompressed data too large for PngImagePlugin.MAX_TEXT_CHUNK); replace it"
    ),
    "pillow/hopper_unknown_pixel_mode.tif": f"is TIFF, {RARE}",
    "pillow/unknown_compression_method.png": f"is PNG, {RARE}",
    "test_images/multipage_rgb.tif": f"is TIFF, {RARE}",
}


@pytest.mark.parametrize("name", REFUSED)
def test_others_are_refused_by_name(cases: Path, name: str) -> None:
    with pytest.raises(ImageError) as caught:
        read_image(cases / name, Policy())

    assert str(caught.value) == REFUSED[name]


def test_the_copy_in_the_smears_is_found(real_data: Path) -> None:
    found = scan(real_data / "wbc_smear" / "dataset1")

    ((first, second),) = found.copies
    assert sorted([Path(first).stem, Path(second).stem]) == ["d1_112", "d1_139"]
