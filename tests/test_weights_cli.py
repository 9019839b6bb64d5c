"""``frimcla weights``, with a plugin that Python finds installed and a server on this machine."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from weighty import CONTENT, CUT, Shelf, install, leave_home, serving

from frimcla.cli import main

STUDY = 'images = "cells"\nextractors = [{name = "tiny", width = 0.5}, "other", "plain"]\n'


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A working folder with an empty cache, where the plugin is installed and found alone."""
    monkeypatch.syspath_prepend(str(install(tmp_path / "site")))
    leave_home(monkeypatch, tmp_path)
    monkeypatch.setenv("FRIMCLA_DISABLED_PLUGINS", "keras")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shelf(home, monkeypatch):
    with serving(Shelf()) as shelf:
        monkeypatch.setenv("FRIMCLA_WEIGHTS", shelf.address)
        yield shelf


def call(*args):
    done = CliRunner().invoke(main, ["weights", *args])
    assert "Traceback" not in done.output
    return done


def test_the_list_says_what_is_at_hand(home, shelf):
    call("fetch", "tiny")

    assert call("list").stdout == (
        "EXTRACTOR  FEATURES   MB  LICENCE    AT HAND\n"
        f"tiny             12  0.3  CC BY 4.0  {home}/cache/weights/tiny_1.0.h5\n"
        "other            12  0.3  CC BY 4.0  no\n"
        "\n"
        f"frimcla weights fetch EXTRACTOR brings one, once, into {home}/cache/weights\n"
    )


def test_the_list_for_programs(home, shelf):
    tiny, other = json.loads(call("list", "--json").stdout)

    assert (tiny["name"], tiny["file"], tiny["at_hand"]) == ("tiny", "tiny_1.0.h5", None)
    assert other["url"] == "https://weights.invalid/other.h5"
    assert shelf.asked == []


def test_the_list_without_networks(home, monkeypatch):
    monkeypatch.setenv("FRIMCLA_DISABLED_PLUGINS", "keras,weighty")

    assert call("list").stdout.startswith("no installed extractor needs trained weights; pip inst")


def test_names_and_studies_are_fetched_once(home, shelf):
    (home / "study.toml").write_text(STUDY)  # its images are on the machine without a network

    first = call("fetch", "study.toml", "weighty:other", "plain")
    again = call("fetch", "study.toml")

    folder = home / "cache" / "weights"
    assert first.exit_code == again.exit_code == 0
    assert first.stdout == (
        "plain: needs no trained weights\n"
        f"tiny: fetched {folder}/tiny_0.5.h5 (0.3 MB, CC BY 4.0)\n"
        f"other: fetched {folder}/other.h5 (0.3 MB, CC BY 4.0)\n"
    )
    assert again.stdout.count(": at hand in ") == 2
    assert [path for path, _ in shelf.asked] == ["/tiny_0.5.h5", "/other.h5"]


def test_what_keras_brought_is_not_brought_again(home, shelf):
    (home / "keras" / "models").mkdir(parents=True)
    (home / "keras" / "models" / "other.h5").write_bytes(CONTENT)

    assert f"other: at hand in {home}/keras/models/other.h5" in call("fetch", "other").stdout
    assert shelf.asked == []


def test_a_damaged_file_is_brought_again(home, shelf):
    folder = home / "cache" / "weights"
    folder.mkdir(parents=True)
    (folder / "other.h5").write_bytes(b"damaged")

    assert "other: fetched" in call("fetch", "other").stdout
    assert (folder / "other.h5").read_bytes() == CONTENT


def test_one_that_fails_does_not_stop_the_others(home, shelf):
    shelf.statuses = [404]

    done = call("fetch", "tiny", "other")

    assert done.exit_code == 1
    assert done.stdout.startswith("other: fetched")
    assert done.stderr.startswith("Error: tiny: tiny_1.0.h5 from 127.0.0.1: it answers 404 (")


def test_all_that_failed_is_told_in_the_end(home, shelf):
    shelf.statuses = [404, 403]

    done = call("fetch", "tiny", "other")

    assert done.exit_code == 1
    first, *lines = done.stderr.splitlines()
    assert first == "Error: 2 files could not be fetched"
    assert [line.split(":")[0] for line in lines] == ["  tiny", "  other"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("tinyy", 'unknown extractor "tinyy"; did you mean "tiny"?'),
        ("nowhere.toml", "cannot be read: No such file or directory"),
    ],
)
def test_a_wrong_name_stops_before_the_first_byte(home, shelf, target, message):
    done = call("fetch", "tiny", target)

    assert done.exit_code == 1
    assert message in done.stderr
    assert shelf.asked == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child")
def test_ctrl_c_keeps_what_came(hears_ctrl_c, home, shelf):
    shelf.cuts = [CUT]
    shelf.pause = threading.Event()
    part = home / "cache" / "weights" / "tiny_1.0.h5.part"
    environment = {**os.environ, "PYTHONPATH": f"{home / 'site'}:{Path(__file__).parent}"}
    command = [sys.executable, "-m", "frimcla", "weights", "fetch", "tiny"]
    process = subprocess.Popen(
        command,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hears_ctrl_c,  # noqa: PLW1509 (it sets a signal, no more)
    )
    deadline = time.monotonic() + 20
    while not shelf.poured and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)  # for the other side to read what was poured
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    shelf.pause.set()
    shelf.pause = None

    assert process.returncode == 130
    assert stderr.endswith(
        "\nStopped. What is finished is kept; to go on: frimcla weights fetch tiny\n"
    )
    assert "Traceback" not in stderr
    assert part.stat().st_size == CUT
    assert call("fetch", "tiny").exit_code == 0
    assert shelf.asked[-1][1] == f"bytes={CUT}-"
