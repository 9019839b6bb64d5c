"""From names and manifests to classes, groups and channels. Folders: test_dataset.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_up import put
from PIL import Image

from frimcla.complaints import ASIDE, complaints, shared
from frimcla.dataset import Dataset
from frimcla.gathering import scan
from frimcla.intake import key_of
from frimcla.naming import Naming


def listed(folder: Path, text: str) -> Path:
    """Write a manifest; return it."""
    path = folder / "list.csv"
    path.write_text(text)
    return path


def labels(data: Dataset) -> dict[str, str]:
    return {image.name: image.label for image in data.images}


def groups(data: Dataset) -> dict[str, str]:
    return {image.name: image.group for image in data.images}


class TestClasses:
    def test_stand_in_the_names(self, tmp_path: Path) -> None:
        put(tmp_path, "sick_7_1.png", "day 1/well_8_1.png", "well_8.png", "notes.txt")
        (tmp_path / "notes.txt").write_text("words")

        found = scan(tmp_path, naming=Naming(classes="{class}_{patient}_*.png"))

        assert labels(found) == {"sick_7_1.png": "sick", "day 1/well_8_1.png": "well"}
        assert found.images[0].columns in {(("patient", "7"),), (("patient", "8"),)}
        assert found.passed_over == (
            ("notes.txt", "no image"),
            ("well_8.png", 'does not fit classes = "{class}_{patient}_*.png"'),
        )

    def test_stand_in_folders_of_any_depth(self, tmp_path: Path) -> None:
        put(tmp_path, "plate 1/sick/1.png", "plate 2/well/2.png")

        found = scan(tmp_path, naming=Naming(classes="*/{class}/*"))

        assert labels(found) == {"plate 1/sick/1.png": "sick", "plate 2/well/2.png": "well"}

    def test_that_fit_no_name_are_a_complaint(self, tmp_path: Path) -> None:
        put(tmp_path, "a/1.png")

        found = scan(tmp_path, naming=Naming(classes="{class}_*"))

        assert complaints(found, None) == [
            (
                "classes",
                "must stand in the names, but none fits, such as a/1.png; mend the pattern",
            )
        ]

    def test_of_a_manifest_may_stand_in_its_names(self, tmp_path: Path) -> None:
        put(tmp_path, "sick_1.png", "well.png")
        manifest = listed(tmp_path, "file,day\nsick_1.png,1\nwell.png,2\n")

        found = scan(manifest, naming=Naming(classes="{class}_{patient}.png"))

        assert labels(found) == {"sick_1.png": "sick"}
        assert found.images[0].columns == (("day", "1"), ("patient", "1"))
        assert found.problems == (
            ("line 3", 'names well.png, which does not fit classes = "{class}_{patient}.png"'),
        )

    def test_of_a_manifest_stand_in_a_column(self, tmp_path: Path) -> None:
        put(tmp_path, "x/1.png", "2.dat")
        manifest = listed(tmp_path, "file,class\nx/1.png,b\n2.dat,a\n")

        found = scan(manifest)

        assert labels(found) == {"x/1.png": "b", "2.dat": "a"}
        assert found.classes == ("a", "b")

    def test_a_file_of_a_manifest_is_an_image_whatever_it_holds(self, tmp_path: Path) -> None:
        """Decoding tells what is wrong with it, together with all others."""
        put(tmp_path, "1.txt", content=b"words")

        found = scan(listed(tmp_path, "file,class\n1.txt,a\n"))

        assert (labels(found), found.passed_over) == ({"1.txt": "a"}, ())


class TestChannels:
    PATTERN = Naming(classes="{class}_{channel}_{field}.png")

    def test_of_one_image_lie_in_files_of_their_own(self, tmp_path: Path) -> None:
        put(tmp_path, "sick_GFP_1.png", "sick_DNA_1.png", "well_DNA_1.png", "well_GFP_1.png")

        found = scan(tmp_path, naming=self.PATTERN)

        assert labels(found) == {"sick_DNA_1.png": "sick", "well_DNA_1.png": "well"}
        for image in found.images:
            assert image.channels == ("DNA", "GFP")
            assert [path.name for path in image.files] == [
                f"{image.label}_DNA_1.png",
                f"{image.label}_GFP_1.png",
            ]
            contents = [path.read_bytes() for path in image.files]
            assert image.key == key_of(contents, ("DNA", "GFP"))
            assert image.columns == (("field", "1"),)

    def test_a_missing_file_is_told(self, tmp_path: Path) -> None:
        put(tmp_path, "a_DNA_1.png", "a_GFP_1.png", "a_DNA_2.png")

        found = scan(tmp_path, naming=self.PATTERN)

        assert list(labels(found)) == ["a_DNA_1.png"]
        assert found.problems == (
            ("a_DNA_2.png", "has no file of channel GFP; add it, or remove the others"),
        )

    def test_equal_names_in_two_folders_are_two_images(self, tmp_path: Path) -> None:
        names = [f"{day}/a_{channel}_1.png" for day in "xy" for channel in ("DNA", "GFP")]
        put(tmp_path, *names)

        found = scan(tmp_path, naming=self.PATTERN)

        assert sorted(labels(found)) == ["x/a_DNA_1.png", "y/a_DNA_1.png"]

    def test_that_do_not_fit_together_leave_the_header_open(self, tmp_path: Path) -> None:
        for channel, size in {"DNA": 4, "GFP": 5}.items():
            pixels = np.zeros((size, 4), np.uint8)
            Image.fromarray(pixels).save(tmp_path / f"a_{channel}_1.png")

        found = scan(tmp_path, naming=self.PATTERN)

        assert [image.header for image in found.images] == [None]


class TestGroups:
    def test_by_a_column(self, tmp_path: Path) -> None:
        put(tmp_path, "1.png", "2.png", "3.png")
        manifest = listed(tmp_path, "file,class,patient\n1.png,a,7\n2.png,b,8\n3.png,a,7\n")

        found = scan(manifest, naming=Naming(groups=("patient",)))

        assert groups(found) == {"1.png": "7", "2.png": "8", "3.png": "7"}
        assert found.grouped_by == "patient"
        assert found.independent == {"a": 1, "b": 1}

    def test_by_a_field_of_the_pattern_for_classes(self, tmp_path: Path) -> None:
        put(tmp_path, "sick_7_1.png", "sick_7_2.png", "well_8_1.png")
        naming = Naming(classes="{class}_{patient}_*", groups=("patient",))

        found = scan(tmp_path, naming=naming)

        assert groups(found) == {"sick_7_1.png": "7", "sick_7_2.png": "7", "well_8_1.png": "8"}

    def test_by_a_pattern(self, tmp_path: Path) -> None:
        put(tmp_path, "a/s7_1.png", "b/s7_2.png", "b/s8_1.png")

        found = scan(tmp_path, naming=Naming(groups=("s{smear:d}_*",)))

        assert groups(found) == {"a/s7_1.png": "7", "b/s7_2.png": "7", "b/s8_1.png": "8"}
        assert (found.grouped_by, found.independent) == ("smear", {"a": 1, "b": 2})

    def test_by_several_columns(self, tmp_path: Path) -> None:
        put(tmp_path, "1.png", "2.png", "3.png")
        text = "file,class,plate,well\n1.png,a,1,A\n2.png,a,1,B\n3.png,a,2,A\n"

        found = scan(listed(tmp_path, text), naming=Naming(groups=("plate", "well")))

        assert groups(found) == {"1.png": "1 / A", "2.png": "1 / B", "3.png": "2 / A"}
        assert found.grouped_by == "plate, well"

    def test_that_an_image_lacks_are_told(self, tmp_path: Path) -> None:
        put(tmp_path, "a/s7_1.png", "a/other.png")

        found = scan(tmp_path, naming=Naming(groups=("s{smear:d}_*",)))

        assert found.problems == (
            (
                "a/other.png",
                'has no group by groups = "s{smear:d}_*"; mend it, or leave groups out',
            ),
        )

    def test_that_a_row_lacks_are_told_with_its_line(self, tmp_path: Path) -> None:
        put(tmp_path, "1.png", "2.png")
        manifest = listed(tmp_path, "file,class,patient\n1.png,a,7\n2.png,a,\n")

        found = scan(manifest, naming=Naming(groups=("patient",)))

        assert found.problems == (
            ("line 3", 'has no group by groups = "patient"; mend it, or leave groups out'),
        )

    @pytest.mark.parametrize(
        ("column", "hint"),
        [("patent", '; did you mean "patient"?'), ("xyz", "; known: day, patient")],
    )
    def test_by_a_column_that_is_none(self, tmp_path: Path, column: str, hint: str) -> None:
        put(tmp_path, "1.png")
        manifest = listed(tmp_path, "file,class,patient,day\n1.png,a,7,1\n")

        found = scan(manifest, naming=Naming(groups=(column,)))

        said = f'must be a column or a pattern, but "{column}" is neither{hint}'
        assert found.problems == (("groups", said),)
        assert found.grouped_by == ""

    def test_by_a_column_where_there_are_none(self, tmp_path: Path) -> None:
        found = scan(put(tmp_path, "a/1.png"), naming=Naming(groups=("patient",)))

        said = (
            'must be a column or a pattern, but "patient" is neither; '
            'write a pattern, such as "{group}_*"'
        )
        assert found.problems == (("groups", said),)

    @pytest.mark.parametrize("declared", [(), ("none",)])
    def test_that_are_none_are_the_images(self, tmp_path: Path, declared: tuple[str, ...]) -> None:
        put(tmp_path, "a/1.png", "a/2.png")

        found = scan(tmp_path, naming=Naming(groups=declared))

        assert [image.group for image in found.images] == [image.key for image in found.images]
        assert (found.grouped_by, found.independent) == ("", {"a": 2})

    def test_that_share_a_copy_are_one_block(self, tmp_path: Path) -> None:
        put(tmp_path, *(f"a/s{group}_{n}.png" for group in range(4) for n in range(2)))
        put(tmp_path, "a/s0_copy.png", content=(tmp_path / "a/s1_0.png").read_bytes())
        put(tmp_path, "a/s1_copy.png", content=(tmp_path / "a/s3_1.png").read_bytes())

        found = scan(tmp_path, naming=Naming(groups=("s{smear:d}_*",)))

        blocks = dict(zip((i.group for i in found.images), found.blocks, strict=True))
        assert blocks["0"] == blocks["1"] == blocks["3"] != blocks["2"]
        assert found.independent == {"a": 2}

    def test_on_both_sides_of_a_test_are_told(self, tmp_path: Path) -> None:
        put(tmp_path / "train", "a/s1_1.png", "b/s2_1.png")
        put(tmp_path / "test", "a/s1_2.png", "b/s3_1.png")
        naming = Naming(groups=("s{smear:d}_*",))

        found = [scan(tmp_path / name, naming=naming) for name in ("train", "test")]

        assert shared(*found) == [("smear 1", f"has images on both sides; {ASIDE}")]
        assert ASIDE == (
            "keep them on one, or score them by frimcla evaluate if only the names are the same"
        )

    def test_too_few_for_the_folds_are_told(self, tmp_path: Path) -> None:
        put(tmp_path, *(f"{c}/{c}{n % 3}_{n}.png" for c in "ab" for n in range(9)))
        put(tmp_path, "c/c0_1.png", "c/c0_2.png")

        found = scan(tmp_path, naming=Naming(groups=("{patient}_*",)))

        few = "groups (patient), fewer than the 4 folds; add groups: at least 3 per class"
        assert complaints(found, 4) == [
            ("a", f"has 3 {few}"),
            ("b", f"has 3 {few}"),
            ("c", f"has 1 {few.replace('groups', 'group', 1)}"),
        ]


def test_progress_counts_images(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "a/2.png")
    seen: list[tuple[str, int, int]] = []

    scan(tmp_path, lambda *call: seen.append(call))

    assert seen == [("list", 1, 2), ("list", 2, 2)]
