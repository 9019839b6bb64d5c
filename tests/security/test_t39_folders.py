"""T39: folders of images that lead elsewhere, or that nobody can read to the end."""

from __future__ import annotations

import os
import socket

import pytest


@pytest.fixture
def strange(home):
    """The images, among what is no image."""
    there = home / "cells" / "stripes_1"
    secret = home / "secret"
    secret.mkdir()
    (secret / "passwd").write_text("root:x:0:0")
    (there / "elsewhere").symlink_to(secret)
    (there / "above").symlink_to(home / "cells")
    (there / "itself").symlink_to("itself")
    (there / "itself.png").symlink_to("itself.png")
    (there / "nothing.png").symlink_to("nothing")
    (there / "passwd.png.txt").symlink_to(secret / "passwd")
    (there / "zero.png").symlink_to("/dev/zero")
    os.mkfifo(there / "pipe.png")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.getcwd()
        os.chdir(there)  # the name of a socket must be short
        try:
            listening.bind("socket.png")
        finally:
            os.chdir(here)
    return home


@pytest.mark.parametrize("command", [["extract", "study.toml", "--output", "out"],
                                     ["inspect", "cells"],
                                     ["predict", "results/model.frimcla", "cells"]])  # fmt: skip
def test_what_is_no_image_is_passed_over(frimcla, strange, command) -> None:
    done = frimcla(strange, *command)

    done.check(0)
    assert "root:x" not in done.said


def test_a_file_that_is_named_and_is_none_is_refused(frimcla, strange) -> None:
    there = "cells/stripes_1"
    named = [f"{there}/{name}.png" for name in ("zero", "pipe", "socket")]
    absent = [f"{there}/{name}.png" for name in ("nothing", "itself")]

    done = frimcla(strange, "predict", "results/model.frimcla", *named)
    told = frimcla(strange, "predict", "results/model.frimcla", *named, *absent).refusal()

    done.check(1)
    assert [line.split("  ")[0] for line in done.said.splitlines()] == named
    assert done.said.count("is no file but a device, a pipe or a folder; name an image") >= 2
    assert told.startswith("the list of images has 2 problems")


def test_a_list_of_images_may_name_any_file_and_shows_none(frimcla, strange) -> None:
    rows = ["file,class", "secret/passwd,a", "/dev/zero,a", "cells/stripes_1/pipe.png,b", "..,b"]
    (strange / "index.csv").write_text("\n".join(rows))

    told = frimcla(strange, "run", "index.csv").refusal()

    lines = [line.split("  ") for line in told.splitlines()]
    said = {parts[1]: parts[-1].strip() for parts in lines if len(parts) > 2}
    assert said.pop("unreadable")
    assert said.pop("secret/passwd") == "is no image: it holds text; remove or replace it"
    assert said.keys() == {"/dev/zero", "cells/stripes_1/pipe.png", ".."}
    assert {*said.values()} == {"is no file but a device, a pipe or a folder; name an image"}
    assert "root:x" not in told


def test_a_folder_that_cannot_be_opened_is_told(frimcla, strange) -> None:
    closed = strange / "cells" / "stripes_2"
    closed.chmod(0)
    try:
        if os.access(closed, os.R_OK):
            pytest.skip("the user may read everything here")
        assert (
            "cannot be opened (Permission denied)"
            in frimcla(strange, "run", "study.toml").refusal()
        )
    finally:
        closed.chmod(0o755)
