"""Pictures are written whole, of a sensible size, and alike every time."""

import numpy as np
import pytest
from PIL import Image
from test_tables import judge, table  # noqa: F401  (fixtures)

from frimcla.plots import confusion, scatter
from frimcla.selection import select


@pytest.mark.parametrize("metric", ["accuracy", "brier"])
def test_scatter_is_the_same_twice(tmp_path, table, judge, metric):  # noqa: F811
    selection = select(table, judge(metric))

    for name in ("one.png", "two.png"):
        scatter(tmp_path / name, selection, images=8)

    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    with Image.open(tmp_path / "one.png") as file:
        picture = np.asarray(file.convert("RGB"))
    assert picture.shape[1] >= 1000
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 50


@pytest.mark.parametrize("classes", [2, 12, 40])
def test_confusion_grows_with_the_number_of_classes(tmp_path, classes):
    names = [f"a class with a long name {number}" for number in range(classes)]

    confusion(tmp_path / "c.png", np.eye(classes, dtype=int) * 7, names, "title")

    with Image.open(tmp_path / "c.png") as picture:
        width, height = picture.size
    assert height >= 90 * classes
    assert width < 6000
