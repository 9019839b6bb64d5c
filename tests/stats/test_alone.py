"""The folder of the statistics can be lifted out: it knows nothing of FrImCla."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import frimcla.stats.strict

FOLDER = Path(frimcla.stats.__file__).parent
PROGRAM = """
import doctest, importlib, pkgutil, sys
sys.path.insert(0, {place!r})
import lifted
assert lifted.__file__.startswith({place!r}), lifted.__file__
found = [one.name for one in pkgutil.iter_modules(lifted.__path__)]
modules = [importlib.import_module("lifted." + name) for name in found]
failed = sum(doctest.testmod(one).failed for one in (lifted, *modules))
print("foreign", sorted(name for name in sys.modules if name.split(".")[0].startswith("frimcla")))
print("failed", failed)
print("modules", *sorted(found))
row = importlib.import_module("lifted.strict").strict
scores = [[0.9, 0.8, 0.7], [0.8, 0.7, 0.7], [0.9, 0.7, 0.6], [1.0, 0.9, 0.8]]
print("order", row(scores, "ABC", ratio=1 / 3).order)
"""


def test_a_copy_under_another_name_works_without_frimcla(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "lifted", ignore=shutil.ignore_patterns("__pycache__"))
    program = PROGRAM.format(place=str(tmp_path))

    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", program],
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    here = sorted(one.stem for one in FOLDER.glob("*.py") if one.stem != "__init__")
    assert told["foreign"] == "[]"
    assert told["failed"] == "0"
    assert told["modules"].split() == here
    assert len(here) > 20
    scores = [[0.9, 0.8, 0.7], [0.8, 0.7, 0.7], [0.9, 0.7, 0.6], [1.0, 0.9, 0.8]]
    assert told["order"] == frimcla.stats.strict.strict(scores, "ABC", ratio=1 / 3).order
