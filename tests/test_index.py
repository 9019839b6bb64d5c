"""Manifests as spreadsheets and microscopes write them, and what is said about wrong ones."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from frimcla.errors import DatasetError
from frimcla.gathering import scan
from frimcla.index import Row, read_index

HEAD = "file,class\n"
TABLE = "is no table ({}, line 2); save it as CSV"
UTF8 = "must be text in UTF-8 (byte {} is not); save it as CSV UTF-8"


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "plates.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows_of(folder: Path, content: str | bytes) -> list[Row]:
    rows, bad = read_index(written(folder, content))
    assert bad == []
    return rows


def refusal(folder: Path, content: str | bytes) -> list[tuple[str, str]]:
    """Return why there is no table."""
    with pytest.raises(DatasetError) as caught:
        read_index(written(folder, content))
    return list(caught.value.problems)


def bad(folder: Path, content: str) -> list[tuple[str, str]]:
    """Return what is wrong with single rows."""
    return read_index(written(folder, content))[1]


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["Unix", "Windows", "old Mac"])
@pytest.mark.parametrize("between", [",", "\t", ";"], ids=["comma", "tab", "semicolon"])
def test_any_spreadsheet_is_read(tmp_path: Path, between: str, end: str, mark: str) -> None:
    lines = [["file", "class", "patient"], ["a/1.png", "sick", "7"], ["b.png", "well", "8"]]
    text = mark + end.join(map(between.join, lines)) + end

    first, second = rows_of(tmp_path, text)

    assert first == Row(
        place="line 2",
        name="a/1.png",
        files=(tmp_path / "a/1.png",),
        channels=(),
        label="sick",
        columns={"patient": "7"},
    )
    assert (second.place, second.name, second.label) == ("line 3", "b.png", "well")


def test_quoted_cells_may_hold_anything(tmp_path: Path) -> None:
    text = 'class,note,file\n"a, b","two\nlines; ""x""","1, 2.png"\nc,,3.png\n'

    first, second = rows_of(tmp_path, text)

    assert (first.name, first.label) == ("1, 2.png", "a, b")
    assert first.columns == {"note": 'two\nlines; "x"'}
    assert (second.place, second.columns) == ("line 4", {"note": ""})


def test_spaces_around_and_empty_lines_are_no_matter(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, " file , class \n\n  \n 1.png , a \n,\n\n")

    assert (row.name, row.label) == ("1.png", "a")


def test_back_slashes_of_windows_are_slashes(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, HEAD + "plate 1\\well\\1.png,a\n")

    assert row.name == "plate 1/well/1.png"
    assert row.files == (tmp_path / "plate 1" / "well" / "1.png",)


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("listed", ["NFC", "NFD"])
def test_an_accent_is_found_however_it_is_spelled(tmp_path: Path, listed: str, stored: str) -> None:
    name = "été.png"
    (tmp_path / unicodedata.normalize(stored, name)).write_bytes(b"here")

    (row,) = rows_of(tmp_path, unicodedata.normalize(listed, f"{HEAD}{name},café\n"))

    assert row.files[0].read_bytes() == b"here"
    assert (row.name, row.label) == (name, unicodedata.normalize("NFC", "café"))


def test_absolute_paths_are_taken_as_they_are(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, f"{HEAD}{tmp_path / 'else' / '1.png'},a\n")

    assert row.files == (tmp_path / "else" / "1.png",)


def test_each_channel_may_have_its_file(tmp_path: Path) -> None:
    text = "file_DNA,class,file_GFP,well\nd1.tif,a,g1.tif,A01\n"

    (row,) = rows_of(tmp_path, text)

    assert row.channels == ("DNA", "GFP")
    assert row.files == (tmp_path / "d1.tif", tmp_path / "g1.tif")
    assert (row.name, row.columns) == ("d1.tif", {"well": "A01"})


def test_classes_are_not_needed_where_nobody_asks(tmp_path: Path) -> None:
    rows, problems = read_index(written(tmp_path, "file\n1.png\n"), labelled=False)

    assert ([row.label for row in rows], problems) == ([""], [])


NO_FILE, NO_CLASS = 'has no column "file"', 'has no column "class"'


