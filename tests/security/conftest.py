"""What is attacked: a study with its model, as a user has it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from watched import Watched

from frimcla.testing import toy_dataset

hypothesis.settings.register_profile("long", max_examples=5_000, deadline=None)
"""For ``pytest tests/security/test_any_input.py --hypothesis-profile=long``."""

STUDY = """
images = "cells"
extractors = ["colour_moments"]
classifiers = ["knn"]
controls = false
metric = "accuracy"
folds = 3
n_jobs = 1
"""


@pytest.fixture(scope="session")
def frimcla() -> Iterator[Watched]:
    """Runs a command in a folder, and watches it."""
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("needs a system that tells its memory")
    watched = Watched.start()
    yield watched
    watched.stop()


@pytest.fixture(scope="session")
def good(frimcla: Watched, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``cells``, ``study.toml`` and ``results``; nobody writes into it."""
    pytest.importorskip("frimcla_classic", reason="needs the shipped plugins")
    pytest.importorskip("frimcla_sklearn", reason="needs the shipped plugins")
    folder = tmp_path_factory.mktemp("good")
    toy_dataset(folder / "cells", count=6)
    (folder / "study.toml").write_text(STUDY)
    done = frimcla(folder, "run", "study.toml")
    assert done.code == 0, done.said
    return folder


@pytest.fixture
def home(good: Path, tmp_path: Path) -> Path:
    """A copy of it, to be attacked."""
    return shutil.copytree(good, tmp_path / "home")


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file that is not there, and that nothing may make."""
    return tmp_path / "canary"
