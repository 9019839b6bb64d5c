from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from frimcla.painting import CLASSES, GREY, contact_sheet, paint, write_images


@pytest.mark.parametrize("phenotype", CLASSES)
def test_an_image_depends_on_its_arguments_only(phenotype: str) -> None:
    first = paint(phenotype, 3)
    paint(phenotype, 4)
    assert first.shape == (128, 128, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, paint(phenotype, 3))


def test_each_argument_changes_the_image() -> None:
    images = [paint("rounded", 0), paint("rounded", 0, 1), paint("rounded", 1), paint("spread", 0)]
    assert len({image.tobytes() for image in images}) == len(images)


def test_an_unknown_phenotype_is_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        paint("cubic", 0)


def test_the_mean_grey_value_says_nothing() -> None:
    greys = [[(paint(name, i) @ GREY).mean()] for name in CLASSES for i in range(60)]
    labels = np.repeat(CLASSES, 60)
    model = make_pipeline(StandardScaler(), LogisticRegression())
    assert cross_val_score(model, greys, labels, cv=5).mean() <= 0.5


def test_hardly_a_pixel_is_clipped() -> None:
    images = np.array([paint(name, i) for name in CLASSES for i in range(5)])
    assert ((images == 0) | (images == 255)).mean() < 0.01


def test_writes_a_folder_per_class(tmp_path: Path) -> None:
    write_images(tmp_path / "cells", count=2, start=1000)
    files = sorted(tmp_path.rglob("*.*"))
    assert [file.relative_to(tmp_path).as_posix() for file in files] == [
        f"cells/{name}/{name}_{index}.png" for name in CLASSES for index in (1000, 1001)
    ]
    with Image.open(files[0]) as image:
        np.testing.assert_array_equal(np.asarray(image), paint("rounded", 1000))


def test_numbers_in_file_names_sort(tmp_path: Path) -> None:
    write_images(tmp_path, count=1)
    assert {file.stem for file in tmp_path.rglob("*.png")} == {f"{name}_000" for name in CLASSES}


def test_the_contact_sheet_has_a_row_per_class() -> None:
    sheet = contact_sheet()
    assert sheet.shape == (396, 1056, 3)
    np.testing.assert_array_equal(sheet[134:262, 2:130], paint(CLASSES[1], 0))
