"""Keeps the folders of who runs the tests out of them."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own."""
    monkeypatch.setenv("FRIMCLA_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("FRIMCLA_WEIGHTS", raising=False)
    return tmp_path / "cache"
