from __future__ import annotations

import os
import shutil
import unicodedata
from pathlib import Path

import pytest

from frimcla.dataset import Dataset, complaints, loose_images, scan, shared
from frimcla.errors import DatasetError
from frimcla.folds import fold_of
from frimcla.testing import toy_dataset

IMAGE = b"\x89PNG\r\n\x1a\n"
"""Enough of an image for a list, which looks at no pixels."""


def put(folder: Path, *names: str, content: bytes = b"") -> None:
    """Write files that begin like images, each with a content of its own."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content or IMAGE + name.encode(errors="surrogateescape"))


def names(dataset: Dataset) -> list[str]:
    return sorted(image.name for image in dataset.images)


def folds_of(dataset: Dataset) -> list[tuple[str, int]]:
    """Return the folds as (key, fold): what renaming must not change."""
    labels = [image.label for image in dataset.images]
    keys = [image.key for image in dataset.images]
    return list(zip(keys, fold_of(labels, keys, 3, 0).tolist(), strict=True))


def test_nested_folders_belong_to_their_class(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "a/plate 1/well/2.png", "b/deep/er/3.png")

    found = scan(tmp_path)

    assert {image.name: image.label for image in found.images} == {
        "a/1.png": "a",
        "a/plate 1/well/2.png": "a",
        "b/deep/er/3.png": "b",
    }
    assert found.counts == {"a": 2, "b": 1}


def test_what_is_no_image_is_passed_over_with_its_reason(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/.2.png", "b/Thumbs.db", "b/DESKTOP.INI", ".DS_Store", ".git/3.png")
    put(tmp_path, "a/notes.txt", "readme.md", content=b"some words")
    put(tmp_path, "4.png", "5")

    assert scan(tmp_path).passed_over == (
        (".DS_Store", "hidden"),
        (".git", "hidden"),
        ("4.png", "beside the class folders"),
        ("5", "beside the class folders"),
        ("a/notes.txt", "no image"),
        ("b/.2.png", "hidden"),
        ("b/DESKTOP.INI", "hidden"),
        ("b/Thumbs.db", "hidden"),
        ("readme.md", "no image"),
    )


def test_content_or_name_makes_an_image(tmp_path: Path) -> None:
    put(tmp_path, "a/no_suffix", "a/wrong.txt")
    put(tmp_path, "a/text.png", "a/scan.CZI", content=b"no image, but promised")

    assert names(scan(tmp_path)) == ["a/no_suffix", "a/scan.CZI", "a/text.png", "a/wrong.txt"]


def test_links_are_followed_once(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", "1.png", "2.png")
    put(tmp_path / "set", "a/3.png", "a/deep/4.png")
    (tmp_path / "set" / "b").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "set" / "a" / "5.png").symlink_to(tmp_path / "elsewhere" / "1.png")
    (tmp_path / "set" / "a" / "deep" / "loop").symlink_to(tmp_path / "set")
    (tmp_path / "set" / "a" / "self").symlink_to(tmp_path / "set" / "a" / "self")

    found = scan(tmp_path / "set")

    assert names(found) == ["a/3.png", "a/5.png", "a/deep/4.png", "b/1.png", "b/2.png"]
    assert found.passed_over == (
        ("a/deep/loop", "a folder that was already read"),
        ("a/self", "neither a file nor a folder"),
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with FIFOs")
def test_a_fifo_is_passed_over_unread(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png")
    os.mkfifo(tmp_path / "a" / "2.png")

    assert scan(tmp_path).passed_over == (("a/2.png", "neither a file nor a folder"),)


def test_any_name_is_a_name(tmp_path: Path) -> None:
    put(tmp_path, "a b/ü ñ.png", "a b/two\nlines.png", "-=+@/" + "x" * 240 + ".png")

    found = scan(tmp_path)

    assert names(found) == ["-=+@/" + "x" * 240 + ".png", "a b/two\nlines.png", "a b/ü ñ.png"]
    assert found.classes == ("-=+@", "a b")


def test_the_two_spellings_of_an_accent_are_one_class(tmp_path: Path) -> None:
    for number, form in enumerate(("NFC", "NFD")):
        put(tmp_path, f"{unicodedata.normalize(form, 'café')}/{number}.png")

    assert scan(tmp_path).counts == {unicodedata.normalize("NFC", "café"): 2}


def test_a_name_that_is_no_utf8_can_be_printed(tmp_path: Path) -> None:
    put(tmp_path, "a/" + os.fsdecode(b"\xff.png"))

    found = scan(tmp_path)

    assert names(found) == ["a/\ufffd.png"]
    assert found.images[0].path.read_bytes().startswith(IMAGE)


@pytest.mark.xfail(strict=True, reason="class names are decoded with replacement and merge")
def test_two_classes_that_are_no_utf8_stay_two(tmp_path: Path) -> None:
    for name in (b"caf\xe8", b"caf\xe9"):
        put(tmp_path, f"{os.fsdecode(name)}/1.png")

    assert len(scan(tmp_path).classes) == 2


def test_names_places_and_order_decide_nothing(tmp_path: Path) -> None:
    before = scan(toy_dataset(tmp_path / "before"))
    for number, image in enumerate(reversed(before.images)):
        target = tmp_path / "after" / image.label / f"{number % 4}" / f"{number:04}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(image.path, target)

    after = scan(tmp_path / "after")

    assert [image.key for image in after.images] == [image.key for image in before.images]
    assert after.key == before.key
    assert folds_of(after) == folds_of(before)


def test_another_class_is_another_dataset(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "a/2.png", "b/3.png")
    before = scan(tmp_path)
    (tmp_path / "a" / "1.png").rename(tmp_path / "b" / "1.png")

    assert scan(tmp_path).key != before.key


def test_copies_in_a_class_are_named_and_no_complaint(tmp_path: Path) -> None:
    put(tmp_path, *(f"{label}/{n}.png" for label in "ab" for n in range(3)))
    put(tmp_path, "a/copy.png", content=IMAGE + b"a/1.png")

    found = scan(tmp_path)

    assert found.copies == (("a/1.png", "a/copy.png"),)
    assert (found.counts["a"], found.distinct["a"]) == (4, 3)
    assert complaints(found, 3) == []


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
        ([], "must be sub-folders with images, but it holds no images; sort them in folders"),
        (
            ["1.png", "2.png"],
            "must be sub-folders with images, but 2 images lie beside them; sort them in folders",
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


def test_without_the_unreadable_is_told(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "a/2.png", "b/3.png")
    found = scan(tmp_path)
    bad = {image.key: "is torn" for image in found.images if image.name != "a/1.png"}

    left = found.without(bad)

    assert names(left) == ["a/1.png"]
    assert left.classes == ("a",)
    assert sorted(left.unreadable) == [("a/2.png", "is torn"), ("b/3.png", "is torn")]


def test_images_on_both_sides_are_named(tmp_path: Path) -> None:
    put(tmp_path / "train", "a/1.png", "b/2.png")
    put(tmp_path / "test", "a/3.png", "b/2.png")

    assert shared(scan(tmp_path / "train"), scan(tmp_path / "test")) == [
        ("b/2.png", "is the same image as b/2.png in images; keep it on one side")
    ]


def test_loose_images_are_files_as_named_and_folders_to_the_bottom(tmp_path: Path) -> None:
    put(tmp_path / "new", "b.png", "a/c.png", ".hidden.png")
    put(tmp_path, "new/d.txt", "e.txt", content=b"words")

    found = list(loose_images([tmp_path / "e.txt", tmp_path / "new"]))

    assert [name for _, name in found] == [str(tmp_path / "e.txt"), "b.png", "a/c.png"]
