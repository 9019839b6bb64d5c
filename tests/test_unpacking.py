"""One file out of an archive: exactly that one, whatever else an archive holds or announces."""

import gzip
import io
import tarfile
import time
import zipfile

import pytest

from frimcla.errors import WeightsError
from frimcla.unpacking import FURTHEST, PIECE, take

CONTENT = bytes(range(256)) * 5000  # more than is read at once
SIZE = len(CONTENT)
WANTED = "data/net_weight_0"


def tarred(path, files, **kinds):
    """Make a .tar.gz of *files*; *kinds* says which ones are no plain files."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.type, info.linkname = kinds.get(name, tarfile.REGTYPE), "/etc/passwd"
            archive.addfile(info, io.BytesIO(content))
    return path


def zipped(path, files, how=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def refused(archive, size=SIZE):
    """Return why; nothing is left, and it does not take long."""
    before = sorted(archive.parent.iterdir())
    start = time.perf_counter()
    with pytest.raises(WeightsError) as caught:
        take(archive, WANTED, archive.with_name("taken"), size)
    assert sorted(archive.parent.iterdir()) == before
    assert time.perf_counter() - start < 5
    return str(caught.value)


@pytest.mark.parametrize("make", [tarred, zipped])
def test_one_file_is_taken_and_nothing_else_is_written(make, tmp_path):
    others = {"../evil": b"1", "/etc/evil": b"2", "data/net_weight_1": b"3" * 3000}
    archive = make(tmp_path / "archive", {**others, WANTED: CONTENT, "later": b"4"})

    take(archive, WANTED, tmp_path / "taken", len(CONTENT))

    assert (tmp_path / "taken").read_bytes() == CONTENT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "taken"]


def test_a_path_may_begin_with_the_folder_itself(tmp_path):
    archive = tarred(tmp_path / "archive", {f"./{WANTED}": CONTENT})

    take(archive, WANTED, tmp_path / "taken", len(CONTENT))

    assert (tmp_path / "taken").read_bytes() == CONTENT


@pytest.mark.parametrize("make", [tarred, zipped])
@pytest.mark.parametrize("by", [-1, 1])
def test_another_size_than_expected_is_refused_unread(make, by, tmp_path):
    archive = make(tmp_path / "archive", {WANTED: CONTENT})

    assert refused(archive, len(CONTENT) + by) == (
        f"is no archive that can be read ({WANTED} has 1,280,000 bytes and not {1_280_000 + by:,})"
    )


@pytest.mark.parametrize("make", [tarred, zipped])
def test_an_archive_without_the_file_is_refused(make, tmp_path):
    assert WANTED in refused(make(tmp_path / "archive", {"net_weight_0": CONTENT}))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, b"3"])
def test_links_and_the_like_are_refused(kind, tmp_path):
    archive = tarred(tmp_path / "archive", {WANTED: b""}, **{WANTED: kind})

    assert refused(archive, 0) == (f"is no archive that can be read ({WANTED} is no plain file)")


@pytest.mark.parametrize("make", [tarred, zipped])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_archives_cut_short_are_refused(make, share, tmp_path):
    archive = make(tmp_path / "archive", {WANTED: CONTENT})
    archive.write_bytes(archive.read_bytes()[: int(share * archive.stat().st_size)])

    assert refused(archive)


@pytest.mark.parametrize(
    "content", [b"", b"<html>Please log in</html>", b"PK\x05\x06" + b"\0" * 18]
)
def test_what_is_no_archive_is_refused(content, tmp_path):
    (tmp_path / "archive").write_bytes(content)

    assert refused(tmp_path / "archive").startswith("is no archive that can be read (")


def test_headers_that_announce_gigabytes_are_not_read(tmp_path):
    """`tarfile` reads the long name that a header announces at once."""
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 8 << 30
    with gzip.open(tmp_path / "archive", "wb") as file:
        file.write(header.tobuf(tarfile.GNU_FORMAT))
        file.write(bytes(4 * PIECE))

    assert "announces far too much" in refused(tmp_path / "archive")


def test_a_file_before_it_that_never_ends_is_not_gone_through(tmp_path):
    header = tarfile.TarInfo("zeros")
    header.size = FURTHEST + 1
    with gzip.open(tmp_path / "archive", "wb") as file:
        file.write(header.tobuf(tarfile.GNU_FORMAT))
        file.write(bytes(PIECE))

    assert "announces far too much" in refused(tmp_path / "archive")


def test_a_list_of_a_zip_that_is_far_too_long_is_not_read(tmp_path):
    archive = zipped(tmp_path / "archive", {f"{k:0200}": b"" for k in range(5000)})

    assert "announces far too much" in refused(archive)


def test_far_too_many_files_before_it_are_not_gone_through(tmp_path):
    files = {f"{k}": b"" for k in range(1001)} | {WANTED: CONTENT}

    assert f"it holds no {WANTED}" in refused(tarred(tmp_path / "archive", files))


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zips_that_are_packed_in_a_strange_way_are_refused(how, tmp_path):
    archive = zipped(tmp_path / "archive", {WANTED: CONTENT}, how)

    assert "is packed in a strange way" in refused(archive)
