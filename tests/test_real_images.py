"""Odd, rare, corrupt and hostile files of other programs, and what two readers say of them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from opened import pixels_of

from frimcla.gathering import scan

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
        pixels = pixels_of(cases / case["file"])
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
    assert pixels_of(cases / name).shape == (*READ[name], 3)


@pytest.mark.parametrize("orientation", [2, 4, 6, 8])
def test_orientation_turns_every_photograph_upright(cases: Path, orientation: int) -> None:
    upright = pixels_of(cases / "pillow/hopper.jpg").astype(float)

    turned = pixels_of(cases / f"pillow/hopper_orientation_{orientation}.jpg")

    assert np.abs(turned - upright).mean() < 6  # other JPEG qualities; a wrong turn is over 40


def test_the_copy_in_the_smears_is_found(real_data: Path) -> None:
    found = scan(real_data / "wbc_smear" / "dataset1")

    ((first, second),) = found.copies
    assert sorted([Path(first).stem, Path(second).stem]) == ["d1_112", "d1_139"]
