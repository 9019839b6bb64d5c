"""Fixtures shared by the tests of the core and of the plugins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def real_data() -> Path:
    """The folder of public images that is not part of the project."""
    where = os.environ.get("FRIMCLA_DATA", "")
    if not where or not Path(where).is_dir():
        pytest.skip("FRIMCLA_DATA does not name the folder of real images")
    return Path(where)
