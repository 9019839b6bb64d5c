"""Zips of images: unfolded once, and nothing but what may be unfolded."""

import shutil
import stat
import zipfile

import pytest

from frimcla.errors import ConfigError
from frimcla.guiding import unzipping
from frimcla.guiding.unzipping import unzip


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refused(path, below, most=unzipping.Most()):  # noqa: B008 (frozen)
    with pytest.raises(ConfigError) as error:
        unzip(path, below, most)
    assert not below.exists() or not list(below.iterdir()), "something was written"
    return error.value.problems


IMAGES = {"cat/1.png": b"one", "dog/1.png": b"two"}


def test_a_zip_of_classes_becomes_a_folder_of_classes(tmp_path):
    folder = unzip(zipped(tmp_path / "pets.zip", IMAGES), tmp_path / "below")

    assert sorted(path.name for path in folder.iterdir()) == ["cat", "dog"]
    assert (folder / "cat/1.png").read_bytes() == b"one"
    assert folder.name.startswith("pets-")


def test_a_folder_around_the_classes_is_seen_through(tmp_path):
    members = {f"my pets/photos/{name}": content for name, content in IMAGES.items()}
    folder = unzip(zipped(tmp_path / "pets.zip", members), tmp_path / "below")

    assert folder.name == "photos"


def test_one_class_alone_is_not_seen_through(tmp_path):
    folder = unzip(zipped(tmp_path / "pets.zip", {"cat/1.png": b"one"}), tmp_path / "below")

    assert [path.name for path in folder.iterdir()] == ["cat"]


def test_what_systems_hide_in_zips_is_left_out(tmp_path):
    members = {**IMAGES, "__MACOSX/cat/._1.png": b"x", "cat/.DS_Store": b"x"}
    folder = unzip(zipped(tmp_path / "pets.zip", members), tmp_path / "below")

    assert sorted(p.name for p in folder.rglob("*") if p.is_file()) == ["1.png", "1.png"]


def test_it_is_unfolded_once_and_another_content_goes_elsewhere(tmp_path):
    path = zipped(tmp_path / "pets.zip", IMAGES)
    first = unzip(path, tmp_path / "below")
    when = (first / "cat/1.png").stat().st_mtime_ns

    again = unzip(path, tmp_path / "below")
    other = unzip(zipped(path, {**IMAGES, "cat/2.png": b"three"}), tmp_path / "below")

    assert again == first
    assert (first / "cat/1.png").stat().st_mtime_ns == when
    assert other != first


@pytest.mark.parametrize(
    "name", ["../out.png", "/etc/out.png", "a/../../out.png", "C:/out.png", "a\\b.png"]
)
def test_nothing_is_written_outside(tmp_path, name):
    problems = refused(zipped(tmp_path / "bad.zip", {**IMAGES, name: b"x"}), tmp_path / "below")

    assert problems == ((name, "names a place outside the zip: refused; make it again"),)


def test_links_are_refused(tmp_path):
    path = zipped(tmp_path / "bad.zip", IMAGES)
    link = zipfile.ZipInfo("cat/link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")

    assert refused(path, tmp_path / "below") == (
        ("cat/link.png", "is a link: refused; put the file itself in its place"),
    )


def test_a_bomb_is_refused_unread(tmp_path):
    path = zipped(tmp_path / "bomb.zip", {"cat/1.png": bytes(unzipping.SMALL + 1)})

    assert refused(path, tmp_path / "below") == (
        ("cat/1.png", "unfolds to far more than its size: refused"),
    )


def test_too_many_files_are_refused(tmp_path):
    most = unzipping.Most(files=1)

    ((place, what),) = refused(zipped(tmp_path / "many.zip", IMAGES), tmp_path / "below", most)
    assert (place, what) == (
        "many.zip",
        "unfolds to more than 1 files and 32 GiB: refused; unfold it yourself",
    )


def test_a_list_without_end_is_not_read(tmp_path):
    """Each name would take half a kilobyte of memory before it could be counted."""
    source = tmp_path / "many.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}.png", b"")
    with pytest.raises(ConfigError, match="lists far too many files"):
        unzip(source, tmp_path / "out", unzipping.Most(files=10))
    assert not (tmp_path / "out").exists()


