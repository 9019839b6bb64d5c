"""What keeps a folder of images from being studied. How it is read: test_dataset.py."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_up import IMAGE, put

from frimcla.complaints import complaints, shared
from frimcla.errors import DatasetError
from frimcla.gathering import scan
from frimcla.reading import Readers
from frimcla.walking import loose_images


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    put(tmp_path, *(f"a/{n}.png" for n in range(4)), "b/1.png")
    put(tmp_path, "c/1.png", "c/2.png", "c/3.png")
    put(tmp_path, "b/same.png", content=IMAGE + b"a/0.png")
    found = scan(tmp_path)

    problems = complaints(found, None)

    assert problems == [
        ("a/0.png", "is the same image as b/same.png in another class; remove one"),
        (
            "b",
            "has 2 different images, fewer than the 3 folds; add images: at least 3 per class",
        ),
    ]
    assert str(DatasetError("cells", problems)).startswith("cells has 2 problems\n  a/0.png  is")


def test_a_class_smaller_than_the_folds_says_how_many_are_possible(tmp_path: Path) -> None:
    put(tmp_path, *(f"{label}/{n}.png" for label in "ab" for n in range(4)))

    assert complaints(scan(tmp_path), 5) == [
        (label, "has 4 different images, fewer than the 5 folds; set folds = 4 or add images")
        for label in "ab"
    ]
    assert complaints(scan(tmp_path), 4) == []


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (
            [],
            (
                "must be sub-folders with images, but there are no images; "
                "name the folder that holds one folder per class"
            ),
        ),
        (
            ["1.png", "2.png"],
            (
                "must be sub-folders with images, but 2 images lie beside them; "
                "sort them into one folder per class, or say where their names tell it: "
                'classes = "{class}_*"'
            ),
        ),
        (
            ["a/1.png", "a/2.png", "a/3.png"],
            'must be two or more (got only "a"); add a folder of other images',
        ),
    ],
)
def test_fewer_than_two_classes_are_none(tmp_path: Path, files: list[str], sentence: str) -> None:
    put(tmp_path, *files)

    assert complaints(scan(tmp_path), None) == [("classes", sentence)]


def test_images_on_both_sides_are_named(tmp_path: Path) -> None:
    put(tmp_path / "train", "a/1.png", "b/2.png")
    put(tmp_path / "test", "a/3.png", "b/2.png")

    assert shared(scan(tmp_path / "train"), scan(tmp_path / "test")) == [
        ("b/2.png", "is the same image as b/2.png in images; keep it on one side")
    ]


@pytest.fixture
def guarded() -> Iterator[Path]:
    """A folder with classes a and b, seen by a user who is not above permissions."""
    if not hasattr(os, "geteuid"):
        pytest.skip("needs a system with permissions")
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        put(folder, "a/1.png", "b/2.png")
        user = os.geteuid()
        if user == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, 65534, -1)
            os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(user)
            for path in (folder, folder / "b"):
                path.chmod(0o700)


def loose(folder: Path) -> list[tuple[Path, str]]:
    return list(loose_images([folder], Readers.built_in()))


CLOSED = "cannot be opened (Permission denied); allow it, or move it elsewhere"


@pytest.mark.parametrize(
    "mode",
    [
        0o000,
        0o100,
        0o400,
    ],
    ids=["closed", "not listed", "listed only"],
)
def test_a_class_that_cannot_be_read_is_not_left_out(guarded: Path, mode: int) -> None:
    (guarded / "b").chmod(mode)

    for read in (scan, loose):
        with pytest.raises(DatasetError) as caught:
            read(guarded)
        assert str(caught.value) == f"{guarded} has 1 problem\n  b  {CLOSED}"


def test_a_dataset_that_cannot_be_read_is_told(guarded: Path) -> None:
    guarded.chmod(0)

    with pytest.raises(DatasetError) as caught:
        scan(guarded)

    assert str(caught.value) == f"{guarded} has 1 problem\n  .  {CLOSED}"


@pytest.mark.parametrize("read", [scan, loose], ids=["scan", "loose"])
def test_a_dataset_in_a_closed_folder_is_told(
    guarded: Path, read: Callable[[Path], object]
) -> None:
    guarded.chmod(0)

    with pytest.raises(DatasetError) as caught:
        read(guarded / "b")

    assert str(caught.value) == f"{guarded / 'b'} has 1 problem\n  .  {CLOSED}"


def test_a_link_into_a_closed_folder_is_named_itself(guarded: Path) -> None:
    (guarded / "b" / "inner").mkdir()
    (guarded / "a link").symlink_to(guarded / "b" / "inner")
    (guarded / "b").chmod(0)

    with pytest.raises(DatasetError) as caught:
        scan(guarded)

    assert str(caught.value) == f"{guarded} has 1 problem\n  a link  {CLOSED}"
