"""The settings of a study as the page lists them: without any path of this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from frimcla.study import SETTINGS
from frimcla.toml import literal

PATHS = ("images", "output", "test")
"""Settings that say where something lies, which concerns nobody else."""
PATTERNS = ("classes", "groups")
"""Settings that say what names of files are like."""
LISTS = ("extractors", "classifiers")
"""Settings that the page shows otherwise."""


def settings_of(written: Mapping[str, Any], *, private: bool) -> Iterator[tuple[str, str]]:
    """Yield (setting, value) in the order of the file.

    Args:
        written: ``study.toml``.
        private: Leave out patterns, which may hold parts of names.
    """
    for name in SETTINGS:
        value = written.get(name, SETTINGS[name].default)
        place = name in PATHS and isinstance(value, str)
        hidden = place or name in LISTS or (private and name in PATTERNS)
        if not hidden and value not in ("", []):
            yield name, literal(value) if _plain(value) else str(value)


def _plain(value: Any) -> bool:
    """Say whether a study may hold a value; a date, which TOML knows, it may not."""
    return isinstance(value, (bool, int, float, str, list, dict))
