"""Fixtures shared by the tests of the core and of the plugins."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="session")
def _one_core() -> Iterator[None]:
    """Let joblib see one core, here and in what tests start; changes no number.

    Studies of tests are small: starting worker processes would take longer than the work. Where
    workers are the point, a test asks for them: ``n_jobs = 2``.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOKY_MAX_CPU_COUNT", "1")
        yield


@pytest.fixture
def real_data() -> Path:
    """The folder of public images that is not part of the project."""
    where = os.environ.get("FRIMCLA_DATA", "")
    if not where or not Path(where).is_dir():
        pytest.skip("FRIMCLA_DATA does not name the folder of real images")
    return Path(where)
