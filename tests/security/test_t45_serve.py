"""T44-T45: what ``frimcla serve`` lets in, and what it writes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

httpx2 = pytest.importorskip("httpx2")
pytest.importorskip("frimcla_web", reason="needs the shipped plugins")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_others_are_let_in_only_with_a_token(host, frimcla, home) -> None:
    """T45: refused before anything is loaded or listens (the process is watched)."""
    said = frimcla(home, "serve", "results/model.frimcla", "--host", host).refusal()
    assert "--token" in said


def test_a_short_token_is_none(frimcla, home) -> None:
    command = ("serve", "results/model.frimcla", "--host", "0.0.0.0", "--token", "1234")
    assert "at least 8" in frimcla(home, *command).refusal()


@pytest.mark.parametrize("presses", [1, 2])
def test_what_it_prints_tells_nothing_of_visitors(home: Path, tmp_path: Path, presses: int) -> None:
    """T44: a real server, a visit with a token, a bad file, an end: its output and its traces."""
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    command = [sys.executable, "-m", "frimcla", "serve", "results/model.frimcla"]
    process = subprocess.Popen(
        [*command, "--token", "a-long-token"],
        cwd=home,
        env={**os.environ, "TMPDIR": str(rooms), "SECRET_OF_A_TEST": "4f1c9e77"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    said = process.stdout.readline()
    address = re.search(r"(http://\S+?/)\?token=", said)
    assert address, said + process.stdout.read()
    cell = next((home / "cells").rglob("*.png")).read_bytes()
    files = [("images", ("mine-4711.png", cell)), ("images", ("bad-4712.png", b"text"))]
    with httpx2.Client(base_url=address[1], timeout=60) as client:
        assert client.post("api/predict", files=files).status_code == 401
        key = {"authorization": "Bearer a-long-token"}
        told = client.post("api/predict", files=files, headers=key).json()["predictions"]
        assert client.get("nothing?name=4713", headers=key).status_code == 404
        (room,) = rooms.glob("frimcla-page-*")
        assert room.stat().st_mode & 0o077 == 0
    assert [bool(row["problem"]) for row in told] == [False, True]

    for _ in range(presses):
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    said, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert not re.search("471[123]|4f1c9e77|Traceback", said), said
    assert list(rooms.iterdir()) == [], "something of the visitors was left"
