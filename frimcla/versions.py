"""Which versions of which libraries are installed."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version

OPENCV = (
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
    "opencv-python",
    "opencv-python-headless",
)
"""Distributions of OpenCV; all of them fill one folder."""


@cache  # a look-up reads files for milliseconds, and keys are made by the hundred
def short(*distributions: str) -> str:
    """Return the version of a library, as far as a change of it may change numbers.

    That is the first number, or the first two below 1.0.

    Args:
        distributions: What it may be installed as; the versions of several are all told.

    Returns:
        ``"unknown"`` for a library that is not installed by pip or conda.
    """
    found = set()
    for distribution in distributions:
        try:
            first, *rest = version(distribution).split(".")
        except PackageNotFoundError:
            continue
        found.add(".".join([first, *rest[:1]]) if first == "0" else first)
    return ", ".join(sorted(found)) or "unknown"


def behind(package: str) -> dict[str, str]:
    """Return the versions of a distribution and of what it and its engine require directly.

    These are what may change its numbers; an engine is what it requires that is called
    ``frimcla-...`` too. Empty for a plugin object that nobody installed.
    """
    try:
        wanted = requires(package) or []
    except (PackageNotFoundError, ValueError):
        return {}
    names = [match[0] for line in wanted if (match := re.match(r"[\w.-]+", line))]
    found = of([package, *names])
    for name in names:
        if name.startswith("frimcla-"):
            found |= behind(name)
    return found


def of(packages: Iterable[str]) -> dict[str, str]:
    """Return the versions of those distributions that are installed, sorted by name."""
    found = {}
    for package in sorted(set(packages)):
        try:
            found[package] = version(package)
        except (PackageNotFoundError, ValueError):
            continue
    return found


def of_a_run(packages: Iterable[str]) -> dict[str, str]:
    """Return the versions that made a result: Python, FrimCla, plugins, main libraries."""
    named = list(packages)
    found = of(("frimcla", "numpy", "scikit-learn", "skops", *named))
    for package in named:
        found |= behind(package)
    return {"python": platform.python_version(), **dict(sorted(found.items()))}
