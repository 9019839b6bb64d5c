"""All checks and all tests, as README prints them: ``python tests/everything.py``.

Tests what is installed, not the checkout: ``-P`` keeps the checkout off the path.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
HERE = Path(sys.executable).parent
STEPS = {
    "formatting": [HERE / "ruff", "format", "--check", "--quiet", "."],
    "lint": [HERE / "ruff", "check", "--quiet", "."],
    "spelling": [HERE / "codespell", "frimcla", "plugins", "examples", "docs", "README.md"],
    "types": [HERE / "mypy"],
    "floors and walls": [HERE / "lint-imports", "--no-cache"],
    "documented examples": [
        *(sys.executable, "-P", "-m", "pytest", "-q", "--no-header"),
        *("--doctest-modules", "--pyargs", "frimcla", "--ignore-glob=*/testing/*"),
    ],
    "tests": [sys.executable, "-P", "-m", "pytest", "-q", "--durations=10", "--no-header"],
}


def main() -> int:
    """Run every step; say which failed, and how long each took."""
    failed = []
    for name, command in STEPS.items():
        print(f"== {name}", flush=True)
        start = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        print(f"== {name}: {time.monotonic() - start:.0f} s, exit {code}", flush=True)
        failed += [name] if code else []
    print(f"failed: {', '.join(failed)}" if failed else "everything passed")
    return len(failed) > 0


if __name__ == "__main__":
    sys.exit(main())