def test_a_bomb_of_many_entries_that_share_their_bytes_is_refused(tmp_path, monkeypatch):
    """Each entry alone looks harmless; together they unfold to far more than the file holds."""
    monkeypatch.setattr(unzipping, "SMALL", 1000)
    path = zipped(tmp_path / "bomb.zip", {f"cat/{n}.png": bytes(900) for n in range(400)})
    monkeypatch.setattr(unzipping, "DENSEST", 5)

    assert refused(path, tmp_path / "below") == (
        ("bomb.zip", "unfolds to far more than its size: refused"),
    )


@pytest.mark.parametrize("other", ["a/./b.png", "a//b.png", "./a/b.png", "a/b.png/c.png"])
def test_two_names_for_one_place_are_refused(tmp_path, other):
    path = zipped(tmp_path / "twins.zip", {"a/b.png": b"1", other: b"2"})

    assert refused(path, tmp_path / "below") == (
        ("twins.zip", "holds two files of one name; make it again"),
    )


@pytest.mark.parametrize("name", ["a/" * 1200 + "x.png", "a/" + "x" * 300 + ".png"])
def test_names_that_no_disk_holds_are_refused(tmp_path, name):
    ((place, what),) = refused(zipped(tmp_path / "long.zip", {name: b"1"}), tmp_path / "below")

    assert len(place) < 250
    assert what == "has a name that is too long or too deep; rename it"


def test_names_that_are_no_text_say_so(tmp_path):
    path = zipped(tmp_path / "odd.zip", {"a/\xe9.png": b"1"})
    path.write_bytes(path.read_bytes().replace("\xe9".encode(), b"\xff\xfe"))

    ((place, what),) = refused(path, tmp_path / "below")
    assert (place, what[:29]) == ("odd.zip", "is no zip that can be read ('")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED])
def test_damage_is_told_in_words_however_it_is_packed(tmp_path, method):
    path = tmp_path / "pets.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("cat/1.png", bytes(range(256)) * 40)
    whole, told = path.read_bytes(), []
    for place in range(40, 140, 10):
        path.write_bytes(whole[:place] + bytes(8) + whole[place + 8 :])
        try:  # what is only said of a file may be damaged and do no harm
            unzip(path, tmp_path / f"below-{place}")
        except ConfigError:
            told.append(place)
    assert told


def test_another_process_may_unfold_it_meanwhile(tmp_path, monkeypatch):
    path = zipped(tmp_path / "pets.zip", IMAGES)
    whole = unzip(path, tmp_path / "first")
    rename = type(path).rename

    def late(self, target):
        if self.name == "half":
            shutil.copytree(whole, target)
        return rename(self, target)

    monkeypatch.setattr(type(path), "rename", late)
    folder = unzip(path, tmp_path / "below")

    assert (folder / "dog/1.png").read_bytes() == b"two"
    assert len(list((tmp_path / "below").iterdir())) == 1


def test_names_that_a_disk_takes_for_one_are_refused(tmp_path):
    path = zipped(tmp_path / "twins.zip", {"a/X.png": b"1", "a/x.png": b"2"})

    assert refused(path, tmp_path / "below") == (
        ("twins.zip", "holds two files of one name; make it again"),
    )


def test_what_is_no_zip_says_so(tmp_path):
    path = tmp_path / "photo.zip"
    path.write_bytes(b"no zip at all")

    ((place, what),) = refused(path, tmp_path / "below")
    assert place == "photo.zip"
    assert what.startswith("is no zip that can be read (")


def test_damage_inside_leaves_nothing_half_unfolded(tmp_path):
    path = zipped(tmp_path / "pets.zip", {"cat/0.png": bytes(range(256)) * 40, **IMAGES})
    content = bytearray(path.read_bytes())
    content[60:90] = bytes(30)
    path.write_bytes(content)

    with pytest.raises(ConfigError):
        unzip(path, tmp_path / "below")
    assert list((tmp_path / "below").iterdir()) == []


def test_an_empty_zip_says_what_belongs_there(tmp_path):
    assert refused(zipped(tmp_path / "none.zip", {}), tmp_path / "below") == (
        ("none.zip", "is empty; put one folder per class into it"),
    )
