"""Pictures are written whole, of a sensible size, and alike every time."""

import attrs
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


def test_long_names_leave_room_for_the_picture(tmp_path, table, judge):  # noqa: F811
    """Names with formulas and letters no font has are drawn, or boxed, without a word."""
    long = {pair: f"{pair[0]} $x_1$ 细胞 {'parameter=value, ' * 9}" for pair in table.pairs}
    pairs = {(long[pair], pair[1] * 20): found for pair, found in table.pairs.items()}
    selection = select(attrs.evolve(table, pairs=pairs, failed={}), judge("accuracy"))

    scatter(tmp_path / "long.png", selection, images=8)

    with Image.open(tmp_path / "long.png") as file:
        picture = np.asarray(file.convert("L"))
    grid = (picture == 217).sum(axis=0).max()  # the faint vertical lines of the axes
    assert grid > picture.shape[0] / 4
    assert picture.shape[1] < 2000


@pytest.mark.parametrize("classes", [2, 12, 40])
def test_confusion_grows_with_the_number_of_classes(tmp_path, classes):
    names = [f"a class with a long name {number}" for number in range(classes)]

    confusion(tmp_path / "c.png", np.eye(classes, dtype=int) * 7, names, "title")

    with Image.open(tmp_path / "c.png") as picture:
        width, height = picture.size
    assert height >= 90 * classes
    assert width < 6000
