"""All checks and all tests, as README prints them: ``python tests/everything.py``.

Tests what is installed, not the checkout: ``-P`` keeps the checkout off the path.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
HERE = Path(sys.executable).parent
PYTEST = [sys.executable, "-P", "-m", "pytest", "-q", "--no-header"]
ELSEWHERE = [
    "tests/stats",
    "tests/test_crash.py",
    "tests/test_honest_study.py",
    "tests/test_honesty.py",
]
"""Tests of the core that run beside the others: those of plugins alone would end too early."""
STEPS = {
    "formatting": [HERE / "ruff", "format", "--check", "--quiet", "."],
    "lint": [HERE / "ruff", "check", "--quiet", "."],
    "spelling": [HERE / "codespell", "frimcla", "plugins", "examples", "docs", "README.md"],
    "types": [HERE / "mypy"],
    "floors and walls": [HERE / "lint-imports", "--no-cache"],
    "documented examples": [
        *(*PYTEST, "--doctest-modules", "--pyargs", "frimcla", "--ignore-glob=*/testing/*"),
    ],
    "tests of the core": [
        *(*PYTEST, "--durations=10", "tests", *(f"--ignore={path}" for path in ELSEWHERE)),
    ],
}
BESIDE = "tests of plugins, examples, statistics and whole studies"
"""They run while those of the core do, for a machine with two cores, and are told last."""


def main() -> int:
    """Run every step; say which failed, and how long each took."""
    failed = []
    with ThreadPoolExecutor() as pool:
        for name, command in STEPS.items():
            if name == "tests of the core":
                others = [*PYTEST, "--durations=10", "plugins", "examples", *ELSEWHERE]
                beside = pool.submit(_run, others, True)
            failed += _told(name, lambda command=command: _run(command))
        failed += _told(BESIDE, beside.result)
    print(f"failed: {', '.join(failed)}" if failed else "everything passed")
    return len(failed) > 0


def _run(command: list[object], later: bool = False) -> tuple[int, float, str]:
    """Return the exit code, the seconds, and what was printed if that is to be shown later."""
    start = time.monotonic()
    out = subprocess.PIPE if later else None
    done = subprocess.run(
        command, cwd=ROOT, check=False, stdout=out, stderr=out and subprocess.STDOUT, text=True
    )
    return done.returncode, time.monotonic() - start, done.stdout or ""


def _told(name: str, run: Callable[[], tuple[int, float, str]]) -> list[str]:
    print(f"== {name}", flush=True)
    code, seconds, printed = run()
    print(f"{printed}== {name}: {seconds:.0f} s, exit {code}", flush=True)
    return [name] if code else []


if __name__ == "__main__":
    sys.exit(main())
