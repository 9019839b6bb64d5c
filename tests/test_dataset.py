"""How a folder of images is read. What keeps it from being studied: test_complaints.py."""

from __future__ import annotations

import os
import shutil
import unicodedata
from pathlib import Path

import pytest
from made_up import IMAGE, put

from frimcla.complaints import complaints
from frimcla.dataset import Dataset
from frimcla.folds import fold_of
from frimcla.gathering import scan
from frimcla.reading import Readers
from frimcla.testing import toy_dataset
from frimcla.walking import loose_images


def names(dataset: Dataset) -> list[str]:
    return sorted(image.name for image in dataset.images)


def folds_of(dataset: Dataset) -> list[tuple[str, int]]:
    """Return the folds as (key, fold): what renaming must not change."""
    labels = [image.label for image in dataset.images]
    keys = [image.key for image in dataset.images]
    return list(zip(keys, fold_of(labels, dataset.blocks, keys, 3, 0).tolist(), strict=True))


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


def test_a_link_to_a_class_does_not_take_its_images(tmp_path: Path) -> None:
    put(tmp_path, "z/1.png", "z/deep/2.png")
    (tmp_path / "a").symlink_to(tmp_path / "z")
    (tmp_path / "b").symlink_to(tmp_path / "z" / "deep")

    found = scan(tmp_path)

    assert found.counts == {"z": 2}
    assert found.passed_over == (
        ("a", "a folder that was already read"),
        ("b", "a folder that was already read"),
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

    assert names(found) == [r"a/\xff.png"]
    assert found.images[0].files[0].read_bytes().startswith(IMAGE)


def test_two_classes_that_are_no_utf8_stay_two(tmp_path: Path) -> None:
    for name in (b"\xe8", b"\xe9"):
        put(tmp_path, f"{os.fsdecode(name)}/1.png")

    assert scan(tmp_path).counts == {r"\xe8": 1, r"\xe9": 1}


def test_names_places_and_order_decide_nothing(tmp_path: Path) -> None:
    before = scan(toy_dataset(tmp_path / "before"))
    for number, image in enumerate(reversed(before.images)):
        target = tmp_path / "after" / image.label / f"{number % 4}" / f"{number:04}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(image.files[0], target)

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


def test_without_the_unreadable_is_told(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "a/2.png", "b/3.png")
    found = scan(tmp_path)
    bad = {image.key: "is torn" for image in found.images if image.name != "a/1.png"}

    left = found.without(bad)

    assert names(left) == ["a/1.png"]
    assert left.classes == ("a",)
    assert sorted(left.unreadable) == [("a/2.png", "is torn"), ("b/3.png", "is torn")]


def test_loose_images_are_files_as_named_and_folders_to_the_bottom(tmp_path: Path) -> None:
    put(tmp_path / "new", "b.png", "a/c.png", ".hidden.png")
    put(tmp_path, "new/d.txt", "e.txt", content=b"words")

    found = list(loose_images([tmp_path / "e.txt", tmp_path / "new"], Readers.built_in()))

    assert [name for _, name in found] == [str(tmp_path / "e.txt"), "b.png", "a/c.png"]
