"""T43, T44: where results go, and what they tell of the machine that they were made on."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

MINE = "mine\n"
TOKEN = "b1946ac92492d2347c6235b4d2611184"


@pytest.fixture
def mine(home: Path) -> Path:
    """A folder of somebody's own, with files that are called like results."""
    folder = home / "mine"
    folder.mkdir()
    for name in ("letter.txt", ".bashrc", "report.txt"):
        (folder / name).write_text(MINE)
    return folder


def untouched(folder: Path) -> bool:
    return all(
        (folder / name).read_text() == MINE for name in ("letter.txt", ".bashrc", "report.txt")
    )


def test_results_in_somebodys_folder_leave_what_is_there(frimcla, home, mine) -> None:
    (home / "link").symlink_to(mine)

    frimcla(home, "run", "study.toml", "--output", "link").check(0)

    assert untouched(mine)
    assert (home / "link").is_symlink()
    assert (mine / "report.html").exists()


@pytest.mark.parametrize("name", ["report.html", "model.frimcla", "predictions.csv", "album.h5"])
def test_a_file_of_somebody_else_is_not_written_over(frimcla, home, mine, name) -> None:
    (mine / name).write_text(MINE)

    told = frimcla(home, "run", "study.toml", "--output", "mine").refusal()

    assert f'holds {name} of somebody else (got "mine"); choose another' in told
    assert {path.name for path in mine.iterdir()} == {"letter.txt", ".bashrc", "report.txt", name}
    assert (mine / name).read_text() == MINE


def test_links_among_results_are_replaced_and_not_followed(frimcla, home, mine) -> None:
    """Somebody sends a results folder along in which every file leads to one of the user's."""
    results = home / "results"
    for path in [path for path in results.iterdir() if path.is_file() and path.name != "run.json"]:
        path.unlink()
        path.symlink_to(mine / "letter.txt")
    (results / "groups.csv").symlink_to(mine / "letter.txt")
    shutil.copy(results / "run.json", mine / "run.json")
    (results / "run.json").unlink()
    (results / "run.json").symlink_to(mine / "run.json")
    before = (mine / "run.json").read_bytes()

    frimcla(home, "run", "study.toml").check(0)

    assert untouched(mine)
    assert (mine / "run.json").read_bytes() == before
    assert [path for path in results.rglob("*") if path.is_symlink()] == []


def test_predictions_do_not_go_through_a_link(frimcla, home, mine) -> None:
    (home / "out.csv").symlink_to(mine / "letter.txt")

    told = frimcla(home, "predict", "results/model.frimcla", "cells", "--out", "out.csv").refusal()

    assert told.startswith("predict has 1 problem") or "out.csv" in told
    assert untouched(mine)


def test_results_cannot_go_where_images_are(frimcla, home) -> None:
    before = sorted((home / "cells").rglob("*"))
    for place in ("cells", "cells/stripes_1", "cells/../cells/out"):
        assert (
            "must lie outside images"
            in frimcla(home, "run", "study.toml", "--output", place).refusal()
        )
    assert sorted((home / "cells").rglob("*")) == before


def contents(path: Path) -> list[bytes]:
    """Return what is in a file, unfolded where it is a zip."""
    if not zipfile.is_zipfile(path):
        return [path.read_bytes()]
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_nothing_tells_the_machine_the_user_or_the_environment(frimcla, home) -> None:
    """Neither a study, nor its model, nor its report: they are sent to others."""
    secrets = {"API_TOKEN": TOKEN, "AWS_SECRET_ACCESS_KEY": TOKEN}
    shutil.rmtree(home / "results")

    frimcla(home, "run", "study.toml", HOME=str(home), **secrets).check(0)
    frimcla(home, "inspect", "cells", HOME=str(home), **secrets).check(0)

    written = [p for name in ("results", "inspection") for p in (home / name).rglob("*")]
    told = {
        path.name: word
        for path in written
        if path.is_file()
        for content in contents(path)
        for word in (str(home), TOKEN)
        if word.encode() in content
    }
    assert told == {}
