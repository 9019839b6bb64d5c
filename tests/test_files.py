"""Files are whole or absent, also when the disk is full or the folder cannot be written."""

import errno
import hashlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from frimcla.errors import ReadOnlyError, SpaceError
from frimcla.files import (
    TEMPORARY,
    explain,
    make_folder,
    sha256,
    sha256_of_file,
    sweep,
    write_atomically,
)

FULL = (
    "{} needs 1,234,567 bytes and the disk has [0-9,]+ free; "
    "make room and run the same command again: what is finished is kept"
)


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below *folder*."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


class TestWrite:
    @pytest.mark.parametrize("content", [b"", b"new", b"\r\n\0" * 99_999], ids=len)
    def test_leaves_the_content_and_nothing_else(self, tmp_path: Path, content: bytes) -> None:
        write_atomically(tmp_path / "deep/er/file", content)

        assert tree(tmp_path) == {"deep/er/file": content}

    def test_replaces_what_is_there(self, tmp_path: Path) -> None:
        for content in (b"a long old content", b"new"):
            write_atomically(tmp_path / "file", content)

        assert tree(tmp_path) == {"file": b"new"}

    @pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
    def test_failing_half_way_leaves_the_old_file_and_no_other(self, tmp_path: Path) -> None:
        """A process that may write 1,000 bytes to a file writes 5,000."""
        (tmp_path / "file").write_bytes(b"old")
        code = """
import resource, sys
from pathlib import Path
from frimcla.files import write_atomically
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
write_atomically(Path(sys.argv[1]), bytes(5000))
"""

        run = subprocess.run(
            [sys.executable, "-c", code, tmp_path / "file"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert "file cannot be written (File too large); look after" in run.stderr.splitlines()[-1]
        assert tree(tmp_path) == {"file": b"old"}

    def test_interrupted_leaves_no_temporary(self, tmp_path: Path) -> None:
        with pytest.raises(TypeError):
            write_atomically(tmp_path / "file", "no bytes")  # type: ignore[arg-type]

        assert tree(tmp_path) == {}

    @pytest.mark.parametrize(
        ("name", "reason"),
        [("file/below", "File exists"), ("file/far/below", "Not a directory")],
    )
    def test_below_a_file_is_told(self, tmp_path: Path, name: str, reason: str) -> None:
        (tmp_path / "file").write_bytes(b"old")

        with pytest.raises(ReadOnlyError) as caught:
            write_atomically(tmp_path / name, b"new")

        assert str(caught.value) == (
            f"{tmp_path / name} cannot be written ({reason}); choose another output folder"
        )
        assert tree(tmp_path) == {"file": b"old"}

    @pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write")
    def test_a_folder_without_permission_is_told(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)

        with pytest.raises(ReadOnlyError, match=r"file cannot be written \(Permission denied\);"):
            write_atomically(tmp_path / "file", b"new")

    @pytest.mark.skipif(os.name == "nt", reason="Windows denies permission")
    def test_over_a_folder_is_told(self, tmp_path: Path) -> None:
        folder = tmp_path / "folder"
        folder.mkdir()

        with pytest.raises(ReadOnlyError) as caught:
            write_atomically(folder, b"new")

        assert str(caught.value) == (
            f"{folder} cannot be written (Is a directory); choose another output folder"
        )
        assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


class TestExplain:
    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
    def test_a_full_disk(self, tmp_path: Path) -> None:
        with (
            Path("/dev/full").open("wb", 0) as disk,
            pytest.raises(OSError, match="No space") as full,
        ):
            disk.write(b"new")

        error = explain(full.value, tmp_path / "store.h5", 1_234_567)

        assert isinstance(error, SpaceError)
        assert re.fullmatch(FULL.format(re.escape(f"{tmp_path}/store.h5")), str(error))

    @pytest.mark.parametrize("name", ["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EISDIR"])
    def test_a_folder_that_cannot_be_written(self, name: str) -> None:
        number = getattr(errno, name)

        error = explain(OSError(number, os.strerror(number)), Path("out/file"), 5)

        assert isinstance(error, ReadOnlyError)
        assert str(error) == (
            f"out/file cannot be written ({os.strerror(number)}); choose another output folder"
        )

    def test_a_quota_is_a_full_disk(self, tmp_path: Path) -> None:
        assert isinstance(explain(OSError(errno.EDQUOT, ""), tmp_path / "a", 5), SpaceError)

    def test_any_other_failure_of_the_disk(self) -> None:
        error = explain(OSError(errno.EIO, "Input/output error"), Path("out/file"), 5)

        assert str(error) == (
            "out/file cannot be written (Input/output error); look after the disk and run the "
            "same command again: what is finished is kept"
        )

    @pytest.mark.parametrize("name", ["new/folder/file", "file/below"])
    def test_a_disk_that_is_full_before_the_folder_is_made(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "file").touch()

        error = explain(
            OSError(errno.ENOSPC, "No space left on device"), tmp_path / name, 1_234_567
        )

        assert isinstance(error, SpaceError)
        assert re.fullmatch(FULL.format(re.escape(str(tmp_path / name))), str(error))

    def test_a_full_disk_under_a_relative_path(self, tmp_path: Path, monkeypatch) -> None:
        monkeypatch.chdir(tmp_path)

        error = explain(OSError(errno.ENOSPC, ""), Path("out/file"), 1_234_567)

        assert re.fullmatch(FULL.format("out/file"), str(error))


class TestMakeFolder:
    def test_makes_those_above_and_may_find_it_there(self, tmp_path: Path) -> None:
        for _ in range(2):
            make_folder(tmp_path / "deep/er")

        assert (tmp_path / "deep/er").is_dir()

    @pytest.mark.skipif(os.name == "nt", reason="Windows has other words")
    @pytest.mark.parametrize(
        ("name", "reason"), [("file", "File exists"), ("file/below", "Not a directory")]
    )
    def test_in_the_way_of_a_file_is_told(self, tmp_path: Path, name: str, reason: str) -> None:
        (tmp_path / "file").touch()

        with pytest.raises(ReadOnlyError) as caught:
            make_folder(tmp_path / name)

        assert str(caught.value) == (
            f"{tmp_path / name} cannot be written ({reason}); choose another output folder"
        )


def test_a_file_hashes_like_its_content(tmp_path: Path) -> None:
    content = bytes(range(256)) * 9999
    (tmp_path / "file").write_bytes(content)

    assert (
        sha256_of_file(tmp_path / "file") == sha256(content) == hashlib.sha256(content).hexdigest()
    )


def test_sweep_removes_only_temporaries_older_than_a_day(tmp_path: Path) -> None:
    now = time.time()
    ages = {
        f"{TEMPORARY}old": 90_000,
        f"deep/{TEMPORARY}old": 90_000,
        f"{TEMPORARY}young": 80_000,
        "old": 90_000,
        f"old{TEMPORARY}": 90_000,
    }
    for name, age in ages.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, (now - age, now - age))
    for name in ("folder", "new"):
        (tmp_path / f"deep/{TEMPORARY}{name}/in").mkdir(parents=True)
        (tmp_path / f"deep/{TEMPORARY}{name}/in/side").touch()
    os.utime(tmp_path / f"deep/{TEMPORARY}folder", (0, 0))

    sweep(tmp_path)

    kept = {f"{TEMPORARY}young", f"deep/{TEMPORARY}new/in/side", "old", f"old{TEMPORARY}"}
    assert tree(tmp_path).keys() == kept
    assert not (tmp_path / f"deep/{TEMPORARY}folder").exists()


def test_sweep_of_a_missing_folder_does_nothing(tmp_path: Path) -> None:
    sweep(tmp_path / "missing")

    assert tree(tmp_path) == {}
