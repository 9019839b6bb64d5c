"""All checks and all tests, as README prints them: ``python tests/everything.py``.

Tests what is installed, not the checkout: ``-P`` keeps the checkout off the path.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[1]
HERE = Path(sys.executable).parent
PYTEST = [sys.executable, "-P", "-m", "pytest", "-q", "--no-header", "--durations=10"]
WHOLE = [
    "tests/stats",
    "tests/reliability",
    "tests/test_honest_study.py",
    "tests/test_honesty.py",
]
"""Of the core, what takes long enough to be a step of its own."""
STEPS: dict[str, Sequence[str | Path]] = {
    "tests of the core": [*PYTEST, "tests", *(f"--ignore={path}" for path in WHOLE)],
    "formatting": [HERE / "ruff", "format", "--check", "--quiet", "."],
    "lint": [HERE / "ruff", "check", "--quiet", "."],
    "spelling": [HERE / "codespell", "frimcla", "plugins", "examples", "docs", "README.md"],
    "types": [HERE / "mypy"],
    "floors and walls": [HERE / "lint-imports", "--no-cache"],
    **{
        f"tests of {path.parent.name}": [*PYTEST, path.relative_to(ROOT)]
        for path in sorted(ROOT.glob("plugins/*/tests"), reverse=True)
    },
    "tests of statistics and whole studies": [*PYTEST, *WHOLE],
    "tests of the examples": [*PYTEST, "examples"],
    "documented examples": [
        *(*PYTEST, "--doctest-modules", "--pyargs", "frimcla", "--ignore-glob=*/testing/*"),
    ],
}
"""By their names. Two run at a time, in this order: what takes longest does not begin last."""


@attrs.frozen
class Done:
    """A step that has ended: how long it took, how it ended, and what it printed."""

    seconds: float
    code: int
    printed: str


def main() -> int:
    """Run every step; say which failed, and how long each took."""
    failed = []
    with ThreadPoolExecutor(2) as pool:
        running = {pool.submit(run, command): name for name, command in STEPS.items()}
        for ended in as_completed(running):
            name, done = running[ended], ended.result()
            end = f"{done.seconds:.0f} s, exit {done.code}"
            print(f"== {name}\n{done.printed}== {name}: {end}", flush=True)
            failed += [name] if done.code else []
    print(f"failed: {', '.join(failed)}" if failed else "everything passed")
    return len(failed) > 0


def run(command: Sequence[str | Path]) -> Done:
    """Run a step in the project's folder."""
    start = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return Done(time.monotonic() - start, done.returncode, done.stdout)


if __name__ == "__main__":
    sys.exit(main())
