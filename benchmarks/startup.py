"""Start-up: ``frimcla list-plugins`` against the bare import of what it is built on.

    python benchmarks/startup.py

Prints the ratio of the fastest of many runs, taken in turn: it should be at most 2.
"""

import subprocess
import sys
import time
from pathlib import Path

RUNS = 30
FRIMCLA = [Path(sys.executable).with_name("frimcla"), "list-plugins"]
BARE = [sys.executable, "-c", "import attrs, click, pluggy"]


def seconds(command: list[object]) -> float:
    """Return the wall seconds of one run of *command*."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Take turns, and print both times and their ratio."""
    pairs = [(seconds(FRIMCLA), seconds(BARE)) for _ in range(RUNS)]
    listed, bare = (min(times) for times in zip(*pairs, strict=True))
    print(f"list-plugins {listed * 1000:.0f} ms, bare imports {bare * 1000:.0f} ms")
    print(f"ratio {listed / bare:.2f} (at most 2)")


if __name__ == "__main__":
    main()
