"""Two runs at once in one folder: the second is told who is there."""

import os
import subprocess
import sys

import pytest
from toys import Toys

import frimcla
from frimcla.errors import BusyError
from frimcla.locking import LOCK, claimed

HOLD = """
import sys
from pathlib import Path
from frimcla.locking import claimed
with claimed(Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds a folder until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "out"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "mine\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_the_second_is_told_who_is_there_and_writes_nothing(cells, tmp_path, holder):
    registry = frimcla.Registry.of(toys=Toys())
    study = frimcla.read_study(cells, registry, output=tmp_path / "out")

    with pytest.raises(BusyError) as caught:
        frimcla.run(study, registry=registry)

    first, who, last = str(caught.value).replace("(", "|").replace(")", "|").split("|")
    assert (first, last) == (f"another run is active in {tmp_path / 'out'} ", "; wait for it")
    assert who.startswith(f"process {holder.pid} on ")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [LOCK]


@pytest.mark.parametrize("killed", [False, True])
def test_whoever_ends_however_lets_go(tmp_path, holder, killed):
    if killed:
        holder.kill()
    else:
        holder.communicate("\n")
    holder.wait()

    with claimed(tmp_path / "out"):
        assert str(os.getpid()) in (tmp_path / "out" / LOCK).read_text()

    assert not (tmp_path / "out" / LOCK).exists()


def test_many_at_once_have_it_one_by_one(tmp_path):
    """Eight processes take it again and again; each finds that nobody else is in."""
    code = """
import os, sys, time
from pathlib import Path
from frimcla.errors import BusyError
from frimcla.locking import claimed
folder, inside, turns = Path(sys.argv[1]), Path(sys.argv[1]) / "inside", 0
while turns < 30:
    try:
        with claimed(folder):
            os.close(os.open(inside, os.O_CREAT | os.O_EXCL))
            time.sleep(0.0005)
            inside.unlink()
            turns += 1
    except BusyError:
        time.sleep(0.0002)
"""
    command = [sys.executable, "-c", code, tmp_path]
    running = [subprocess.Popen(command) for _ in range(8)]

    assert [process.wait(timeout=120) for process in running] == [0] * 8


def test_where_nothing_can_be_locked_nobody_is_stopped(tmp_path):
    (tmp_path / "file").touch()

    entered = False
    with claimed(tmp_path / "file"):
        entered = True

    assert entered
    assert (tmp_path / "file").is_file()
