"""Fixtures shared by the core's tests. No test sees the installed plugins unless it says so."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from toys import Toys

import frimcla
from frimcla.testing import toy_dataset


@pytest.fixture
def registry() -> frimcla.Registry:
    """A registry with one plugin, ``toys``."""
    return frimcla.Registry.of(toys=Toys())


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    """Three classes of 12 small images, told apart by their stripes."""
    return toy_dataset(tmp_path / "cells")


@pytest.fixture
def hears_ctrl_c():
    """For ``preexec_fn``: shells start what runs in the background deaf to Ctrl-C."""
    return lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
