"""Compare `frimcla.stats` with known answers: ``python -m tests.stats.known_answers FILE.json``.

A file holds ``cases``, each with an ``id`` whose prefix is its kind, ``inputs``, ``expected`` and
a ``tolerance``. Every expected value is compared; what is not known has failed.
"""

from __future__ import annotations

import json
import math
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

try:
    from .kinds import KINDS
except ImportError:  # collected by pytest, which has `tests` on its path
    from stats.kinds import KINDS

COMMENTS = {"note"}
"""Keys inside expected values that explain one, and are none."""
WIDER = {"ci95_percentile": 0.01}
"""Limits drawn from samples agree less well than a mean of them."""

Deviation = tuple[str, Any, Any]


def deviations(case: Mapping[str, Any]) -> list[Deviation]:
    """Return (value, expected, found) of everything in one case that does not agree."""
    kind = case["id"].split("-")[0]
    if kind not in KINDS:
        return [("kind", f"one of {' '.join(KINDS)}", kind)]
    try:
        found = KINDS[kind](case["inputs"])
    except Exception as error:
        traceback.print_exc()
        return [("inputs", "to be understood", f"{type(error).__name__}: {error}")]
    if not case.get("expected"):
        return [("expected", "at least one value", "none")]
    return list(_compared("", case["expected"], found, case.get("tolerance") or {}))


def main(arguments: list[str]) -> int:
    """Run every case of every file; print each deviation; fail where there is one."""
    if not arguments:
        print("usage: python -m tests.stats.known_answers FILE.json ...")
        return 2
    passed = failed = 0
    for path in arguments:
        for case in json.loads(Path(path).read_text(encoding="utf-8"))["cases"]:
            wrong = deviations(case)
            for value, expected, found in wrong:
                print(f"{case['id']}: {value}: expected {expected}, found {found}")
            passed, failed = (passed, failed + 1) if wrong else (passed + 1, failed)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def _compared(
    place: str, expected: Any, found: Any, tolerance: Mapping[str, float]
) -> Iterator[Deviation]:
    if isinstance(expected, Mapping):
        for key, value in expected.items():
            if key in COMMENTS:
                continue
            inner = f"{place}.{key}" if place else key
            if not isinstance(found, Mapping) or key not in found:
                yield inner, value, "nothing"
            else:
                wider = {**tolerance, "abs": WIDER[key]} if key in WIDER else tolerance
                yield from _compared(inner, value, found[key], wider)
    elif isinstance(expected, list):
        values = list(found) if isinstance(found, (list, tuple, np.ndarray)) else None
        if values is None or len(values) != len(expected):
            yield place, expected, found
            return
        for number, (one, other) in enumerate(zip(expected, values, strict=True)):
            yield from _compared(f"{place}[{number}]", one, other, tolerance)
    elif not _agrees(expected, found, tolerance):
        yield place, expected, found


def _agrees(expected: Any, found: Any, tolerance: Mapping[str, float]) -> bool:
    if isinstance(expected, (bool, str)) or expected is None:
        return bool(type(found) in {type(expected), np.bool_} and found == expected)
    if isinstance(found, (bool, str)) or not np.isscalar(found):
        return False
    within = max(tolerance.get("abs", 0.0), tolerance.get("rel", 0.0) * abs(expected))
    return bool(found == expected or math.fabs(found - expected) <= within)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