@pytest.mark.parametrize(
    ("header", "problems"),
    [
        ("file,patient", [f"{NO_CLASS}; known: file, patient"]),
        ("file,label", [f'{NO_CLASS}; rename "label"']),
        ("File,Class", [f'{NO_FILE}; rename "File"', f'{NO_CLASS}; rename "Class"']),
        ("path,clas", [f'{NO_FILE}; rename "path"', f'{NO_CLASS}; did you mean "clas"?']),
        ("x,y", [f"{NO_FILE}; known: x, y", f"{NO_CLASS}; known: x, y"]),
        ("file,class,well,well", ['has the column "well" twice; rename one']),
        ("file,class,file", ['has the column "file" twice; rename one']),
    ],
)
def test_columns_that_lack_are_told_with_a_hint(
    tmp_path: Path, header: str, problems: list[str]
) -> None:
    found = refusal(tmp_path, f"{header}\n1,2,3,4\n")

    assert found == [("line 1", what) for what in problems]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (
            b"file,class\n\xe9.png,a\n",
            UTF8.format(11),
        ),
        ("file,class\n1.png,a\n".encode("utf-16"), UTF8.format(0)),
        (b"file,class\n\0.png,a\n", "holds zero bytes: no text; save it as CSV UTF-8"),
        (b'file,class\n"1.png,a\n', "is no table (unexpected end of data, line 2); save it as CSV"),
        (
            b'file,class\n"1"x.png,a\n',
            "is no table (',' expected after '\"', line 2); save it as CSV",
        ),
    ],
    ids=["Latin 1", "UTF-16", "zero byte", "open quote", "text after a quote"],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    assert refusal(tmp_path, content) == [("manifest", what)]


def test_an_empty_file_lacks_its_columns(tmp_path: Path) -> None:
    assert refusal(tmp_path, "") == [
        ("line 1", 'has no column "file"'),
        ("line 1", 'has no column "class"'),
    ]


def test_a_header_alone_lists_no_image(tmp_path: Path) -> None:
    assert rows_of(tmp_path, HEAD) == []


def test_a_manifest_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD)
    with path.open("r+b") as file:
        file.truncate(2**28 + 1)  # sparse: takes no room

    with pytest.raises(DatasetError, match="is over 268,435,456 bytes: no list of images"):
        read_index(path)


def test_rows_that_cannot_be_used_are_told_and_the_others_kept(tmp_path: Path) -> None:
    text = HEAD + "1.png,a\n2.png\n3.png,b,c\n,b\n5.png, \n6.png,b\n1.png,b\n"

    rows, problems = read_index(written(tmp_path, text))

    assert [row.name for row in rows] == ["1.png", "6.png", "1.png"]
    assert problems == [
        ("line 3", "has 1 cell, and the header has 2"),
        ("line 4", "has 3 cells, and the header has 2"),
        ("line 5", "has no file; fill it in, or remove the line"),
        ("line 6", "has no class; fill it in, or remove the line"),
        ("line 8", "names 1.png again, like line 2; remove one"),
    ]


def test_of_channels_none_may_be_empty(tmp_path: Path) -> None:
    text = "file_DNA,file_GFP,class\n,,a\nd.tif,,a\n"

    assert bad(tmp_path, text) == [
        ("line 2", "has no file_DNA, no file_GFP; fill it in, or remove the line"),
        ("line 3", "has no file_GFP; fill it in, or remove the line"),
    ]


def test_the_same_file_in_one_channel_of_two_rows_is_no_trouble(tmp_path: Path) -> None:
    text = "file_DNA,file_GFP,class\nd.tif,1.tif,a\nd.tif,2.tif,a\n"

    assert bad(tmp_path, text) == []


def test_a_file_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n")

    found = scan(written(tmp_path, HEAD + "1.png,a\ndeep/2.png,b\n"))

    assert [image.name for image in found.images] == ["1.png"]
    assert found.problems == (("line 3", f"names {tmp_path / 'deep/2.png'}, which is not there"),)


def test_a_folder_in_place_of_a_file_is_kept_for_decoding_to_tell(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()

    found = scan(written(tmp_path, HEAD + "deep,a\n"))

    assert [image.name for image in found.images] == ["deep"]


def test_a_manifest_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        read_index(tmp_path / "none.csv")

    assert caught.value.problems == (("manifest", "cannot be opened (No such file or directory)"),)


def test_a_manifest_that_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        read_index(tmp_path)

    said = "is no file but a device, a pipe or a folder"
    assert caught.value.problems == (("manifest", said),)
