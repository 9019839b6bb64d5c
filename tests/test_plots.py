"""Pictures are written whole, of a sensible size, and alike every time."""

from functools import cache

import numpy as np
import pytest
from PIL import Image
from verdicts import SIX, TWELVE, grid, outcome

from frimcla.drawing import short, short_pair
from frimcla.plots import confusion, scatter
from frimcla.verdict_plots import differences, honest, probabilities

LONG = tuple(f"{name} $x_1$ 细胞 ñ | {'parameter=value, ' * 9}" for name in TWELVE)
REPORTS = {
    "2": lambda: outcome(grid(TWELVE[:2], SIX[:1])),
    "72 with long names": lambda: outcome(grid(LONG, SIX)),
    "all alike": lambda: outcome(
        {("X", name): np.full((1, 10), 1.0) for name in "AB"}, expected=(1.0, None, None)
    ),
}
DRAW = {
    "scatter": lambda path, made: scatter(path, made.verdict, 600),
    "differences": differences,
    "probabilities": probabilities,
    "honest": honest,
}


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("kind", DRAW)
def test_pictures_are_whole_and_of_a_sensible_size(tmp_path, kind, name):
    """Nothing is drawn on the border, where it would be cut off."""
    DRAW[kind](tmp_path / "one.png", made(name))

    picture = pixels(tmp_path / "one.png")
    height, width, _ = picture.shape
    assert 200 < height < 2500
    assert 600 < width < 2500
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20
    border = (picture[0], picture[-1], picture[:, 0], picture[:, -1])
    assert all((edge == 255).all() for edge in border)


@pytest.mark.parametrize("metric", ["accuracy", "brier"])
@pytest.mark.parametrize("kind", DRAW)
def test_pictures_are_the_same_twice(tmp_path, kind, metric):
    alike = outcome(grid(), tested=(0.96, 0.9, 0.98), metric=metric)

    for name in ("one.png", "two.png"):
        DRAW[kind](tmp_path / name, alike)

    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_one_pair_is_drawn(tmp_path):
    alone = outcome(grid(TWELVE[:1], SIX[:1]))

    for kind in ("scatter", "honest"):
        DRAW[kind](tmp_path / "one.png", alone)
        assert pixels(tmp_path / "one.png").shape[1] > 600


def test_long_names_leave_room_for_the_picture(tmp_path):
    DRAW["scatter"](tmp_path / "long.png", made("72 with long names"))

    grey = pixels(tmp_path / "long.png")[:, :, 0]
    lines = ((grey == 217).sum(axis=0) > grey.shape[0] / 2).nonzero()[0]  # of the grid
    assert lines[-1] - lines[0] > grey.shape[1] / 4


def test_both_parts_of_a_pair_are_named():
    told = short_pair(("E" * 99, "$C" * 99))

    assert told.startswith("EEE")
    assert "… + \\$C" in told
    assert short("x" * 36) == "x" * 36


@pytest.mark.parametrize("classes", [2, 12, 40])
def test_confusion_grows_with_the_number_of_classes(tmp_path, classes):
    names = [f"a class with a long name {number}" for number in range(classes)]

    confusion(tmp_path / "c.png", np.eye(classes, dtype=int) * 7, names, "title")

    height, width, _ = pixels(tmp_path / "c.png").shape
    assert height >= 90 * classes
    assert width < 6000


@pytest.mark.parametrize("classes", [2, 3, 5, 12, 40])
@pytest.mark.parametrize("name", ["no_pollen", "a", "a class with a long name"])
def test_nothing_of_a_confusion_matrix_is_cut_off(tmp_path, classes, name):
    names = [f"{name}{number}" for number in range(classes)]

    confusion(tmp_path / "c.png", np.eye(classes, dtype=int) * 7, names, "title")

    picture = pixels(tmp_path / "c.png")
    border = (picture[0], picture[-1], picture[:, 0], picture[:, -1])
    assert all((edge == 255).all() for edge in border)


@cache
def made(name):
    return REPORTS[name]()


def pixels(path):
    with Image.open(path) as file:
        return np.asarray(file.convert("RGB"))
